/**
 * Moving activations between the host and the textures of training, for what checks them: `[image × quads + quad]` layers
 * of `[height][width]` texels of four channels.
 *
 * @module
 */

import { readBuffer } from "../gpu/device.ts";

/** Writes `values` (`[patch][patch][channels]`) into the layers of one image, `border` pixels from the edges. */
export function uploadTexels(gpu: GPUDevice, options: {
  texture: GPUTexture;
  values: Float64Array;
  channels: number;
  image: number;
  border?: number | undefined;
}): void {
  const { texture, values, channels, image, border = 0 } = options;
  const patch = texture.width - 2 * border;
  const quads = Math.ceil(channels / 4);
  const texels = new Float32Array(quads * patch * patch * 4);
  values.forEach((value, at) => {
    const channel = at % channels;
    texels[((channel >> 2) * patch * patch + Math.floor(at / channels)) * 4 + channel % 4] = value;
  });
  gpu.queue.writeTexture(
    { texture, origin: [border, border, image * quads] },
    texels,
    { bytesPerRow: patch * 16, rowsPerImage: patch },
    [patch, patch, quads],
  );
}

/** Activations that were read back. */
export interface Texels {
  /** The value of one channel of a pixel, of an image that has `channels` of them. */
  at(place: { image: number; channels: number; x: number; y: number; channel: number }): number;
}

/** Reads all layers of a texture back; `border` pixels at the edges are not addressed. */
export async function downloadTexels(
  gpu: GPUDevice,
  { texture, border }: { texture: GPUTexture; border: number },
): Promise<Texels> {
  const { width, height, depthOrArrayLayers } = texture;
  const bytesPerRow = Math.ceil(width * 16 / 256) * 256;
  const buffer = gpu.createBuffer({
    size: bytesPerRow * height * depthOrArrayLayers,
    usage: GPUBufferUsage.COPY_SRC | GPUBufferUsage.COPY_DST,
  });
  const encoder = gpu.createCommandEncoder();
  encoder.copyTextureToBuffer(
    { texture },
    { buffer, bytesPerRow, rowsPerImage: height },
    [width, height, depthOrArrayLayers],
  );
  gpu.queue.submit([encoder.finish()]);
  const values = new Float32Array((await readBuffer(gpu, { buffer })).buffer);
  buffer.destroy();
  return {
    at({ image, channels, x, y, channel }) {
      const layer = image * Math.ceil(channels / 4) + (channel >> 2);
      const row = layer * height + y + border;
      return values[row * bytesPerRow / 4 + (x + border) * 4 + channel % 4]!;
    },
  };
}
