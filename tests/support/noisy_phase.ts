import { type CodedPhase, ErrorPlane, PREDICTIONS } from "../../codec/entropy/coded_phase.ts";
import { PHASE_PLACES } from "../../codec/entropy/pixel_inputs.ts";
import { PixelPlane, PLANE_MARGIN } from "../../codec/entropy/pixel_plane.ts";
import { SCALE_CLASSES } from "../../codec/entropy/scales.ts";
import { Random } from "../../train/random.ts";

/** Samples of a phase with noise of a scale that the predictions do not know, and colours that go together. */
export function noisyPhase(
  options: {
    phase: number;
    width: number;
    height: number;
    maxError: number;
    colours: 1 | 3;
    seed: number;
  },
): CodedPhase {
  const { phase, width, height, maxError, colours, seed } = options;
  const random = new Random(seed);
  const stride = width + 1;
  const predictions = new Int16Array(stride * height * PREDICTIONS);
  const samples = new Uint8Array(stride * height * 4);
  for (let cell = 0; cell < stride * height; cell++) {
    const noise = Math.log(1 / (random.next() * 0.998 + 0.001) - 1);
    for (let colour = 0; colour < 3; colour++) {
      const mean = random.below(256);
      predictions[cell * PREDICTIONS + colour] = mean * 16 + random.below(16);
      predictions[cell * PREDICTIONS + 3 + colour] = 24 + random.below(40);
      predictions[cell * PREDICTIONS + 6 + colour] = random.below(128) - 32;
      if (colour >= colours) continue;
      const value = Math.min(255, Math.max(0, Math.round(mean + 3 * noise + random.below(3) + 2)));
      samples[cell * 4 + colour] = value;
    }
  }
  const planes = [0, 1, 2].map((of) =>
    new ErrorPlane(
      of === 1 ? width : Math.max(1, width - 1),
      of === 2 ? height : Math.max(1, height - 1),
    )
  );
  planes[phase] = new ErrorPlane(width, height);
  for (const plane of planes.slice(0, phase)) {
    plane.errors.forEach((_, index) => plane.errors[index] = random.below(400) - 200);
    plane.classes.forEach((_, index) => plane.classes[index] = random.below(SCALE_CLASSES));
  }
  return { phase, width, height, stride, predictions, samples, planes, colours, maxError };
}

/** The phase before its samples and errors are known. */
export function copyOf(phase: CodedPhase): CodedPhase {
  return {
    ...phase,
    samples: new Uint8Array(phase.samples.length),
    planes: phase.planes.map((plane, index) => {
      const copy = new ErrorPlane(plane.width, plane.height);
      if (index < phase.phase) {
        copy.errors.set(plane.errors);
        copy.classes.set(plane.classes);
      }
      return copy;
    }),
  };
}

/** Pixels of earlier phases in rows of a phase and around them, like its means or anything. */
export function noisyPixels(
  { phase, width, predictions, stride, height }: CodedPhase,
  { first, end, seed = 1 }: { first: number; end: number; seed?: number },
): PixelPlane {
  const plane = new PixelPlane(2 * width, 2 * (end - first));
  const random = new Random(seed);
  const earlier = [{ x: 0, y: 0 }, ...PHASE_PLACES.slice(0, Math.max(0, phase))];
  for (let row = -PLANE_MARGIN; row < plane.height + PLANE_MARGIN; row++) {
    for (let column = -PLANE_MARGIN; column < plane.width + PLANE_MARGIN; column++) {
      if (!earlier.some(({ x, y }) => x === (column & 1) && y === (row & 1))) continue;
      const cell = [first + (row >> 1), column >> 1] as const;
      const isInside = cell[0] >= 0 && cell[0] < height && cell[1] >= 0 && cell[1] < width;
      for (let colour = 0; colour < 3; colour++) {
        const mean = isInside
          ? predictions[(cell[0] * stride + cell[1]) * PREDICTIONS + colour]! / 16
          : random.below(256);
        const value = Math.round(mean + random.below(9) - 4);
        if (random.next() < 0.95) {
          plane.data[plane.at(row, column) + colour] = Math.min(255, Math.max(0, value));
        }
      }
    }
  }
  return plane;
}

/** The same pixels once more. */
export function copyOfPixels(plane: PixelPlane): PixelPlane {
  const copy = new PixelPlane(plane.width, plane.height);
  copy.data.set(plane.data);
  return copy;
}
