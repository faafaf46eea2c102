#!/usr/bin/env node
/**
 * The program in Node: `npx @nnc/nnc -c photo.png`.
 *
 * @module
 */

import process from "node:process";
import "./deno_namespace.ts";

// Modules of the program look at Deno when they are loaded.
const { main } = await import("../cli/main.ts");
process.exit(await main(process.argv.slice(2)));
