import { assertEquals, assertStringIncludes } from "npm:deno-std@1.4.0/assert/mod.js";
import { encodeNetwork } from "../weights/network_file.ts";
import { randomNetwork, testInfo } from "./support/networks.ts";
import { runColdly, serveSources } from "./support/source_server.ts";

function weights(step: "rows" | "grid"): Uint8Array<ArrayBuffer> {
  const info = { ...testInfo(step), tier: "standard" };
  return encodeNetwork(randomNetwork(step), info);
}

async function loadRows(file: Uint8Array<ArrayBuffer> | undefined, { net = true } = {}) {
  const path = "weights/rows-standard.safetensors";
  await using server = serveSources(new Map([[path, file]]));
  const result = await runColdly(
    `import { loadNetwork } from "${server.urlOf("weights/shipped_networks.ts")}";
    const { network } = await loadNetwork("rows").catch((error) => {
      console.log(error.name + ": " + error.message);
      Deno.exit(1);
    });
    console.log(JSON.stringify(network.architecture));`,
    { flags: [`--allow-import=${server.host}`, ...(net ? [`--allow-net=${server.host}`] : [])] },
  );
  return { ...result, asked: server.requested.has(path), url: server.urlOf(path) };
}

Deno.test("weights come from the server that the module was imported from", async () => {
  const result = await loadRows(weights("rows"));
  assertEquals(result.code, 0, result.stderr);
  assertEquals(JSON.parse(result.stdout), randomNetwork("rows").architecture);
});

Deno.test("weights that are not on the server are an error that names them", async () => {
  const result = await loadRows(undefined);
  assertEquals(result.code, 1, result.stderr);
  assertStringIncludes(result.stdout, `WeightsError: The weights "${result.url}" cannot be read`);
  assertStringIncludes(result.stdout, "404");
});

Deno.test("weights of another step under the name are refused", async () => {
  const result = await loadRows(weights("grid"));
  assertEquals(result.code, 1, result.stderr);
  assertStringIncludes(result.stdout, "must be for rows-standard, found grid-standard");
});

Deno.test("without net permission the server is not asked, and the error says which permission", async () => {
  const result = await loadRows(weights("rows"), { net: false });
  assertEquals(result.code, 1, result.stderr);
  assertStringIncludes(result.stdout, "--allow-net");
  assertEquals(result.asked, false);
});
