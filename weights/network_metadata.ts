/**
 * What the metadata of weights files say, checked: they may be damaged or hostile.
 *
 * @module
 */

import {
  type Architecture,
  checkArchitecture,
  checkNetwork,
  type Network,
} from "../gpu/network.ts";
import { WeightsError } from "./weights_error.ts";

/** The largest distance of pixels that a file may say its network is for. */
const MAX_SPACING = 256;

/** What is known of a file by name and value. */
export type FileMetadata = ReadonlyMap<string, string>;

/** The network's shape. */
export function parseArchitecture(metadata: FileMetadata): Architecture {
  const { inputs, outputs, channels, blocks } = parseNumbers(metadata, "architecture");
  const architecture = { inputs, outputs, channels, blocks } as Architecture;
  asWeightsError(() => checkArchitecture(architecture));
  return architecture;
}

/** The shape as it is written. */
export function writeArchitecture({ inputs, outputs, channels, blocks }: Architecture): string {
  return JSON.stringify({ inputs, outputs, channels, blocks });
}

/** Refuses a network that does not fit its architecture. */
export function checkWritable(network: Network): void {
  asWeightsError(() => checkNetwork(network));
}

/** The spacings that a network is for, from JSON. */
export function parseSpacings(text: string): number[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new WeightsError(`The network's "spacings" must be JSON, found ${quote(text)}`, {
      cause,
    });
  }
  return checkSpacings(value);
}

/** Refuses what is no list of spacings. */
export function checkSpacings(value: unknown): number[] {
  const list = Array.isArray(value) ? value : [];
  const within = (spacing: unknown) =>
    Number.isInteger(spacing) && spacing as number >= 1 && spacing as number <= MAX_SPACING;
  if (list.length === 0 || list.length > MAX_SPACING || !list.every(within)) {
    throw new WeightsError(
      `The network's "spacings" must be a list of whole numbers from 1 to ${MAX_SPACING}, found ${
        quote(JSON.stringify(value))
      }`,
    );
  }
  return list;
}

/** Numbers by name, from JSON. */
export function parseNumbers(metadata: FileMetadata, key: string): Record<string, number> {
  const text = metadata.get(key);
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch { /* reported below */ }
  if (
    typeof value !== "object" || value === null || Array.isArray(value) ||
    !Object.values(value).every(Number.isFinite)
  ) {
    throw new WeightsError(
      `The network's "${key}" must be a JSON object of numbers, found ${quote(text)}`,
    );
  }
  return value as Record<string, number>;
}

/** The tier is printed and becomes part of file names, so it is a plain word. */
export function checkTierName(tier: string | undefined): string {
  if (tier === undefined || !/^[a-z0-9][a-z0-9._-]{0,31}$/i.test(tier)) {
    throw new WeightsError(
      `The network's tier must be a word of up to 32 letters and digits, found ${quote(tier)}`,
    );
  }
  return tier;
}

/** A value as messages quote it. */
export function quote(value: string | undefined): string {
  if (value === undefined) return "nothing";
  return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
}

/** Runs a check, and makes what it throws a {@link WeightsError}. */
export function asWeightsError(check: () => void): void {
  try {
    check();
  } catch (cause) {
    throw new WeightsError((cause as Error).message, { cause });
  }
}
