/** An engine that draws nothing, at a speed of one's choice, by a clock of its own: so that no test waits. @module */

import type { Engine } from "../../gpu/engine.ts";
import { countMultiplyAdds } from "../../gpu/network.ts";
import type { EngineSpeed } from "../../gpu/speed.ts";

/** How an engine behaves that only pretends to compute. */
export interface SimulationOptions {
  /** How fast networks of some hidden channels run. */
  readonly speedOf: (channels: number) => EngineSpeed;
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
  /** The hidden channels of every network that was run, in order. */
  readonly ran: number[];
}

/** Makes one; the first image of each width takes the time to start. */
export function simulateEngine(options: SimulationOptions): Simulation {
  const { speedOf, waiting = 0.012, description = "simulated" } = options;
  let seconds = 0;
  const ran: number[] = [];
  const engine: Engine = {
    description,
    kernel: "none",
    software: true,
    verdicts: [],
    restoreCells(network, { geometry, kept, views }) {
      const { channels } = network.architecture;
      const { rate, start } = speedOf(channels);
      const cells = kept.width * kept.height * (views?.length ?? 1);
      seconds += waiting + (ran.includes(channels) ? 0 : start);
      seconds += countMultiplyAdds(network.architecture) * cells / rate;
      ran.push(channels);
      const data = new Uint8Array(geometry.missing * kept.width * kept.height * 4);
      return Promise.resolve({ ...kept, phases: geometry.missing, data });
    },
    close() {},
  };
  return { engine, now: () => seconds * 1000, ran };
}
