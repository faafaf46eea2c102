/**
 * A JPEG's XMP made fit to travel: whole, upright, and without claims about what stays behind.
 *
 * Texts are bytes, one a letter, so that what is not changed stays as it is in any encoding.
 *
 * Source: XMP part 3, section 1.1.3.1; Ultra HDR Image Format 1.1; Motion Photo format 1.0; Dynamic Depth 1.0; for Apple's gain
 * maps, which have no specification, what iPhones write.
 *
 * @module
 */

import { joinExtension } from "./xmp_extension.ts";
import { cutRanges, elementOf, type Range, readTags, type Tag } from "./xml_tags.ts";

/** Namespaces that speak of pictures and videos behind the JPEG's end, and of extensions, each with the names that do. */
const CLAIMS: readonly { namespace: string; names: RegExp }[] = [
  { namespace: "http://ns.adobe.com/hdr-gain-map/1.0/", names: /^/ },
  { namespace: "http://ns.apple.com/HDRGainMap/1.0/", names: /^/ },
  { namespace: "http://ns.google.com/photos/1.0/container/", names: /^/ },
  { namespace: "http://ns.google.com/photos/1.0/container/item/", names: /^/ },
  { namespace: "http://ns.google.com/photos/1.0/camera/", names: /^(MotionPhoto|MicroVideo)/ },
  { namespace: "http://ns.google.com/photos/dd/1.0/container/", names: /^/ },
  { namespace: "http://ns.google.com/photos/dd/1.0/item/", names: /^/ },
  { namespace: "http://ns.google.com/photos/dd/1.0/device/", names: /^/ },
  { namespace: "http://ns.adobe.com/xmp/note/", names: /^HasExtendedXMP$/ },
];

/**
 * The packet as it travels.
 *
 * @param packet the XMP of the first segment
 * @param extension the extended XMP that it names, if there is any
 * @returns nothing but the packet itself, changed where it must be; `joined` tells whether it took the extension in
 */
export function travellingXmp(
  packet: string,
  extension: string | undefined,
): { packet: string; joined: boolean } {
  const joined = extension === undefined ? undefined : joinExtension(packet, extension);
  return { packet: upright(withoutClaims(joined ?? packet)), joined: joined !== undefined };
}

/** XMP repeats the orientation: as an attribute or an element, one digit. */
function upright(packet: string): string {
  return packet.replace(/(tiff:Orientation(?:\s*=\s*["']|>))[2-8]/g, "$11");
}

function withoutClaims(packet: string): string {
  const tags = readTags(packet);
  if (!tags) return packet;
  const isClaim = claimsBy(tags);
  const cut: Range[] = [];
  for (let index = 0; index < tags.length; index++) {
    const tag = tags[index]!;
    if (tag.kind === "close") continue;
    if (isClaim(tag.name)) {
      const element = elementOf(tags, index);
      if (!element) return packet;
      cut.push(element);
      index = element.last;
    } else cut.push(...tag.attributes.filter(({ name }) => isClaim(name)));
  }
  return cutRanges(packet, cut);
}

/** Whether a name with a prefix is a claim, by the namespaces that the tags declare. */
function claimsBy(tags: readonly Tag[]): (name: string) => boolean {
  const namesOf = new Map<string, RegExp>();
  for (const { name, value } of tags.flatMap(({ attributes }) => attributes)) {
    const claim = CLAIMS.find(({ namespace }) => namespace === value);
    if (claim && name.startsWith("xmlns:")) namesOf.set(name.slice("xmlns:".length), claim.names);
  }
  return (name) => {
    const [prefix, local = ""] = name.split(":");
    return namesOf.get(prefix!)?.test(local) ?? false;
  };
}
