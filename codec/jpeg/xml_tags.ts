/**
 * The tags of an XML text, as ranges of it: enough to cut parts out and leave every other letter as it is.
 *
 * Source: Extensible Markup Language (XML) 1.0, fifth edition, sections 2.4 to 2.7 and 3.1; Namespaces in XML 1.0.
 *
 * @module
 */

/** A range of a text, from its first letter to the one after its last. */
export interface Range {
  /** Index of the first letter. */
  readonly start: number;
  /** Index after the last one. */
  readonly end: number;
}

/** An attribute, with the blanks before it. */
export interface Attribute extends Range {
  /** With its prefix. */
  readonly name: string;
  /** Between its quotation marks, as it stands there. */
  readonly value: string;
}

/** A tag. */
export interface Tag extends Range {
  /** With its prefix. */
  readonly name: string;
  /** Whether it opens an element, closes it, or is all of it. */
  readonly kind: "open" | "close" | "empty";
  /** In the order of the text. */
  readonly attributes: readonly Attribute[];
}

const TAG = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const ATTRIBUTE = /\s+([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/** What is skipped as a whole. */
const OPAQUE = [["<!--", "-->"], ["<![CDATA[", "]]>"], ["<?", "?>"]] as const;

/** The tags of a text in their order; nothing where it is malformed. */
export function readTags(text: string): Tag[] | undefined {
  const tags: Tag[] = [];
  let at = text.indexOf("<");
  while (at >= 0) {
    const opaque = OPAQUE.find(([start]) => text.startsWith(start, at));
    if (opaque) {
      const end = text.indexOf(opaque[1], at);
      if (end < 0) return undefined;
      at = text.indexOf("<", end);
      continue;
    }
    TAG.lastIndex = at;
    const match = TAG.exec(text);
    if (!match) return undefined;
    const [whole, closing, name, attributes, empty] = match;
    const kind = closing ? "close" : empty ? "empty" : "open";
    const from = at + 1 + closing!.length + name!.length;
    tags.push({
      name: name!,
      kind,
      start: at,
      end: at + whole.length,
      attributes: readAttributes(attributes!, from),
    });
    at = text.indexOf("<", at + whole.length);
  }
  return tags;
}

/** The element that a tag opens, with all that is in it; nothing where it is not closed. */
export function elementOf(
  tags: readonly Tag[],
  index: number,
): Range & { last: number } | undefined {
  const { start, name, kind, end } = tags[index]!;
  if (kind === "empty") return { start, end, last: index };
  let depth = 0;
  for (let last = index; last < tags.length; last++) {
    const tag = tags[last]!;
    if (tag.name !== name || tag.kind === "empty") continue;
    depth += tag.kind === "open" ? 1 : -1;
    if (depth === 0) return { start, end: tag.end, last };
  }
  return undefined;
}

/** A text without some ranges of it, which are in order and do not overlap. */
export function cutRanges(text: string, ranges: readonly Range[]): string {
  const ends = [0, ...ranges.map(({ end }) => end)];
  const starts = [...ranges.map(({ start }) => start), text.length];
  return ends.map((from, index) => text.slice(from, starts[index])).join("");
}

function readAttributes(text: string, from: number): Attribute[] {
  return [...text.matchAll(ATTRIBUTE)].map((match) => ({
    name: match[1]!,
    value: match[2] ?? match[3]!,
    start: from + match.index,
    end: from + match.index + match[0].length,
  }));
}
