/**
 * `nnc man`: the manual page.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };
import { EXIT, type Invocation } from "../invocation.ts";
import { manualPage } from "../manual.ts";

/** Prints the page. */
export function run({ terminal }: Invocation): Promise<number> {
  terminal.result(manualPage(manifest.version).trimEnd().split("\n"), undefined);
  return Promise.resolve(EXIT.done);
}
