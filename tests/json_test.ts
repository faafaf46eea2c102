import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { COMMANDS } from "../cli/definitions.ts";
import { compress } from "../codec/compress.ts";
import { encodeCoderFile } from "../weights/coder_file.ts";
import { randomCoder } from "./support/exact_networks.ts";
import { writeJpeg } from "./support/jpeg_writer.ts";
import { Workplace } from "./support/run_nnc.ts";

interface Field {
  readonly name: string;
  readonly type: string;
  readonly when: string;
}

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  "string": (value) => typeof value === "string" && value !== "",
  "string or null": (value) => value === null || typeof value === "string",
  "number": (value) => typeof value === "number",
  "number or null": (value) => value === null || typeof value === "number",
  "boolean": (value) => typeof value === "boolean",
  "string[]": (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
  "number[]": (value) => Array.isArray(value) && value.every((item) => typeof item === "number"),
  "object": (value) => typeof value === "object" && value !== null && !Array.isArray(value),
  "object[]": (value) => Array.isArray(value) && value.every((item) => typeof item === "object"),
};

/** The tables of docs/json.md by command. */
async function readTables(): Promise<Map<string, Field[]>> {
  const text = await Deno.readTextFile(new URL("../docs/json.md", import.meta.url));
  const tables = new Map<string, Field[]>();
  for (const section of text.split(/^## /m).slice(1)) {
    const [title, ...lines] = section.split("\n");
    const fields = lines.flatMap((line): Field[] => {
      const match = /^\| `(\w+)` \| ([^|]+) \| ([^|]+) \|/.exec(line);
      return match ? [{ name: match[1]!, type: match[2]!, when: match[3]! }] : [];
    });
    for (const command of title!.matchAll(/`(\w+)`/g)) tables.set(command[1]!, fields);
  }
  return tables;
}

const tables = await readTables();

function isCoded(object: Record<string, unknown>): boolean {
  return "maxError" in object || "quality" in object;
}

/** What the words of a column *when* mean where they are neither a status, a command nor an option. */
const CONDITIONS: Readonly<Record<string, (object: Record<string, unknown>) => boolean>> = {
  "coded": isCoded,
  "not coded": (object) => !isCoded(object),
  "lossy": (object) => "quality" in object,
  "not lossy": (object) => !("quality" in object),
  "some pixels kept": (object) => !isCoded(object) || "ratio" in object,
  "pixels drawn": (object) =>
    !isCoded(object) || "ratio" in object || "share" in object || "device" in object,
  "cut off or damaged": (object) =>
    "state" in object ? object["state"] !== "whole" : "share" in object,
  "whole": (object) => object["state"] === "whole",
  "by default": (object) => "defaultFor" in object,
  "damaged": (object) => "salvaged" in object,
  "whole coder": (object) => "logs" in object,
  "one network": (object) => !("logs" in object),
};

/** Whether a field must be there, by the words of its column *when*. */
function applies(field: Field, object: Record<string, unknown>): boolean {
  if (field.when === "always") return true;
  const words = field.when.split(", ");
  return words.every((word) =>
    CONDITIONS[word]?.(object) || word === object["status"] || word === object["command"] ||
    word.startsWith("`--")
  );
}

/** Runs a command with `--json` and checks each of its lines by the table; returns the objects. */
async function check(place: Workplace, ...args: string[]): Promise<Record<string, unknown>[]> {
  const { stdout, stderr } = await place.run(...args, "--json");
  const objects = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert(objects.length > 0, stderr);
  for (const object of objects) {
    const fields = tables.get(object.command) ?? [];
    assert(fields.length > 0, `"${object.command}" is not documented`);
    const name = JSON.stringify(object);
    const known = fields.map((field) => field.name);
    assertEquals(Object.keys(object).filter((key) => !known.includes(key)), [], name);
    for (const field of fields) {
      if (!(field.name in object)) {
        assert(!applies(field, object) || field.when.startsWith("`--"), `${field.name}: ${name}`);
      } else {
        assert(applies(field, object), `${field.name} is there only when ${field.when}: ${name}`);
        assert(
          TYPES[field.type]!(object[field.name]),
          `${field.name} is no ${field.type}: ${name}`,
        );
      }
    }
  }
  return objects;
}

Deno.test("every command that takes --json is documented, with types and conditions that are known", () => {
  for (const [name, { options }] of Object.entries(COMMANDS)) {
    assertEquals(tables.has(name), options.includes("json" as never), name);
  }
  for (const [command, fields] of tables) {
    assert(fields.length > 2, command);
    for (const { name, type } of fields) assert(type in TYPES, `${command}: ${name} is ${type}`);
    assertEquals(new Set(fields.map(({ name }) => name)).size, fields.length, command);
  }
});

Deno.test("compress and restore print what docs/json.md says, whatever became of a file", async () => {
  using place = new Workplace();
  const scene = await place.addScene("a.png");
  Deno.writeFileSync(place.path("photo.jpg"), await writeJpeg(scene));
  place.addNetwork("net.safetensors");
  Deno.writeTextFileSync(place.path("b.png"), "no image");
  const coder = ["--coder", "coder.safetensors"];
  const lossy = encodeCoderFile(randomCoder(3), { tier: "mine", isLossy: true });
  Deno.writeFileSync(place.path("coder.safetensors"), lossy);
  const cpu = ["--device", "cpu", "--weights", "net.safetensors"];
  const found = [
    ...await check(place, "-c", "a.png", "--dry-run"),
    ...await check(place, "-c", "a.png", "b.png", "missing.png"),
    ...await check(place, "-c", "photo.jpg"),
    ...await check(place, "-c", "a.png", "--ratio", "4", "-o", "asked.nnc"),
    ...await check(place, "-c", "a.png", "--skip-existing"),
    ...await check(place, "-c", "a.png", "--skip-existing", "--dry-run"),
    ...await check(place, "-d", "a.nnc", "b.png", "-o", "out", ...cpu),
    ...await check(place, "-d", "a.nnc", "-o", "b.png", "-f", "--device", "cpu", "--tier", "auto"),
    ...await check(place, "-c", "a.png", "-o", "l.nnc", "--quality", "50", ...coder),
    ...await check(place, "-d", "l.nnc", ...coder),
    ...await check(place, "-c", "a.png", "-o", "c.nnc", "--lossless"),
    ...await check(place, "-d", "c.nnc"),
    ...await check(place, "trim", "c.nnc", "--ratio", "2"),
    ...await check(place, "-d", "c.ratio2.nnc", "--device", "cpu"),
  ];
  const ends = found.map(({ command, status }) => `${command} ${status}`);
  assertEquals(ends, [
    "compress planned",
    "compress done",
    "compress failed",
    "compress failed",
    "compress done",
    "compress done",
    "compress skipped",
    "compress skipped",
    "restore done",
    "restore failed",
    "restore done",
    "compress done",
    "restore done",
    "compress done",
    "restore done",
    "trim done",
    "restore done",
  ]);
});

Deno.test("info and compare print what docs/json.md says", async () => {
  using place = new Workplace();
  const image = await place.addScene("a.png");
  await place.addScene("b.png", { seed: 2 });
  Deno.writeFileSync(place.path("a.nnc"), await compress(image));
  const infos = await check(place, "info", "a.nnc", "a.png", "missing.nnc");
  assertEquals(infos.map(({ status, hasChunk, checksum }) => [status, hasChunk, checksum]), [
    ["done", true, "matches"],
    ["done", false, "absent"],
    ["failed", undefined, undefined],
  ]);
  await place.run("-c", "a.png", "-o", "c.nnc", "--max-error", "2");
  const [coded] = await check(place, "info", "c.nnc");
  assertEquals([coded!["maxError"], coded!["width"], coded!["warnings"]], [2, image.width, []]);
  const bytes = Deno.readFileSync(place.path("c.nnc"));
  Deno.writeFileSync(place.path("d.nnc"), bytes.subarray(0, -50));
  await place.addScene("lossy.png");
  await place.run("-c", "lossy.png", "--quality", "60");
  await check(place, "info", "lossy.nnc");
  const [cut] = await check(place, "info", "d.nnc");
  assertEquals([cut!["state"], cut!["guarantee"]], [
    "cut",
    "50 % of the pixels off by no more than 2",
  ]);
  const [different] = await check(place, "compare", "a.png", "b.png", "--report", "r.html");
  assertEquals([typeof different!["psnr"], different!["report"]], ["number", "r.html"]);
  const [equal] = await check(place, "compare", "a.png", "a.png");
  assertEquals([equal!["psnr"], equal!["ssim"], equal!["exactShare"]], [null, 1, 1]);
});

Deno.test("train, curve, demo and doctor print what docs/json.md says", async () => {
  using place = new Workplace();
  place.addNetwork("net.safetensors");
  const [demo] = await check(place, "demo", "--budget", "0.000001");
  assertEquals([demo!["status"], demo!["tier"]], ["done", "draft"]);
  const [doctor] = await check(place, "doctor");
  for (const finding of doctor!["findings"] as Record<string, unknown>[]) {
    assert(TYPES["string"]!(finding["name"]) && TYPES["string"]!(finding["found"]));
  }
  for (const name of ["a.png", "b.png"]) await place.addScene(name, { width: 96, height: 72 });
  const quick = ["--weights", "net.safetensors", "--batch", "1", "--patch", "8", "--steps", "2"];
  const [trained] = await check(place, "train", "a.png", "b.png", ...quick);
  assertEquals([trained!["steps"], trained!["output"]], [2, "trained-quincunx.safetensors"]);
  const coder = ["--recipe", "coder-swift-diagonal", ...quick.slice(2)];
  const [other] = await check(place, "train", "a.png", "b.png", ...coder);
  assertEquals([other!["lattice"], other!["coder"]], [null, "diagonal"]);
  const [drawn] = await check(place, "curve", trained!["log"] as string);
  assertEquals([drawn!["validations"], drawn!["output"]], [[2], "curve.svg"]);
});
