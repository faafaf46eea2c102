/**
 * How many columns of a terminal a text takes.
 *
 * @module
 */

/** Letters of East Asia and emoji, among them some that are narrow: a text must not take more than was thought. */
const WIDE = /[\u1100-\u11ff\u2329\u232a\u2e80-\uffef\u{16000}-\u{3ffff}]|\p{Emoji_Presentation}/u;

/** The columns that a text takes at most. */
export function displayWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + widthOf(letter), 0);
}

/** The end of a text, after an ellipsis, if it takes more than so many columns. */
export function keepEnd(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  if (columns < 2) return "";
  const letters = [...text];
  let width = 1;
  let from = letters.length;
  while (width + widthOf(letters[from - 1]!) <= columns) width += widthOf(letters[--from]!);
  return `…${letters.slice(from).join("")}`;
}

function widthOf(letter: string): number {
  return WIDE.test(letter) ? 2 : 1;
}
