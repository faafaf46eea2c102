/** The report of the engine bench as tables for people. @module */

import { formatPeers } from "../peers/report.ts";
import type { TrainingPeers } from "../peers/training.ts";
import type { TrainingReport } from "../training/measure.ts";
import type { Agreement } from "./agreement.ts";
import type { Seconds } from "../clock.ts";
import type { Rated, Work } from "./rates.ts";
import type { EngineReport } from "./measure.ts";

/** All sections that were run, each under its heading. */
export function formatEngine(report: EngineReport): string {
  const { date, runtime, adapter, peak, forward, agreement, restore, tile, training } = report;
  const { start, peers } = report;
  const sections: [heading: string, lines: string[]][] = [
    [`${adapter}, ${runtime}, ${date}`, [rateLine("multiply-adds in registers", peak)]],
    [
      "Forward convolutions",
      forward?.map((row) => {
        const { kernel, channels, plane: { width, height }, difference } = row;
        const what = `${kernel}, ${channels} to ${channels} channels, ${width}×${height}`;
        return rateLine(what, row) + `  off by ${difference.toExponential(0)}`;
      }) ?? [],
    ],
    [
      "Whole networks beside the reference",
      agreement?.map((row) => `${row.kernel.padEnd(10)}${formatAgreement(row)}`) ?? [],
    ],
    [`Whole images, ${restore?.kernel} kernel`, formatRestore(restore)],
    ["Parts of a tile", formatTile(tile)],
    ["Training", training ? [...formatTraining(training), ...formatBackward(training)] : []],
    ["One photo of 512×384, from the start of a process to its end", formatStart(start)],
    [
      "Other libraries",
      peers
        ? [...formatPeers(peers.networks).split("\n"), formatTrainingPeers(peers.training)]
        : [],
    ],
  ];
  return sections.filter(([, lines]) => lines.length > 0)
    .map(([heading, lines]) => [heading, ...lines.map((line) => `  ${line}`)].join("\n"))
    .join("\n\n");
}

function rateLine(what: string, row: Rated<Work>): string {
  const { perSecond, perCpuSecond, ofPeak } = row.rates;
  return [
    what.padEnd(46),
    milliseconds(row.wall),
    `${perSecond.toFixed(1)} GFLOP/s`.padStart(16),
    perCpuSecond === undefined
      ? ""
      : `${perCpuSecond.toFixed(1)} GFLOP per CPU-second`.padStart(27),
    `${(100 * ofPeak).toFixed(0)} % of the peak`.padStart(19),
  ].join("");
}

function formatAgreement({ samples, differing, largest }: Agreement): string {
  const share = (100 * differing / samples).toFixed(4);
  const most = largest === 1 ? "1 grey level" : `${largest} grey levels`;
  return `${share} % of ${samples} samples differ, by ${most} at most`;
}

function formatRestore(restore: EngineReport["restore"]): string[] {
  if (!restore) return [];
  const sizeOf = ({ width, height }: { width: number; height: number }) => `${width}×${height}`;
  return [
    ...restore.rows.map((row) =>
      `${rateLine(`${row.tier}, ${sizeOf(row.image)}`, row)}  ${formatAgreement(row.agreement)}`
    ),
    ...restore.leftOut.map(({ tier, image, seconds }) =>
      `${tier}, ${sizeOf(image)}: left out, it would take ${seconds.toFixed(0)} s`
    ),
    ...restore.ends.map(({ image, decode, encode }) =>
      `${sizeOf(image)}: file to cells ${milliseconds(decode.wall).trim()}, ` +
      `image to PNG ${milliseconds(encode.wall).trim()}`
    ),
  ];
}

function formatTile(parts: EngineReport["tile"]): string[] {
  if (!parts) return [];
  const share = ({ rates, cpu, wall }: Rated<Seconds>) =>
    rates.perCpuSecond === undefined ? wall : cpu;
  const whole = parts.reduce((sum, part) => sum + share(part), 0);
  return parts.map((part) =>
    `${(100 * share(part) / whole).toFixed(0).padStart(3)} %  ` +
    (part.gigaflop > 0 ? rateLine(part.part, part) : part.part)
  );
}

function formatBackward({ backward, refused }: NonNullable<EngineReport["training"]>): string[] {
  const names = { forward: "forward", backwardData: "input", backwardWeights: "weights" };
  return [
    ...backward.map((row) => {
      const { role, kernel, channels } = row;
      return rateLine(`gradient of ${names[role]}, ${kernel}, ${channels} to ${channels}`, row);
    }),
    ...refused.map(({ role, kernel, channels, reason }) =>
      `gradient of ${names[role]}, ${kernel}, ${channels} to ${channels}: not timed, ${reason}`
    ),
  ];
}

function formatStart(start: EngineReport["start"]): string[] {
  if (!start) return [];
  const { cold, shadersKept, warm, restoreFile, version } = start;
  const lines: [string, Seconds | undefined][] = [
    ["cold: nothing compiled, nothing known", cold],
    ["shaders compiled, kernel chosen anew", shadersKept],
    ["warm: the fastest kernel known, too", warm],
    ["nnc -d, from a file to a PNG, warm", restoreFile],
    ["nnc --version", version],
  ];
  return lines.flatMap(([what, seconds]) =>
    seconds
      ? [
        what.padEnd(46) + `${seconds.wall.toFixed(2)} s`.padStart(11) +
        (seconds.cpu > 0 ? `${seconds.cpu.toFixed(2)} CPU-seconds`.padStart(22) : ""),
      ]
      : []
  );
}

function milliseconds(seconds: number): string {
  return `${(seconds * 1000).toFixed(1)} ms`.padStart(12);
}

/** Steps and their parts, a line each. */
function formatTraining({ steps, parts }: TrainingReport): string[] {
  const rates = ({ gigaflop, wall, cpu }: Seconds & { gigaflop: number }) =>
    `${(wall * 1000).toFixed(1)} ms`.padStart(11) +
    (gigaflop > 0 ? `${(gigaflop / cpu).toFixed(1)} GFLOP per CPU-second`.padStart(30) : "");
  const all = parts.reduce((sum, { cpu }) => sum + cpu, 0);
  return [
    ...steps.map((row) => {
      const { channels, blocks, batch, patch } = row.shape;
      const what =
        `step, ${batch} patches of ${patch}×${patch}, ${channels} channels × ${blocks} blocks`;
      return what.padEnd(54) + rates(row) +
        `${(batch / row.wall).toFixed(1)} patches/s`.padStart(18);
    }),
    ...parts.map((part) =>
      `  ${part.part}`.padEnd(48) + `${(100 * part.cpu / all).toFixed(0)} %`.padStart(6) +
      rates(part)
    ),
  ];
}

/** The same step in the other library, as a line. */
function formatTrainingPeers({ library, theirs, ours }: TrainingPeers): string {
  return `${library}: ${(theirs.wall * 1000).toFixed(0)} ms a step, ` +
    `${(theirs.wall / ours.wall).toFixed(1)}× our time and ` +
    `${(theirs.cpu / ours.cpu).toFixed(1)}× our CPU time`;
}
