/** What the engine bench found as Markdown, a text a section: they stand in `docs/performance.md`. @module */

import type { Seconds } from "../clock.ts";
import type { PeerRow } from "../peers/compare.ts";
import type { TrainingPeers } from "../peers/training.ts";
import { formatMarkdown, formatTime, present } from "../tables.ts";
import type { EngineReport } from "./measure.ts";
import type { Rated } from "./rates.ts";

type Found<Section extends keyof EngineReport> = NonNullable<EngineReport[Section]>;

/** How kernels go about it. */
const FORMS: Readonly<Record<string, string>> = {
  winograd:
    "F(2×4, 3×3), beyond 40 channels F(2×2, 3×3); 2×4 or 2×2 cells × 8 outputs a thread, straight-line code",
  unrolled: "direct, 1 cell × 16 outputs a thread, straight-line code",
  strip: "direct, 4×4 cells × 4 outputs a thread, loop over inputs",
  tiled: "for graphics processors: tiles in workgroup memory, 4 cells × 8 outputs a thread",
  naive: "one cell × 4 outputs a thread: the oracle",
  columns: "a thread walks down a column; 2 rows × 8 outputs × 4 inputs × 9 taps",
  blocks: "for graphics processors: a workgroup stages rows; 4 outputs × 1 input × 9 taps a thread",
};

/** The sections that were run, by name. */
export function engineSections(report: EngineReport): Record<string, string> {
  const { peak, forward, agreement, exact, restore, tile, training, start, peers } = report;
  return present({
    roof: `Multiply-adds of f32 in registers, twelve sums an invocation: **${rate(peak)} GF**.`,
    forward: forward && formatForward(forward),
    agreement: agreement && formatAgreement(agreement),
    exact: exact && formatExact(exact),
    restore: restore && formatRestore(restore),
    tile: tile && formatTile(tile),
    start: start && formatStart(start),
    training: training && formatTraining(training),
    backward: training && formatBackward(training),
    peers: peers && `${formatNetworks(peers.networks)}\n\n${formatStep(peers.training)}`,
  });
}

/** 10⁹ operations for every second of the processor, or on hardware adapters for every second by the clock. */
function rate({ rates: { perSecond, perCpuSecond } }: Rated<Seconds>): string {
  return (perCpuSecond ?? perSecond).toFixed(1);
}

/** The share of each row's seconds, in percent: of the processor's where it computes. */
function shares(rows: readonly Rated<Seconds>[]): string[] {
  const spent = rows.map(({ rates, cpu, wall }) => rates.perCpuSecond === undefined ? wall : cpu);
  const whole = spent.reduce((sum, seconds) => sum + seconds);
  return spent.map((seconds) => `${(100 * seconds / whole).toFixed(0)} %`);
}

function sizeOf({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width}×${height}`;
}

function distinct<Value>(values: readonly Value[]): Value[] {
  return [...new Set(values)];
}

function formatForward(rows: Found<"forward">): string {
  const channels = distinct(rows.map((row) => row.channels));
  const header = ["kernel", "form", "plane", ...channels.map((count) => `${count}→${count}`)];
  const body = [...Map.groupBy(rows, ({ kernel, plane }) => `${kernel} ${sizeOf(plane)}`).values()]
    .map((found) => {
      const { kernel, plane } = found[0]!;
      const at = (count: number) => found.find((row) => row.channels === count);
      const share = at(32) ? `${(100 * at(32)!.rates.ofPeak).toFixed(0)} %` : "";
      const rates = channels.map((count) => at(count) ? rate(at(count)!) : "");
      return [`\`${kernel}\``, FORMS[kernel] ?? "", sizeOf(plane), ...rates, share];
    });
  return formatMarkdown([[...header, "of the roof, 32→32"], ...body], { left: 3 });
}

function formatAgreement(rows: Found<"agreement">): string {
  const most = Math.max(...rows.map(({ largest }) => largest));
  const each = rows.map(({ kernel, samples, differing }) =>
    `\`${kernel}\` ${(100 * differing / samples).toFixed(4)} %`
  );
  return `Samples of whole networks that differ from the reference: ${each.join(", ")}; none by ` +
    `more than ${most} grey ${most === 1 ? "level" : "levels"}.`;
}

function formatExact(rows: Found<"exact">): string {
  const coders = distinct(rows.map(({ coder }) => coder));
  const body = distinct(rows.map(({ kernel }) => kernel)).map((kernel) => [
    /^[a-z]+$/.test(kernel) ? `\`${kernel}\`` : kernel,
    ...coders.map((coder) => {
      const row = rows.find((one) => one.kernel === kernel && one.coder === coder);
      return row ? rate(row) : "";
    }),
  ]);
  return formatMarkdown([["", ...coders.map((coder) => `\`${coder}\``)], ...body]);
}

function formatRestore({ kernel, rows, leftOut, ends }: Found<"restore">): string {
  const tiers = distinct(rows.map(({ tier }) => tier));
  const images = distinct(rows.map(({ image }) => sizeOf(image)));
  const cell = (image: string, tier: string) => {
    const row = rows.find((one) => one.tier === tier && sizeOf(one.image) === image);
    return row ? `${formatTime(row.wall)}, ${rate(row)} GF` : "";
  };
  const table = formatMarkdown([
    ["image", ...tiers.map((tier) => `\`${tier}\``)],
    ...images.map((image) => [image, ...tiers.map((tier) => cell(image, tier))]),
  ]);
  const around = ends.map(({ image, decode, encode }) =>
    `${formatTime(decode.wall)} and ${formatTime(encode.wall)} at ${sizeOf(image)}`
  );
  const notes = [
    `By \`${kernel}\`. From a file to cells and from an image to a PNG it takes ${
      around.join(", ")
    }.`,
    ...leftOut.map(({ tier, image, seconds }) =>
      `\`${tier}\` at ${sizeOf(image)} is left out: it would take ${seconds.toFixed(0)} s.`
    ),
  ];
  return `${table}\n\n${notes.join(" ")}`;
}

function formatTile(parts: Found<"tile">): string {
  const share = shares(parts);
  const body = parts.map((part, index) => [
    part.part,
    share[index]!,
    part.gigaflop > 0 ? rate(part) : "",
  ]);
  return formatMarkdown([["part of a tile", "share", "GF"], ...body]);
}

function formatStart({ cold, shadersKept, warm, restoreFile, version }: Found<"start">): string {
  const rows: [string, Seconds | undefined][] = [
    ["the very first start, engine alone", cold],
    ["the driver's compiled shaders kept, the kernel chosen anew", shadersKept],
    ["the kernel remembered, too", warm],
    ["`./nnc -d`, from a file to a PNG, warm", restoreFile],
    ["`./nnc --version`: the process alone", version],
  ];
  const body = rows.flatMap(([what, seconds]) =>
    seconds ? [[what, seconds.wall.toFixed(2), seconds.cpu.toFixed(2)]] : []
  );
  return formatMarkdown([["512×384 pixels", "seconds by the clock", "CPU-seconds"], ...body]);
}

function formatTraining({ steps, parts }: Found<"training">): string {
  const stepRows = steps.map((row) => {
    const { channels, blocks, batch, patch } = row.shape;
    const what =
      `${batch} patches of ${patch}×${patch} cells, ${channels} channels, ${blocks} blocks`;
    return [what, formatTime(row.wall), rate(row), (batch / row.wall).toFixed(0)];
  });
  const share = shares(parts);
  const partRows = parts.map((part, index) => [
    part.part,
    share[index]!,
    part.gigaflop > 0 ? rate(part) : "",
  ]);
  return [
    formatMarkdown([["step", "time", "GF", "patches a second"], ...stepRows]),
    formatMarkdown([["part of the first", "share", "GF"], ...partRows]),
  ].join("\n\n");
}

function formatBackward({ backward, refused }: Found<"training">): string {
  const roles = { forward: "forward", backwardData: "activations", backwardWeights: "weights" };
  const names = Object.keys(roles) as (keyof typeof roles)[];
  const rows = backward.filter(({ channels }) => channels === 32);
  const body = distinct(rows.map(({ kernel }) => kernel)).map((kernel) => [
    `\`${kernel}\``,
    FORMS[kernel] ?? "",
    ...names.map((role) => {
      const row = rows.find((one) => one.kernel === kernel && one.role === role);
      return row ? rate(row) : "";
    }),
  ]);
  const notRun = refused.map(({ role, kernel, channels, reason }) =>
    `\n\n\`${kernel}\` for ${roles[role]} at ${channels} channels is not timed: ${reason}.`
  );
  const header = ["kernel", "form", "forward", "gradients of activations", "of weights"];
  return formatMarkdown([header, ...body], { left: 2 }) + notRun.join("");
}

function formatNetworks(rows: readonly PeerRow[]): string {
  const networks = distinct(rows.map(({ what }) => what));
  const body = distinct(rows.map(({ library }) => library)).map((library, index) => [
    library,
    ...networks.map((what) => {
      const row = rows.find((one) => one.library === library && one.what === what)!;
      const beside = index === 0
        ? `${(row.gigaflop / row.cpu).toFixed(1)} GF`
        : `${row.wallRatio.toPrecision(3)}×`;
      return `${formatTime(row.wall)}, ${beside}`;
    }),
  ]);
  return formatMarkdown([["", ...networks], ...body]);
}

function formatStep({ library, theirs, ours }: TrainingPeers): string {
  const times = (key: keyof Seconds) => (theirs[key] / ours[key]).toPrecision(2);
  return `The first training step above takes ${formatTime(ours.wall)} here, and ${
    formatTime(theirs.wall)
  } by ${library}: ${times("wall")}× as long, ${times("cpu")}× by CPU-seconds.`;
}
