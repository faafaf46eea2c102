import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { describeError } from "../cli/describe_error.ts";
import { readFileBounded } from "../cli/streams.ts";
import { writeFileSafely } from "../cli/write_file.ts";
import {
  canMount,
  canOpenReadOnly,
  openReadOnlyFolder,
  openTinyFolder,
} from "./support/faulty_folders.ts";
import { run } from "./support/run.ts";
import { nncArguments, Workplace } from "./support/run_nnc.ts";
import { bigEndian, rawChunks } from "./support/png_writer.ts";

const OLD = "what was there before";

/** Lets a work be done while files can be written up to some bytes, and then no more. */
async function onFullDisk<Result>(room: number, work: () => Promise<Result>): Promise<Result> {
  const { write } = Deno.FsFile.prototype;
  let left = room;
  Deno.FsFile.prototype.write = function (bytes) {
    if (left === 0) {
      const full = Object.assign(new Error("No space left on device (os error 28)"), {
        code: "ENOSPC",
      });
      return Promise.reject(full);
    }
    const part = bytes.subarray(0, left);
    left -= part.length;
    return write.call(this, part);
  };
  try {
    return await work();
  } finally {
    Deno.FsFile.prototype.write = write;
  }
}

Deno.test("a file that claims 60000×60000 pixels is refused, naming the option that would allow it", async () => {
  using place = new Workplace();
  const header = Uint8Array.of(...bigEndian(60000), ...bigEndian(60000), 8, 2, 0, 0, 0);
  const chunks = [["IHDR", header], ["IDAT", new Uint8Array(30)], [
    "IEND",
    new Uint8Array(0),
  ]] as const;
  const file = rawChunks(chunks.map(([type, data]) => ({ type, data })));
  assert(file.length <= 100);
  Deno.writeFileSync(place.path("huge.png"), file);
  Deno.writeFileSync(place.path("huge.nnc"), file);
  for (const args of [["-c", "huge.png", "-f"], ["-d", "huge.nnc", "-f"], ["info", "huge.nnc"]]) {
    const { stderr } = await place.exits(1, ...args);
    assertStringIncludes(stderr, "60000×60000 pixels");
    assertStringIncludes(stderr, "raise --max-pixels");
  }
  assertEquals(place.list(), ["huge.nnc", "huge.png"]);
});

Deno.test("on a disk that fills up there is the old file or none, and the message says so", async () => {
  using place = new Workplace();
  const bytes = new Uint8Array(10_000).fill(1);
  for (const replace of [true, false]) {
    const path = place.path(replace ? "old" : "new");
    if (replace) Deno.writeTextFileSync(path, OLD);
    const error = await assertRejects(() =>
      onFullDisk(5000, () => writeFileSafely(path, { bytes, replace }))
    );
    assertEquals(describeError(error), "The disk is full; make room and try again");
  }
  assertEquals(place.list(), ["old"]);
  assertEquals(Deno.readTextFileSync(place.path("old")), OLD);
});

Deno.test("a file that does not fit the disk leaves the one before, as checkpoints of training need it", async () => {
  using place = new Workplace();
  const path = place.path("checkpoint");
  Deno.writeTextFileSync(path, OLD);
  const bytes = new Uint8Array(1000);
  await assertRejects(() => onFullDisk(10, () => writeFileSafely(path, { bytes, replace: true })));
  assertEquals(place.list(), ["checkpoint"]);
  assertEquals(Deno.readTextFileSync(path), OLD);
});

Deno.test("a program that ends before it has read an output is named as what went wrong", async () => {
  using place = new Workplace();
  await place.addScene("a.png", { width: 600, height: 400 });
  const program = nncArguments(["-q", "-c", place.path("a.png"), "-o", "-"]);
  const args = ["-c", `"$0" "$@" | head -c 9 >/dev/null`, Deno.execPath(), ...program];
  const { stderr } = await run("sh", { args });
  assertStringIncludes(stderr, "What reads the output ended before all of it was there.");
});

Deno.test({
  name: "of a batch onto a disk too small, what fits is whole and the rest is named" +
    (canMount ? "" : " (skipped: this user may not mount a tiny disk)"),
  ignore: !canMount,
  async fn() {
    using disk = openTinyFolder();
    using place = new Workplace();
    await place.addScene("a.png");
    await place.addScene("b.png", { width: 300, height: 200 });
    for (const mode of [[], ["--lossless"]]) {
      const args = ["a.png", "b.png", ...mode, "-o", disk.path];
      const { stdout, stderr } = await place.exits(1, "-c", ...args);
      assertStringIncludes(stdout, "a.nnc");
      assertStringIncludes(stderr, "The disk is full; make room and try again.");
      assertEquals([...Deno.readDirSync(disk.path)].map(({ name }) => name), ["a.nnc"]);
      await place.exits(0, "-d", `${disk.path}/a.nnc`, "-f", "-o", "a.restored.png");
      Deno.removeSync(`${disk.path}/a.nnc`);
    }
  },
});

Deno.test("coded files larger than may be written are neither there nor in pieces, and the reason is named", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.addScene("b.png", { width: 300, height: 200 });
  await place.exits(0, "-c", "b.png", "--lossless", "-o", "whole.nnc");
  place.addLossyCoder("own");
  // Without the trap the system would end the program, as kill -9 does.
  const limited = (...args: string[]) =>
    shell('trap "" XFSZ; ulimit -f 20; exec "$@"', args, place.folder);
  Deno.writeTextFileSync(place.path("old"), OLD);
  const commands = [
    ["-c", "a.png", "b.png", "--lossless", "-o", "lossless"],
    ["-c", "b.png", "--max-error", "1", "-f", "-o", "old"],
    ["-c", "b.png", "--quality", "95", "--coder", "own", "-f", "-o", "old"],
    ["-c", "b.png", "--coded", "--ratio", "2", "-f", "-o", "old"],
    ["trim", "whole.nnc", "--ratio", "2", "-f", "-o", "old"],
    ["-d", "whole.nnc", "-f", "-o", "old"],
  ];
  const runs = await Promise.all(commands.map((args) => limited(...args)));
  for (const [index, { code, stderr }] of runs.entries()) {
    assertEquals(code, 1, `${commands[index]}: ${stderr}`);
    assertStringIncludes(stderr, "larger than the file system takes");
  }
  const left = ["a.png", "b.png", "lossless/a.nnc", "old", "own", "whole.nnc"];
  assertEquals(place.list(), left);
  assertEquals(Deno.readTextFileSync(place.path("old")), OLD);
  await place.exits(0, "-d", "lossless/a.nnc");
});

Deno.test("a full disk behind standard output is an error, not a success", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await place.exits(0, "-c", "a.png", "--lossless", "-o", "coded.nnc");
  const commands = [
    ["-c", "a.png"],
    ["-c", "a.png", "--lossless"],
    ["trim", "coded.nnc", "--ratio", "4"],
    ["-d", "coded.nnc"],
  ];
  for (const args of commands) {
    const { code, stderr } = await shell('"$@" > /dev/full', [...args, "-o", "-"], place.folder);
    assertEquals(code, 1, `${args}`);
    assertStringIncludes(stderr, "The disk is full");
  }
});

Deno.test({
  name: "a target that is read-only fails by name, and an old file there stays" +
    (canOpenReadOnly ? "" : " (skipped: root may write everywhere, and may not mount here)"),
  ignore: !canOpenReadOnly,
  async fn() {
    using folder = openReadOnlyFolder({ "a.nnc": OLD });
    using place = new Workplace();
    await place.addScene("a.png");
    await place.addScene("b.png");
    const args = ["a.png", "b.png", "-f", "-o", folder.path];
    const { stdout, stderr } = await place.exits(1, "-c", ...args);
    assertEquals(stdout, "");
    assert(/"a.png" failed\..*(read-only|Permission is denied)/.test(stderr), stderr);
    assert(/"b.png" failed\..*(read-only|Permission is denied)/.test(stderr), stderr);
    assertEquals(Deno.readTextFileSync(`${folder.path}/a.nnc`), OLD);
    assertEquals([...Deno.readDirSync(folder.path)].length, 1);
  },
});

Deno.test("outputs where nothing can be written fail by name, whoever runs this", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  const cases = [
    ["a.png/a.nnc", "A part of its path is not a folder"],
    ["/proc/a.nnc", "outside /dev, /proc and /sys"],
    [`${"n".repeat(300)}.nnc`, "The name is longer than the file system takes"],
  ] as const;
  for (const [output, message] of cases) {
    const { stderr } = await place.exits(1, "-c", "a.png", "-o", output);
    assertStringIncludes(stderr, message);
    assert(!stderr.includes("--allow"), stderr);
  }
  assertEquals(place.list(), ["a.png"]);
});

// Root reads what permission bits forbid, so these cannot be read for other reasons.
Deno.test("inputs that cannot be read are named with the reason, and the others are done", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  Deno.mkdirSync(place.path("folder.png"));
  Deno.symlinkSync("nowhere", place.path("dangling.png"));
  Deno.symlinkSync("loop.png", place.path("loop.png"));
  Deno.writeFileSync(place.path("empty.png"), new Uint8Array(0));
  const reasons = {
    "folder.png": "It is a folder",
    "dangling.png": "There is no such file or folder",
    "loop.png": "Its links lead round in a circle",
    "empty.png": "The file is empty; get it again",
    "": "The name is empty; in a script, a variable may be that holds it",
    "/proc/self/mem":
      "Programs with limited permissions do not get at this; name one outside /dev, /proc and /sys",
    "/dev/zero": "It is a device, which may have no end",
  };
  const inputs = [...Object.keys(reasons), "a.png"];
  const { stdout, stderr } = await place.exits(1, "-c", ...inputs, "-o", "out");
  for (const [name, reason] of Object.entries(reasons)) {
    assertStringIncludes(stderr, `"${name}" failed. ${reason}`);
  }
  assertStringIncludes(stdout, "a.nnc");
  assertEquals(place.list("out/"), ["out/a.nnc"]);
});

Deno.test("a file's name cannot command the terminal that it is shown on", async () => {
  using place = new Workplace();
  const name = "\x1b[2J\u202egnp\nDone.png";
  await place.addScene(name);
  const { code, stdout } = await place.run("-c", name);
  assertEquals(code, 0);
  assertStringIncludes(stdout, "\\u001b[2J\\u202egnp\\u000aDone.png → ");
  const failed = await place.exits(1, "-c", name);
  assertStringIncludes(failed.stderr, "\\u001b");
  assert(!`${stdout}${failed.stderr}`.includes("\x1b"));
  assert(!`\n${stdout}${failed.stderr}`.includes("\nDone"), "its second line is no message");
  const { stdout: json } = await place.run("-c", name, "-f", "--json");
  assertEquals(JSON.parse(json).input, name);
});

Deno.test("a file that the disk cannot read is an error of the disk", async () => {
  // Nothing is mapped at the start of a program's memory.
  const error = await assertRejects(() => readFileBounded("/proc/self/mem"));
  assertStringIncludes(describeError(error), "The disk reported an error");
});

Deno.test("a file that may not be read is said to be so", async () => {
  const refusal = new Deno.errors.PermissionDenied("Permission denied (os error 13)");
  const { stat } = Deno;
  Deno.stat = () => Promise.reject(refusal);
  try {
    const error = await assertRejects(() => readFileBounded("a.png"));
    assertEquals(describeError(error), "Permission is denied");
  } finally {
    Deno.stat = stat;
  }
});

Deno.test("a pipe is read to its end", async () => {
  using place = new Workplace();
  await place.addScene("a.png");
  await new Deno.Command("mkfifo", { args: [place.path("pipe")] }).output();
  const script = 'cat a.png > pipe & "$@"';
  const { code, stderr } = await shell(script, ["-c", "pipe", "-o", "piped.nnc"], place.folder);
  assertEquals(code, 0, stderr);
  await place.run("-c", "a.png");
  assertEquals(Deno.readFileSync(place.path("piped.nnc")), Deno.readFileSync(place.path("a.nnc")));
});

Deno.test("two programs that write one output: one wins, the other says so, and the file is whole", async () => {
  using place = new Workplace();
  await place.addScene("a.png", { seed: 1 });
  await place.addScene("b.png", { seed: 2 });
  await place.run("-c", "a.png", "b.png", "-o", "whole");
  const wholes = ["a", "b"].map((name) => Deno.readFileSync(place.path(`whole/${name}.nnc`)));
  for (let round = 0; round < 3; round++) {
    const runs = await Promise.all(
      ["a.png", "b.png"].map((name) => place.run("-c", name, "-o", `${round}.nnc`)),
    );
    assertEquals(runs.map(({ code }) => code).sort(), [0, 1]);
    const winner = runs.findIndex(({ code }) => code === 0);
    assert(/came to exist meanwhile|exists; --output names/.test(runs[1 - winner]!.stderr));
    assertEquals(Deno.readFileSync(place.path(`${round}.nnc`)), wholes[winner]);
    const forced = await Promise.all(
      ["a.png", "b.png"].map((name) => place.run("-c", name, "-f", "-o", `${round}.nnc`)),
    );
    assertEquals(forced.map(({ code }) => code), [0, 0]);
    const left = Deno.readFileSync(place.path(`${round}.nnc`));
    assert(wholes.some((whole) => whole.toHex() === left.toHex()), "the file is a mixture");
  }
  assertEquals(place.list().filter((name) => name.endsWith(".tmp")), []);
});

Deno.test("memory that cannot be had is not called a damaged file", async () => {
  const { Uint8Array: Bytes } = globalThis;
  const poor = new Proxy(Bytes, {
    construct(target, [size, ...rest], newTarget) {
      if (typeof size === "number" && size > 1000) {
        throw new RangeError("Array buffer allocation failed");
      }
      return Reflect.construct(target, [size, ...rest], newTarget);
    },
  });
  using place = new Workplace();
  await place.addScene("a.png");
  const file = Deno.readFileSync(place.path("a.png"));
  globalThis.Uint8Array = poor;
  try {
    const { compress } = await import("../codec/compress.ts");
    const error = await assertRejects(() => compress(file));
    assertStringIncludes(describeError(error), "There is not enough memory for it");
  } finally {
    globalThis.Uint8Array = Bytes;
  }
});

/** Runs the program by way of a shell, which gets the command as its arguments. */
async function shell(script: string, args: readonly string[], cwd: string) {
  return await run("sh", {
    args: ["-c", script, "sh", Deno.execPath(), ...nncArguments(args)],
    cwd,
    env: { NO_COLOR: "1" },
  });
}
