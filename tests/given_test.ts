import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { decodeNetwork, decodeSafetensors, encodeNetwork } from "../engine.ts";
import {
  compress,
  decodeImage,
  encodePng,
  type Image,
  NO_METADATA,
  probe,
  restore,
} from "../mod.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";

const IMAGE: Image = {
  width: 6,
  height: 5,
  channels: 1,
  data: Uint8Array.from({ length: 30 }, (_, at) => at * 7),
  metadata: NO_METADATA,
};
const PNG = await encodePng(IMAGE);
const FILE = await compress(IMAGE, { lattice: "rows" });
const NETWORK = { network: randomNetwork("rows"), info: testInfo("rows") };
const WEIGHTS = encodeNetwork(NETWORK.network, NETWORK.info);

/** Everything of the library that takes bytes, with bytes that it reads. */
const TAKERS: Readonly<Record<string, [call: (given: never) => unknown, bytes: Uint8Array]>> = {
  compress: [compress, PNG],
  decodeImage: [decodeImage, PNG],
  restore: [(file) => restore(file, { network: NETWORK }), FILE],
  probe: [probe, FILE],
  decodeNetwork: [decodeNetwork, WEIGHTS],
  decodeSafetensors: [decodeSafetensors, WEIGHTS],
};

/** What a call rejects with or throws. */
async function errorOf(call: () => unknown): Promise<Error> {
  try {
    await call();
  } catch (error) {
    return error as Error;
  }
  throw new Error("There was no error");
}

Deno.test("an ArrayBuffer is taken as the bytes that it holds, from another realm as well", async () => {
  for (const [name, [call, bytes]] of Object.entries(TAKERS)) {
    const expected = await call(bytes as never);
    const { buffer } = bytes.slice();
    assertEquals(await call(buffer as never), expected, name);
    // What another realm made has other prototypes.
    const foreign = bytes.slice();
    Object.setPrototypeOf(foreign, Object.create(Object.getPrototypeOf(Uint8Array.prototype)));
    assertEquals(await call(foreign as never), expected, name);
  }
});

Deno.test("whatever else is given in place of bytes, a TypeError says what is taken and what was found", async () => {
  const wrong: [given: unknown, found: string][] = [
    ["photo.jpg", "found a string; read the file that it names first"],
    [new URL("file:///photo.jpg"), "found a URL; read the file that it names first"],
    [new Blob([PNG.slice()]), "found a Blob; give what its arrayBuffer() resolves to"],
    [new Response(), "found a Response; give what its arrayBuffer() resolves to"],
    [Promise.resolve(PNG), "found a Promise; await it first"],
    [[...PNG], "found an Array; give Uint8Array.from() of it"],
    [new Float32Array(4), "found a Float32Array"],
    [new SharedArrayBuffer(4), "found a SharedArrayBuffer; give a copy"],
    [new ImageData(2, 2), "found an ImageData"],
    [{ width: 2, height: 2 }, "found an Object"],
    [undefined, "found undefined"],
    [null, "found null"],
    [7, "found a number"],
  ];
  for (const [name, [call]] of Object.entries(TAKERS)) {
    for (const [given, found] of wrong) {
      const error = await errorOf(() => call(given as never));
      const { message } = error;
      assertEquals(error.constructor, TypeError, `${name}: ${error.stack}`);
      assert(message.startsWith(`"${name}" takes the bytes of a`), message);
      assert(message.includes("a Uint8Array or an ArrayBuffer"), message);
      assert(message.includes(found), `${message} — ${found}`);
    }
  }
});

Deno.test("an image that is none is a TypeError that says what an image has", async () => {
  for (const given of [new ImageData(2, 2), { ...IMAGE, metadata: undefined }, PNG, undefined]) {
    const error = await errorOf(() => encodePng(given as never));
    assertEquals(error.constructor, TypeError);
    assert(error.message.startsWith('"encodePng" takes an image: width, height'), error.message);
  }
});
