/**
 * The axes of a chart: round numbers along two edges, and the grid between them.
 *
 * @module
 */

import { drawGridLine, drawText, type Place } from "./svg.ts";

/** The edges of what is drawn in, in pixels from the picture's left and upper edge. */
export interface Frame {
  /** Left edge. */
  readonly left: number;
  /** Right edge. */
  readonly right: number;
  /** Upper edge. */
  readonly top: number;
  /** Lower edge. */
  readonly bottom: number;
}

interface Axis {
  readonly ticks: readonly number[];
  readonly place: (value: number) => number;
}

/** Both axes, which begin and end at round numbers, in a frame. */
export class Axes {
  readonly #frame: Frame;
  readonly #across: Axis;
  readonly #up: Axis;

  /** Axes that have room for all values; along one without any, from 0 to 1. */
  constructor(frame: Frame, values: { across: readonly number[]; up: readonly number[] }) {
    this.#frame = frame;
    this.#across = makeAxis(values.across, { from: frame.left, to: frame.right });
    this.#up = makeAxis(values.up, { from: frame.bottom, to: frame.top });
  }

  /** Where a point lies. */
  place(point: { readonly x: number; readonly y: number }): Place {
    return { x: this.#across.place(point.x), y: this.#up.place(point.y) };
  }

  /** The grid and the numbers beside it. */
  draw(): string[] {
    const { left, right, top, bottom } = this.#frame;
    return [
      ...this.#across.ticks.flatMap((tick) => {
        const x = this.#across.place(tick);
        return [
          drawGridLine({ x, y: top }, { x, y: bottom }),
          drawText(format(tick), { x, y: bottom + 20, more: 'text-anchor="middle"' }),
        ];
      }),
      ...this.#up.ticks.flatMap((tick) => {
        const y = this.#up.place(tick);
        return [
          drawGridLine({ x: left, y }, { x: right, y }),
          drawText(format(tick), { x: left - 8, y: y + 4, more: 'text-anchor="end"' }),
        ];
      }),
    ];
  }
}

/** An axis from a round number to a round number, with four to ten ticks. */
function makeAxis(values: readonly number[], ends: { from: number; to: number }): Axis {
  const { least, most } = values.length === 0 ? { least: 0, most: 1 } : findExtremes(values);
  const step = roundStep(Math.max(most - least, 1e-3));
  const first = Math.floor(least / step);
  const last = Math.max(Math.ceil(most / step), first + 1);
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const scale = (ends.to - ends.from) / ((last - first) * step);
  return { ticks, place: (value) => ends.from + (value - first * step) * scale };
}

/** `Math.min` takes its values as arguments, of which there may not be any number. */
function findExtremes(values: readonly number[]): { least: number; most: number } {
  return values.reduce(
    ({ least, most }, value) => ({ least: Math.min(least, value), most: Math.max(most, value) }),
    { least: Infinity, most: -Infinity },
  );
}

/** 1, 2 or 5 times a power of ten, such that a span has four to nine of them. */
function roundStep(span: number): number {
  const power = 10 ** Math.floor(Math.log10(span / 4));
  return power * [5, 2, 1].find((factor) => span / (factor * power) >= 4)!;
}

function format(tick: number): string {
  return String(Number(tick.toPrecision(6)));
}
