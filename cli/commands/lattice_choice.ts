/**
 * The lattice and size that options ask for.
 *
 * @module
 */

import type { Size } from "../../codec/lattice/raster.ts";
import { type Lattice, resolveLattice } from "../../codec/lattice/lattice.ts";
import { describeError } from "../describe_error.ts";
import type { Options } from "../options.ts";
import { UsageError } from "../usage_error.ts";

/**
 * The lattice that options name; the default one where they name none.
 *
 * @throws {UsageError} if there is none such.
 */
export function chooseLattice({ lattice, ratio }: Options): Lattice {
  try {
    return resolveLattice({
      ...(lattice === undefined ? {} : { lattice }),
      ...(ratio === undefined ? {} : { ratio: Number(ratio) }),
    });
  } catch (error) {
    throw new UsageError(describeError(error));
  }
}

/**
 * The size of `--size WxH`, if given.
 *
 * @throws {UsageError} if it is not of that form.
 */
export function chooseSize({ size }: Options): Size | undefined {
  if (size === undefined) return undefined;
  const match = /^([1-9]\d{0,9})[x×]([1-9]\d{0,9})$/i.exec(size);
  if (!match) throw new UsageError(`Option "--size" takes WxH such as 640x480; found "${size}"`);
  return { width: Number(match[1]), height: Number(match[2]) };
}
