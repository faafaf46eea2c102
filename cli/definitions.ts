/**
 * Every command of the program, as data. The parser, the help, the manual and the shell completions are made from
 * these and from the options of `option_definitions.ts`.
 *
 * @module
 */

import { DEFAULT_QUALITY } from "../codec/coded_quality.ts";
import type { CommandDefinition } from "./command_definition.ts";
import { IMAGE_EXTENSIONS, LOG_EXTENSIONS, NNC_EXTENSIONS } from "./extensions.ts";

/** What the program is for: a sentence. */
export const SUMMARY =
  "Makes photos smaller by what small neural networks predict of them, in files that are PNGs and lose nothing more however often.";

/** What a user can ask for. */
export type CommandName =
  | "compress"
  | "restore"
  | "trim"
  | "train"
  | "curve"
  | "info"
  | "compare"
  | "doctor"
  | "demo"
  | "integrate"
  | "completions"
  | "man";

const BATCH = [
  "output",
  "whole-name",
  "preserve",
  "recursive",
  "force",
  "skip-existing",
  "max-pixels",
  "dry-run",
  "json",
  "quiet",
  "verbose",
] as const;

const REPLACE = "replace outputs that exist (never an input)";

/** Every command, in the order of the help. */
export const COMMANDS: Record<CommandName, CommandDefinition> = {
  compress: {
    summary: "Compress images: photo.jpg becomes photo.nnc",
    letter: "c",
    operands: { name: "image", least: 1, endings: IMAGE_EXTENSIONS },
    options: [
      "lattice",
      "ratio",
      "lossless",
      "coded",
      "max-error",
      "quality",
      "target-size",
      "target-psnr",
      "chroma",
      "tune",
      "effort",
      "coder",
      "device",
      "kernel",
      "depth",
      "strip",
      "jobs",
      ...BATCH,
    ],
    helps: {
      effort:
        "time spent on making the file small: on its PNG, and max with --lossless, --max-error or --quality takes the best coder, which is slower to restore, too (default: default)",
      coder: "coder of your own for coded files, from train --coder; restoring takes the same FILE",
      device: "what runs the coder (default: auto, a graphics card if it is faster)",
      kernel: "convolution kernel that runs the coder (default: the fastest right one)",
      force: REPLACE,
    },
    notes: [
      `Without an option that says what is kept, a JPEG becomes a lossy file of quality ${DEFAULT_QUALITY}, and a PNG keeps every second pixel exactly, as with --lattice quincunx; the others are drawn.`,
    ],
  },
  restore: {
    summary: "Restore images: photo.nnc becomes photo.png",
    letter: "d",
    alias: "decompress",
    operands: { name: "file", least: 1, endings: NNC_EXTENSIONS },
    options: [
      "tier",
      "budget",
      "weights",
      "coder",
      "device",
      "kernel",
      "lattice",
      "ratio",
      "size",
      "salvage",
      "thumbnail",
      "effort",
      ...BATCH,
    ],
    helps: {
      coder: "coder of your own that files were compressed with by --coder",
      lattice: "which pixels were kept, of a file that does not state it",
      ratio: "original pixels for each kept one, of a file that does not state it",
      effort: "time spent on making the PNG small (default: fast)",
      force:
        "replace outputs that exist (never an input), and let --lattice, --ratio and --size stand against a file",
    },
  },
  trim: {
    summary:
      "Cut coded files to fewer pixels without decoding them: photo.nnc becomes photo.ratio4.nnc",
    operands: { name: "file", least: 1, endings: NNC_EXTENSIONS },
    options: ["ratio", ...BATCH],
    helps: {
      ratio: "original pixels for each one that is left (required)",
      force: REPLACE,
    },
    notes: [
      "What is left is what compress writes with --coded at that ratio, byte for byte; restore draws the rest.",
    ],
  },
  train: {
    summary: "Train a network on photos of your own, for restore --weights",
    letter: "t",
    operands: { name: "photo", least: 1, endings: IMAGE_EXTENSIONS },
    options: [
      "coder",
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
      "kernel",
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
    helps: {
      coder:
        "train a coder, for compress --lossless and --max-error with --coder FILE: its files can be read with that FILE alone",
      lattice: "the lattice to train for (default: quincunx)",
      tier:
        "shipped network to start from: draft, standard or high (default: standard); of coders swift or deep (default: swift)",
      weights: "network to start from, a .safetensors file",
      kernel: "kernels that train, with commas between them (default: the fastest right ones)",
      output:
        "file or folder for the network, - for standard output (default: trained-LATTICE.safetensors, or trained-coder.safetensors)",
      force: "replace a network, a checkpoint and a log that exist",
    },
    notes: [
      "Photos: a handful of the kind that is to be restored will do to tune a shipped network; every fifth is held back to judge by, the last if there are fewer. With --scratch take hundreds, and some thousand steps.",
      "Time: the 1000 steps of the default took two minutes on two processor cores. What is left is told after each part of them, and training ends early once the photos held back gain no more.",
      "A coder has four networks, each of which is trained for --steps. With --scratch they start from nothing, and take the 20,000 and 10,000 steps of their recipes: hours.",
    ],
  },
  curve: {
    summary: "Draw the logs of training runs into one picture: curve.svg",
    operands: { name: "log", least: 1, endings: LOG_EXTENSIONS },
    options: ["output", "force", "json", "quiet", "verbose"],
    helps: {
      output: "file for the picture, - for standard output (default: curve.svg)",
      force: REPLACE,
    },
  },
  info: {
    summary: "Tell what a file holds and whether it is intact",
    operands: { name: "file", least: 1 },
    options: ["json", "max-pixels", "verbose"],
  },
  compare: {
    summary: "Measure how two images differ",
    operands: {
      name: "image",
      least: 2,
      most: 2,
      endings: [...IMAGE_EXTENSIONS, ...NNC_EXTENSIONS],
    },
    options: ["report", "force", "coder", "depth", "max-pixels", "json", "verbose"],
    helps: {
      force: "replace a page that exists",
      coder: "coder of your own that a coded file was written with",
    },
    notes: [
      "Of a coded file that has all of its pixels, those are compared that it restores to. Other NNC files are restored first.",
    ],
  },
  doctor: {
    summary: "Tell what NNC found on this machine, and what is missing",
    options: ["json", "verbose"],
    helps: { verbose: "look at what training needs, too" },
  },
  demo: {
    summary: "Compress and restore a sample scene into ./nnc-demo/",
    options: [
      "lattice",
      "ratio",
      "tier",
      "budget",
      "weights",
      "device",
      "kernel",
      "output",
      "force",
      "json",
      "verbose",
    ],
    helps: {
      output: "folder for its files (default: nnc-demo, whose files are replaced)",
      force: "replace its files in a folder of yours",
    },
  },
  integrate: {
    summary:
      "Tell your desktop of NNC files: their type, small pictures of them, file and ImageMagick",
    options: ["remove", "dry-run", "json", "quiet", "verbose"],
    notes: [
      "It writes below your home folder alone: a MIME type image/x-nnc and a thumbnailer under ~/.local/share, magic for file in ~/.magic, and a delegate for ImageMagick in ~/.config/ImageMagick/delegates.xml. What others wrote there stays as it is.",
      "ImageMagick restores a file that is named with its format, nnc:photo.nnc; without that it takes the picture that the file shows.",
    ],
  },
  completions: {
    summary: "Print a script that lets a shell complete command lines: bash, zsh or fish",
    operands: { name: "shell", least: 1, most: 1, choices: ["bash", "zsh", "fish"] },
    options: [],
    notes: [
      "In bash: source <(nnc completions bash), in zsh the same with zsh, in fish: nnc completions fish | source. A line in the shell's start file does it for every session.",
    ],
  },
  man: {
    summary: "Print the manual page, for man -l",
    options: [],
  },
};
