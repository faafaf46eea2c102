import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import * as reader from "../web/reader.ts";
import * as writer from "../web/writer.ts";
import type { NncImage } from "../web/image_element.ts";
import type * as elementTypes from "../web/types/nnc_image.d.ts";
import type * as readerTypes from "../web/types/reader.d.ts";
import type * as writerTypes from "../web/types/writer.d.ts";

type Reading = "restore" | "probe" | "encodePng" | "openEngine";
type Writing =
  | "useCodecsFrom"
  | "compress"
  | "compressCoded"
  | "decodeImage"
  | "encodePng"
  | "psnr"
  | "probe";

// What fails to compile here is a type that no longer says what the module is.
const reads: Pick<typeof readerTypes, Reading> = reader;
const writes: Pick<typeof writerTypes, Writing> = writer;
const isTyped: NncImage extends elementTypes.NncImage ? true : false = true;

for (const [name, module] of Object.entries({ reader: reads, writer: writes })) {
  Deno.test(`the types for pages name what the ${name} exports, and fit it`, async () => {
    const path = new URL(`../web/types/${name}.d.ts`, import.meta.url);
    const text = await Deno.readTextFile(path);
    const named = [...text.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name);
    assertEquals(named.toSorted(), Object.keys(module).toSorted());
  });
}

Deno.test("the types for pages fit the element", () => {
  assert(isTyped);
});
