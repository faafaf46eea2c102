/**
 * What draws missing pixels: engines and devices, the steps of a lattice as they see them, networks and their files, and the
 * choice of a tier that fits the time.
 *
 * Images, files and errors are in `@nnc/nnc`.
 *
 * @module
 */

import "./platform/deno.ts";

export {
  type Engine,
  type EngineOptions,
  kernelNames,
  openEngine,
  type SelectionMemory,
} from "./gpu/engine.ts";
export { type Device, type DeviceOptions, openDevice } from "./gpu/device.ts";
export type { RestoreCellsOptions } from "./gpu/restoration.ts";
export type { Verdict } from "./gpu/kernel_choice.ts";
export type { Cells, Geometry, Tap } from "./gpu/geometry.ts";
export type { CellRegion, Direction, Place, View } from "./gpu/views.ts";
export {
  type Architecture,
  countMultiplyAdds,
  countParameters,
  type Layer,
  type Network,
} from "./gpu/network.ts";

export { GEOMETRIES } from "./codec/lattice/geometries.ts";
export { latticeSteps } from "./codec/lattice/lattice.ts";
export type { StepName } from "./codec/lattice/steps.ts";

export {
  chooseTier,
  type TierChoice,
  type TierCost,
  tierCosts,
  type TierEstimate,
} from "./weights/tier_choice.ts";
export { measureSpeed, type MeasureSpeedOptions } from "./gpu/speed.ts";

export {
  availableTiers,
  coarseTiers,
  isAveraged,
  loadNetwork,
  type LoadNetworkOptions,
  shippedTiers,
  type Tier,
} from "./weights/shipped_networks.ts";
export { chooseNetworks, type ChooseNetworksOptions } from "./weights/network_choice.ts";
export {
  decodeNetwork,
  encodeNetwork,
  type EncodeNetworkOptions,
  type NetworkFile,
  type NetworkInfo,
} from "./weights/network_file.ts";
export {
  decodeSafetensors,
  encodeSafetensors,
  type EncodeSafetensorsOptions,
  MAX_FILE_BYTES,
  type Safetensors,
  type Tensor,
  type TensorType,
} from "./weights/safetensors.ts";
export { type CoderFile, type CoderFileInfo, decodeCoderFile } from "./weights/coder_file.ts";
export type { Coder } from "./codec/coded/coder.ts";
export type { CoderStep } from "./codec/lattice/coder_steps.ts";
export type { ExactLayer, ExactNetwork } from "./gpu/exact_network.ts";
