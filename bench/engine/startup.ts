/**
 * What a user waits for one small photo, reading and writing files apart: opens an engine and restores 512×384 pixels.
 * `startup.ts RESULT [MEMORY]` writes the drawn cells to the file RESULT; which kernels were found fastest is remembered
 * in the file MEMORY, if one is given. Run by `starts.ts`.
 *
 * @module
 */

import { openEngine } from "../../gpu/engine.ts";
import { loadNetwork } from "../../weights/shipped_networks.ts";
import { SMALL_PHOTO } from "./small_photo.ts";

const [result, memory] = Deno.args as [string, string | undefined];

async function readMemory(path: string): Promise<Map<string, string>> {
  try {
    return new Map(JSON.parse(await Deno.readTextFile(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return new Map();
    throw error;
  }
}

const remembered = memory === undefined ? new Map<string, string>() : await readMemory(memory);
const engine = await openEngine({ memory: remembered });
const { network } = await loadNetwork("quincunx");
const { data } = await engine.restoreCells(network, SMALL_PHOTO);
await Deno.writeFile(result, data);
if (memory !== undefined) await Deno.writeTextFile(memory, JSON.stringify([...remembered]));
engine.close();
