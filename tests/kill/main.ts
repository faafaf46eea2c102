/**
 * Kills the program at random moments: `deno task kill [--kills N] [--seed S]`, N of each command.
 *
 * Ends with an error at the first file that is neither whole nor as it was.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { Dice } from "../fuzz/dice.ts";
import { strikeMany, VICTIMS } from "./victim.ts";

const { values } = parseArgs({
  options: { kills: { type: "string", default: "70" }, seed: { type: "string", default: "1" } },
});
let total = 0;
for (const [index, [command, open]] of Object.entries(VICTIMS).entries()) {
  using victim = await open();
  const dice = new Dice(Number(values.seed), index);
  const { killed, survived } = await strikeMany(victim, { kills: Number(values.kills), dice });
  total += killed;
  console.log(
    `${command}: killed ${killed} times, ended before it ${survived} times; all is whole`,
  );
}
console.log(`${total} kills, no file lost or in pieces`);
