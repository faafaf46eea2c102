import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { compress } from "../codec/compress.ts";
import { ImageError } from "../codec/image/image_error.ts";
import { openNncFile } from "../codec/nnc_file.ts";
import { decodeImage } from "../codec/read.ts";
import { concat, latin1, writeJpeg } from "./support/jpeg_writer.ts";
import { encodePng } from "../codec/png/png.ts";
import { sceneImage } from "./support/run_nnc.ts";

const SCENE = sceneImage();
const PNG = await encodePng(SCENE, { effort: "fast" });
const JPEG = await writeJpeg(SCENE, { quality: 90 });

/** What is said of bytes that are refused, by everything that reads. */
async function reasonOf(bytes: Uint8Array): Promise<string> {
  const { message } = await assertRejects(() => decodeImage(bytes), ImageError);
  assertEquals((await assertRejects(() => compress(bytes), ImageError)).message, message);
  return message;
}

/** The bytes as a program leaves them that replaces ends of lines. */
function replaced(bytes: Uint8Array, from: string, to: string): Uint8Array {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return Uint8Array.from(latin1(text.replaceAll(from, to)));
}

Deno.test("a PNG that was sent as text is said to be lost for that", async () => {
  const damaged = [
    replaced(PNG, "\r\n", "\n"),
    replaced(PNG, "\n", "\r\n"),
    replaced(PNG, "\r\n", "\r"),
    replaced(PNG, "\r", "\n"),
    new TextEncoder().encode(new TextDecoder("latin1").decode(PNG)),
    new TextEncoder().encode(new TextDecoder().decode(PNG)),
    PNG.map((byte) => byte & 0x7f),
  ];
  for (const bytes of damaged) {
    assertStringIncludes(await reasonOf(bytes), "was a PNG until it was sent as text");
    assertThrows(() => openNncFile(bytes), ImageError, "sent as text");
  }
});

Deno.test("an image behind other bytes is refused with their number and what cuts them off", async () => {
  const other = latin1("HTTP/1.1 200 OK\r\n\r\n");
  const cut = `cut them off: tail -c +${other.length + 1} FILE > photo`;
  for (const [image, name] of [[PNG, "png"], [JPEG, "jpg"]] as const) {
    assertStringIncludes(await reasonOf(concat([other, image])), `${cut}.${name}`);
  }
  const packed = concat([other, await compress(PNG)]);
  assertThrows(() => openNncFile(packed), ImageError, `${cut}.png`);
});

Deno.test("files of other kinds are named, even where a PNG or a JPEG lies in them", async () => {
  const kinds = {
    "a Windows icon": "\0\0\x01\0\x01\0",
    "a Canon CR3": "\0\0\0\x18ftypcrx ",
    "a HEIF": "\0\0\0\x18ftypmif1",
    "a video": "\0\0\0\x18ftypisom",
    "a camera's raw file": "FUJIFILMCCD-RAW 0201",
    "a web page": "<!DOCTYPE html><html>",
  };
  for (const [name, start] of Object.entries(kinds)) {
    for (const inside of [PNG, JPEG]) {
      assertStringIncludes(await reasonOf(concat([latin1(start), inside])), `The file is ${name};`);
    }
  }
  assertStringIncludes(await reasonOf(latin1("nothing at all")), "no image that is known");
});

Deno.test("an empty file is said to be empty, by whatever reads it", async () => {
  const empty = new Uint8Array(0);
  assertStringIncludes(await reasonOf(empty), "is empty");
  assertThrows(() => openNncFile(empty), ImageError, "is empty");
});
