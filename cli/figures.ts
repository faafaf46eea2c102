/**
 * Numbers as people say them.
 *
 * @module
 */

/** A duration: 0.42 s, 12.3 s, 4 min 10 s. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole >= 60) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
}

/** A whole number with its thousands apart: 1,234,567. */
export function formatCount(count: number): string {
  return count.toString().replace(/\B(?=(\d{3})+$)/g, ",");
}
