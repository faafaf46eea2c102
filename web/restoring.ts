/**
 * A file to a picture that can be shown: from what was kept, or drawn.
 *
 * @module
 */

import type { Engine } from "../gpu/engine.ts";
import { sharedDrawing, withSharedEngine } from "./engine.ts";
import { firstLook, takesNetwork } from "./file_head.ts";
import type { Job, Picture } from "./jobs.ts";
import { encodePng } from "./png_encoder.ts";
import { restore, restorePart } from "./read.ts";
import { keepResult, recallResult, resultKey } from "./result_cache.ts";

/** How a job is followed. */
export interface RestoringOptions {
  /** Ends it, with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** Told how much of the whole is done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  /** Given a coarse part before the whole, where the job wants that. */
  readonly onPart?: ((png: Blob) => void) | undefined;
}

/**
 * Restores a job's file, or finds what was restored before.
 *
 * @throws what `restore` does.
 */
export async function makePicture(job: Job, options: RestoringOptions = {}): Promise<Picture> {
  const start = performance.now();
  const file = new Uint8Array(await job.file.arrayBuffer());
  options.signal?.throwIfAborted();
  const tier = takesNetwork(file) ? job.tier : DECODED;
  const key = job.isPart ? undefined : await resultKey(file, tier);
  const kept = await recallResult(key);
  if (kept) return { ...await sizeOf(kept), by: "kept from before", warnings: [], ...timing(kept) };
  if (job.wantsPart) await showPart(file, options);
  const picture = await drawPicture(file, { ...job, tier, ...options });
  await keepResult(key, picture.png);
  return { ...picture, ...timing(picture.png) };

  function timing(png: Blob): Pick<Picture, "png" | "milliseconds"> {
    return { png, milliseconds: performance.now() - start };
  }
}

async function showPart(
  file: Uint8Array<ArrayBuffer>,
  { signal, onPart }: RestoringOptions,
): Promise<void> {
  const part = firstLook(file);
  if (!part) return;
  try {
    onPart?.((await drawPicture(part, { tier: DECODED, isPart: true, signal })).png);
  } catch {
    // The whole says what is wrong.
  }
}

/** What is written in place of a tier where nothing has to be drawn, so that no tier makes a difference. */
const DECODED = "decoded";

async function drawPicture(
  file: Uint8Array,
  { tier: asked, isPart, signal, onProgress }: RestoringOptions & Omit<Job, "file">,
): Promise<Omit<Picture, "milliseconds">> {
  const tier = asked === "auto" ? await withSharedEngine(tierFor) : asked;
  let by = `${DECODED}, on the processor`;
  const warnings: string[] = [];
  const image = await (isPart ? restorePart : restore)(file, {
    engine: sharedDrawing((engine) => by = `${tier}, ${placeOf(engine)}`),
    tier: tier === DECODED ? undefined : tier,
    signal,
    onProgress,
    onWarning: (message) => warnings.push(message),
  });
  const png = new Blob([await encodePng(image)], { type: "image/png" });
  const { width, height } = image;
  return { png, width, height, by, warnings };
}

function placeOf({ kernel, description }: Engine): string {
  return kernel === "reference" ? "on the processor" : description;
}

/** The processor takes seven times as long for `standard` as for `draft`. */
function tierFor({ software }: Engine): Promise<string> {
  return Promise.resolve(software ? "draft" : "standard");
}

/** Width and height stand at the same place in every PNG. */
async function sizeOf(png: Blob): Promise<{ width: number; height: number }> {
  const view = new DataView(await png.slice(16, 24).arrayBuffer());
  return { width: view.getUint32(0), height: view.getUint32(4) };
}
