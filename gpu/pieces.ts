/**
 * Submitting a tile's dispatches in pieces, as the pacer has room.
 *
 * @module
 */

import { withErrorScopes } from "./device.ts";
import { type Dispatch, encodeDispatches } from "./dispatch.ts";
import type { Pacer } from "./pacer.ts";

/** A dispatch on the way to a tile, and what it costs. */
export interface TileDispatch {
  /** The dispatch, in its turn after those before it. */
  readonly dispatch: Dispatch;
  /** Its multiply-adds, by which the pacer cuts work into pieces. */
  readonly multiplyAdds: number;
}

/**
 * Submits a tile's dispatches, and waits where the pacer wants that.
 *
 * @throws {GpuError} if the device fails; the signal's reason if aborted.
 */
export async function submitInPieces(
  dispatches: readonly TileDispatch[],
  { gpu, pacer, what, begin, signal }: {
    gpu: GPUDevice;
    pacer: Pacer;
    /** What is being done, for errors. */
    what: string;
    /** Writes what the tile is computed from, just before the first piece is submitted. */
    begin: () => void;
    signal?: AbortSignal | undefined;
  },
): Promise<void> {
  let next = 0;
  while (next < dispatches.length) {
    signal?.throwIfAborted();
    const piece: Dispatch[] = [];
    let cost = 0;
    do {
      const { dispatch, multiplyAdds } = dispatches[next++]!;
      piece.push(dispatch);
      cost += multiplyAdds;
    } while (next < dispatches.length && cost + dispatches[next]!.multiplyAdds <= pacer.room);
    const isFirst = next === piece.length;
    pacer.submitting(cost);
    await withErrorScopes({ gpu, what }, () => {
      if (isFirst) begin();
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, piece);
      gpu.queue.submit([encoder.finish()]);
    });
    if (next < dispatches.length || pacer.room <= 0) await pacer.wait();
  }
}
