// @ts-self-types="./imagescript_wasm.d.ts"

// Source-phase imports, as in the codec: TypeScript has none yet, hence JavaScript with its types beside it.
import source png from "npm:imagescript@1.3.1/wasm/any/png.wasm";

export { png };
