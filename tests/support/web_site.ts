/** What browsers are given, in a folder: bundles, weights, compiled codecs and the page to try it. @module */

import { minify } from "npm:terser@5.51.4";
import { compress, encodePng, NO_METADATA } from "../../mod.ts";
import { CODEC_FILES } from "../../platform/web.ts";
import { coderOfEffort } from "../../weights/shipped_coders.ts";
import { renderScene } from "./scene.ts";

const ROOT = new URL("../../", import.meta.url);

/** Every module that is bundled, each with all that it imports. */
export const WEB_ENTRIES: readonly string[] = [
  "reader.ts",
  "nnc_image.ts",
  "image_worker.ts",
  "coded.ts",
  "writer.ts",
  "service_worker.ts",
];

/** The types of bundles. */
export const WEB_TYPES: readonly string[] = ["reader.d.ts", "writer.d.ts", "nnc_image.d.ts"];

/** The modules of the page to try it. */
const DEMO_ENTRIES = ["demo/demo.ts", "demo/demo_worker.ts", "demo/offline.ts"];

const DEMO_FILES = ["index.html", "demo.css", "icon.svg"];

/** What the page does not keep for later before it was needed once: large weights, and what only programs of others use. */
function isRare(path: string): boolean {
  const usual = [false, true].map((isLossy) => coderOfEffort("default", { isLossy }).name);
  const isOtherCoder = path.includes("/coders/") &&
    !usual.some((name) => path.includes(`/${name}.`));
  return isOtherCoder || /[-/]high\.|\.d\.ts$|^(reader|writer|service_worker)\.js$/.test(path);
}

/** The example that the page shows first: a megapixel. */
const EXAMPLE = { width: 1230, height: 820 };

/** Where the compiled codecs lie in Deno's copies of npm packages. */
export const CODECS = {
  oxipng: "@jsquash/oxipng/2.3.0/codec/pkg",
  mozjpegDecoder: "@jsquash/jpeg/1.6.0/codec/dec",
} as const;

/** A line of a shader that is a comment; shaders lie in strings, with their line breaks as they are or as `\\n`. */
const SHADER_COMMENTS = /(?<=\\n|["`\n])\s*\/\/[^\n`"\\]*(?:\\n|\n)/g;

/**
 * Bundles modules for browsers, small: what `deno bundle` minifies, Terser makes another 4 % smaller.
 *
 * @throws {Error} with what `deno bundle` says, if it fails.
 */
export async function bundleWeb(folder: string, entries: readonly string[]): Promise<void> {
  await runDeno([
    "bundle",
    "--quiet",
    "--frozen",
    "--platform",
    "browser",
    "--minify",
    "--outdir",
    folder,
    ...entries.map((entry) => `web/${entry}`),
  ]);
  for (const entry of entries) {
    const path = `${folder}/${entry.replace(/^.*\//, "").replace(/\.ts$/, ".js")}`;
    const text = (await Deno.readTextFile(path)).replace(SHADER_COMMENTS, "");
    const { code } = await minify(text, { module: true, ecma: 2020 });
    await Deno.writeTextFile(path, code!);
  }
}

/** Makes the whole folder: what a web server needs, and nothing else. */
export async function buildWebSite(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/example`, { recursive: true });
  await Deno.mkdir(`${folder}/weights/coders`, { recursive: true });
  await Deno.mkdir(`${folder}/weights/within`, { recursive: true });
  await Deno.mkdir(`${folder}/codecs`, { recursive: true });
  await bundleWeb(folder, WEB_ENTRIES);
  for (const place of ["weights", "weights/coders", "weights/within"]) {
    await copyFiles(new URL(`${place}/`, ROOT), {
      to: `${folder}/${place}`,
      ending: ".safetensors",
    });
  }
  const cache = await readNpmCache();
  for (const [codec, place] of Object.entries(CODECS)) {
    const name = CODEC_FILES[codec as keyof typeof CODECS];
    await Deno.copyFile(
      `${cache}/${place}/${name}`,
      `${folder}/codecs/${name}`,
    );
  }
  await bundleWeb(folder, DEMO_ENTRIES);
  await copyWebTypes(folder);
  for (const name of DEMO_FILES) {
    await Deno.copyFile(new URL(`web/demo/${name}`, ROOT), `${folder}/${name}`);
  }
  await writeExample(`${folder}/example`);
  const files = (await listFiles(folder, "")).filter((path) => !isRare(path));
  await Deno.writeTextFile(`${folder}/files.json`, JSON.stringify(["./", ...files]));
}

/** Copies the types of bundles, beside which they lie. */
export async function copyWebTypes(folder: string): Promise<void> {
  for (const name of WEB_TYPES) {
    await Deno.copyFile(new URL(`web/types/${name}`, ROOT), `${folder}/${name}`);
  }
}

async function writeExample(folder: string): Promise<void> {
  const photo = { ...renderScene(EXAMPLE), metadata: NO_METADATA };
  await Deno.writeFile(`${folder}/harbour.png`, await encodePng(photo, { effort: "fast" }));
  await Deno.writeFile(`${folder}/harbour.nnc`, await compress(photo, { effort: "fast" }));
}

/** The files below a folder, each by its path from there. */
export async function listFiles(folder: string, path: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${folder}/${path}`)) {
    if (isDirectory) files.push(...await listFiles(folder, `${path}${name}/`));
    else files.push(path + name);
  }
  return files.sort();
}

/** Copies the files of a folder that end so. */
export async function copyFiles(
  from: URL,
  { to, ending }: { to: string; ending: string },
): Promise<void> {
  for await (const { name } of Deno.readDir(from)) {
    if (name.endsWith(ending)) await Deno.copyFile(new URL(name, from), `${to}/${name}`);
  }
}

/** Where Deno keeps its copies of npm packages. */
export async function readNpmCache(): Promise<string> {
  const { npmCache } = JSON.parse(await runDeno(["info", "--json"])) as { npmCache: string };
  return `${npmCache}/registry.npmjs.org`;
}

/**
 * Runs Deno in the root of the repository, and gives what it prints.
 *
 * @throws {Error} with what it says, if it fails.
 */
export async function runDeno(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(`deno ${args[0]} failed: ${text.decode(stderr)}`);
  return text.decode(stdout);
}
