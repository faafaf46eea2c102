import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { escape } from "npm:deno-std@1.4.0/html/entities.js";
import { displayWidth, keepEnd } from "../cli/display_width.ts";
import { escapeHtml } from "../cli/escape_html.ts";
import { formatSeconds } from "../cli/figures.ts";

Deno.test("text is escaped for HTML as the standard library does", () => {
  const text = `a "b" <c> 'd' &amp; é 写 \0`;
  assertEquals(escapeHtml(text), escape(text));
});

Deno.test("durations never state sixty seconds", () => {
  const told = [0, 0.004, 9.99, 12.34, 59.4, 59.97, 60, 119.7, 130].map(formatSeconds);
  const short = ["0.00 s", "0.00 s", "9.99 s", "12.3 s", "59.4 s"];
  assertEquals(told, [...short, "1 min 0 s", "1 min 0 s", "2 min 0 s", "2 min 10 s"]);
});

Deno.test("letters of East Asia and emoji take two columns, others one", () => {
  const widths = { "photo.png": 9, "写真.png": 8, "사진": 4, "🦕.nnc": 6, "…é×": 3, "ﾊ": 2, "": 0 };
  for (const [text, width] of Object.entries(widths)) assertEquals(displayWidth(text), width, text);
});

Deno.test("the end of a text is kept within so many columns", () => {
  const ends = [10, 9, 8, 7, 4, 2, 1, 0].map((columns) => keepEnd("写真写真.p", columns));
  const long = ["写真写真.p", "…真写真.p", "…写真.p", "…写真.p"];
  assertEquals(ends, [...long, "….p", "…p", "", ""]);
  assertEquals(keepEnd("", 0), "");
});
