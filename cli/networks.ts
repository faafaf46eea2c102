/**
 * The networks of a run: weights that the user names are read once, and every file is restored with the same ones.
 *
 * An engine keeps on its device what it ran last, and knows it by its identity, so that a run uploads a network once.
 *
 * @module
 */

import type { PlacedStep } from "../codec/lattice/pyramid.ts";
import type { NetworkStep } from "../codec/lattice/within.ts";
import type { Network } from "../gpu/network.ts";
import { decodeNetwork, isFor, type NetworkFile } from "../weights/network_file.ts";
import { isAveraged, loadNetwork } from "../weights/shipped_networks.ts";
import { chooseWithin } from "../weights/within_choice.ts";
import { describeError } from "./describe_error.ts";
import type { Options } from "./options.ts";
import { readFileBounded } from "./streams.ts";

/** The networks that a command line asks for; there is one of these a run. */
export class RunNetworks {
  readonly #options: Pick<Options, "weights" | "tier">;
  #own: Promise<NetworkFile> | undefined;

  /** Nothing is read before it is needed. */
  constructor(options: Pick<Options, "weights" | "tier">) {
    this.#options = options;
  }

  /**
   * Reads `--weights` now, so that a file that is none, or is for another lattice, fails before any work is done. A lossy file that lacks
   * nothing takes any: what is for missing pixels is for other files of the same run.
   *
   * @param steps the steps that are to be restored, if known
   * @param options with `improves`, whether pixels of a lossy file are improved as well; default: no
   * @throws {Error} if the file cannot be read, is no network, or is for none of the steps.
   */
  async checkFor(
    steps?: readonly PlacedStep[],
    { improves = false }: { readonly improves?: boolean | undefined } = {},
  ): Promise<void> {
    const own = await this.#readOwn();
    if (!own || !steps || steps.some((place) => isFor(own.info, place))) return;
    if (improves && (steps.length === 0 || own.info.step === "within")) return;
    const places = [
      ...steps.map(({ step, spacing }) => describePlace(step, [spacing])),
      ...improves ? ['"within"'] : [],
    ];
    throw new Error(
      `The network of "${this.#options.weights}" is for ${
        describePlace(own.info.step, own.info.spacings)
      }, and this file needs one for ${places.join(" and one for ")}`,
    );
  }

  /** The networks for one file, with a tier that was picked for it; default: the tier that was asked for. */
  forFile(tier: string | undefined = this.#options.tier): FileNetworks {
    const { weights } = this.#options;
    const used = new Map<string, string>();
    return {
      used,
      within: async () => {
        const own = await this.#readOwn();
        const load = chooseWithin({ tier, own });
        return load && (async () => {
          const isOwn = own?.info.step === "within";
          used.set("within", isOwn ? weights! : tier ?? "standard");
          return await load();
        });
      },
      selfEnsemble: isAveraged(tier),
      network: async (step, { spacing } = { spacing: 1 }) => {
        const key = spacing === 1 ? step : `coarse ${step}`;
        const own = await this.#readOwn();
        if (own && isFor(own.info, { step, spacing })) {
          used.set(key, weights!);
          return own.network;
        }
        const { network, info } = await loadNetwork(step, {
          spacing,
          ...(tier !== undefined && { tier }),
        });
        used.set(key, isAveraged(tier) ? tier! : info.tier.replace(/-coarse$/, ""));
        return network;
      },
    };
  }

  /** Whether files are improved with the tier that was asked for, or with `--weights`. */
  async improves(): Promise<boolean> {
    return await this.forFile().within() !== undefined;
  }

  async #readOwn(): Promise<NetworkFile | undefined> {
    const { weights } = this.#options;
    return weights === undefined ? undefined : await (this.#own ??= readWeights(weights));
  }
}

/** The networks that one file is restored with. */
export interface FileNetworks {
  /** Those that were asked for, by lattice step, with `coarse ` before that of spacing 2: a tier, or the path of a file. */
  readonly used: ReadonlyMap<string, string>;
  /** What improves lossy files within their bins; nothing where the tier does not. */
  readonly within: () => Promise<(() => Promise<Network>) | undefined>;
  /** Whether what they draw of mirrored and turned images is averaged. */
  readonly selfEnsemble: boolean;
  /**
   * The network of a step and its spacing, by default 1: from `--weights` where that is for this step and spacing, else the shipped one.
   *
   * @throws {Error} if a file cannot be read or is no network.
   */
  readonly network: (step: NetworkStep, place?: Pick<PlacedStep, "spacing">) => Promise<Network>;
}

/** `"grid"`, or `"grid" of pixels 2 apart` where they are no neighbours in the original. */
function describePlace(step: NetworkStep, spacings: readonly number[] = [1]): string {
  return spacings.includes(1) ? `"${step}"` : `"${step}" of pixels ${spacings.join(" or ")} apart`;
}

async function readWeights(path: string): Promise<NetworkFile> {
  try {
    return decodeNetwork(await readFileBounded(path));
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) {
      throw new Error(`There is no weights file "${path}"`, { cause });
    }
    const reason = cause instanceof Deno.errors.IsADirectory
      ? "It is a folder"
      : describeError(cause);
    throw new Error(`The weights file "${path}" cannot be used. ${reason}`, { cause });
  }
}
