/**
 * What a thread beside the caller's runs.
 *
 * @module
 */

import "../platform/deno.ts";
import { serveTasks, type WorkerScope } from "../platform/tasks.ts";
import { CODE_LOW, CODE_MASK } from "./coded/bands.ts";
import { CODE_STRIPE } from "./coded/stripe_task.ts";
import { JOIN_LEVEL, SHOW_CELLS } from "./level_tasks.ts";
import { READ_PIXELS } from "./nnc_file.ts";
import { PACK_FILE } from "./pack.ts";
import { DEFLATE_RUN } from "./png/deflate_run.ts";
import { REDUCE_IMAGE } from "./png/reduce_image.ts";
import { READ_FILE } from "./source.ts";

serveTasks(self as unknown as WorkerScope, [
  CODE_LOW,
  CODE_MASK,
  CODE_STRIPE,
  DEFLATE_RUN,
  JOIN_LEVEL,
  PACK_FILE,
  READ_FILE,
  READ_PIXELS,
  REDUCE_IMAGE,
  SHOW_CELLS,
]);
