/** Files of ours that are called `photo.nnc.png`, for programs that insist on endings they know. @module */

import { deepEqual, equal, match } from "node:assert/strict";
import { Workplace } from "./support/run_nnc.ts";

async function withFile(...names: string[]): Promise<Workplace> {
  const place = new Workplace();
  await place.addScene("scene.png");
  await place.exits(0, "-c", "scene.png", "-o", names[0]!);
  for (const name of names.slice(1)) Deno.copyFileSync(place.path(names[0]!), place.path(name));
  Deno.removeSync(place.path("scene.png"));
  return place;
}

Deno.test("photo.nnc.png is restored to photo.png, and Photo.NNC.PNG to Photo.png", async () => {
  using place = await withFile("photo.nnc.png", "Other.NNC.PNG");
  await place.exits(0, "-d", "photo.nnc.png", "Other.NNC.PNG");
  deepEqual(place.list(), ["Other.NNC.PNG", "Other.png", "photo.nnc.png", "photo.png"]);
});

Deno.test("photo.nnc.png is trimmed and made small under its own name as photo.nnc is", async () => {
  using place = new Workplace();
  await place.addScene("photo.png", { width: 90, height: 70 });
  await place.exits(0, "-c", "photo.png", "--lossless", "-o", "photo.nnc.png");
  await place.exits(0, "trim", "photo.nnc.png", "--ratio", "4");
  await place.exits(0, "-d", "photo.nnc.png", "--thumbnail", "20");
  deepEqual(place.list(), [
    "photo.nnc.png",
    "photo.png",
    "photo.ratio4.nnc",
    "photo.thumbnail.png",
  ]);
});

Deno.test("what photo.nnc.png is restored to replaces nothing unasked", async () => {
  using place = await withFile("photo.nnc.png", "photo.nnc");
  Deno.writeTextFileSync(place.path("photo.png"), "mine");
  const { stderr } = await place.exits(1, "-d", "photo.nnc.png");
  match(stderr, /Its output "photo\.png" exists; --output names another, --force replaces it/);
  equal(Deno.readTextFileSync(place.path("photo.png")), "mine");
  Deno.removeSync(place.path("photo.png"));
  const clash = await place.exits(1, "-d", "photo.nnc", "photo.nnc.png");
  match(clash.stderr, /"photo\.nnc\.png" failed\. Its output "photo\.png" is that of "photo\.nnc"/);
  await place.exits(0, "-d", "photo.nnc.png", "--whole-name");
  deepEqual(place.list(), ["photo.nnc", "photo.nnc.png", "photo.nnc.png.png", "photo.png"]);
});

Deno.test("in folders its contents tell whether photo.nnc.png is a file of ours", async () => {
  using place = await withFile("in/ours.nnc.png");
  // What `nnc -d restored.nnc --whole-name` writes.
  await place.addScene("in/restored.nnc.png");
  await place.exits(0, "-d", "-r", "in", "-o", "restored");
  await place.exits(0, "-c", "-r", "in", "-o", "compressed");
  deepEqual(place.list("restored/"), ["restored/ours.png"]);
  deepEqual(place.list("compressed/"), ["compressed/restored.nnc.nnc"]);
});
