/**
 * Makes a shipped coder of four trained networks: rounds them to whole numbers that are exact everywhere, by what photos
 * reach in them. Written where the shipped ones lie, it is listed there.
 *
 * @module
 */

import { dirname } from "node:path";
import { decodeImage } from "../codec/read.ts";
import { CODER_PARTS, encodeWholeCoder } from "../train/whole_coder.ts";
import { decodeCoderFile } from "../weights/coder_file.ts";
import { type CoderInfo, decodeCoderWeights } from "../weights/coder_weights.ts";
import { SHIPPED_CODERS, type ShippedCoder } from "../weights/shipped_coders.ts";
import { type Bench, UsageError } from "./program.ts";

/** Where the shipped coders lie. */
const CODERS = new URL("../weights/coders", import.meta.url).pathname;

/** Those there may be, from fast to small, those for lossy files behind the others. */
const LADDER = ["swift", "deep", "lossy-swift", "lossy-deep"];

/** The program. */
export const bench: Bench = {
  operands: "PHOTO …",
  options: {
    from: { value: "DIR", help: "where coder-TIER-{diagonal,quincunx}[-coarse].safetensors lie" },
    tier: { value: "NAME", help: "swift, deep, or a name of one's own" },
    output: { value: "FILE", help: "the coder, such as weights/coders/deep.safetensors" },
    data: { value: "TEXT", help: "what it was trained on; default: as the first network says" },
    licence: { value: "TEXT", help: "the licences of that data" },
  },
  async run(args) {
    const [from, tier, output] = ["from", "tier", "output"].map((name) => args.text(name));
    if (!from || !tier || !output || args.operands.length === 0) {
      throw new UsageError('"--from", "--tier", "--output" and at least one photo are needed');
    }
    const photos = await Promise.all(
      args.operands.map(async (path) => await decodeImage(await Deno.readFile(path))),
    );
    const parts = CODER_PARTS.map((part) => {
      const path = `${from}/coder-${tier}-${part.name}.safetensors`;
      const { network, info } = decodeCoderWeights(Deno.readFileSync(path));
      if (info.step !== part.step) {
        throw new UsageError(`"${path}" is for the step "${info.step}", expected "${part.step}"`);
      }
      return { name: part.name, network, info };
    });
    const networks = new Map(parts.map(({ name, network }) => [name, network]));
    const infos = new Map(parts.map(({ name, info }) => [name, info]));
    const licence = args.text("licence");
    const info = { tier, ...describeParts(infos, args.text("data")), ...(licence && { licence }) };
    const bytes = encodeWholeCoder(networks, { photos, info });
    await Deno.writeFile(output, bytes);
    const file = await decodeCoderFile(bytes);
    const digest = file.digest.toHex();
    await list(output, { name: tier, digest, ...file.info.isLossy && { isLossy: true } });
    return {
      text: `${output}: ${bytes.length} bytes, coder ${digest}`,
      report: { output, bytes: bytes.length, digest },
    };
  },
};

/** What the networks' files say, for that of the coder. */
function describeParts(infos: ReadonlyMap<string, CoderInfo>, data: string | undefined) {
  const said = data ?? [...infos.values()][0]!.data;
  const recipes = [...infos].flatMap(([name, { recipe }]) =>
    recipe === undefined ? [] : [[name, JSON.parse(recipe)]]
  );
  const scores = [...infos].flatMap(([name, { scores }]) => {
    const bits = scores?.["bits.validation"];
    return bits === undefined ? [] : [[`bits.validation.${name}`, bits]];
  });
  const isLossy = recipes.length > 0 && recipes.every(([, { lossy }]) => lossy === true);
  return {
    ...isLossy && { isLossy },
    recipe: JSON.stringify(Object.fromEntries(recipes)),
    scores: Object.fromEntries(scores),
    ...(said !== undefined && { data: said }),
  };
}

/** Puts a coder that is written where the shipped ones lie on their list, in the place of an earlier one of its name. */
async function list(output: string, coder: ShippedCoder): Promise<void> {
  if (dirname(await Deno.realPath(output)) !== CODERS) return;
  const others = SHIPPED_CODERS.filter(({ name }) => name !== coder.name);
  const ladder = [...others, coder].sort((a, b) => LADDER.indexOf(a.name) - LADDER.indexOf(b.name));
  const lines = ladder.map(({ name, digest, isLossy }) =>
    `  { "name": "${name}", "digest": "${digest}"${isLossy ? ', "isLossy": true' : ""} }`
  );
  await Deno.writeTextFile(`${CODERS}/shipped.json`, `[\n${lines.join(",\n")}\n]\n`);
}
