import { assertEquals, assertLessOrEqual } from "npm:deno-std@1.4.0/assert/mod.js";
import { Gate } from "../cli/gate.ts";
import { type Turn, workInTurns } from "../cli/turns.ts";
import { encodePng } from "../codec/png/png.ts";
import { sceneImage, Workplace } from "./support/run_nnc.ts";

const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("results and what is said come in order, however long the work takes", async () => {
  const told: string[] = [];
  let [underWay, most] = [0, 0];
  await workInTurns([5, 1, 3, 0, 2], {
    atOnce: 3,
    say: (text) => told.push(text),
    onResult: (result: number) => told.push(`done ${result}`),
    async work(rounds: number, turn: Turn) {
      most = Math.max(most, ++underWay);
      turn.say(`begin ${rounds}`);
      for (let round = 0; round < rounds; round++) await settle();
      turn.say(`end ${rounds}`);
      underWay--;
      return rounds;
    },
  });
  assertEquals(most, 3);
  assertEquals(told, [5, 1, 3, 0, 2].flatMap((n) => [`begin ${n}`, `end ${n}`, `done ${n}`]));
});

Deno.test("a gate lets in what fits, in order, and what is above its limit alone", async () => {
  const gate = new Gate(10);
  const entered: number[] = [];
  let inside = 0;
  const costs = [4, 6, 1, 25, 3, 0, 7];
  await Promise.all(costs.map((cost) =>
    gate.pass(cost, async () => {
      entered.push(cost);
      inside += cost;
      assertLessOrEqual(inside, cost > 10 ? cost : 10);
      await settle();
      inside -= cost;
    })
  ));
  assertEquals(entered, costs);
});

Deno.test("what fails inside a gate leaves it", async () => {
  const gate = new Gate(1);
  await gate.pass(1, () => Promise.reject(new Error("no"))).catch(() => {});
  assertEquals(await gate.pass(1, () => Promise.resolve("in")), "in");
});

Deno.test("a batch is the same with any number of jobs: its files, its lines and their order", async () => {
  const outcomes = [];
  for (const jobs of ["1", "2", "5"]) {
    using place = new Workplace();
    for (const [name, side] of [["large", 700], ["b", 40], ["c", 300], ["d", 20]] as const) {
      const image = sceneImage({ width: side, height: side });
      Deno.writeFileSync(place.path(`${name}.png`), await encodePng(image, { effort: "fast" }));
    }
    Deno.writeTextFileSync(place.path("a.png"), "no image");
    Deno.copyFileSync(place.path("b.png"), place.path("b.jpg"));
    const inputs = ["large.png", "a.png", "b.png", "b.jpg", "c.png", "d.png"];
    const { stdout, stderr } = await place.exits(1, "-c", "--jobs", jobs, ...inputs);
    const files = place.list().map((name) => [name, Deno.readFileSync(place.path(name))]);
    outcomes.push({ stdout: stdout.replace(/, [\d.]+ s$/gm, ""), stderr, files });
  }
  assertEquals(outcomes[0]!.files.length, 10);
  assertEquals(outcomes[1], outcomes[0]);
  assertEquals(outcomes[2], outcomes[0]);
});

Deno.test("of two outputs that are one file by a link, the first stays, also when both are worked on at once", async () => {
  using place = new Workplace();
  // The first takes longer.
  const large = sceneImage({ width: 500, height: 500 });
  Deno.writeFileSync(place.path("a.png"), await encodePng(large, { effort: "fast" }));
  await place.addScene("b.png");
  Deno.writeTextFileSync(place.path("b.nnc"), "old");
  Deno.symlinkSync("b.nnc", place.path("a.nnc"));
  const { stderr } = await place.exits(1, "-c", "--jobs", "2", "--force", "a.png", "b.png");
  assertEquals(stderr.split("\n")[0]!.includes('"b.nnc" is that of "a.png"'), true, stderr);
  const { stdout } = await place.run("info", "b.nnc");
  assertEquals(stdout.includes("500"), true, stdout);
});
