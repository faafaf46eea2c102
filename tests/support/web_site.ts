/** What browsers are given, in a folder: bundles, weights, compiled codecs and the page to try it. @module */

import { CODEC_FILES } from "../../platform/web.ts";

const ROOT = new URL("../../", import.meta.url);

/** Every module that is bundled, each with all that it imports. */
export const WEB_ENTRIES: readonly string[] = [
  "reader.ts",
  "nnc_image.ts",
  "image_worker.ts",
  "coded.ts",
];

/** Where the compiled codecs lie in Deno's copies of npm packages. */
const CODECS = {
  oxipng: "@jsquash/oxipng/2.3.0/codec/pkg",
  mozjpegDecoder: "@jsquash/jpeg/1.6.0/codec/dec",
} as const;

/**
 * Bundles modules for browsers, small.
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
}

/** Makes the whole folder: what a web server needs, and nothing else. */
export async function buildWebSite(folder: string): Promise<void> {
  await Deno.mkdir(`${folder}/weights/coders`, { recursive: true });
  await Deno.mkdir(`${folder}/codecs`, { recursive: true });
  await bundleWeb(folder, WEB_ENTRIES);
  for (const place of ["weights", "weights/coders"]) {
    await copyFiles(new URL(`${place}/`, ROOT), {
      to: `${folder}/${place}`,
      ending: ".safetensors",
    });
  }
  const { npmCache } = JSON.parse(await runDeno(["info", "--json"])) as { npmCache: string };
  for (const [codec, place] of Object.entries(CODECS)) {
    const name = CODEC_FILES[codec as keyof typeof CODECS];
    await Deno.copyFile(
      `${npmCache}/registry.npmjs.org/${place}/${name}`,
      `${folder}/codecs/${name}`,
    );
  }
}

async function copyFiles(
  from: URL,
  { to, ending }: { to: string; ending: string },
): Promise<void> {
  for await (const { name } of Deno.readDir(from)) {
    if (name.endsWith(ending)) await Deno.copyFile(new URL(name, from), `${to}/${name}`);
  }
}

async function runDeno(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    stdin: "null",
  }).output();
  const text = new TextDecoder();
  if (code !== 0) throw new Error(`deno ${args[0]} failed: ${text.decode(stderr)}`);
  return text.decode(stdout);
}
