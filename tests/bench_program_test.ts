import { assertEquals, assertStringIncludes, assertThrows } from "npm:deno-std@1.4.0/assert/mod.js";
import { Arguments, type Bench, describeUsage, UsageError } from "../bench/program.ts";

const OPTIONS = {
  images: { value: "DIR", many: true, help: "a folder" },
  limit: { value: "N", help: "how many" },
  busy: { help: "others compete" },
} as const;
const BENCH: Bench = {
  operands: "FILE …",
  options: OPTIONS,
  run: () => Promise.resolve({ text: "" }),
};

Deno.test("options of a bench are read by what they say of themselves", () => {
  const args = new Arguments(BENCH, ["a", "--images", "x", "--images=y", "--limit", "3", "--json"]);
  assertEquals([args.operands, args.list("images"), args.text("limit")], [["a"], ["x", "y"], "3"]);
  assertEquals([args.number("limit", { whole: true }), args.flag("json")], [3, true]);
  const none = new Arguments(BENCH, []);
  assertEquals([none.list("images"), none.number("limit"), none.flag("busy")], [
    undefined,
    undefined,
    false,
  ]);
});

Deno.test("arguments that a bench cannot follow are refused", () => {
  for (const wrong of [["--limit"], ["--speed"], ["--busy=1"]]) {
    assertThrows(() => new Arguments(BENCH, wrong), UsageError);
  }
  assertThrows(() => new Arguments({ options: OPTIONS }, ["a"]), UsageError);
  for (const value of ["0", "-1", "x", "1.5"]) {
    const args = new Arguments(BENCH, [`--limit=${value}`]);
    assertThrows(() => args.number("limit", { whole: true }), UsageError, `found "${value}"`);
  }
  const args = new Arguments(BENCH, ["--limit", "few"]);
  assertThrows(() => args.choice("limit", ["some", "all"]), UsageError, "one of some, all");
});

Deno.test("the help of a bench has every option", () => {
  const help = describeUsage("quality", BENCH);
  assertStringIncludes(help, "deno task bench quality FILE … [options]");
  for (
    const line of ["--images DIR  a folder", "--busy        others", "--json        print JSON"]
  ) {
    assertStringIncludes(help, line);
  }
});
