import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { Dice } from "./fuzz/dice.ts";
import { strikeMany, VICTIMS } from "./kill/victim.ts";

for (const [command, open] of Object.entries(VICTIMS)) {
  Deno.test(`killed at any moment, ${command} leaves the old file, the new one or none, and can go on`, async () => {
    // Training takes seconds to get going, and what writes coded files writes as the others do.
    const kills = command === "compress" || command === "restore" ? 4 : 2;
    using victim = await open();
    const { killed } = await strikeMany(victim, { kills, dice: new Dice(4, 0) });
    assertEquals(killed, kills);
  });
}
