import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import * as reader from "../web/reader.ts";
import type { NncImage } from "../web/image_element.ts";
import type * as elementTypes from "../web/types/nnc_image.d.ts";
import type * as readerTypes from "../web/types/reader.d.ts";

type Functions = "restore" | "probe" | "encodePng" | "openEngine";

// What fails to compile here is a type that no longer says what the module is.
const typed: Pick<typeof readerTypes, Functions> = reader;
const isTyped: NncImage extends elementTypes.NncImage ? true : false = true;

Deno.test("the types for pages name what the reader exports, and fit it", async () => {
  const path = new URL("../web/types/reader.d.ts", import.meta.url);
  const text = await Deno.readTextFile(path);
  const named = [...text.matchAll(/^export (?:function|class) (\w+)/gm)].map(([, name]) => name);
  assertEquals(named.toSorted(), Object.keys(reader).toSorted());
  assertEquals([Object.keys(typed).length, isTyped], [named.length, true]);
});
