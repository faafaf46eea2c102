/** Makes `npm/dist/`, the package for Node, for `npm pack` or `npm publish`: `deno task npm`. @module */

import { buildNpmPackage } from "./support/npm_package.ts";

const folder = new URL("../npm/dist/", import.meta.url).pathname;
await Deno.remove(folder, { recursive: true }).catch(() => {});
await buildNpmPackage(folder.replace(/\/$/, ""));
console.log(`Made "${folder}"; pack it with: npm pack ./npm/dist`);
