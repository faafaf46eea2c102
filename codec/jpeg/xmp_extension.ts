/**
 * Extended XMP: what did not fit into a segment of 64 KiB, in parts, and joined to the packet that names it.
 *
 * Source: XMP part 3, section 1.1.3.1.
 *
 * @module
 */

import { concatenate, latin1Text, viewOf } from "../image/bytes.ts";
import { elementOf, type Range, readTags, type Tag } from "./xml_tags.ts";

const DIGEST_BYTES = 32;

/** A digest, the length of the whole, and where the part begins in it. */
const HEAD_BYTES = DIGEST_BYTES + 8;

/**
 * The extension that a packet names, of parts in any order.
 *
 * @returns nothing where the packet names none, or where a part is missing.
 */
export function readExtension(packet: string, parts: readonly Uint8Array[]): string | undefined {
  const [, digest] = /HasExtendedXMP(?:\s*=\s*["']|>)\s*([0-9A-Fa-f]{32})/.exec(packet) ?? [];
  if (digest === undefined) return undefined;
  const own = parts.filter((part) =>
    part.length > HEAD_BYTES && latin1Text(part.subarray(0, DIGEST_BYTES)) === digest
  ).toSorted((a, b) => startOf(a) - startOf(b));
  let length = 0;
  for (const part of own) {
    if (startOf(part) !== length) return undefined;
    length += part.length - HEAD_BYTES;
  }
  const stated = own[0] && viewOf(own[0]).getUint32(DIGEST_BYTES);
  if (stated !== length) return undefined;
  return latin1Text(concatenate(own.map((part) => part.subarray(HEAD_BYTES))));
}

function startOf(part: Uint8Array): number {
  return viewOf(part).getUint32(DIGEST_BYTES + 4);
}

/**
 * A packet with the descriptions of its extension behind its own.
 *
 * @returns nothing where either is malformed.
 */
export function joinExtension(packet: string, extension: string): string | undefined {
  const own = findDescriptions(packet);
  const other = findDescriptions(extension);
  if (!own || !other) return undefined;
  const missing = [...other.declared].filter(([name, value]) => own.declared.get(name) !== value);
  let descriptions = "";
  let from = other.inside.start;
  for (const { name, start, attributes } of other.children) {
    const declared = attributes.map((attribute) => attribute.name);
    const added = missing.filter(([prefix]) => !declared.includes(prefix));
    const behindName = start + 1 + name.length;
    descriptions += extension.slice(from, behindName);
    descriptions += added.map(([prefix, value]) => ` ${prefix}="${value}"`).join("");
    from = behindName;
  }
  descriptions += extension.slice(from, other.inside.end);
  return packet.slice(0, own.inside.end) + descriptions + packet.slice(own.inside.end);
}

/** What is inside of rdf:RDF, the elements in it, and the namespaces that are declared around them. */
interface Descriptions {
  readonly inside: Range;
  readonly children: readonly Tag[];
  /** By the name of the attribute. */
  readonly declared: ReadonlyMap<string, string>;
}

function findDescriptions(text: string): Descriptions | undefined {
  const tags = readTags(text);
  const root = tags?.findIndex(({ name, kind }) => kind === "open" && /(^|:)RDF$/.test(name)) ?? -1;
  const element = tags && root >= 0 ? elementOf(tags, root) : undefined;
  if (!tags || !element) return undefined;
  const children: Tag[] = [];
  for (let index = root + 1; index < element.last; index++) {
    const child = elementOf(tags, index);
    if (!child) return undefined;
    children.push(tags[index]!);
    index = child.last;
  }
  const around = tags.slice(0, root + 1).flatMap(({ attributes }) => attributes);
  const declared = new Map(
    around.filter(({ name }) => name.startsWith("xmlns:")).map(({ name, value }) => [name, value]),
  );
  const inside = { start: tags[root]!.end, end: tags[element.last]!.start };
  return { inside, children, declared };
}
