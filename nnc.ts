/**
 * The program: `nnc -c photo.jpg` compresses, `nnc -d photo.nnc` restores, `nnc -t *.jpg` trains.
 *
 * Start it with `./nnc`, which sets up what a machine lacks, or with `deno run -P=nnc nnc.ts`.
 *
 * @module
 */

import { main } from "./cli/main.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
