/**
 * Writes the conformance files anew, and what must be found in them: `deno task conformance`.
 *
 * @module
 */

import {
  CONFORMANCE_CASES,
  type ConformanceEntry,
  conformanceEntry,
  writeConformance,
} from "./cases.ts";
import "../../platform/deno.ts";

const FOLDER = new URL("files/", import.meta.url);

await Deno.remove(FOLDER, { recursive: true }).catch(() => {});
await Deno.mkdir(FOLDER);
const entries: ConformanceEntry[] = [];
for (const one of CONFORMANCE_CASES) {
  const bytes = await writeConformance(one);
  const entry = await conformanceEntry(one, bytes);
  await Deno.writeFile(new URL(entry.file, FOLDER), bytes);
  entries.push(entry);
  console.log(`${entry.file}: ${bytes.length} bytes`);
}
await Deno.writeTextFile(
  new URL("index.json", FOLDER),
  `${JSON.stringify(entries, undefined, 2)}\n`,
);
