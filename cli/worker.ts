/**
 * What a thread beside the program's own runs.
 *
 * @module
 */

import "../platform/deno.ts";
import { DEFLATE_RUN } from "../codec/png/deflate_run.ts";
import { serveTasks, type WorkerScope } from "../platform/tasks.ts";

serveTasks(self as unknown as WorkerScope, [DEFLATE_RUN]);
