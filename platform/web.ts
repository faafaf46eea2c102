/**
 * What a page hands in that compresses or reads JPEGs: the compiled codecs, from where it keeps them. A page that only
 * restores needs nothing of this.
 *
 * @module
 */

import { type CodecName, usePlatform } from "./platform.ts";

/** The files of the codecs, by the names that they have in `@jsquash/oxipng` and `@jsquash/jpeg`. */
export const CODEC_FILES: Readonly<Record<CodecName, string>> = {
  oxipng: "squoosh_oxipng_bg.wasm",
  mozjpegDecoder: "mozjpeg_dec.wasm",
};

/**
 * Fetches compiled codecs when they are first needed.
 *
 * @param folder address of the folder that has {@link CODEC_FILES}; a relative one starts from `base`
 * @param base default: the page, or the worker
 */
export function useCodecsFrom(folder: string | URL, base: string | URL = location.href): void {
  const compiled = new Map<CodecName, Promise<WebAssembly.Module>>();
  const root = new URL(`${new URL(folder, base).href.replace(/\/$/, "")}/`);
  usePlatform({
    compileCodec: (name) => {
      let codec = compiled.get(name);
      if (!codec) {
        codec = fetchCodec(new URL(CODEC_FILES[name], root));
        compiled.set(name, codec);
        codec.catch(() => compiled.delete(name));
      }
      return codec;
    },
  });
}

/** Not by streaming: that refuses servers which do not know the type of such files. */
async function fetchCodec(url: URL): Promise<WebAssembly.Module> {
  const response = await fetch(url);
  if (!response.ok) {
    await response.body?.cancel();
    throw new Error(
      `The codec "${url.href}" cannot be read: the server answered ${response.status}`,
    );
  }
  return await WebAssembly.compile(await response.arrayBuffer());
}
