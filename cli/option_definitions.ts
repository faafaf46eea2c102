/**
 * Every option of the program, as data: what value it takes, and what the help says of it.
 *
 * @module
 */

import { DEFAULT_QUALITY } from "../codec/coded_quality.ts";

/** An option's value: a switch, a text that may be a path, one of some words, or a number, whole or positive. */
export type OptionKind =
  | { readonly kind: "flag" }
  | {
    readonly kind: "text";
    readonly value: string;
    readonly path?: true | undefined;
    /** The command for which it is a switch, without a value. */
    readonly isSwitchFor?: "train" | undefined;
  }
  | { readonly kind: "choice"; readonly value: string; readonly choices: readonly string[] }
  | {
    readonly kind: "count";
    readonly value: string;
    readonly least: number;
    /** Any whole number when absent. */
    readonly most?: number | undefined;
  }
  | {
    readonly kind: "amount";
    readonly value: string;
    /** The least and the most; any positive number when absent. */
    readonly range?: readonly [number, number] | undefined;
  };

/** One option. */
export type OptionDefinition = OptionKind & {
  /** One letter, without its dash. */
  readonly short?: string | undefined;
  /** What it does and its default: a phrase for the help. */
  readonly help: string;
};

/** Every option by its long name. */
export const OPTIONS = {
  lattice: {
    kind: "choice",
    value: "NAME",
    choices: ["quincunx", "grid", "rows"],
    help: "keep some pixels, and which (default: quincunx, or what --ratio implies)",
  },
  ratio: {
    kind: "choice",
    value: "N",
    choices: ["2", "4", "8", "16"],
    help: "original pixels for each kept one (default: 2, or 4 for grid)",
  },
  lossless: {
    kind: "flag",
    help: "keep every pixel exactly, coded small: a file that shows a small preview",
  },
  coded: {
    kind: "flag",
    help: "code the pixels that --lattice and --ratio keep, for a smaller file",
  },
  "max-error": {
    kind: "count",
    value: "N",
    least: 1,
    most: 16,
    help: "as --lossless, but samples may be off by up to N grey levels, 1 to 16, for fewer bytes",
  },
  quality: {
    kind: "amount",
    value: "Q",
    range: [1, 100],
    help:
      `code lossily, 1 to 100, such as 80 or 84.27, as people know it from JPEGs: small, and the same file again however often it is restored and compressed (default of JPEGs: ${DEFAULT_QUALITY})`,
  },
  "target-size": {
    kind: "count",
    value: "BYTES",
    least: 1,
    help:
      "code as well as fits into so many bytes, lossily, or without loss where that fits; info tells which --quality, if any, writes the same file again",
  },
  "target-psnr": {
    kind: "amount",
    value: "DB",
    help:
      "code into as few bytes as come back at so many decibels, lossily, or without loss where that is smaller; info tells which --quality, if any, writes the same file again",
  },
  chroma: {
    kind: "amount",
    value: "FACTOR",
    range: [0.25, 8],
    help:
      "of a lossy file, how much coarser colour is told than costs fewest squared errors, 0.25 to 8 (default: 1)",
  },
  tune: {
    kind: "choice",
    value: "WHAT",
    choices: ["ssim", "psnr"],
    help:
      "what a lossy file spreads its errors for: ssim, eyes, hides them where much goes on; psnr, squares, makes them even (default: ssim; with --target-psnr psnr)",
  },
  effort: {
    kind: "choice",
    value: "LEVEL",
    choices: ["fast", "default", "max"],
    help:
      "time spent on making files small: on PNGs, and max with --lossless, --max-error or --quality takes the best coder (default: default; to restore, fast)",
  },
  depth: {
    kind: "choice",
    value: "BITS",
    choices: ["8"],
    help:
      "round PNGs of 16 bits a sample to 8 (default: --lossless and compare take all 16, else they are refused)",
  },
  strip: { kind: "flag", help: "drop all metadata but what display needs" },
  salvage: {
    kind: "flag",
    help: "restore what is left of a damaged coded file, and draw the rest (exit status 4)",
  },
  thumbnail: {
    kind: "count",
    value: "N",
    least: 1,
    help:
      "write a small picture instead, of at most N pixels a side, of as little of the file as suffices: photo.thumbnail.png",
  },
  size: {
    kind: "text",
    value: "WxH",
    help: "original size of a file that does not state it",
  },
  tier: {
    kind: "text",
    value: "TIER",
    help:
      "which network: draft, standard, high, max (the best, averaged over mirrored and turned images) or auto (the best within --budget) (default: standard)",
  },
  budget: {
    kind: "amount",
    value: "SECONDS",
    help: "time to draw an image in, for --tier auto, which this implies (default: 2)",
  },
  weights: {
    kind: "text",
    value: "FILE",
    path: true,
    help: "network from a .safetensors file, such as train writes",
  },
  coder: {
    kind: "text",
    value: "FILE",
    path: true,
    isSwitchFor: "train",
    help:
      "coder of your own for coded files, from a .safetensors file; to train, without FILE: train one",
  },
  device: {
    kind: "choice",
    value: "KIND",
    choices: ["auto", "gpu", "cpu"],
    help: "what runs the network (default: auto, the GPU if there is one)",
  },
  kernel: {
    kind: "text",
    value: "NAME",
    help: "convolution kernel (default: the fastest right one)",
  },
  steps: { kind: "count", value: "N", least: 1, help: "training steps (default: 1000)" },
  batch: { kind: "count", value: "N", least: 1, help: "patches in a training step (default: 32)" },
  patch: {
    kind: "count",
    value: "CELLS",
    least: 4,
    help: "side of a patch in cells (default: 16)",
  },
  rate: {
    kind: "text",
    value: "RATE",
    help: "highest learning rate (default: 1e-4, with --scratch 1e-3)",
  },
  seed: { kind: "count", value: "N", least: 0, help: "seed of everything random (default: 1)" },
  scratch: { kind: "flag", help: "start from an untrained network, not from the shipped one" },
  recipe: {
    kind: "text",
    value: "NAME",
    help:
      "train a shipped network again, such as grid-standard, or a coder network, such as coder-swift-quincunx",
  },
  validation: {
    kind: "text",
    value: "PATH",
    path: true,
    help: "photo or folder to judge by (default: a part of the photos is held back)",
  },
  resume: { kind: "flag", help: "go on from the checkpoint beside the output" },
  report: {
    kind: "text",
    value: "FILE",
    path: true,
    help: "write a page that shows where they differ, such as differences.html",
  },
  remove: { kind: "flag", help: "take away what integrate wrote, and nothing else" },
  output: {
    kind: "text",
    short: "o",
    value: "PATH",
    path: true,
    help: "output folder, or a file with its ending; - for standard output",
  },
  "whole-name": {
    kind: "flag",
    help: "name outputs after whole names: photo.jpg.nnc, not photo.nnc",
  },
  preserve: { kind: "flag", short: "p", help: "give outputs the times of their inputs" },
  recursive: { kind: "flag", short: "r", help: "take folders, with all that is in them" },
  force: {
    kind: "flag",
    short: "f",
    help:
      "replace outputs that exist (never an input); to restore, also let --lattice, --ratio and --size stand against a file",
  },
  "skip-existing": { kind: "flag", help: "leave out files whose output exists" },
  "max-pixels": {
    kind: "count",
    value: "N",
    least: 1,
    help: "refuse images with more pixels (default: 400000000)",
  },
  jobs: {
    kind: "count",
    value: "N",
    least: 1,
    help:
      "how many files are worked on at once (default: one a core, at most 8; 1 for coded files)",
  },
  "dry-run": { kind: "flag", short: "n", help: "say what would be done, and do nothing" },
  json: { kind: "flag", help: "results as JSON, one object a line" },
  quiet: { kind: "flag", short: "q", help: "print nothing but errors" },
  verbose: { kind: "flag", short: "v", help: "print details" },
} as const satisfies Record<string, OptionDefinition>;

/** The long name of an option. */
export type OptionName = keyof typeof OPTIONS;
