/** `nnc integrate`, in homes that are removed, and what programs of Debian make of it. @module */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import { isPlainPath } from "../cli/desktop/entries.ts";
import { decodeImage } from "../codec/read.ts";
import { isInstalled, type Outcome, run, runDeno } from "./support/run.ts";
import { Workplace } from "./support/run_nnc.ts";

const ROOT = new URL("../", import.meta.url).pathname;
const MIME = ".local/share/mime/packages/nnc.xml";
const THUMBNAILER = ".local/share/thumbnailers/nnc.thumbnailer";
const DELEGATES = ".config/ImageMagick/delegates.xml";

/** A user's home, with pictures in it. */
class Home extends Workplace {
  /** What programs are started with; Deno's modules are those of the tests. */
  readonly env: Record<string, string>;

  private constructor(modules: string) {
    super();
    Deno.mkdirSync(this.path("bin"));
    Deno.symlinkSync(Deno.execPath(), this.path("bin/deno"));
    this.env = {
      HOME: this.folder,
      PATH: `${this.folder}/bin:${Deno.env.get("PATH")}`,
      DENO_DIR: modules,
      NNC_CACHE: `${this.folder}/cache`,
      NNC_NO_INSTALL: "1",
      NO_COLOR: "1",
    };
  }

  static async open(): Promise<Home> {
    return new Home(JSON.parse((await runDeno(["info", "--json"])).stdout).denoDir);
  }

  /** Runs a program of the machine as this home's user. */
  async call(program: string, ...args: string[]): Promise<Outcome> {
    return await run(program, { args, cwd: this.folder, clearEnv: true, env: this.env });
  }

  /** Runs `nnc integrate` by its permissions; it must end so. */
  async integrate(status: number, ...args: string[]): Promise<Outcome> {
    const config = ["--quiet", "--no-prompt", "--config", `${ROOT}deno.json`, "-P=integrate"];
    const done = await this.call("deno", "run", ...config, `${ROOT}nnc.ts`, "integrate", ...args);
    equal(done.code, status, done.stderr);
    return done;
  }

  /** What became of each entry. */
  async settle(status: number, ...args: string[]): Promise<string[]> {
    const { stdout } = await this.integrate(status, "--json", ...args);
    return JSON.parse(stdout).entries.map((entry: { status: string }) => entry.status);
  }

  read(name: string): string {
    return Deno.readTextFileSync(this.path(name));
  }

  write(name: string, content: string | Uint8Array): void {
    Deno.mkdirSync(this.path(name).replace(/[^/]*$/, ""), { recursive: true });
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    Deno.writeFileSync(this.path(name), bytes);
  }

  /** A classic file, a coded one and a PNG of the same picture. */
  async addPictures(): Promise<void> {
    await this.addScene("photo.png", { width: 121, height: 80 });
    await this.exits(0, "-c", "photo.png");
    await this.exits(0, "-c", "photo.png", "--lossless", "-o", "coded.nnc");
    Deno.copyFileSync(this.path("photo.nnc"), this.path("photo.nnc.png"));
    Deno.copyFileSync(this.path("photo.nnc"), this.path("unnamed"));
  }
}

async function testWith(
  program: string,
  name: string,
  fn: (home: Home) => Promise<void>,
): Promise<void> {
  const success = await isInstalled(program);
  Deno.test({
    name: name + (success ? "" : ` (skipped: ${program} is not installed)`),
    ignore: !success,
    async fn() {
      using home = await Home.open();
      await home.addPictures();
      await home.integrate(0);
      await fn(home);
    },
  });
}

Deno.test("integrate says what it writes, writes it once, and takes away that alone", async () => {
  using home = await Home.open();
  home.write(".local/share/thumbnailers/other.thumbnailer", "[Thumbnailer Entry]\n");
  const before = home.list();
  deepEqual(await home.settle(0, "--dry-run"), new Array(4).fill("written"));
  deepEqual(home.list(), before);
  const { stdout } = await home.integrate(0);
  for (const name of [MIME, THUMBNAILER, ".magic", DELEGATES]) {
    match(stdout, new RegExp(`"${home.path(name)}" written$`, "m"));
    ok(home.read(name).includes("Written by nnc integrate"), name);
  }
  const written = home.list();
  deepEqual(await home.settle(0), new Array(4).fill("unchanged"));
  deepEqual(home.list(), written);
  deepEqual(await home.settle(0, "--remove"), new Array(4).fill("removed"));
  deepEqual(await home.settle(0, "--remove"), new Array(4).fill("unchanged"));
  const isGenerated = (name: string) => name.startsWith(".local/share/mime/");
  deepEqual(home.list().filter((name) => !isGenerated(name)), before);
  ok(!home.list().includes(MIME));
});

Deno.test("what others wrote into the same files stays, byte for byte", async () => {
  using home = await Home.open();
  const magic = Uint8Array.of(
    ...new TextEncoder().encode("# M"),
    0xfc,
    ...[..."ller"].map((c) => c.charCodeAt(0)),
  );
  const delegates = '<delegatemap>\n  <delegate decode="abc" command="abc"/>\n</delegatemap>';
  home.write(".magic", magic);
  home.write(DELEGATES, delegates);
  Deno.chmodSync(home.path(".magic"), 0o600);
  await home.integrate(0);
  ok(home.read(DELEGATES).includes('decode="abc"') && home.read(DELEGATES).includes('"nnc"'));
  equal(Deno.statSync(home.path(".magic")).mode! & 0o777, 0o600);
  deepEqual(Deno.readFileSync(home.path(".magic")).subarray(0, magic.length), magic);
  await home.integrate(0, "--remove");
  // A line break was added behind a last line that had none.
  deepEqual(Deno.readFileSync(home.path(".magic")), Uint8Array.of(...magic, 10));
  equal(home.read(DELEGATES), delegates);
});

Deno.test("entries for NNC files that are not ours are left, and said to be", async () => {
  using home = await Home.open();
  const foreign = {
    [MIME]: "<mime-info/>",
    [THUMBNAILER]: "[Thumbnailer Entry]\nMimeType=image/x-nnc;\n",
    ".magic": "37\tstring\tnnCX\tmine\n",
    [DELEGATES]: '<delegatemap><delegate decode="nnc" command="mine"/></delegatemap>',
  };
  for (const [name, content] of Object.entries(foreign)) home.write(name, content);
  const { stdout } = await home.integrate(1);
  equal(stdout.match(/left as it is: it (is not ours|has an entry)/g)?.length, 4);
  await home.integrate(0, "--remove");
  for (const [name, content] of Object.entries(foreign)) equal(home.read(name), content);
  home.write(DELEGATES, "no such thing");
  match((await home.integrate(1)).stdout, /it has no "<\/delegatemap>"/);
  equal(home.read(DELEGATES), "no such thing");
  // A folder of that name holds what "file" compiled.
  Deno.removeSync(home.path(".magic"));
  Deno.mkdirSync(home.path(".magic"));
  match((await home.integrate(1)).stdout, /\.magic" left as it is: it is a folder$/m);
});

Deno.test("without a home, or with permissions that hide it, integrate says so and does nothing", async () => {
  using home = await Home.open();
  const hidden = await home.run("integrate");
  equal(hidden.code, 2);
  match(hidden.stderr, /Your home folder is not known.*-P=integrate/s);
  deepEqual(home.list().filter((name) => !name.startsWith("bin/")), []);
});

Deno.test("only paths that mean nothing else go into entries", () => {
  for (const path of ["/home/jo/nnc", "/opt/Bilder müller/nnc-1.0_x/nnc"]) ok(isPlainPath(path));
  for (const letter of ['"', "$", "`", "\\", "%", "\n", ";", "'", "&", "<"]) {
    ok(!isPlainPath(`/home/a${letter}b/nnc`), letter);
  }
});

await testWith(
  "update-mime-database",
  "programs find the type by name and by contents",
  (home) => {
    const types = home.read(".local/share/mime/subclasses");
    equal(types, "image/x-nnc image/png\n");
    return Promise.resolve();
  },
);

await testWith("gio", "gio knows our files, by whatever name, from PNGs", async (home) => {
  const attribute = "standard::content-type";
  const expected = { "photo.nnc": "x-nnc", "coded.nnc": "x-nnc", "photo.nnc.png": "x-nnc" };
  for (
    const [name, type] of Object.entries({ ...expected, unnamed: "x-nnc", "photo.png": "png" })
  ) {
    const { stdout } = await home.call("gio", "info", "--attributes", attribute, name);
    match(stdout, new RegExp(`content-type: image/${type}$`, "m"), name);
  }
});

await testWith("xdg-mime", "xdg-mime knows our files from PNGs", async (home) => {
  for (const [name, type] of [["photo.nnc", "x-nnc"], ["photo.png", "png"]] as const) {
    equal((await home.call("xdg-mime", "query", "filetype", name)).stdout, `image/${type}\n`);
  }
});

await testWith("file", "file tells what our files are, and their size", async (home) => {
  const { stdout } = await home.call("file", "photo.nnc", "coded.nnc", "unnamed", "photo.png");
  const lines = stdout.trimEnd().split("\n").map((line) => line.replace(/^[^:]*: */, ""));
  deepEqual(lines.slice(0, 3), [
    "NNC image data, quincunx, 121 x 80",
    "NNC image data, coded, 121 x 80",
    "NNC image data, quincunx, 121 x 80",
  ]);
  match(lines[3]!, /^PNG image data, 121 x 80/);
  const { stdout: type } = await home.call("file", "--brief", "--mime-type", "photo.nnc");
  equal(type, "image/x-nnc\n");
});

await testWith("convert", "ImageMagick restores what is named as NNC", async (home) => {
  const { stderr } = await home.call("convert", "nnc:photo.nnc", "PNG24:opened.png");
  const opened = await decodeImage(Deno.readFileSync(home.path("opened.png")));
  await home.exits(0, "-d", "photo.nnc", "-o", "restored.png");
  const restored = await decodeImage(Deno.readFileSync(home.path("restored.png")));
  deepEqual(opened.data, restored.data, stderr);
});

Deno.test("the thumbnailer's own command draws the whole picture's shape into a file without an ending", async () => {
  using home = await Home.open();
  await home.addPictures();
  await home.integrate(0);
  const [, command] = /^Exec=(.*)$/m.exec(home.read(THUMBNAILER))!;
  for (const name of ["photo.nnc", "coded.nnc"]) {
    // What asks for a thumbnail may have made its file already.
    if (name === "coded.nnc") home.write("thumb-coded.nnc", "");
    const values = { s: "48", i: home.path(name), o: home.path(`thumb-${name}`.slice(0, -4)) };
    const filled = command!.replace(
      /%([sio%])/g,
      (_, key) => ({ ...values, "%": "%" })[key as "s"]!,
    );
    const { code, stdout, stderr } = await home.call("sh", "-c", filled);
    deepEqual([code, stdout], [0, ""], stderr);
    const { width, height } = await decodeImage(Deno.readFileSync(values.o));
    deepEqual([width, height], [48, 32], name);
  }
});
