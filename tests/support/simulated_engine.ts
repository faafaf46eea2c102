/** An engine that draws nothing, at a speed of one's choice, by a clock of its own: so that no test waits. @module */

import type { Engine } from "../../gpu/engine.ts";
import { countMultiplyAdds } from "../../gpu/network.ts";

/** How an engine behaves that only pretends to compute. */
export interface SimulationOptions {
  /** Multiply-adds a second of the next image. */
  readonly speed: () => number;
  /** Seconds that the first image takes on top; default 0. */
  readonly start?: number | undefined;
  /** Seconds that every image takes on top; default 0.012. */
  readonly waiting?: number | undefined;
  /** What the engine calls itself; default `"simulated"`. */
  readonly description?: string | undefined;
}

/** The engine, its clock, and what it was asked to do. */
export interface Simulation {
  /** The engine. */
  readonly engine: Engine;
  /** The clock that its work moves on, in milliseconds. */
  readonly now: () => number;
  /** The cells of every image that was drawn, in order. */
  readonly ran: number[];
}

/** Makes one. */
export function simulateEngine(options: SimulationOptions): Simulation {
  const { speed, start = 0, waiting = 0.012, description = "simulated" } = options;
  let seconds = 0;
  const ran: number[] = [];
  const engine: Engine = {
    description,
    kernel: "none",
    software: true,
    verdicts: [],
    restoreCells(network, { geometry, kept, views }) {
      const cells = kept.width * kept.height * (views?.length ?? 1);
      seconds += waiting + (ran.length > 0 ? 0 : start);
      seconds += countMultiplyAdds(network.architecture) * cells / speed();
      ran.push(cells);
      const data = new Uint8Array(geometry.missing * kept.width * kept.height * 4);
      return Promise.resolve({ ...kept, phases: geometry.missing, data });
    },
    close() {},
  };
  return { engine, now: () => seconds * 1000, ran };
}
