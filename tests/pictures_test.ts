import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { cutCrop } from "../cli/comparison/difference.ts";
import { drawSideBySide } from "../cli/demo/side_by_side.ts";
import type { Image } from "../codec/image/image.ts";
import { noiseImage } from "./support/images.ts";
import { Framebuffer } from "./support/imagescript.ts";

/** The image as ImageScript has it. */
function framebufferOf({ width, height, channels, data }: Image) {
  const rgba = Uint8Array.from({ length: 4 * width * height }, (_, at) => {
    const colour = at % 4;
    return colour === 3 ? 255 : data[Math.floor(at / 4) * channels + colour]!;
  });
  return new Framebuffer(width, height, rgba);
}

const CROPS = [
  { left: 3, top: 2, width: 12, height: 8 },
  { left: 17, top: 11, width: 12, height: 8 },
];
const PANELS = [1, 2, 3].map((seed) => noiseImage({ width: 40, height: 24, channels: 3, seed }));

Deno.test("a part of an image is the one that ImageScript cuts", () => {
  for (const crop of CROPS) {
    const { left, top, width, height } = crop;
    const expected = framebufferOf(PANELS[0]!).cut("box", left, top, width, height);
    assertEquals(framebufferOf(cutCrop(PANELS[0]!, crop)).u8, expected.u8);
  }
});

Deno.test("parts stand side by side, magnified, where ImageScript puts them", () => {
  const scale = 4;
  const picture = drawSideBySide(
    PANELS.map((image) => ({ caption: "", image })),
    { crops: CROPS, scale },
  );
  const expected = new Framebuffer(picture.width, picture.height).fill([24, 24, 24, 255]);
  PANELS.forEach((image, column) =>
    CROPS.forEach(({ left, top, width, height }, row) => {
      const part = framebufferOf(image).cut("box", left, top, width, height);
      const large = part.scale("nearest", scale);
      expected.replace(large, 8 + column * (4 * 12 + 8), 26 + 8 + row * (4 * 8 + 8));
    })
  );
  assertEquals(framebufferOf(picture).u8, expected.u8);
});
