import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { TemporaryFolder } from "./support/temporary_folder.ts";

const ROOT = new URL("../", import.meta.url);

/** What a program prints that is interrupted while its thread is busy, and how it ends. */
async function interrupted(source: string): Promise<{ code: number; said: string }> {
  const program = `
    import { endOnInterrupt } from "${new URL("cli/interrupt.ts", ROOT)}";
    import { writeFileSafely } from "${new URL("cli/write_file.ts", ROOT)}";
    const busy = () => { for (const end = performance.now() + 20_000; performance.now() < end;); };
    endOnInterrupt(() => console.log("wiped"));
    ${source}
    console.log("went on");
  `;
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const input = child.stdin.getWriter();
  await input.write(new TextEncoder().encode(program));
  await input.close();
  let said = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (said === "" && text.startsWith("ready")) child.kill("SIGTERM");
    said += text;
  }
  return { code: (await child.status).code, said };
}

Deno.test("a signal ends the program though its thread is busy, where nothing has to be put in order", async () => {
  assertEquals(await interrupted('console.log("ready"); busy();'), { code: 143, said: "ready\n" });
});

Deno.test("while a file is written a signal has it removed first, and the bar wiped", async () => {
  using folder = new TemporaryFolder();
  const path = JSON.stringify(`${folder.path}/a.png`);
  const source = `
    const written = writeFileSafely(${path}, { bytes: new Uint8Array(2 ** 28), replace: false });
    console.log("ready");
    await written;
  `;
  assertEquals(await interrupted(source), { code: 143, said: "ready\nwiped\n" });
  assertEquals([...Deno.readDirSync(folder.path)], []);
  const done = `await writeFileSafely(${path}, { bytes: new Uint8Array(9), replace: false });`;
  const after = await interrupted(`${done} console.log("ready"); busy();`);
  assertEquals(after, { code: 143, said: "ready\n" });
});
