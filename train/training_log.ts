/**
 * The log of a training run: lines of JSON, the first of what is run, then one a validation.
 *
 * @module
 */

import type { AnyRecipe } from "./coder_recipe.ts";
import type { Measure } from "./score.ts";
import type { TrainProgress } from "./train_options.ts";
import { TrainingError } from "./training_error.ts";

const FORMAT = "nnc training log 1";

/** No run comes near it, and what is drawn keeps its precision. */
const MOST = 1e9;

/** What a validation is made of has fewer parts. */
const MOST_DETAILS = 30;

/** Letters of a value that an error quotes. */
const MAX_QUOTED = 60;

/** The first line of a log: what is run, and on how many photos. */
export interface LogHead {
  /** What is run, complete. A log that was read may be of a version that knows more. */
  readonly recipe: AnyRecipe | Readonly<Record<string, unknown>>;
  /** Photos to learn from. */
  readonly photos: number;
  /** Photos held back. */
  readonly validation: number;
}

/** What a log says of a validation; see {@link TrainProgress}. */
export interface LogPoint extends Omit<TrainProgress, "loss" | "stages"> {
  /** As in {@link TrainProgress}; `null` where nothing was trained since the run or its stage was begun or resumed. */
  readonly loss: number | null;
  /** Seconds of training, without those between a stop and its continuation. */
  readonly seconds: number;
}

/** A log that was read. */
export interface TrainingLog {
  /** What was run. */
  readonly head: LogHead;
  /** The validations, in their order. */
  readonly points: readonly LogPoint[];
  /** The lines that are whole, as they are written. */
  readonly text: string;
}

/** The first line, with its line break. */
export function writeLogHead({ recipe, photos, validation }: LogHead): string {
  return `${JSON.stringify({ format: FORMAT, recipe, photos, validation })}\n`;
}

/** The line of a validation, with its line break; rounded to what is worth reading. */
export function writeLogPoint(progress: TrainProgress, seconds: number): string {
  const { step, stage, steps, loss, measure, score, details, best, rate } = progress;
  const point = {
    step,
    stage,
    steps,
    loss: loss === 0 ? null : Number(loss.toFixed(5)),
    [measure]: Number(score.toFixed(4)),
    ...(details && { details: mapNumbers(details, (value) => Number(value.toFixed(4))) }),
    best: Number(best.toFixed(4)),
    rate: Number(rate.toPrecision(6)),
    seconds: Number(seconds.toFixed(3)),
  };
  return `${JSON.stringify(point)}\n`;
}

/** Whether a validation comes after another: a later step, or the same one as the next stage judges it. */
export function isAfter(
  point: Pick<LogPoint, "stage" | "step">,
  other: Pick<LogPoint, "stage" | "step">,
): boolean {
  return point.stage === other.stage
    ? point.step > other.step
    : point.stage > other.stage && point.step >= other.step;
}

/**
 * Reads a log. A last line without its line break was torn off by a crash and is passed over.
 *
 * @throws {TrainingError} naming the line that is none of a log, and what is wrong with it.
 */
export function parseTrainingLog(text: string): TrainingLog {
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const lines = whole.split("\n").slice(0, -1);
  const head = parseHead(lines[0] ?? "");
  const points: LogPoint[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const point = parsePoint(line, index + 1);
    const last = points.at(-1);
    if (last && !isAfter(point, last)) {
      throw new TrainingError(
        `Line ${
          index + 1
        } of the log does not come after the one before: step ${point.step} of stage ` +
          `${point.stage} follows step ${last.step} of stage ${last.stage}`,
      );
    }
    points.push(point);
  }
  return { head, points, text: whole };
}

function parseHead(line: string): LogHead {
  const { format, recipe, photos, validation } = parseObject(line, 1);
  if (format !== FORMAT) {
    throw new TrainingError(
      `Line 1 is not that of a training log: its "format" must be "${FORMAT}", found ${
        quote(format)
      }`,
    );
  }
  if (typeof recipe !== "object" || recipe === null || Array.isArray(recipe)) {
    throw new TrainingError(
      `Line 1 of the log must have an object "recipe", found ${quote(recipe)}`,
    );
  }
  return {
    recipe: recipe as Record<string, unknown>,
    photos: count({ photos }, 1),
    validation: count({ validation }, 1),
  };
}

function parsePoint(line: string, number: number): LogPoint {
  const values = parseObject(line, number);
  const { step, stage, steps, loss, best, rate, seconds } = values;
  const measure: Measure = Object.hasOwn(values, "bits") ? "bits" : "psnr";
  return {
    step: count({ step }, number),
    stage: count({ stage }, number),
    steps: count({ steps }, number),
    loss: loss === null ? null : finite({ loss }, number),
    measure,
    score: finite({ [measure]: values[measure] }, number),
    ...(values["details"] !== undefined && { details: numbers(values["details"], number) }),
    best: finite({ best }, number),
    rate: finite({ rate }, number),
    seconds: finite({ seconds }, number),
  };
}

function parseObject(line: string, number: number): Record<string, unknown> {
  try {
    const value = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Reported below, like every other line that is no object.
  }
  throw new TrainingError(
    `Line ${number} of the log is not a JSON object, found "${line.slice(0, MAX_QUOTED)}"`,
  );
}

function count(field: Readonly<Record<string, unknown>>, line: number): number {
  return check(field, {
    line,
    kind: "a whole number from 0",
    fits: (value) => Number.isSafeInteger(value) && value >= 0,
  });
}

/** Numbers by name, few of them. */
function numbers(details: unknown, line: number): Record<string, number> {
  if (
    typeof details === "object" && details !== null && !Array.isArray(details) &&
    Object.keys(details).length <= MOST_DETAILS
  ) {
    const named = details as Readonly<Record<string, unknown>>;
    return mapNumbers(named, (value, name) => finite({ [name]: value }, line));
  }
  throw new TrainingError(
    `Line ${line} of the log must have up to ${MOST_DETAILS} numbers by name as "details", found ${
      quote(details)
    }`,
  );
}

function mapNumbers<From>(
  numbers: Readonly<Record<string, From>>,
  change: (value: From, name: string) => number,
): Record<string, number> {
  return Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, change(value, name)]),
  );
}

function finite(field: Readonly<Record<string, unknown>>, line: number): number {
  return check(field, {
    line,
    kind: `a number up to ${MOST}`,
    fits: (value) => Math.abs(value) <= MOST,
  });
}

function check(
  field: Readonly<Record<string, unknown>>,
  { line, kind, fits }: { line: number; kind: string; fits: (value: number) => boolean },
): number {
  const [name, value] = Object.entries(field)[0]!;
  if (typeof value === "number" && fits(value)) return value;
  throw new TrainingError(
    `Line ${line} of the log must have ${kind} as "${name}", found ${quote(value)}`,
  );
}

function quote(value: unknown): string {
  return JSON.stringify(value)?.slice(0, MAX_QUOTED) ?? "none";
}
