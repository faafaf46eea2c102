/** What a comparison found. @module */

/** How one library did on one chain. */
export interface PeerRow {
  readonly what: string;
  readonly library: string;
  /** 10⁹ operations of a run by the direct convolution. */
  readonly gigaflop: number;
  /** Median seconds of a run by the clock on the wall. */
  readonly wall: number;
  /** Median seconds of a run by all threads of this process. */
  readonly cpu: number;
  /** Times as long as ours by the wall. */
  readonly wallRatio: number;
  /** Times as many processor seconds as ours. */
  readonly cpuRatio: number;
  /** Largest difference from our output, as a share of the largest value in it. */
  readonly difference: number;
}

/** The rows as a table. */
export function formatPeers(rows: readonly PeerRow[]): string {
  const lines = rows.map((row) =>
    [
      row.what.padEnd(32),
      row.library.padEnd(46),
      `${(row.wall * 1000).toFixed(0)} ms`.padStart(9),
      `${(row.gigaflop / row.cpu).toFixed(1)} GFLOP per CPU-second`.padStart(28),
      `${row.wallRatio.toFixed(2)}× our time`.padStart(18),
      `${row.cpuRatio.toFixed(2)}× our CPU time`.padStart(22),
      `off by ${row.difference.toExponential(0)}`.padStart(14),
    ].join(" ")
  );
  return lines.join("\n");
}
