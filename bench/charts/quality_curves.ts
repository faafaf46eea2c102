/** The rows of the quality bench as curves: one for every tier, and one for the fixed interpolation. @module */

import type { QualityRow } from "../quality/report.ts";
import type { Marker, Series } from "./chart.ts";

/** The lattices that a curve joins, from many bits to few; others are marked on their own. */
const CURVE = ["quincunx 2", "grid 4", "quincunx 8", "grid 16"];

/** The order of the shipped tiers, the fastest first; others follow. */
const TIERS = ["draft", "standard", "high", "max"];

const FIXED = "fixed interpolation";

/** What there is to draw. */
export interface Curves {
  readonly series: readonly Series[];
  /** The names of the lattices, each at a point of its own. */
  readonly markers: readonly Marker[];
}

/**
 * Makes curves of rows: bits per pixel across, PSNR up.
 *
 * @throws {RangeError} if there is no row, or two speak of the same lattice and tier.
 */
export function makeCurves(rows: readonly QualityRow[]): Curves {
  if (rows.length === 0) throw new RangeError("There are no rows to draw");
  const tiers = [...new Set(rows.map(({ tier }) => tier))].sort((a, b) => rank(a) - rank(b));
  for (const tier of tiers) refuseTwice(rows.filter((row) => row.tier === tier));
  const unique = new Map(rows.map((row) => [latticeOf(row), row]));
  const series = [
    makeSeries(FIXED, { rows: [...unique.values()], quality: (row) => row.interpolated.psnr }),
    ...tiers.map((tier) =>
      makeSeries(tier, {
        rows: rows.filter((row) => row.tier === tier),
        quality: (row) => row.restored.psnr,
      })
    ),
  ];
  return { series, markers: [...unique.keys()].map((lattice) => makeMarker(lattice, rows)) };
}

function rank(tier: string): number {
  return TIERS.includes(tier) ? TIERS.indexOf(tier) : TIERS.length;
}

function latticeOf({ lattice, ratio }: QualityRow): string {
  return `${lattice} ${ratio}`;
}

function refuseTwice(rows: readonly QualityRow[]): void {
  const seen = new Set<string>();
  for (const row of rows) {
    if (seen.has(latticeOf(row))) {
      throw new RangeError(`Two rows speak of ${latticeOf(row)} and the tier "${row.tier}"`);
    }
    seen.add(latticeOf(row));
  }
}

function makeSeries(
  name: string,
  { rows, quality }: { rows: readonly QualityRow[]; quality: (row: QualityRow) => number },
): Series {
  const point = (row: QualityRow) => ({ x: row.bitsPerPixel, y: quality(row) });
  const joined = rows.filter((row) => CURVE.includes(latticeOf(row)))
    .sort((a, b) => CURVE.indexOf(latticeOf(a)) - CURVE.indexOf(latticeOf(b)));
  const single = rows.filter((row) => !CURVE.includes(latticeOf(row)));
  return { name, dashed: name === FIXED, line: joined.map(point), dots: single.map(point) };
}

/** On a curve the name stands above the best point, apart from it below the worst. */
function makeMarker(lattice: string, rows: readonly QualityRow[]): Marker {
  const own = rows.filter((row) => latticeOf(row) === lattice);
  const values = own.flatMap(({ restored, interpolated }) => [restored.psnr, interpolated.psnr]);
  const above = CURVE.includes(lattice);
  const y = above ? Math.max(...values) : Math.min(...values);
  return { text: lattice, x: own[0]!.bitsPerPixel, y, above };
}
