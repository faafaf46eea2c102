/**
 * The photographs of the tests: scenes drawn by code, so that no test needs a file.
 *
 * @module
 */

import "../../platform/deno.ts";

export { renderScene, type Scene, type SceneOptions } from "../../cli/scene/scene.ts";
export { createRandom, type Random } from "../../cli/scene/noise.ts";
