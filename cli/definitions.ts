/**
 * Every command and option of the program, as data. The parser, the help, the manual and the shell completions
 * are made from these.
 *
 * @module
 */

import { IMAGE_EXTENSIONS, NNC_EXTENSIONS } from "./extensions.ts";

/** What the program is for: a sentence. */
export const SUMMARY =
  "Keeps half of an image's pixels in an ordinary PNG, and draws the others back in.";

/** What a user can ask for. */
export type CommandName =
  | "compress"
  | "restore"
  | "train"
  | "info"
  | "compare"
  | "doctor"
  | "demo"
  | "completions"
  | "man";

/** An option's value: a switch, a text that may be a path, one of some words, or a whole number. */
export type OptionKind =
  | { readonly kind: "flag" }
  | { readonly kind: "text"; readonly value: string; readonly path?: true }
  | { readonly kind: "choice"; readonly value: string; readonly choices: readonly string[] }
  | { readonly kind: "count"; readonly value: string; readonly least: number };

/** One option. */
export type OptionDefinition = OptionKind & {
  /** One letter, without its dash. */
  readonly short?: string;
  /** What it does and its default: a phrase for the help. */
  readonly help: string;
};

/** Every option by its long name. */
export const OPTIONS = {
  lattice: {
    kind: "choice",
    value: "NAME",
    choices: ["quincunx", "grid", "rows"],
    help: "which pixels are kept (default: quincunx)",
  },
  ratio: {
    kind: "choice",
    value: "N",
    choices: ["2", "4", "8", "16"],
    help: "original pixels for each kept one (default: 2)",
  },
  effort: {
    kind: "choice",
    value: "LEVEL",
    choices: ["fast", "default", "max"],
    help: "time spent on making the PNG small (default: default)",
  },
  depth: {
    kind: "choice",
    value: "BITS",
    choices: ["8"],
    help: "round PNGs of 16 bits a sample to 8 (default: refuse them)",
  },
  strip: { kind: "flag", help: "drop all metadata but what display needs" },
  size: {
    kind: "text",
    value: "WxH",
    help: "original size of a file that does not state it",
  },
  tier: {
    kind: "text",
    value: "TIER",
    help: "which of the shipped networks: standard, … (default: standard)",
  },
  weights: {
    kind: "text",
    value: "FILE",
    path: true,
    help: "network from a .safetensors file, such as --train writes",
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
  batch: { kind: "count", value: "N", least: 1, help: "patches in a training step (default: 8)" },
  patch: {
    kind: "count",
    value: "CELLS",
    least: 4,
    help: "side of a patch in cells (default: 46)",
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
    help: "train a shipped network again, such as grid-standard, instead of tuning one",
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
    help: "write a page that shows where they differ: FILE.html",
  },
  output: {
    kind: "text",
    short: "o",
    value: "PATH",
    path: true,
    help: "output file, or folder for several; - for standard output",
  },
  recursive: { kind: "flag", short: "r", help: "take folders, with all that is in them" },
  force: { kind: "flag", short: "f", help: "replace outputs that exist (never an input)" },
  "skip-existing": { kind: "flag", help: "leave out files whose output exists" },
  "max-pixels": {
    kind: "count",
    value: "N",
    least: 1,
    help: "refuse images with more pixels (default: 400000000)",
  },
  "dry-run": { kind: "flag", short: "n", help: "say what would be done, and do nothing" },
  json: { kind: "flag", help: "results as JSON, one object a line" },
  quiet: { kind: "flag", short: "q", help: "print nothing but errors" },
  verbose: { kind: "flag", short: "v", help: "print details" },
} as const satisfies Record<string, OptionDefinition>;

/** The long name of an option. */
export type OptionName = keyof typeof OPTIONS;

/** Name of a command's operands, how many there must be, and what they may be. */
export interface OperandsDefinition {
  /** What one is: a word for the help. */
  readonly name: string;
  /** How many there are at least. */
  readonly least: number;
  /** How many there are at most; any number when absent. */
  readonly most?: number;
  /** Endings of the files that are meant; any file when absent. */
  readonly endings?: readonly string[];
  /** The words that are allowed, where operands are no files. */
  readonly choices?: readonly string[];
}

/** One command. */
export interface CommandDefinition {
  /** What it does: a sentence without its period. */
  readonly summary: string;
  /** The letter of the 2020 program, and its word where that is not the command's name. */
  readonly letter?: string;
  /** Another name, the 2020 program's. */
  readonly alias?: string;
  /** What stands after the options. */
  readonly operands?: OperandsDefinition;
  /** The options it takes. */
  readonly options: readonly OptionName[];
}

const BATCH = [
  "output",
  "recursive",
  "force",
  "skip-existing",
  "max-pixels",
  "dry-run",
  "json",
  "quiet",
  "verbose",
] as const;

/** Every command, in the order of the help. */
export const COMMANDS: Record<CommandName, CommandDefinition> = {
  compress: {
    summary: "Compress images: photo.jpg becomes photo.nnc",
    letter: "c",
    operands: { name: "image", least: 1, endings: IMAGE_EXTENSIONS },
    options: ["lattice", "ratio", "effort", "depth", "strip", ...BATCH],
  },
  restore: {
    summary: "Restore images: photo.nnc becomes photo.png",
    letter: "d",
    alias: "decompress",
    operands: { name: "file", least: 1, endings: NNC_EXTENSIONS },
    options: [
      "tier",
      "weights",
      "device",
      "kernel",
      "lattice",
      "ratio",
      "size",
      "effort",
      ...BATCH,
    ],
  },
  train: {
    summary: "Train a network on photos of your own, for restore --weights",
    letter: "t",
    operands: { name: "photo", least: 1, endings: IMAGE_EXTENSIONS },
    options: [
      "lattice",
      "tier",
      "weights",
      "scratch",
      "recipe",
      "validation",
      "steps",
      "batch",
      "patch",
      "rate",
      "seed",
      "resume",
      "output",
      "recursive",
      "force",
      "max-pixels",
      "depth",
      "json",
      "quiet",
      "verbose",
    ],
  },
  info: {
    summary: "Tell what a file holds and whether it is intact",
    operands: { name: "file", least: 1 },
    options: ["json", "max-pixels", "verbose"],
  },
  compare: {
    summary: "Measure how two images differ",
    operands: { name: "image", least: 2, most: 2, endings: IMAGE_EXTENSIONS },
    options: ["report", "force", "depth", "max-pixels", "json", "verbose"],
  },
  doctor: {
    summary: "Tell what NNC found on this machine, and what is missing",
    options: ["json", "verbose"],
  },
  demo: {
    summary: "Compress and restore a sample scene into ./nnc-demo/",
    options: [
      "lattice",
      "ratio",
      "tier",
      "weights",
      "device",
      "kernel",
      "output",
      "force",
      "json",
      "verbose",
    ],
  },
  completions: {
    summary: "Print a script that lets a shell complete command lines",
    operands: { name: "shell", least: 1, most: 1, choices: ["bash", "zsh", "fish"] },
    options: [],
  },
  man: {
    summary: "Print the manual page, for man -l",
    options: [],
  },
};

/** What the exit status says. */
export const EXIT_MEANINGS: readonly (readonly [status: number, meaning: string])[] = [
  [0, "All was done."],
  [1, "Something failed; what is not named on standard error was done."],
  [2, "The command line makes no sense; nothing was done."],
  [3, "There was nothing to do."],
  [130, "Ctrl-C ended the program; nothing half-made was left."],
];

/** Examples that the help ends with. */
export const EXAMPLES: readonly (readonly [command: string, meaning: string])[] = [
  ["nnc -c photo.jpg", "writes photo.nnc"],
  ["nnc -d photo.nnc", "writes photo.png"],
  ["nnc -c *.jpg --output packed/", "many files, into a folder"],
  ["nnc -t *.jpg", "trains on your photos and writes trained-quincunx.safetensors"],
  ["nnc -d photo.nnc --weights trained-quincunx.safetensors", "restores with that"],
];

/** `image1` and `image2`; `shell`; `file...` for any number. */
export function operandNames({ name, most }: OperandsDefinition): string[] {
  if (most === undefined) return [`${name}...`];
  if (most === 1) return [name];
  return Array.from({ length: most }, (_, index) => `${name}${index + 1}`);
}

/** The words that ask for a command: its name, its other name, and the forms of the 2020 program. */
export function commandWords(name: CommandName): string[] {
  const { alias, letter } = COMMANDS[name];
  const legacy = letter ? [`-${letter}`, `--${alias ?? name}`] : [];
  return [name, ...alias ? [alias] : [], ...legacy];
}
