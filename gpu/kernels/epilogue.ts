/**
 * What follows the sums of a convolution in the same shader.
 *
 * @module
 */

import { ACTIVATION_LIMIT, OUTPUT_LIMITS } from "../exact_network.ts";
import type { LayerRole } from "../network.ts";
import exactFunctions from "../shaders/exact_epilogue.wgsl" with { type: "text" };

/** What follows the convolution and the bias of a drawing network: nothing, a PReLU, or the addition of other activations. */
export type DrawingEpilogue = "linear" | "prelu" | "add";

/** The same of an exact network: sums are rounded before it, and results bounded. */
export type ExactEpilogue = `exact-${DrawingEpilogue}`;

/** What follows the convolution and the bias. */
export type Epilogue = DrawingEpilogue | ExactEpilogue;

/** What follows each layer of an exact network. */
export const EXACT_EPILOGUES: Readonly<Record<LayerRole, ExactEpilogue>> = {
  head: "exact-prelu",
  first: "exact-prelu",
  second: "exact-add",
  tail: "exact-linear",
};

/** Every epilogue, as `naive.wgsl` numbers them. */
export const EPILOGUES: readonly Epilogue[] = [
  "linear",
  "prelu",
  "add",
  "exact-linear",
  "exact-prelu",
  "exact-add",
];

/** What there is for every output behind a layer's weights, in this order. */
export const END_KINDS = ["bias", "slopes", "shifts"] as const;

/** What there is for every output behind a layer's weights. */
export type EndKind = typeof END_KINDS[number];

/** What an epilogue takes besides the sum, as expressions of `vec4f`. */
export interface EpilogueTerms {
  /** Slopes of a PReLU. */
  readonly slopes: string;
  /** Shifts of an exact layer. */
  readonly shifts: string;
  /** What is added. */
  readonly skip: string;
}

/** Whether an epilogue is an exact network's. */
export function isExact(epilogue: Epilogue): epilogue is ExactEpilogue {
  return epilogue.startsWith("exact-");
}

/** Whether an epilogue adds other activations. */
export function isAdding(epilogue: Epilogue): boolean {
  return epilogue === "add" || epilogue === "exact-add";
}

/** Which values behind the weights an epilogue takes, the bias first. */
export function endsOf(epilogue: Epilogue): readonly EndKind[] {
  const hasSlopes = epilogue === "prelu" || epilogue === "exact-prelu";
  return END_KINDS.filter((kind) =>
    kind === "bias" || (kind === "slopes" ? hasSlopes : isExact(epilogue))
  );
}

/** Functions that a shader declares for {@link endOf}. */
export function endFunctions(epilogue: Epilogue): string {
  return isExact(epilogue) ? exactFunctions : "";
}

/** The result as an expression, of a sum with its bias. */
export function endOf(
  epilogue: Epilogue,
  { sum, slopes, shifts, skip }: EpilogueTerms & { readonly sum: string },
): string {
  const rounded = `roundShifted(${sum}, ${shifts})`;
  const bounded = (value: string) => `bounded(${value}, ${ACTIVATION_LIMIT})`;
  return {
    linear: sum,
    prelu: `max(${sum}, vec4f()) + ${slopes} * min(${sum}, vec4f())`,
    add: `${sum} + ${skip}`,
    // Of an exact network, the last layer alone is linear.
    "exact-linear": `bounded(${rounded}, ${OUTPUT_LIMITS.most})`,
    "exact-prelu": bounded(`sloped(${rounded}, ${slopes})`),
    "exact-add": bounded(`${rounded} + vec4i(${skip})`),
  }[epilogue];
}
