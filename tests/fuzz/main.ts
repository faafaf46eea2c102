/**
 * The fuzzer: `deno task fuzz --minutes N [--seed S] [--cases N] [--only FORMAT,…] [--seconds N]`, and `--seed S --case I` for one
 * case again.
 *
 * Ends with status 1 if anything was found, and says what throws it again.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { runCampaign } from "./campaign.ts";
import { FORMATS, makeCase, runCase } from "./cases.ts";
import type { Format } from "./sample.ts";

/** Cases that are run before the clock is looked at. */
const BATCH = 2000;

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    cases: { type: "string" },
    seed: { type: "string", default: "1" },
    case: { type: "string" },
    only: { type: "string" },
    seconds: { type: "string", default: "20" },
  },
});
const seed = readNumber("seed", values.seed);
const secondsPerCase = readNumber("seconds", values.seconds);
const only = values.only?.split(",").map(readFormat);
Deno.exit(
  values.case === undefined ? await runMany() : await runOne(readNumber("case", values.case)),
);

function readNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= 0) return value;
  console.error(`--${name} takes a number, found "${text}"`);
  Deno.exit(2);
}

function readFormat(text: string): Format {
  const format = FORMATS.find((name) => name === text);
  if (format) return format;
  console.error(`--only takes some of ${FORMATS.join(",")}, found "${text}"`);
  Deno.exit(2);
}

async function runOne(index: number): Promise<number> {
  const { name, bytes } = await makeCase(seed, { index, only });
  console.log(`Case ${index} of seed ${seed}: ${name}, now ${bytes.length} bytes`);
  try {
    console.log(`Nothing is wrong with it: ${(await runCase(seed, { index, only })).join(", ")}`);
    return 0;
  } catch (error) {
    console.log(error instanceof Error ? error.message : error);
    return 1;
  }
}

async function runMany(): Promise<number> {
  const minutes = values.minutes === undefined ? undefined : readNumber("minutes", values.minutes);
  const most = values.cases === undefined
    ? minutes === undefined ? 10_000 : Infinity
    : readNumber("cases", values.cases);
  const end = performance.now() + (minutes ?? Infinity) * 60_000;
  const outcomes: Record<string, number> = {};
  let found = 0;
  let done = 0;
  while (done < most && performance.now() < end) {
    const count = Math.min(BATCH, most - done);
    const result = await runCampaign({ seed, first: done, count, only, secondsPerCase });
    for (const finding of result.findings) console.log(finding);
    for (const [outcome, times] of Object.entries(result.outcomes)) {
      outcomes[outcome] = (outcomes[outcome] ?? 0) + times;
    }
    found += result.findings.length;
    done += result.done;
    const megabytes = Math.round(result.memory / 2 ** 20);
    const { index, seconds } = result.slowest;
    console.log(
      `${done} cases of seed ${seed}, ${found} findings; slowest: case ${index}, ` +
        `${seconds.toFixed(2)} s; grew by ${megabytes} MiB`,
    );
  }
  console.log(outcomes);
  return found > 0 ? 1 : 0;
}
