/**
 * Training logs as a picture: loss and validation PSNR over the steps, a colour for each log.
 *
 * @module
 */

import { Axes, type Frame } from "../chart/axes.ts";
import {
  colourOf,
  drawCurve,
  drawDot,
  drawLegend,
  drawLine,
  drawPicture,
  drawText,
  type Place,
} from "../chart/svg.ts";
import { formatScore, isBetter, type Measure } from "../../train/score.ts";
import type { LogPoint } from "../../train/training_log.ts";

/** A log, and how it is called in the legend. */
export interface NamedLog {
  /** For the legend. */
  readonly name: string;
  /** Its validations, of which there must be one. */
  readonly points: readonly LogPoint[];
}

const LOSSES: Readonly<Record<Measure, string>> = {
  psnr: "loss in grey levels",
  bits: "loss in bits a sample",
};

const SCORES: Readonly<Record<Measure, string>> = { psnr: "PSNR in dB", bits: "bits a sample" };

/** What a panel shows of a validation; none where it is not known. */
type Quantity = (point: LogPoint) => number | null;

const WIDTH = 760;
const [LEFT, RIGHT] = [64, WIDTH - 24];
const PANEL_HEIGHT = 240;
/** From the lower edge of a panel to the upper one of the next: numbers below, words above. */
const PANEL_GAP = 64;
const LEGEND_TOP = 50;
const LEGEND_LINE = 20;
const TITLE = "Training: loss and quality of held-back photos";

/**
 * Draws logs; the same ones give the same picture.
 *
 * Curves break between stages, each of which goes on from the best of the one before. A dot marks the best validation of
 * a run's last stage.
 *
 * @throws {RangeError} if there is no log, one without a validation, or logs of drawing and of coder networks together.
 */
export function drawTrainingCurve(logs: readonly NamedLog[]): string {
  if (logs.length === 0) throw new RangeError("There are no logs to draw");
  const empty = logs.find(({ points }) => points.length === 0);
  if (empty) throw new RangeError(`The log "${empty.name}" has no validations to draw`);
  const { measure } = logs[0]!.points[0]!;
  if (logs.some(({ points }) => points.some((point) => point.measure !== measure))) {
    throw new RangeError(
      "Logs of networks that draw and of coder networks have no scale in common",
    );
  }
  const top = LEGEND_TOP + LEGEND_LINE * logs.length + 24;
  const frame = (index: number): Frame => {
    const at = top + index * (PANEL_HEIGHT + PANEL_GAP);
    return { left: LEFT, right: RIGHT, top: at, bottom: at + PANEL_HEIGHT };
  };
  const height = frame(1).bottom + 56;
  return drawPicture({ width: WIDTH, height, title: TITLE }, [
    drawText(TITLE, { x: LEFT, y: 26, more: 'font-size="15" font-weight="600"' }),
    ...logs.flatMap((log, index) =>
      drawLegend(describe(log), {
        ...{ x: LEFT, y: LEGEND_TOP + LEGEND_LINE * index },
        colour: curveColour(index),
      })
    ),
    ...drawPanel(logs, { frame: frame(0), up: LOSSES[measure], quantity: (at) => at.loss }),
    ...drawPanel(logs, {
      frame: frame(1),
      up: SCORES[measure],
      quantity: (at) => at.score,
      best: true,
    }),
    drawText("steps", { x: (LEFT + RIGHT) / 2, y: height - 14, more: 'text-anchor="middle"' }),
  ]);
}

/** The first colour is for what others are compared with, which no log is. */
function curveColour(index: number): string {
  return colourOf(index + 1);
}

function describe({ name, points }: NamedLog): string {
  const { measure, score, step } = findBest(points);
  return `${name}: best ${formatScore(measure, score)}, at step ${step}`;
}

/** The best validation of the last stage: those of others may be of other crops. */
function findBest(points: readonly LogPoint[]): LogPoint {
  const { stage } = points.at(-1)!;
  const last = points.filter((point) => point.stage === stage);
  return last.reduce((best, point) =>
    isBetter(point.measure, { score: point.score, than: best.score }) ? point : best
  );
}

function drawPanel(logs: readonly NamedLog[], panel: {
  frame: Frame;
  up: string;
  quantity: Quantity;
  /** Whether the best validations are marked. */
  best?: true | undefined;
}): string[] {
  const { frame, up, quantity, best = false } = panel;
  const points = logs.flatMap((log) => log.points);
  const axes = new Axes(frame, {
    across: [0, ...points.map(({ step }) => step)],
    up: points.map(quantity).filter((value) => value !== null),
  });
  return [
    drawText(up, { x: 10, y: frame.top - 12 }),
    ...axes.draw(),
    ...drawBoundaries(logs, { frame, axes }),
    ...logs.flatMap((log, index) => {
      const place = (point: LogPoint) => {
        const y = quantity(point);
        return y === null ? [] : [axes.place({ x: point.step, y })];
      };
      const colour = curveColour(index);
      return [
        ...splitStages(log.points).flatMap((stage) => drawStage(stage.flatMap(place), colour)),
        ...best ? [findBest(log.points)].flatMap(place).map((at) => drawDot(at, { colour })) : [],
      ];
    }),
  ];
}

/** A curve needs two places to be seen. */
function drawStage(places: readonly Place[], colour: string): string[] {
  if (places.length > 1) return [drawCurve(places, { colour })];
  return places.map((place) => drawDot(place, { colour }));
}

function splitStages(points: readonly LogPoint[]): LogPoint[][] {
  return [...Map.groupBy(points, ({ stage }) => stage).values()];
}

/** A line where a stage begins, in the colour of its log, or in that of none where several logs share it. */
function drawBoundaries(
  logs: readonly NamedLog[],
  { frame, axes }: { frame: Frame; axes: Axes },
): string[] {
  const begins = logs.flatMap(({ points }, log) =>
    splitStages(points).slice(1).map(([first]) => ({ ...first!, log }))
  );
  const shared = Map.groupBy(begins, ({ step, stage }) => `${step} ${stage}`);
  return [...shared.values()].flatMap((group) => {
    const { step, stage, log } = group[0]!;
    const { x } = axes.place({ x: step, y: 0 });
    const colour = group.length === 1 ? curveColour(log) : colourOf(0);
    return [
      drawLine({ x, y: frame.top }, { to: { x, y: frame.bottom }, colour, dashed: true }),
      drawText(`stage ${stage}`, {
        ...{ x, y: frame.top - 4 },
        more: 'text-anchor="middle" font-size="12"',
      }),
    ];
  });
}
