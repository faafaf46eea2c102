// @ts-self-types="./deno_codecs.d.ts"

// The compiled codecs, without fetching or reading anything at run time. TypeScript has no source-phase
// imports yet, hence JavaScript with its types beside it.
import source oxipng from "npm:@jsquash/oxipng@2.3.0/codec/pkg/squoosh_oxipng_bg.wasm";
import source mozjpegDecoder from "npm:@jsquash/jpeg@1.6.0/codec/dec/mozjpeg_dec.wasm";

export { mozjpegDecoder, oxipng };
