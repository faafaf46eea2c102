/** Exact networks: by the reference, by the processor's kernel, and by every kernel of a device. @module */

import type { Device } from "../../gpu/device.ts";
import type { ExactNetwork } from "../../gpu/exact_network.ts";
import { ExactProcessor } from "../../gpu/exact_processor.ts";
import { runExactNetwork } from "../../gpu/exact_reference.ts";
import { ExactSession } from "../../gpu/exact_session.ts";
import type { ConvKernel } from "../../gpu/kernels/conv_kernel.ts";
import { countMultiplyAdds } from "../../gpu/network.ts";
import { loadShippedCoder, SHIPPED_CODERS } from "../../weights/shipped_coders.ts";
import { type Seconds, timeRepeated } from "../clock.ts";

/** One network by one of them, from whole numbers to whole numbers. */
export interface ExactRow extends Seconds {
  /** `reference`, `WebAssembly`, or the name of a kernel. */
  readonly kernel: string;
  /** The coder whose network it is. */
  readonly coder: string;
  /** Cells of the plane. */
  readonly plane: Plane;
  /** 10⁹ operations, two for a multiply-add. */
  readonly gigaflop: number;
}

interface Plane {
  readonly width: number;
  readonly height: number;
}

type Run = (network: ExactNetwork, options: { input: Int32Array; shape: Plane }) => unknown;

/** What all are checked on: cut into tiles by the processor, no multiple of anything. */
const CHECKED: Plane = { width: 113, height: 101 };

/** What is timed; the reference takes its time. */
const PLANES = { reference: { width: 40, height: 30 }, others: { width: 512, height: 384 } };

/**
 * Checks and times all of them on the larger network of the finest octave of every shipped coder.
 *
 * @throws {Error} if one of them differs from the reference in a single number.
 */
export async function measureExact(
  device: Device,
  kernels: readonly ConvKernel[],
): Promise<ExactRow[]> {
  const processor = await ExactProcessor.open();
  const rows: ExactRow[] = [];
  for (const shipped of SHIPPED_CODERS) {
    const { coder: { fine: { quincunx: network } } } = await loadShippedCoder(shipped);
    const input = inputOf(network, CHECKED);
    const expected = runExactNetwork(network, { input, shape: CHECKED });
    const measure = async (kernel: string, run: Run) => {
      verify(await run(network, { input, shape: CHECKED }) as ArrayLike<number>, {
        expected,
        kernel,
      });
      rows.push({ kernel, coder: shipped.name, ...await time(run, { kernel, network }) });
    };
    await measure("reference", runExactNetwork);
    if (processor) await measure("WebAssembly", (...given) => processor.run(...given));
    for (const kernel of kernels) {
      const session = new ExactSession(device, { kernels: [kernel], checked: new Set([kernel]) });
      await measure(kernel.name, (...given) => session.run(...given));
      session.freeMemory();
    }
  }
  return rows;
}

async function time(
  run: Run,
  { kernel, network }: { kernel: string; network: ExactNetwork },
): Promise<Omit<ExactRow, "kernel" | "coder">> {
  const plane = PLANES[kernel === "reference" ? "reference" : "others"];
  const input = inputOf(network, plane);
  const seconds = await timeRepeated(async (times) => {
    for (let time = 0; time < times; time++) await run(network, { input, shape: plane });
  });
  const gigaflop = 2 * countMultiplyAdds(network.architecture) * plane.width * plane.height / 1e9;
  return { plane, gigaflop, ...seconds };
}

/** Inputs up to their limits that are the same every time. */
function inputOf(
  { architecture: { inputs }, inputLimits }: ExactNetwork,
  { width, height }: Plane,
): Int32Array {
  return Int32Array.from({ length: width * height * inputs }, (_, at) => {
    const limit = inputLimits[at % inputs]!;
    return Math.imul(at, 2654435761) % (limit + 1);
  });
}

function verify(
  found: ArrayLike<number>,
  { expected, kernel }: { expected: Int32Array; kernel: string },
): void {
  const wrong = expected.findIndex((value, at) => value !== found[at]);
  if (wrong < 0 && found.length === expected.length) return;
  throw new Error(
    `"${kernel}" gives ${found[wrong]} where the reference gives ${
      expected[wrong]
    }; nothing is reported`,
  );
}
