import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { readBuffer, withErrorScopes } from "../gpu/device.ts";
import { encodeDispatches } from "../gpu/dispatch.ts";
import { type Matrices, muonDispatches } from "../train/muon.ts";
import { initialState, Optimiser } from "../train/optimiser.ts";
import { hiddenMatrices } from "../train/parameters.ts";
import { DispatchFactory } from "../train/dispatch_factory.ts";
import { Random } from "../train/random.ts";
import { openTestDevice } from "./support/device.ts";

const STEPS = 3;
const RATE = 0.01;

/** [rows][columns] */
type Matrix = Float64Array[];

function multiply(left: Matrix, right: Matrix): Matrix {
  return left.map((row) =>
    Float64Array.from(
      right[0]!,
      (_, column) => row.reduce((sum, value, k) => sum + value * right[k]![column]!, 0),
    )
  );
}

function transposed(matrix: Matrix): Matrix {
  return Array.from(matrix[0]!, (_, column) => Float64Array.from(matrix, (row) => row[column]!));
}

/** The iteration as it is published, on the matrix itself. */
function orthogonalise(matrix: Matrix): Matrix {
  const norm = Math.sqrt(matrix.reduce((sum, row) => sum + row.reduce((s, v) => s + v * v, 0), 0));
  let x = matrix.map((row) => row.map((value) => value / norm));
  for (let round = 0; round < 5; round++) {
    const a = multiply(x, transposed(x));
    const aa = multiply(a, a);
    const q = a.map((row, i) => row.map((value, j) => -4.775 * value + 2.0315 * aa[i]![j]!));
    const qx = multiply(q, x);
    x = x.map((row, i) => row.map((value, j) => 3.4445 * value + qx[i]![j]!));
  }
  return x;
}

async function runOnDevice(
  { start, gradients, matrices }: {
    start: Float32Array;
    gradients: readonly Float32Array<ArrayBuffer>[];
    matrices: Matrices;
  },
): Promise<Record<"parameters" | "averages", Float32Array>> {
  const { gpu } = await openTestDevice();
  const { length } = start;
  const bounds = new Float32Array(length).fill(-3e38);
  const optimiser = new Optimiser(gpu, { state: initialState(start), bounds });
  const buffer = gpu.createBuffer({
    size: length * 4,
    usage: GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_DST,
  });
  const dispatches = await withErrorScopes(
    { gpu, what: "Setting up Muon" },
    () =>
      optimiser.dispatches({
        gradients: buffer,
        factory: new DispatchFactory(gpu),
        length,
        matrices,
      }),
  );
  gradients.forEach((gradient, step) => {
    gpu.queue.writeBuffer(buffer, 0, gradient);
    optimiser.setStep(step, { rate: RATE, averageDecay: 0.5 });
    const encoder = gpu.createCommandEncoder();
    encodeDispatches(encoder, dispatches);
    gpu.queue.submit([encoder.finish()]);
  });
  const read = async (from: GPUBuffer) =>
    new Float32Array((await readBuffer(gpu, { buffer: from })).buffer);
  const { parameters, averages } = optimiser.buffers;
  const result = { parameters: await read(parameters), averages: await read(averages) };
  gpu.destroy();
  return result;
}

for (const rows of [4, 16, 36]) {
  Deno.test(`Muon moves matrices of ${rows} rows as the published iteration does in float64`, async () => {
    const columns = rows * 9;
    const size = rows * columns;
    const matrices = { starts: [5, 5 + size + 3], rows, columns };
    const length = 2 * size + 12;
    const random = new Random(rows);
    const draw = () => Float32Array.from({ length }, () => random.normal());
    const start = draw();
    const gradients = Array.from({ length: STEPS }, draw);
    const found = await runOnDevice({ start, gradients, matrices });

    let norm = 0;
    const parameters = Float64Array.from(start);
    const momentum = new Float64Array(length);
    gradients.forEach((gradient, step) => {
      const full = Math.hypot(...gradient);
      const clipped = Math.min(full, 2 * (norm || full));
      norm = step === 0 ? full : 0.98 * norm + 0.02 * clipped;
      for (const from of matrices.starts) {
        const ahead = Array.from(
          { length: rows },
          (_, row) =>
            Float64Array.from({ length: columns }, (_, column) => {
              const at = from + row * columns + column;
              const share = gradient[at]! * clipped / full;
              momentum[at] = 0.9 * momentum[at]! + share;
              return share + 0.9 * momentum[at]!;
            }),
        );
        orthogonalise(ahead).forEach((row, i) =>
          row.forEach((value, j) =>
            parameters[from + i * columns + j]! -= RATE * Math.sqrt(columns) * value
          )
        );
      }
    });
    for (const from of matrices.starts) {
      for (let at = from; at < from + size; at++) {
        assertAlmostEquals(found.parameters[at]!, parameters[at]!, 2e-4);
      }
    }
    const outside = [0, 4, 5 + size, 7 + size, length - 1];
    for (const at of outside) {
      const moved = Math.abs(found.parameters[at]! - start[at]!);
      assert(moved > 0 && moved <= STEPS * RATE * 1.01, `Adam moved value ${at} by ${moved}`);
    }
    assert(found.averages[5] !== found.parameters[5], "the average is that of one step");
  });
}

Deno.test("what Muon applies is nearly orthogonal, however unequal the gradient's directions", async () => {
  const [rows, columns] = [16, 144];
  const random = new Random(7);
  const bias = 1;
  const gradient = Float32Array.from(
    { length: rows * columns + bias },
    (_, at) => random.normal() * 0.5 ** (Math.floor(at / columns) / 3),
  );
  const start = new Float32Array(gradient.length);
  const matrices = { starts: [0], rows, columns };
  const { parameters } = await runOnDevice({ start, gradients: [gradient], matrices });
  const applied = Float64Array.from(parameters, (value) => -value / (RATE * Math.sqrt(columns)));
  for (let trial = 0; trial < 20; trial++) {
    const direction = Float64Array.from({ length: rows }, () => random.normal());
    const image = Float64Array.from(
      { length: columns },
      (_, column) =>
        direction.reduce((sum, value, row) => sum + value * applied[row * columns + column]!, 0),
    );
    const stretch = Math.hypot(...image) / Math.hypot(...direction);
    assert(stretch > 0.65 && stretch < 1.25, `a direction is stretched by ${stretch}`);
  }
});

Deno.test("Muon refuses matrices that its shaders cannot run", async () => {
  const { gpu } = await openTestDevice();
  const buffer = gpu.createBuffer({ size: 16, usage: GPUBufferUsage.STORAGE });
  const buffers = {
    parameters: buffer,
    moments: buffer,
    averages: buffer,
    gradients: buffer,
    clip: buffer,
    step: buffer,
  };
  for (
    const matrices of [
      { starts: [], rows: 4, columns: 36 },
      { starts: [0], rows: 6, columns: 36 },
      { starts: [0], rows: 8, columns: 4 },
    ]
  ) {
    assertThrows(
      () => muonDispatches(gpu, { matrices, buffers, factory: new DispatchFactory(gpu) }),
      RangeError,
      "multiples of 4",
    );
  }
  gpu.destroy();
});

Deno.test("Muon trains the weights of blocks alone", () => {
  const found = hiddenMatrices({ inputs: 6, outputs: 6, channels: 16, blocks: 2 });
  const head = 6 * 16 * 9 + 16 + 16;
  const first = 16 * 16 * 9 + 16 + 16;
  const second = 16 * 16 * 9 + 16;
  const starts = [head, head + first, head + first + second, head + 2 * first + second];
  assertEquals(found, { starts, rows: 16, columns: 144 });
  assertEquals(hiddenMatrices({ inputs: 6, outputs: 6, channels: 16, blocks: 0 }), undefined);
});

Deno.test("memory does not grow with the steps of Muon", async () => {
  const { gpu } = await openTestDevice();
  const [rows, columns] = [16, 144];
  const size = rows * columns;
  const buffer = (values: number, usage: number = GPUBufferUsage.STORAGE) =>
    gpu.createBuffer({ size: values * 4, usage: usage | GPUBufferUsage.COPY_DST });
  const dispatches = muonDispatches(gpu, {
    matrices: { starts: [0, size, 2 * size, 3 * size], rows, columns },
    buffers: {
      parameters: buffer(4 * size),
      moments: buffer(8 * size),
      averages: buffer(4 * size),
      gradients: buffer(4 * size),
      clip: buffer(4),
      step: buffer(4, GPUBufferUsage.UNIFORM),
    },
    factory: new DispatchFactory(gpu),
  });
  const run = async (steps: number) => {
    for (let step = 0; step < steps; step++) {
      const encoder = gpu.createCommandEncoder();
      encodeDispatches(encoder, dispatches);
      gpu.queue.submit([encoder.finish()]);
      await gpu.queue.onSubmittedWorkDone();
    }
  };
  await run(20);
  const before = Deno.memoryUsage().rss;
  await run(60);
  const grown = (Deno.memoryUsage().rss - before) / 2 ** 20;
  gpu.destroy();
  // What once was kept of every binding came to 8 MiB a step.
  assert(grown < 120, `60 steps took ${grown.toFixed(0)} MiB`);
});
