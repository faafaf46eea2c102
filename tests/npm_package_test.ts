/** The package for Node, packed, installed into an empty project, and used there. @module */

import { deepEqual, equal, match, ok } from "node:assert/strict";
import ts from "npm:typescript@5.9.3";
import config from "../deno.json" with { type: "json" };
import { compress, compressCoded, encodePng, type Image, restore } from "../mod.ts";
import { openEngine } from "../engine.ts";
import { writeJpeg } from "./support/jpeg_writer.ts";
import { buildNpmPackage } from "./support/npm_package.ts";
import { isInstalled, run } from "./support/run.ts";
import { Workplace } from "./support/run_nnc.ts";
import { listFiles } from "./support/web_site.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** The major version of a Node that is there with npm; 0 without. */
async function nodeVersion(): Promise<number> {
  if (!await isInstalled("node") || !await isInstalled("npm")) return 0;
  return Number(/^v(\d+)/.exec((await run("node", { args: ["--version"] })).stdout)?.[1] ?? 0);
}

const isThere = await nodeVersion() >= 20;

/** A project that has nothing but the package. */
class Project extends Workplace {
  async call(program: string, args: string[], stdin?: Uint8Array<ArrayBuffer>) {
    const child = new Deno.Command(program, {
      args,
      cwd: this.folder,
      env: { NO_COLOR: "1", HOME: this.folder, XDG_CACHE_HOME: this.path(".cache") },
      stdin: stdin ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    if (stdin) {
      const writer = child.stdin.getWriter();
      await writer.write(stdin);
      await writer.close();
    }
    const { code, stdout, stderr } = await child.output();
    return { code, stdout, stderr: text(stderr) };
  }

  /** Runs the program as npm installed it. */
  async nnc(status: number, ...args: string[]) {
    const done = await this.call("node_modules/.bin/nnc", args);
    equal(done.code, status, done.stderr);
    return { ...done, stdout: text(done.stdout) };
  }

  /** Runs a module of the project's; gives what it prints as JSON. */
  async module(source: string) {
    Deno.writeTextFileSync(this.path("module.mjs"), source);
    const { code, stdout, stderr } = await this.call("node", ["module.mjs"]);
    equal(code, 0, stderr);
    return JSON.parse(text(stdout));
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return Deno.readFileSync(this.path(name));
  }
}

let installed: Promise<{ folder: string; bytes: number }> | undefined;

/** Packs the package, and installs it into a project that has nothing else, offline. */
async function install() {
  const folder = await Deno.makeTempDir();
  await buildNpmPackage(`${folder}/package`);
  const npm = async (...args: string[]) => {
    const options = { args, cwd: folder, env: { NO_UPDATE_NOTIFIER: "1" } };
    const { code, stderr } = await run("npm", options);
    equal(code, 0, stderr);
  };
  await npm("pack", "--silent", "./package");
  const [tarball] = (await listFiles(folder, "")).filter((name) => name.endsWith(".tgz"));
  Deno.writeTextFileSync(`${folder}/package.json`, '{ "name": "empty", "private": true }');
  await npm("install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball!);
  return { folder, bytes: Deno.statSync(`${folder}/${tarball}`).size };
}

function testInProject(name: string, fn: (project: Project) => Promise<void>): void {
  Deno.test({
    name: name + (isThere ? "" : " (skipped: Node 20 with npm is not installed)"),
    ignore: !isThere,
    async fn() {
      const { folder } = await (installed ??= install());
      using project = new Project();
      Deno.symlinkSync(`${folder}/node_modules`, project.path("node_modules"));
      await fn(project);
    },
  });
}

/** A picture as a PNG, and Deno's own files of it. */
async function addPhoto(project: Project): Promise<Image> {
  const image = await project.addScene("photo.png", { width: 90, height: 70 });
  Deno.writeFileSync(project.path("photo.jpg"), await writeJpeg(image));
  return image;
}

testInProject("the package holds what it is for, and depends on nothing", async (project) => {
  const folder = `${project.folder}/node_modules/@nnc/nnc`;
  const files = await listFiles(folder, "");
  deepEqual(
    files.filter((name) => /test|bench|scene|\.wgsl$|\.ts$/.test(name) && !/\.d\.ts$/.test(name)),
    [],
  );
  for (
    const name of [
      ...["mod.js", "npm/nnc.js", "types/mod.d.ts", "LICENSE", "licences/pako-LICENSE"],
      ...["nnc_image.js", "image_worker.js", "coded.js", "reader.js", "reader.d.ts"],
      ...["writer.js", "writer.d.ts"],
      ...["weights/quincunx-draft.safetensors", "codecs/mozjpeg_dec.wasm"],
    ]
  ) {
    ok(files.includes(name), name);
  }
  const manifest = JSON.parse(Deno.readTextFileSync(`${folder}/package.json`));
  equal(manifest.version, config.version);
  deepEqual([manifest.dependencies, manifest.scripts], [undefined, undefined]);
  deepEqual(Object.keys(manifest.peerDependencies), ["webgpu"]);
  for (const name of files.filter((file) => /\.(js|d\.ts|json)$/.test(file))) {
    const source = Deno.readTextFileSync(`${folder}/${name}`);
    deepEqual(
      source.match(/\/\.cache\/|["'`]npm:|registry\.npmjs|^\s*(await )?using \w+ =/gm),
      null,
      name,
    );
  }
  ok((await installed!).bytes < 4 * 2 ** 20);
});

testInProject(
  "the library writes the same bytes in Node as in Deno, and restores the same pixels",
  async (project) => {
    const image = await addPhoto(project);
    const found = await project.module(
      `
    import { readFile, writeFile } from "node:fs/promises";
    import { compress, compressCoded, encodePng, openWorkers, probe, restore } from "@nnc/nnc";
    import { loadNetwork } from "@nnc/nnc/engine";
    const workers = openWorkers();
    const photo = await readFile("photo.png");
    const files = {
      classic: await compress(photo, { workers }),
      grid: await compress(photo, { ratio: 16, effort: "fast" }),
      jpeg: await compress(await readFile("photo.jpg"), { effort: "max" }),
      coded: await compressCoded(photo, { workers }),
      lossy: await compressCoded(photo, { maxError: 2, ratio: 4 }),
    };
    for (const [name, file] of Object.entries(files)) {
      await writeFile(name + ".nnc", file);
      await writeFile(name + ".png", await encodePng(await restore(file, { workers })));
    }
    workers[Symbol.dispose]();
    const { info } = await loadNetwork("grid", { tier: "draft" });
    console.log(JSON.stringify({ width: probe(files.classic).width, tier: info.tier }));
    `,
    );
    deepEqual(found, { width: 90, tier: "draft" });
    const photo = project.bytes("photo.png");
    const files = {
      classic: await compress(photo),
      grid: await compress(photo, { ratio: 16, effort: "fast" }),
      jpeg: await compress(project.bytes("photo.jpg"), { effort: "max" }),
      coded: await compressCoded(photo),
      lossy: await compressCoded(photo, { maxError: 2, ratio: 4 }),
    };
    const engine = await openEngine({ device: "cpu" });
    for (const [name, file] of Object.entries(files)) {
      deepEqual(project.bytes(`${name}.nnc`), new Uint8Array(file), name);
      const restored = await encodePng(await restore(file, { engine }));
      deepEqual(project.bytes(`${name}.png`), new Uint8Array(restored), name);
    }
    engine.close();
    deepEqual((await restore(files.coded)).data, image.data);
  },
);

testInProject("the program does in Node what it does in Deno", async (project) => {
  await addPhoto(project);
  await project.nnc(0, "-c", "photo.png", "--output", "node/", "--preserve");
  await project.exits(0, "-c", "photo.png", "--output", "deno/");
  deepEqual(project.bytes("node/photo.nnc"), project.bytes("deno/photo.nnc"));
  equal(project.list("node/").length, 1, "no temporary file is left");
  const { stderr } = await project.nnc(0, "-d", "-r", "node", "--output", "again/");
  match(stderr, /No WebGPU adapter was found.*npm package "webgpu"/);
  await project.exits(0, "-d", "node/photo.nnc", "--device", "cpu", "--output", "deno.png");
  deepEqual(project.bytes("again/photo.png"), project.bytes("deno.png"));
  const again = await project.nnc(
    3,
    "-c",
    "photo.png",
    "--output",
    "node/",
    "--skip-existing",
    "--json",
  );
  equal(JSON.parse(again.stdout).status, "skipped");
  const piped = await project.call(
    "node_modules/.bin/nnc",
    ["-c", "-", "--lossless"],
    project.bytes("photo.png"),
  );
  equal(piped.code, 0, piped.stderr);
  Deno.writeFileSync(project.path("piped.nnc"), piped.stdout);
  await project.nnc(0, "-d", "piped.nnc", "--thumbnail", "45");
  match((await project.nnc(0, "info", "piped.nnc")).stdout, /90×70/);
});

testInProject(
  "what is wrong has in Node the words and the statuses that it has in Deno",
  async (project) => {
    await addPhoto(project);
    Deno.mkdirSync(project.path("folder"));
    await project.nnc(0, "-c", "photo.png");
    const lines: string[][] = [
      ["-c", "missing.png"],
      ["-c", "folder"],
      ["-c", "photo.png"],
      ["-c", "photo.png/below.png"],
      ["-d", "photo.png"],
      ["-c", "photo.png", "--ratio", "3"],
      ["--help"],
    ];
    for (const line of lines) {
      const inDeno = await project.run(...line);
      const { stdout, stderr } = await project.nnc(inDeno.code, ...line);
      deepEqual(
        { stdout, stderr },
        { stdout: inDeno.stdout, stderr: inDeno.stderr },
        line.join(" "),
      );
    }
    const { stderr } = await project.nnc(1, "-t", "photo.png", "--steps", "1");
    match(stderr, /npm package "webgpu"/);
  },
);

testInProject(
  "the package webgpu is asked for an adapter where it is there, and what computes on the processor is not taken",
  async (project) => {
    await addPhoto(project);
    await project.nnc(0, "-c", "photo.png");
    const folder = Deno.realPathSync(`${project.folder}/node_modules`) + "/webgpu";
    Deno.mkdirSync(folder);
    try {
      const manifest = { name: "webgpu", version: "0.0.0", type: "module", exports: "./index.js" };
      Deno.writeTextFileSync(`${folder}/package.json`, JSON.stringify(manifest));
      Deno.writeTextFileSync(
        `${folder}/index.js`,
        `export const globals = { GPUBufferUsage: {} };
      export const create = () => ({
        requestAdapter() {
          console.error("Asked, with " + Object.keys(GPUBufferUsage).length + " usages");
          return Promise.resolve({ info: { isFallbackAdapter: true } });
        },
      });`,
      );
      const { stderr } = await project.nnc(0, "-d", "photo.nnc", "-o", "again.png");
      match(stderr, /^Asked, with 0 usages\nNo WebGPU adapter was found/);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  },
);

testInProject("an installed program can be told to a desktop", async (project) => {
  await project.nnc(0, "integrate");
  const entry = Deno.readTextFileSync(project.path(".local/share/thumbnailers/nnc.thumbnailer"));
  match(entry, /^Exec="\/.*\/@nnc\/nnc\/npm\/nnc\.js" restore --thumbnail %s/m);
  await project.nnc(0, "integrate", "--remove");
});

testInProject(
  "its types are those of the library, and hold for a project that checks them",
  (project) => {
    Deno.writeTextFileSync(
      project.path("uses.mts"),
      `import { compress, type Image, restore, type RestoredFile } from "@nnc/nnc";
    import { openEngine, type Tier } from "@nnc/nnc/engine";
    import { train } from "@nnc/nnc/train";
    import { compressCoded } from "@nnc/nnc/writer.js";
    import { restore as show } from "@nnc/nnc/reader.js";
    export const shown = async (image: Image) => await show(await compressCoded(image, { quality: 80 }));
    const tier: Tier = "draft";
    export async function again(image: Image): Promise<RestoredFile> {
      const engine = await openEngine({ device: "cpu" });
      return await restore(await compress(image, { ratio: 4 }), { tier, engine });
    }
    // @ts-expect-error a lattice has a name
    export const wrong = (image: Image) => compress(image, { lattice: 3 });
    export type Trainer = typeof train;`,
    );
    const program = ts.createProgram([project.path("uses.mts")], {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      types: [],
      target: ts.ScriptTarget.ESNext,
      lib: ["lib.esnext.d.ts", "lib.dom.d.ts"],
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
    });
    const problems = ts.getPreEmitDiagnostics(program).map(({ messageText, file }) =>
      `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`
    );
    deepEqual(problems, []);
    return Promise.resolve();
  },
);

Deno.test("what was installed is removed", async () => {
  if (installed) await Deno.remove((await installed).folder, { recursive: true });
});
