import {
  assert,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { COLOURS, PAPERS } from "../cli/chart/svg.ts";
import { drawTrainingCurve, type NamedLog } from "../cli/training/curve.ts";
import { DEFAULT_RECIPE } from "../train/recipe.ts";
import { TrainingError } from "../train/training_error.ts";
import {
  type LogPoint,
  parseTrainingLog,
  writeLogHead,
  writeLogPoint,
} from "../train/training_log.ts";
import { damageBytes } from "./fuzz/bytes_damage.ts";
import { Dice } from "./fuzz/dice.ts";
import { Workplace } from "./support/run_nnc.ts";
import { parseXml, type XmlElement } from "./support/xml.ts";

function point(step: number, more: Partial<LogPoint> = {}): LogPoint {
  const [loss, score] = [4 - step / 1000, 30 + step / 1000];
  const rest = { steps: 2000, stage: 1, best: score, rate: 1e-3, seconds: step };
  return { ...rest, step, loss: step === 0 ? null : loss, measure: "psnr", score, ...more };
}

const PLAIN: NamedLog = {
  name: "plain",
  points: [0, 500, 1000, 1500, 2000].map((at) => point(at)),
};
const STAGED: NamedLog = {
  name: "staged",
  points: [
    ...[point(0), point(500), point(1000)],
    point(1000, { stage: 2, loss: null, score: 33 }),
    point(1500, { stage: 2, score: 34.5 }),
    point(2000, { stage: 2, score: 34 }),
  ],
};

function elementsOf(logs: readonly NamedLog[]): XmlElement[] {
  return parseXml(drawTrainingCurve(logs));
}

/** The places that curves of a colour go through. */
function curvesOf(elements: readonly XmlElement[], colour: string): number[][][] {
  return elements.filter(({ name, attributes }) =>
    name === "polyline" && attributes["stroke"] === colour
  ).map(({ attributes }) =>
    attributes["points"]!.split(" ").map((place) => place.split(",").map(Number))
  );
}

function wordsOf(elements: readonly XmlElement[]): string[] {
  return elements.filter(({ name }) => name === "text").map(({ text }) => text);
}

Deno.test("a log has a curve of its loss and one of its PSNR, and a stage has curves of its own", () => {
  const elements = elementsOf([PLAIN, STAGED]);
  assertEquals(curvesOf(elements, COLOURS[1]).map((curve) => curve.length), [4, 5]);
  assertEquals(curvesOf(elements, COLOURS[2]).map((curve) => curve.length), [2, 2, 3, 3]);
  const words = wordsOf(elements);
  for (
    const text of [
      ...["loss in grey levels", "PSNR in dB", "steps", "2000"],
      ...["plain: best 32.00 dB, at step 2000", "staged: best 34.50 dB, at step 1500"],
    ]
  ) assert(words.includes(text), text);
});

Deno.test("a curve rises where its values rise, and both panels have the same steps below each other", () => {
  const [loss, quality] = curvesOf(elementsOf([PLAIN]), COLOURS[1]);
  for (let index = 1; index < 4; index++) {
    assert(loss![index]![1]! > loss![index - 1]![1]!, "a falling loss goes down the page");
    assert(quality![index]![1]! < quality![index - 1]![1]!, "a rising PSNR goes up the page");
  }
  assertEquals(loss!.map(([x]) => x), quality!.slice(1).map(([x]) => x));
  assert(Math.max(...loss!.map(([, y]) => y!)) < Math.min(...quality!.map(([, y]) => y!)));
});

Deno.test("the beginning of a stage is marked in both panels, once where logs share it", () => {
  const marks = (logs: NamedLog[]) =>
    elementsOf(logs).filter(({ attributes }) => attributes["stroke-dasharray"] !== undefined)
      .map(({ attributes }) => attributes["stroke"]);
  assertEquals(marks([PLAIN]), []);
  assertEquals(marks([PLAIN, STAGED]), [COLOURS[2], COLOURS[2]]);
  assertEquals(marks([STAGED, { ...STAGED, name: "again" }]), [COLOURS[0], COLOURS[0]]);
  const words = wordsOf(elementsOf([STAGED, { ...STAGED, name: "again" }]));
  assertEquals(words.filter((text) => text === "stage 2").length, 2);
});

Deno.test("a stage of a single validation is a dot", () => {
  const cut = { name: "cut", points: STAGED.points.slice(0, 4) };
  const dots = elementsOf([cut]).filter(({ name }) => name === "circle");
  // The only validation of the second stage is its best as well.
  assertEquals(dots.length, 2);
  assertEquals(new Set(dots.map(({ attributes }) => attributes["cy"])).size, 1);
});

Deno.test("whatever a log holds, every number of the picture is one, and lies in it", () => {
  const logs: NamedLog[] = [
    { name: "start", points: [point(0)] },
    { name: "flat", points: [point(0), point(5, { loss: 0, score: 30 })] },
    { name: "wild", points: [point(0, { score: -1e9 }), point(2 ** 53 - 1, { loss: 1e9 })] },
    { name: "high", points: [point(7, { score: 1e9, loss: 1e9 }), point(8, { score: 1e9 })] },
  ];
  for (const log of [...logs.map((one) => [one]), logs]) {
    const elements = elementsOf(log);
    const height = Number(elements[0]!.attributes["height"]);
    for (const { attributes } of elements) {
      for (const name of ["x", "y", "x1", "y1", "x2", "y2", "cx", "cy"]) {
        const value = Number(attributes[name] ?? 0);
        assert(value >= 0 && value <= (name.includes("x") ? 760 : height), `${name} ${value}`);
      }
      assert(!/NaN|Infinity/.test(JSON.stringify(attributes)));
    }
  }
});

Deno.test("the same logs give the same picture, and names are not markup", () => {
  assertEquals(drawTrainingCurve([PLAIN]), drawTrainingCurve([structuredClone(PLAIN)]));
  const words = wordsOf(elementsOf([{ ...PLAIN, name: "a<b>&\"'\x07" }]));
  assert(words.some((text) => text.startsWith("a<b>&\"'\ufffd: best")), words.join());
});

Deno.test("however a log is damaged, it is drawn, or refused by its line", () => {
  const sound = writeLogHead({ recipe: DEFAULT_RECIPE, photos: 9, validation: 2 }) +
    STAGED.points.map((one) => writeLogPoint({ ...one, loss: one.loss ?? 0, stages: 2 }, 1))
      .join("");
  const outcomes = { drawn: 0, refused: 0 };
  for (let index = 0; index < 600; index++) {
    const bytes = damageBytes(new TextEncoder().encode(sound), new Dice(1, index));
    const text = new TextDecoder().decode(bytes);
    try {
      const { points } = parseTrainingLog(text);
      if (points.length > 0) parseXml(drawTrainingCurve([{ name: "damaged", points }]));
      outcomes.drawn++;
    } catch (error) {
      if (!(error instanceof TrainingError)) throw error;
      assert(/^Line \d+ .+ [^ ]/.test(error.message), error.message);
      outcomes.refused++;
    }
  }
  assert(Math.min(outcomes.drawn, outcomes.refused) > 20, JSON.stringify(outcomes));
});

Deno.test("bits are drawn as bits, the fewest being best, and not beside decibels", () => {
  const bits = (step: number, score: number) => point(step, { measure: "bits", score });
  const log: NamedLog = { name: "coder", points: [bits(0, 4), bits(10, 2.5), bits(20, 2.75)] };
  const words = wordsOf(elementsOf([log]));
  for (const expected of ["coder: best 2.5000 bits a sample, at step 10", "bits a sample"]) {
    assert(words.includes(expected), `${words}`);
  }
  assertThrows(() => drawTrainingCurve([log, PLAIN]), RangeError, "no scale in common");
});

Deno.test("nothing to draw is refused", () => {
  assertThrows(() => drawTrainingCurve([]), RangeError, "no logs");
  assertThrows(() => drawTrainingCurve([PLAIN, { name: "new", points: [] }]), RangeError, '"new"');
});

Deno.test("curves stand out on light paper and on dark, and words stand out clearly", () => {
  for (const { paper, words } of Object.values(PAPERS)) {
    for (const colour of COLOURS) assert(contrast(colour, paper) >= 3, `${colour} on ${paper}`);
    assert(contrast(words, paper) >= 7);
  }
  assertStringIncludes(drawTrainingCurve([PLAIN]), "prefers-color-scheme: dark");
});

/** Contrast of two colours as WCAG 2 defines it: 1 to 21, 3 being enough for graphics. */
function contrast(one: string, other: string): number {
  const luminance = (colour: string) =>
    [0.2126, 0.7152, 0.0722].reduce((sum, share, index) => {
      const level = parseInt(colour.slice(1 + 2 * index, 3 + 2 * index), 16) / 255;
      return sum + share * (level <= 0.04045 ? level / 12.92 : ((level + 0.055) / 1.055) ** 2.4);
    }, 0);
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light! + 0.05) / (dark! + 0.05);
}

/** A log as `train` writes it. */
function logText(steps: readonly number[]): string {
  const head = writeLogHead({ recipe: DEFAULT_RECIPE, photos: 4, validation: 1 });
  const lines = steps.map((step) =>
    writeLogPoint({ ...point(step), loss: step / 100, stages: 1 }, step)
  );
  return head + lines.join("");
}

Deno.test("curve draws logs into a file or to standard output, and replaces nothing without --force", async () => {
  using place = new Workplace();
  const logs = ["a.safetensors.log.jsonl", "b.safetensors.log.jsonl"];
  for (const log of logs) Deno.writeTextFileSync(place.path(log), logText([0, 10, 20]));
  const done = await place.exits(0, "curve", ...logs, "--json");
  const svg = Deno.readTextFileSync(place.path("curve.svg"));
  assertEquals(JSON.parse(done.stdout), {
    ...{ command: "curve", status: "done", logs, validations: [3, 3] },
    ...{ output: "curve.svg", bytes: new TextEncoder().encode(svg).length },
  });
  const words = wordsOf(parseXml(svg));
  assert(words.some((text) => text.startsWith("a: best")), words.join());
  assert(words.some((text) => text.startsWith("b: best")), words.join());

  const printed = await place.run("curve", ...logs, "--output", "-");
  assertEquals([printed.code, printed.stdout], [0, svg]);
  const again = await place.exits(2, "curve", logs[0]!);
  assertStringIncludes(again.stderr, '"curve.svg" exists; --force replaces it');
  assertEquals(Deno.readTextFileSync(place.path("curve.svg")), svg);
  const over = await place.exits(2, "curve", ...logs, "--force", "--output", logs[1]!);
  assertStringIncludes(over.stderr, "would replace one of the logs");
  await place.exits(0, "curve", logs[0]!, "--force");
  assert(Deno.readTextFileSync(place.path("curve.svg")) !== svg);
  assertEquals(place.list(), [...logs, "curve.svg"]);
});

Deno.test("curve names the log that it cannot draw, and the line", async () => {
  using place = new Workplace();
  const files = {
    "good.jsonl": logText([0, 10]),
    "broken.jsonl": logText([0, 10]).replace('"step":10', '"step":"ten"'),
    "begun.jsonl": logText([]),
    "other.jsonl": '{"command":"train"}\n',
  };
  for (const [name, text] of Object.entries(files)) Deno.writeTextFileSync(place.path(name), text);
  const reasons = {
    "broken.jsonl": 'Line 3 of the log must have a whole number from 0 as "step", found "ten"',
    "begun.jsonl": "It holds no validation yet",
    "other.jsonl": "Line 1 is not that of a training log",
    "missing.jsonl": "There is no such file",
  };
  for (const [name, reason] of Object.entries(reasons)) {
    const { stderr } = await place.exits(1, "curve", "good.jsonl", name);
    assertStringIncludes(stderr, `The log "${name}" cannot be drawn. ${reason}`);
  }
  assertEquals(place.list(), Object.keys(files).sort());
});
