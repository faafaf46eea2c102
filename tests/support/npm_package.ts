/** What npm is given, in a folder: bundles for Node and for browsers, types, weights and compiled codecs. @module */

import ts from "npm:typescript@5.9.3";
import { SUMMARY } from "../../cli/definitions.ts";
import config from "../../deno.json" with { type: "json" };
import { CODEC_FILES } from "../../platform/web.ts";
import {
  bundleWeb,
  CODECS,
  copyFiles,
  copyWebTypes,
  listFiles,
  readNpmCache,
  runDeno,
  WEB_ENTRIES,
  WEB_TYPES,
} from "./web_site.ts";

const ROOT = new URL("../../", import.meta.url);

/** What users import, what threads run, and the program. */
const ENTRIES = ["mod.ts", "engine.ts", "train.ts", "codec/worker.ts", "npm/nnc.ts"];

/** Of the entries, those that have types. */
const EXPORTS = { ".": "mod", "./engine": "engine", "./train": "train" };

/** The oldest Node that the package runs in; bundles are written in the JavaScript that it knows. */
const NODE = "20.11";

/** Addresses that sources have relative to themselves; the bundles lie elsewhere, and each must be found. */
const ADDRESSES: readonly (readonly [source: string, bundle: string, times: number])[] = [
  ['new URL(".", import.meta.url)', 'new URL("./weights/", import.meta.url)', 2],
  ['new URL("./worker.ts", import.meta.url)', 'new URL("./codec/worker.js", import.meta.url)', 1],
];

/** Where bundles say that a part of them comes from a package. */
const PACKAGE = /^\/\/ .*registry\.npmjs\.org\/((?:@[^/]+\/)?[^/]+\/[^/]+)\//gm;

/** Makes the whole folder: what `npm pack` takes, and nothing else. */
export async function buildNpmPackage(folder: string): Promise<void> {
  const packages = await bundle(folder);
  await writeTypes(`${folder}/types`);
  for (const place of ["weights", "weights/coders", "weights/within"]) {
    await Deno.mkdir(`${folder}/${place}`, { recursive: true });
    await copyFiles(new URL(`${place}/`, ROOT), {
      to: `${folder}/${place}`,
      ending: ".safetensors",
    });
  }
  const cache = await readNpmCache();
  await Deno.mkdir(`${folder}/codecs`);
  for (const [codec, place] of Object.entries(CODECS)) {
    const name = CODEC_FILES[codec as keyof typeof CODECS];
    await Deno.copyFile(`${cache}/${place}/${name}`, `${folder}/codecs/${name}`);
  }
  await bundleWeb(folder, WEB_ENTRIES);
  await copyWebTypes(folder);
  await writeLicences(`${folder}/licences`, packages.map((name) => `${cache}/${name}`));
  await Deno.copyFile(new URL("LICENSE", ROOT), `${folder}/LICENSE`);
  await Deno.copyFile(new URL("npm/README.md", ROOT), `${folder}/README.md`);
  await Deno.writeTextFile(`${folder}/package.json`, JSON.stringify(manifest(), null, 2) + "\n");
}

/** All that npm needs to know. Nothing is depended on, so that no other version of anything makes other bytes. */
function manifest() {
  const exports = Object.entries(EXPORTS).map(([name, file]) => [
    name,
    { types: `./types/${file}.d.ts`, default: `./${file}.js` },
  ]);
  return {
    name: config.name,
    version: config.version,
    description: SUMMARY,
    license: config.license,
    type: "module",
    engines: { node: `>=${NODE}` },
    bin: { nnc: "./npm/nnc.js" },
    exports: {
      ...Object.fromEntries(exports),
      ...Object.fromEntries(WEB_ENTRIES.map((entry) => exportForBrowsers(entry))),
      "./package.json": "./package.json",
    },
    peerDependencies: { webgpu: ">=0.3.0" },
    peerDependenciesMeta: { webgpu: { optional: true } },
  };
}

/** A bundle for browsers, with its types where it has some. */
function exportForBrowsers(entry: string): [string, string | Record<string, string>] {
  const path = `./${entry.replace(/\.ts$/, "")}`;
  const types = WEB_TYPES.find((name) => `./${name}` === `${path}.d.ts`);
  return [`${path}.js`, types ? { types: `./${types}`, default: `${path}.js` } : `${path}.js`];
}

/** Bundles the entries, and gives the packages that are inside, each with its version. */
async function bundle(folder: string): Promise<string[]> {
  const map = await Deno.makeTempFile({ suffix: ".json" });
  const platform = (name: string) => new URL(`platform/${name}.ts`, ROOT).href;
  try {
    const imports = { [platform("deno")]: platform("node") };
    await Deno.writeTextFile(map, JSON.stringify({ imports }));
    const flags = ["--quiet", "--frozen", "--platform", "deno", "--code-splitting"];
    await runDeno(["bundle", ...flags, "--import-map", map, "--outdir", folder, ...ENTRIES]);
  } finally {
    await Deno.remove(map);
  }
  const found = ADDRESSES.map(() => 0);
  const packages = new Set<string>();
  for (const name of await listFiles(folder, "")) {
    let text = await Deno.readTextFile(`${folder}/${name}`);
    ADDRESSES.forEach(([source, address], index) => {
      found[index]! += text.split(source).length - 1;
      text = text.replaceAll(source, address);
    });
    for (const [, name] of text.matchAll(PACKAGE)) packages.add(name!);
    const { outputText } = ts.transpileModule(text, {
      fileName: name,
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        // They name folders of the machine that this runs on.
        removeComments: true,
      },
    });
    const mode = name === "npm/nnc.js" ? 0o755 : 0o644;
    await Deno.writeTextFile(`${folder}/${name}`, outputText, { mode });
    await Deno.chmod(`${folder}/${name}`, mode);
  }
  ADDRESSES.forEach(([source, , times], index) => {
    if (found[index] !== times) throw new Error(`"${source}" is there ${found[index]} times`);
  });
  return [...packages].sort();
}

/** Types of the entries, and of all that theirs are made of. */
async function writeTypes(folder: string): Promise<void> {
  const waiting = Object.values(EXPORTS).map((name) => new URL(`${name}.ts`, ROOT).href);
  for (const url of waiting) {
    const path = url.slice(ROOT.href.length);
    const { outputText } = ts.transpileDeclaration(await Deno.readTextFile(new URL(url)), {
      fileName: path,
      compilerOptions: {
        declaration: true,
        isolatedDeclarations: true,
        target: ts.ScriptTarget.ESNext,
        verbatimModuleSyntax: false,
      },
    });
    const text = outputText.replace(/^import "[^"]*";\n/gm, "")
      .replace(/(["'])(\.{1,2}\/[^"']*)\.ts\1/g, (_, _quote, specifier) => {
        const target = new URL(`${specifier}.ts`, url).href;
        if (!waiting.includes(target)) waiting.push(target);
        return `"${specifier}.js"`;
      });
    const file = `${folder}/${path.replace(/\.ts$/, ".d.ts")}`;
    await Deno.mkdir(file.replace(/[^/]*$/, ""), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
}

/** The licences of packages, each by the folder that holds it. */
async function writeLicences(folder: string, packages: readonly string[]): Promise<void> {
  await Deno.mkdir(folder);
  for (const place of packages) {
    const name = place.split("/").slice(place.includes("/@") ? -3 : -2, -1).join("-");
    const files = (await listFiles(place, "")).filter((file) =>
      /^(codec\/)?LICEN[CS]E[^/]*$/i.test(file)
    );
    if (files.length === 0) throw new Error(`"${place}" has no licence`);
    for (const file of files) {
      const title = `${name.replace("@", "")}-${file.replace("/", "-")}`;
      await Deno.copyFile(`${place}/${file}`, `${folder}/${title}`);
    }
  }
}
