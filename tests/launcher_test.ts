import { assert, assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { run, runDeno } from "./support/run.ts";

const ROOT = new URL("../", import.meta.url).pathname;

/** What the launcher needs of a system besides Deno and npm. */
const TOOLS = "sh mkdir mktemp mv rm cat chmod uname id tail head readlink env".split(" ");

/**
 * A machine in a folder: a copy of the launcher with a program that says what it was given, and a PATH with
 * nothing but what a test puts there.
 */
class Machine implements Disposable {
  readonly folder: string = Deno.makeTempDirSync({ prefix: "nnc-machine-" });
  readonly #path = `${this.folder}/bin`;

  constructor() {
    for (const folder of ["bin", "home", "nnc/cli"]) {
      Deno.mkdirSync(`${this.folder}/${folder}`, { recursive: true });
    }
    for (const file of ["nnc", "cli/setup.sh"]) {
      Deno.copyFileSync(ROOT + file, `${this.folder}/nnc/${file}`);
    }
    const permissions = { nnc: { read: true }, integrate: { read: true, env: ["HOME"] } };
    Deno.writeTextFileSync(`${this.folder}/nnc/deno.json`, JSON.stringify({ permissions }));
    Deno.writeTextFileSync(`${this.folder}/nnc/deno.lock`, '{ "version": "5" }');
    Deno.writeTextFileSync(
      `${this.folder}/nnc/nnc.ts`,
      `console.log(JSON.stringify({
        args: Deno.args,
        env: Deno.permissions.querySync({ name: "env", variable: "HOME" }).state,
        net: Deno.permissions.querySync({ name: "net" }).state,
        deno: Deno.execPath(),
      }));`,
    );
    for (const tool of TOOLS) Deno.symlinkSync(`/usr/bin/${tool}`, `${this.#path}/${tool}`);
  }

  /** Adds a command. */
  addCommand(name: string, script: string): void {
    Deno.writeTextFileSync(`${this.#path}/${name}`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Adds a command that notes its arguments in the file `calls` before it does its work. */
  addNoted(name: string, script: string): void {
    this.addCommand(name, `echo "${name} $*" >>"${this.folder}/calls"\n${script}`);
  }

  /** Adds Deno, which says what a test wants when it is asked for an adapter. */
  addDeno(
    options: { adapter: string; version?: string | undefined; at?: string | undefined },
  ): void {
    const { adapter, version = Deno.version.deno, at = `${this.#path}/deno` } = options;
    Deno.writeTextFileSync(
      at,
      `#!/bin/sh
      echo "deno $1" >>"${this.folder}/calls"
      case $1 in
        --version) echo "deno ${version} (stable)" ;;
        eval) ${adapter} ;;
        install) exit 0 ;;
        *) exec "${Deno.execPath()}" "$@" ;;
      esac\n`,
      { mode: 0o755 },
    );
  }

  /** Adds an npm that "installs" a Deno as the real one does, which keeps what it downloads. */
  addNpm(): void {
    this.addDeno({ adapter: "exit 0", at: `${this.folder}/packed-deno` });
    this.addNoted(
      "npm",
      `[ -n "$npm_config_cache" ] || [ -d "$HOME" ] || exit 243
      while [ "$1" != --prefix ]; do shift; done
      mkdir -p "$2/node_modules/@deno/test-platform"
      cat "${this.folder}/packed-deno" >"$2/node_modules/@deno/test-platform/deno"`,
    );
  }

  /** The commands that were noted, and forgets them. */
  takeCalls(): string[] {
    try {
      return Deno.readTextFileSync(`${this.folder}/calls`).trim().split("\n");
    } catch {
      return [];
    } finally {
      Deno.writeTextFileSync(`${this.folder}/calls`, "");
    }
  }

  async run(args: string[], env: Record<string, string> = {}) {
    return await run(`${this.folder}/nnc/nnc`, {
      args,
      clearEnv: true,
      env: { PATH: this.#path, HOME: `${this.folder}/home`, NO_COLOR: "1", ...env },
    });
  }

  /** Makes the machine one of a user who may not install packages. */
  addOrdinaryUser(): void {
    Deno.removeSync(`${this.#path}/id`);
    this.addCommand("id", "echo 1000");
  }

  /** Makes the machine one of root, with an apt-get that notes what it is asked for. */
  addRootWithPackages(install = "exit 0"): void {
    Deno.removeSync(`${this.#path}/id`);
    this.addCommand("id", "echo 0");
    this.addNoted("apt-get", install);
  }

  [Symbol.dispose](): void {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

Deno.test("where there is Deno and an adapter, nothing is installed and the program runs as it should", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 0" });
  machine.addRootWithPackages();
  const { code, stdout, stderr } = await machine.run(["-d", "a file.nnc", "--tier", "x"]);
  assertEquals([code, stderr], [0, ""]);
  const said = JSON.parse(stdout);
  assertEquals(said.args, ["-d", "a file.nnc", "--tier", "x"]);
  assertEquals(said.net, "prompt");
  assertEquals(machine.takeCalls(), ["deno --version", "deno install", "deno eval", "deno run"]);
});

Deno.test("what was found is remembered, so that a later start runs the program and nothing else", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 0" });
  await machine.run(["-d", "a"]);
  machine.takeCalls();
  await machine.run(["-d", "a"]);
  assertEquals(machine.takeCalls(), ["deno run"]);
  await machine.run(["doctor"]);
  assertEquals(machine.takeCalls(), ["deno eval", "deno run"]);
});

Deno.test("an adapter is looked for only where a network is to run", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 1" });
  machine.addOrdinaryUser();
  for (const args of [["--help"], ["-c", "a"], ["info", "a"], ["compare", "--", "-d"]]) {
    await machine.run(args);
  }
  assertEquals(machine.takeCalls().filter((call) => call === "deno eval"), []);
  for (const args of [["demo"], ["--decompress", "a"], ["-t", "a"]]) {
    Deno.removeSync(`${machine.folder}/home/.cache/nnc/setup`);
    await machine.run(args);
    assert(machine.takeCalls().includes("deno eval"), args.join(" "));
  }
});

Deno.test("no adapter is looked for where a desktop waits for a thumbnail", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 1" });
  await machine.run(["-d", "a.nnc"]);
  assert(machine.takeCalls().includes("deno eval"));
  Deno.removeSync(`${machine.folder}/home/.cache`, { recursive: true });
  await machine.run(["restore", "--thumbnail", "64", "a.nnc"]);
  assert(!machine.takeCalls().includes("deno eval"));
});

Deno.test("integrate alone sees where a desktop's files lie", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 0" });
  for (
    const [args, state] of [[["-c", "integrate"], "prompt"], [["integrate"], "granted"]] as const
  ) {
    assertEquals(JSON.parse((await machine.run([...args])).stdout).env, state, args.join(" "));
  }
});

Deno.test("without Deno, the pinned one comes from npm, with no install script, and is found again", async () => {
  using machine = new Machine();
  machine.addNpm();
  const { code, stdout, stderr } = await machine.run(["--help"]);
  assertEquals(code, 0, stderr);
  assertStringIncludes(stderr, "Installing Deno 2.9.6 from npm");
  assertEquals(JSON.parse(stdout).args, ["--help"]);
  const npm = machine.takeCalls().filter((call) => call.startsWith("npm"));
  assertEquals(npm.length, 1);
  assertStringIncludes(npm[0]!, "--ignore-scripts");
  assertStringIncludes(npm[0]!, "deno@2.9.6");
  const again = await machine.run(["--help"]);
  assertEquals([again.code, again.stderr], [0, ""]);
  assertEquals(machine.takeCalls(), ["deno run"]);
  const left = [...Deno.readDirSync(`${machine.folder}/home/.cache/nnc`)].map(({ name }) => name);
  assertEquals(left.sort(), ["deno-2.9.6", "run", "setup", "setup.log"]);
});

Deno.test("a Deno that is too old is left alone, and the pinned one is used", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 0", version: "2.8.9" });
  machine.addNpm();
  const { code, stderr } = await machine.run(["--help"]);
  assertEquals(code, 0);
  assertStringIncludes(stderr, "is older than 2.9");
  assert(machine.takeCalls().some((call) => call.startsWith("npm")));
});

Deno.test("a newer Deno serves", async () => {
  for (const version of ["2.10.0", "3.0.1"]) {
    using machine = new Machine();
    machine.addDeno({ adapter: "exit 0", version });
    assertEquals((await machine.run(["--help"])).code, 0);
  }
});

Deno.test("with neither Deno nor npm, the message says what to install", async () => {
  using machine = new Machine();
  const { code, stderr } = await machine.run(["--help"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "Install Deno (https://deno.com) or Node with npm");
});

Deno.test("an npm that fails is reported with what it said, and leaves nothing behind", async () => {
  using machine = new Machine();
  machine.addCommand("npm", "echo no network here >&2; exit 1");
  const { code, stderr } = await machine.run(["--help"]);
  assertEquals(code, 1);
  assertStringIncludes(stderr, "no network here");
  const left = [...Deno.readDirSync(`${machine.folder}/home/.cache/nnc`)].map(({ name }) => name);
  assertEquals(left, ["setup.log"]);
});

Deno.test("without an adapter, root gets a software one from Debian's packages, after being told", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: `[ -e "${machine.folder}/driver" ]` });
  machine.addRootWithPackages(`case "$*" in *mesa*) : >"${machine.folder}/driver" ;; esac`);
  const { code, stderr } = await machine.run(["demo"]);
  assertEquals(code, 0);
  assertStringIncludes(
    stderr,
    'Installing a software one: Debian\'s package "mesa-vulkan-drivers"',
  );
  const calls = machine.takeCalls().filter((call) => call.startsWith("apt-get"));
  assertEquals(calls.length, 2);
  assertStringIncludes(calls[0]!, "apt-get update");
  assertStringIncludes(calls[1]!, "mesa-vulkan-drivers");
  assertEquals((await machine.run(["demo"])).stderr, "");
});

Deno.test("where nothing may be installed, the message says what to install, once, and the program runs", async () => {
  for (const env of [{ NNC_NO_INSTALL: "1" }, {}]) {
    using machine = new Machine();
    machine.addDeno({ adapter: "exit 1" });
    if ("NNC_NO_INSTALL" in env) machine.addRootWithPackages();
    else machine.addOrdinaryUser();
    const { code, stdout, stderr } = await machine.run(["demo"], env);
    assertEquals(code, 0);
    assertEquals(JSON.parse(stdout).args, ["demo"]);
    assertStringIncludes(stderr, "apt-get install mesa-vulkan-drivers");
    assertEquals(machine.takeCalls().filter((call) => call.startsWith("apt-get")), []);
    assertEquals((await machine.run(["demo"], env)).stderr, "");
  }
});

Deno.test("a package that cannot be installed does not stop the program", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 1" });
  machine.addRootWithPackages("echo the mirror is down; exit 100");
  const { code, stderr } = await machine.run(["demo"]);
  assertEquals(code, 0);
  assertStringIncludes(stderr, "the mirror is down");
  assertStringIncludes(stderr, "networks will run on the CPU");
});

Deno.test("a user without a home gets folders of the launcher's for Deno's modules, and for what npm downloads", async () => {
  for (const addDeno of [true, false]) {
    using machine = new Machine();
    const cache = `${machine.folder}/cache`;
    const env = { HOME: "/nonexistent", NNC_CACHE: cache };
    if (addDeno) machine.addDeno({ adapter: "exit 0" });
    else machine.addNpm();
    const { code, stderr } = await machine.run(["--help"], env);
    assertEquals(code, 0, stderr);
    assert(Deno.statSync(`${cache}/modules`).isDirectory);
  }
});

Deno.test("the launcher works through a link and from another folder", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: "exit 0" });
  Deno.symlinkSync(`${machine.folder}/nnc/nnc`, `${machine.folder}/bin/nnc-link`);
  const { code, stdout } = await run("nnc-link", {
    args: ["x y"],
    cwd: "/",
    clearEnv: true,
    env: { PATH: `${machine.folder}/bin`, HOME: `${machine.folder}/home` },
  });
  assertEquals(code, 0);
  assertEquals(JSON.parse(stdout).args, ["x y"]);
});

Deno.test("Deno is told to look for adapters with Vulkan alone, unless the user says otherwise", async () => {
  using machine = new Machine();
  machine.addDeno({ adapter: `echo "$DENO_WEBGPU_BACKEND" >"${machine.folder}/backend"` });
  const backend = () => Deno.readTextFileSync(`${machine.folder}/backend`).trim();
  await machine.run(["doctor"]);
  assertEquals(backend(), Deno.build.os === "linux" ? "vulkan" : "");
  await machine.run(["doctor"], { DENO_WEBGPU_BACKEND: "gl" });
  assertEquals(backend(), "gl");
});

Deno.test({
  name: "a process that looks for adapters with Vulkan alone does not load libEGL",
  ignore: Deno.build.os !== "linux",
  async fn() {
    const script = `await navigator.gpu.requestAdapter();
      console.log(Deno.readTextFileSync("/proc/self/maps").includes("libEGL"));`;
    const module = `data:application/typescript,${encodeURIComponent(script)}`;
    const env = { DENO_WEBGPU_BACKEND: "vulkan" };
    const { code, stdout } = await runDeno(["run", "-A", "--no-lock", module], { env });
    assertEquals([code, stdout.trim()], [0, "false"]);
  },
});
