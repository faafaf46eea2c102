/**
 * What networks are shown of lossy samples.
 *
 * @module
 */

import type { Cells } from "../../gpu/geometry.ts";
import { LOSSY_RANGES } from "../entropy/lossy_bins.ts";
import { edgesOutside, fillKept } from "../lattice/filling.ts";
import { countInside, imageSampling } from "../lattice/sampling.ts";
import { cellGridSize } from "../lattice/steps.ts";
import type { CoderStep } from "../lattice/coder_steps.ts";
import { CODED_COLOURS, INPUT_CENTRE } from "./coder.ts";
import type { QuantaImage } from "./lossy_colours.ts";

/** Some phases of every cell, as `Cells` has them, in quanta: Co′, Y′, Cg′ and a number that means nothing. */
export type QuantaCells = Omit<Cells, "data"> & { readonly data: Int16Array };

/** Levels of a quantum in the places of R, G and B. */
export const LEVELS_OF_PLACES: readonly [number, number, number] = [
  LOSSY_RANGES[1].unit,
  LOSSY_RANGES[0].unit,
  LOSSY_RANGES[2].unit,
];

/** The known phases of a step; of grey Co′ and Cg′ are 0. */
export function knownQuanta(window: QuantaImage, step: CoderStep): QuantaCells {
  const kept = step === "diagonal" ? "grid" : "quincunx";
  const grid = cellGridSize(window, kept);
  const places = imageSampling(kept, "kept");
  const data = new Int16Array(places.length * grid.width * grid.height * 4);
  const cells = { ...grid, phases: places.length, data };
  const { channels } = window;
  places.forEach(({ x, y, dx, dy }, phase) => {
    const columns = countInside(x, dx, window.width);
    for (let row = 0; row < countInside(y, dy, window.height); row++) {
      let from = ((y + row * dy) * window.width + x) * channels;
      let to = (phase * grid.height + row) * grid.width * 4;
      for (let column = 0; column < columns; column++) {
        if (channels === 1) data[to + 1] = window.data[from]!;
        else {
          data[to] = window.data[from]!;
          data[to + 1] = window.data[from + 1]!;
          data[to + 2] = window.data[from + 2]!;
        }
        from += dx * channels;
        to += 4;
      }
    }
  });
  fillKept(cells, { step: kept, ...edgesOutside(window, kept) });
  return cells;
}

/**
 * What a network is given of known phases.
 *
 * @param logarithm the step of the octave, as `octaveSteps` has it
 * @returns `[height][width][3 · phases + 1]`: Y less {@link INPUT_CENTRE}, Co and Cg of every phase in levels, then the step
 */
export function quantaInput(known: QuantaCells, logarithm: number): Int32Array {
  const { width, height, phases, data } = known;
  const channels = 3 * phases + 1;
  const cells = width * height;
  const input = new Int32Array(cells * channels);
  for (let phase = 0; phase < phases; phase++) {
    CODED_COLOURS.forEach((place, colour) => {
      const unit = LEVELS_OF_PLACES[place];
      const centre = colour === 0 ? INPUT_CENTRE : 0;
      let from = phase * cells * 4 + place;
      let to = 3 * phase + colour;
      for (let cell = 0; cell < cells; cell++) {
        input[to] = Math.floor(data[from]! * unit + 0.5) - centre;
        from += 4;
        to += channels;
      }
    });
  }
  for (let at = channels - 1; at < input.length; at += channels) input[at] = logarithm;
  return input;
}
