/**
 * A reader for the XML that charts are made of.
 *
 * @module
 */

/** An element with its attributes and its words, entities resolved. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const TOKEN = /<(\/?)([a-z]\w*)((?: [\w:-]+="[^"<]*")*)(\/?)>|([^<]+)/gy;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#39": "'",
};

/**
 * The elements of a document in the order in which they begin. Knows elements, attributes and five entities.
 *
 * @throws {SyntaxError} if it is not well-formed.
 */
export function parseXml(source: string): XmlElement[] {
  const all: { name: string; attributes: Record<string, string>; text: string }[] = [];
  const open: typeof all = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(source);
    if (!match) throw new SyntaxError(`Not XML: ${source.slice(at, at + 60)}`);
    const [, closing, name, attributes = "", empty, text] = match;
    if (text !== undefined) {
      const words = resolve(text);
      if (open.length > 0) open.at(-1)!.text += words;
      else if (words.trim() !== "") throw new SyntaxError(`Words outside: ${words}`);
    } else if (closing) {
      if (open.pop()?.name !== name) throw new SyntaxError(`</${name}> closes another element`);
    } else {
      if (open.length === 0 && all.length > 0) throw new SyntaxError(`A second root <${name}>`);
      const element = { name: name!, attributes: readAttributes(attributes), text: "" };
      all.push(element);
      if (!empty) open.push(element);
    }
  }
  if (open.length > 0) throw new SyntaxError(`<${open[0]!.name}> is not closed`);
  return all;
}

function readAttributes(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w:-]+)="([^"]*)"/g)];
  const attributes = Object.fromEntries(pairs.map(([, name, value]) => [name!, resolve(value!)]));
  if (Object.keys(attributes).length < pairs.length) throw new SyntaxError(`Twice in${text}`);
  return attributes;
}

function resolve(text: string): string {
  // deno-lint-ignore no-control-regex
  if (/[\0-\x08\x0b\x0c\x0e-\x1f]/.test(text)) throw new SyntaxError("A character is not allowed");
  return text.replaceAll(/&(#?\w*;?)/g, (_, entity: string) => {
    const character = entity.endsWith(";") ? ENTITIES[entity.slice(0, -1)] : undefined;
    if (character === undefined) throw new SyntaxError(`Unknown entity &${entity}`);
    return character;
  });
}
