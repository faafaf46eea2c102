/**
 * Runs one bench by its name, `deno task bench NAME …`; an unknown option shows what each is for.
 *
 * @module
 */

import { type Bench, runBench } from "./program.ts";

/** Every bench, loaded when it is run. */
const BENCHES: Readonly<Record<string, () => Promise<{ readonly bench: Bench }>>> = {
  charts: () => import("./charts.ts"),
  coded: () => import("./coded.ts"),
  coders: () => import("./coders.ts"),
  engine: () => import("./engine.ts"),
  kinds: () => import("./kinds.ts"),
  lossy: () => import("./lossy.ts"),
  memory: () => import("./memory.ts"),
  performance: () => import("./performance.ts"),
  quality: () => import("./quality.ts"),
  scores: () => import("./scores.ts"),
  sizes: () => import("./sizes.ts"),
  weights: () => import("./weights.ts"),
};

const [name = "", ...args] = Deno.args;
const load = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (!load) {
  const names = Object.keys(BENCHES).join(", ");
  console.error(`Name one of the benches ${names}; found ${JSON.stringify(name)}`);
  Deno.exit(2);
}
Deno.exit(await runBench(name, { bench: (await load()).bench, args }));
