/** Generated parts of a text, each between a pair of markers. @module */

/** A section is not in the text, or not closed. */
export class MissingSection extends Error {
  /** Always `"MissingSection"`. */
  override readonly name = "MissingSection";
}

/**
 * Puts new contents between the markers `<!-- begin NAME -->` and `<!-- end NAME -->`.
 *
 * @throws {MissingSection} if the text has no such pair.
 */
export function replaceSections(
  text: string,
  sections: Readonly<Record<string, string>>,
): string {
  return Object.entries(sections).reduce((before, [name, content]) => {
    const [open, close] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
    const from = before.indexOf(open);
    const to = before.indexOf(close, from);
    if (from < 0 || to < 0) {
      throw new MissingSection(`The text needs "${open}" and after it "${close}"`);
    }
    return `${before.slice(0, from + open.length)}\n\n${content}\n\n${before.slice(to)}`;
  }, text);
}
