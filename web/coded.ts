/**
 * Coded files in a browser: a module of its own, loaded when the first such file comes.
 *
 * @module
 */

import { inflateSlowly } from "../platform/inflate_slowly.ts";
import { usePlatform } from "../platform/platform.ts";

// What a coded file shows is small, and need not be inflated by the browser.
usePlatform({ inflateCarefully: inflateSlowly });

export { restoreCodedFile, restoreCodedPart } from "../weights/restore_file.ts";
