/** Numbers and tables as the benches write them. @module */

/** A table in Markdown; columns are aligned to the right except the first `left` ones. */
export function formatMarkdown(
  [header, ...body]: readonly (readonly string[])[],
  { left = 1 }: { left?: number | undefined } = {},
): string {
  const rule = header!.map((_, column) => column < left ? "---" : "--:");
  return [header!, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** A table for a terminal; columns are aligned to the right except the first one. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)
    )
      .join("  ").trimEnd()
  ).join("\n");
}

/** A whole number with commas between thousands. */
export function formatCount(count: number): string {
  return count.toLocaleString("en");
}

/** Gains with their sign, losses in bold; a dash where nothing was measured. */
export function formatGain(gain: number): string {
  if (!Number.isFinite(gain)) return "–";
  const text = Math.abs(gain).toFixed(2);
  if (text === "0.00") return text;
  return gain < 0 ? `**−${text}**` : `+${text}`;
}

/** Rounds to so many decimals; a file is no place for noise. */
export function round(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}

/** Seconds to three digits, small ones as milliseconds. */
export function formatTime(seconds: number): string {
  return seconds < 1
    ? `${Number((seconds * 1000).toPrecision(3))} ms`
    : `${seconds.toPrecision(3)} s`;
}

/** The entries that are there. */
export function present(
  texts: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => text === undefined ? [] : [[name, text]]),
  );
}
