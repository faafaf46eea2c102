import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertMatch,
} from "npm:deno-std@1.4.0/assert/mod.js";
import { WIPE } from "../cli/bar.ts";
import { BatchProgress, formatRate } from "../cli/batch_progress.ts";
import type { Terminal } from "../cli/terminal.ts";
import { encodePng } from "../codec/png/png.ts";
import { noiseImage } from "./support/images.ts";
import { canOpenTerminals, runOnTerminal } from "./support/pseudo_terminal.ts";
import { nncArguments, Workplace } from "./support/run_nnc.ts";

interface Drawn {
  readonly label: string;
  readonly share: number;
  readonly rate: string;
  readonly left: number | undefined;
}

/** A terminal that notes what is drawn. */
function recorder(): { terminal: Terminal; drawn: Drawn[] } {
  const drawn: Drawn[] = [];
  const terminal = {
    progress: (label: string, { share, rate, left }: Drawn) =>
      drawn.push({ label, share: Math.round(1e6 * share) / 1e6, rate, left }),
    clear() {},
  };
  return { terminal: terminal as unknown as Terminal, drawn };
}

/** A clock that all but stands still, so that what is drawn is what was told. */
function slowClock(): { now: () => number } {
  let time = 0;
  return { now: () => time += 1e-3 };
}

Deno.test("a batch's bar counts files and parts of files, and pixels once there are any", () => {
  const { terminal, drawn } = recorder();
  const progress = new BatchProgress(terminal, 4, slowClock());
  progress.begin("a.png").finish(1_000_000);
  const file = progress.begin("b.png");
  file.update(0.5, 2_000_000);
  file.finish();
  progress.begin("c.png").finish();
  const labels = ["[1/4] a.png", "[2/4] b.png", "[2/4] b.png", "[3/4] c.png"];
  assertEquals(drawn.map(({ label }) => label), labels);
  assertEquals(drawn.map(({ share }) => share), [0, 0.25, 0.375, 0.5]);
  assertEquals(drawn[0]!.rate, "");
  for (const { rate } of drawn.slice(1)) assertMatch(rate, /^[\d.]+ MP\/s$/);
});

Deno.test("files that are worked on at once all count in the bar", () => {
  const { terminal, drawn } = recorder();
  const progress = new BatchProgress(terminal, 4, slowClock());
  const first = progress.begin("a.png");
  const second = progress.begin("b.png");
  second.update(0.5);
  first.update(0.25);
  second.finish();
  first.update(0.5);
  first.finish();
  assertEquals(drawn.map(({ share }) => share), [0, 0, 0.125, 0.1875, 0.375]);
  assertEquals(drawn.at(-1)!.label, "[1/4] a.png");
});

Deno.test("a single file has its name alone", () => {
  const { terminal, drawn } = recorder();
  const progress = new BatchProgress(terminal, 1, slowClock());
  const file = progress.begin("a.nnc");
  file.update(0.25, 100);
  file.finish();
  assertEquals(drawn.map(({ label, share }) => [label, share]), [["a.nnc", 0], ["a.nnc", 0.25]]);
});

Deno.test("between two steps the bar moves on every second, towards the next and not beyond", () => {
  const { terminal, drawn } = recorder();
  let time = 0;
  const progress = new BatchProgress(terminal, 1, { now: () => time });
  const file = progress.begin("a.png");
  const wait = (seconds: number) => {
    const before = drawn.length;
    for (let second = 0; second < seconds; second++) {
      time += 1000;
      progress.redraw();
    }
    return drawn.slice(before).map(({ share }) => share);
  };
  const untold = wait(5);
  time += 1000;
  file.update(0.2, 1e6);
  time += 1000;
  file.update(0.4, 1e6);
  const told = wait(4);
  file.finish();
  const [start, ...later] = [0, ...untold, 0.4, ...told];
  later.reduce((before, share) => (assertGreater(share, before), share), start!);
  assertLess(told.at(-1)!, 0.6);
  assertEquals(drawn[1]!.left, undefined, "nobody knows yet");
  assertGreater(drawn.at(-1)!.left!, 0);
});

Deno.test("rates are told to two digits", () => {
  assertEquals([34_400, 1_240_000, 9_960_000, 123_400_000].map(formatRate), [
    "0.034 MP/s",
    "1.2 MP/s",
    "10 MP/s",
    "123 MP/s",
  ]);
});

const ignore = !await canOpenTerminals();

Deno.test({
  name: "bars are drawn on terminals and nowhere else" +
    (ignore ? " (skipped: util-linux's script can open no pseudo-terminal here)" : ""),
  ignore,
  async fn() {
    using place = new Workplace();
    const names = ["a.png", "b.png", "c.png"];
    for (const name of names) await place.addScene(name, { width: 400, height: 300 });
    const args = ["-c", ...names, "--force", "--effort", "max"];
    const plain = await place.exits(0, ...args);
    const said = plain.stdout + plain.stderr;
    for (const mark of ["█", "░", "\r", WIPE]) assertEquals(said.includes(mark), false, said);

    const command = [Deno.execPath(), ...nncArguments(args)].map((word) => `'${word}'`).join(" ");
    const { code, shown } = await runOnTerminal(command, { cwd: place.folder });
    assertEquals(code, 0, shown);
    assertMatch(shown, /\[1\/3\] [abc]\.png ░+ +0 %/);
    assertMatch(shown, /\[\d\/3\] [abc]\.png █+░+ +\d+ % +[\d.]+ MP\/s +\d+ s left/);
    // What remains on the screen has no bar: each was wiped before the next line.
    const parts = shown.split(WIPE);
    const remains = parts.slice(0, -1).map((part) => part.slice(0, part.lastIndexOf("\r")));
    for (const text of [...remains, parts.at(-1)!]) assert(!/[█░]/u.test(text), shown);
  },
});

Deno.test({
  name: "the bar moves while a large image is read and deflated" +
    (ignore ? " (skipped: util-linux's script can open no pseudo-terminal here)" : ""),
  ignore,
  async fn() {
    using place = new Workplace();
    const image = noiseImage({ width: 1000, height: 1000, channels: 3, seed: 1 });
    Deno.writeFileSync(place.path("a.png"), await encodePng(image, { effort: "fast" }));
    const words = nncArguments(["-c", "a.png", "--ratio", "2", "--effort", "max"]);
    const command = [Deno.execPath(), ...words].map((word) => `'${word}'`).join(" ");
    const { code, shown } = await runOnTerminal(command, { cwd: place.folder });
    assertEquals(code, 0, shown);
    // It is one run, so that nothing is told while it is deflated.
    const shares = new Set(shown.match(/\d+ %/g));
    assertGreater(shares.size, 2, shown);
    assertMatch(shown, / so far/);
  },
});

Deno.test({
  name:
    "the bar moves while a driver keeps the thread that drew it, and stays off once it was wiped" +
    (ignore ? " (skipped: util-linux's script can open no pseudo-terminal here)" : ""),
  ignore,
  async fn() {
    using place = new Workplace();
    Deno.writeTextFileSync(
      place.path("busy.ts"),
      `
      import "${new URL("../platform/deno.ts", import.meta.url)}";
      import { Terminal } from "${new URL("../cli/terminal.ts", import.meta.url)}";
      const sleeper = new Int32Array(new SharedArrayBuffer(4));
      const wait = (seconds: number) => Atomics.wait(sleeper, 0, 0, 1000 * seconds);
      const terminal = new Terminal();
      terminal.progress("a.nnc", { share: 0.25, seconds: 1, rate: "", left: 40 });
      wait(6);
      terminal.result("done", {});
      wait(2);
      Deno.exit(0);
      `,
    );
    const { code, shown } = await runOnTerminal(`'${Deno.execPath()}' run -A --quiet busy.ts`, {
      cwd: place.folder,
    });
    assertEquals(code, 0, shown);
    const left = new Set(shown.match(/\d+ s left/g));
    assertGreater(left.size, 3, shown);
    assertMatch(shown.slice(shown.lastIndexOf(WIPE)), /^.{4}done\s+$/s);
  },
});

Deno.test({
  name: "an image is not written to a terminal" +
    (ignore ? " (skipped: util-linux's script can open no pseudo-terminal here)" : ""),
  ignore,
  async fn() {
    using place = new Workplace();
    await place.addScene("a.png");
    const run = (...args: string[]) => {
      const words = [Deno.execPath(), ...nncArguments(args)].map((word) => `'${word}'`);
      return runOnTerminal(words.join(" "), { cwd: place.folder });
    };
    const { code, shown } = await run("-c", "a.png", "--output", "-");
    assertEquals(code, 2);
    assertMatch(
      shown,
      /^Standard output is a terminal, which cannot show an image; send it to a file/,
    );
    const words = [Deno.execPath(), ...nncArguments(["-c", "-"])].map((word) => `'${word}'`);
    const piped = await runOnTerminal(`${words.join(" ")} < a.png`, { cwd: place.folder });
    assertEquals(piped.code, 2);
    const sent = await runOnTerminal(`${words.join(" ")} < a.png > b.nnc`, { cwd: place.folder });
    assertEquals(sent.code, 0, sent.shown);
  },
});
