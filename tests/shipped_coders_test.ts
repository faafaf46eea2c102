import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import "../platform/deno.ts";
import { countMultiplyAdds } from "../gpu/network.ts";
import { coderForReading, coderForWriting } from "../weights/coder_choice.ts";
import {
  type CoderFile,
  decodeCoderFile,
  encodeCoderFile,
  MAX_CODER_BYTES,
} from "../weights/coder_file.ts";
import { coderOfEffort, loadShippedCoder, SHIPPED_CODERS } from "../weights/shipped_coders.ts";
import { randomCoder } from "./support/exact_networks.ts";
import { TemporaryFolder } from "./support/temporary_folder.ts";

const FOLDER = new URL("../weights/coders/", import.meta.url);

/** Multiply-adds a pixel that a coder may take, by its name. */
const MOST_WORK: Readonly<Record<string, number>> = {
  "swift": 16_000,
  "deep": 64_000,
  "lossy-swift": 16_000,
  "lossy-deep": 64_000,
};

const mine = async (seed: number, tier = "mine"): Promise<CoderFile> =>
  await decodeCoderFile(encodeCoderFile(randomCoder(seed), { tier }));

/** An octave has a quarter of the pixels of the next finer one, and a cell has four pixels. */
function workOf({ coder }: CoderFile): number {
  const octave = ({ diagonal, quincunx }: CoderFile["coder"]["fine"]) =>
    (countMultiplyAdds(diagonal.architecture) + countMultiplyAdds(quincunx.architecture)) / 4;
  return octave(coder.fine) + octave(coder.coarse) * (1 / 4 + 1 / 16);
}

Deno.test("every shipped coder is listed with its digest, and takes no more work than its name allows", async () => {
  const files = [...Deno.readDirSync(FOLDER)].map(({ name }) => name).sort();
  const listed = SHIPPED_CODERS.map(({ name }) => `${name}.safetensors`).sort();
  deepEqual(files.filter((name) => name.endsWith(".safetensors")), listed);
  const less = { exact: 0, lossy: 0 };
  for (const shipped of SHIPPED_CODERS) {
    const kind = shipped.isLossy ? "lossy" : "exact";
    const file = await loadShippedCoder(shipped);
    deepEqual([file.info.tier, file.digest.toHex()], [shipped.name, shipped.digest]);
    const work = workOf(file);
    ok(work <= MOST_WORK[shipped.name]!, `${shipped.name}: ${work}`);
    ok(work > less[kind], "the list goes from fast to small");
    less[kind] = work;
    equal(file.info.isLossy ?? false, shipped.isLossy ?? false);
    ok(Deno.statSync(new URL(`${shipped.name}.safetensors`, FOLDER)).size < MAX_CODER_BYTES / 8);
  }
});

Deno.test("effort max takes the last shipped coder, every other effort the first", () => {
  deepEqual(
    ([undefined, "fast", "default", "max"] as const).map((effort) => coderOfEffort(effort).name),
    ["swift", "swift", "swift", "deep"],
  );
  const lossy = SHIPPED_CODERS.filter(({ isLossy }) => isLossy).map(({ name }) => name);
  deepEqual(
    (["default", "max"] as const).map((effort) => coderOfEffort(effort, { isLossy: true }).name),
    [lossy[0], lossy.at(-1)],
  );
});

Deno.test("a file is read with the coder that it names, and weights of no other are loaded", async () => {
  const [one, other] = [await mine(1), await mine(9, "swift")];
  equal((await coderForReading(one.digest, { own: one })).coder, one.coder);
  equal((await coderForWriting("max", { own: other })).coder, other.coder);
  using folder = new TemporaryFolder();
  // Whatever else is shipped is not there.
  Deno.mkdirSync(`${folder.path}/coders`);
  Deno.copyFileSync(
    new URL("swift.safetensors", FOLDER),
    `${folder.path}/coders/swift.safetensors`,
  );
  const options = { own: other, folder: `file://${folder.path}` };
  const { digest } = await loadShippedCoder(SHIPPED_CODERS[0]!);
  deepEqual((await coderForReading(digest, options)).digest, digest);
  deepEqual((await coderForReading(new Uint8Array(8), options)).digest, digest);
  deepEqual((await coderForWriting(undefined, { folder: options.folder })).digest, digest);
});

Deno.test("where a file's coder is missing, the error says which it is and what there is", async () => {
  const [one, other] = [await mine(1), await mine(9)];
  const { name, digest } = SHIPPED_CODERS[0]!;
  const shipped = new RegExp(
    `needs the coder ${one.digest.toHex()}, and there is "${name}" \\(${digest}\\)`,
  );
  await rejects(coderForReading(one.digest), shipped);
  await rejects(
    coderForReading(one.digest, { own: other }),
    new RegExp(`and "mine" of your own \\(${other.digest.toHex()}\\)\\. It was written`),
  );
});

Deno.test("a shipped coder that is missing, damaged or another one is refused", async () => {
  using folder = new TemporaryFolder();
  const load = () => loadShippedCoder(SHIPPED_CODERS[0]!, new URL(`file://${folder.path}`));
  await rejects(load(), /swift.safetensors" cannot be read/);
  Deno.mkdirSync(`${folder.path}/coders`);
  const path = `${folder.path}/coders/swift.safetensors`;
  Deno.writeFileSync(
    path,
    Deno.readFileSync(new URL("swift.safetensors", FOLDER)).subarray(0, 5000),
  );
  await rejects(load(), /swift.safetensors", which come with NNC, are damaged: The file is/);
  Deno.writeFileSync(path, encodeCoderFile(randomCoder(1), { tier: "swift" }));
  await rejects(load(), /must be [0-9a-f]{16}, found [0-9a-f]{16}/);
});

Deno.test("a coder file that is too large is refused before it is read", async () => {
  await rejects(decodeCoderFile(new Uint8Array(MAX_CODER_BYTES + 1)), /at most 16777216 bytes/);
});
