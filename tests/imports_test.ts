import { assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import { relative } from "node:path";

/** The rooms of the house, from the top down: a file imports from its own room and from those below. */
const ROOMS = ["cli", "web", "train", "weights", "codec", "gpu", "platform"];

/** Those of the codec; the files of the folder itself are the top. */
const CODEC_ROOMS = ["codec", "codec/jpeg", "codec/png", "codec/image", "codec/lattice"];

const ROOT = new URL("..", import.meta.url);

Deno.test("imports run one way: cli, web, train, weights, codec, gpu, platform", async () => {
  const arrows = await readArrows();
  assertEquals(upward(arrows, { rooms: ROOMS, roomOf: (path) => path.split("/")[0]! }), []);
});

Deno.test("within the codec they run from the file to JPEG, PNG, images and lattices", async () => {
  const arrows = await readArrows();
  const roomOf = (path: string) => path.slice(0, path.lastIndexOf("/"));
  assertEquals(upward(arrows, { rooms: CODEC_ROOMS, roomOf }), []);
});

Deno.test("no file imports itself by way of others", async () => {
  assertEquals(findCircle(await readArrows()), []);
});

Deno.test("an arrow that runs up and one that closes a circle are found", () => {
  const arrows = new Map([
    ["gpu/a.ts", ["gpu/b.ts"]],
    ["gpu/b.ts", ["gpu/c.ts", "codec/d.ts"]],
    ["gpu/c.ts", ["gpu/b.ts"]],
  ]);
  const roomOf = (path: string) => path.split("/")[0]!;
  assertEquals(upward(arrows, { rooms: ROOMS, roomOf }), ["gpu/b.ts → codec/d.ts"]);
  assertEquals(findCircle(arrows), ["gpu/b.ts", "gpu/c.ts", "gpu/b.ts"]);
});

/** What every file of the program imports of the program, types included. */
async function readArrows(): Promise<Map<string, string[]>> {
  const arrows = new Map<string, string[]>();
  for (const room of ROOMS) {
    for await (const url of listSources(new URL(`${room}/`, ROOT))) {
      const text = await Deno.readTextFile(url);
      const targets = [
        ...text.matchAll(/^(?! \*).*?\b(?:from|import) "(\.[^"]+\.ts)"|\bimport\("(\.[^"]+)"\)/gm),
      ]
        .map(([, named, loaded]) => pathOf(new URL((named ?? loaded)!, url)));
      arrows.set(pathOf(url), targets);
    }
  }
  return arrows;
}

async function* listSources(folder: URL): AsyncGenerator<URL> {
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    if (isDirectory) yield* listSources(new URL(`${name}/`, folder));
    else if (name.endsWith(".ts")) yield new URL(name, folder);
  }
}

function pathOf(url: URL): string {
  return relative(ROOT.pathname, url.pathname);
}

/** The arrows that run from a room to one above it. Rooms that are not listed are not looked at. */
function upward(
  arrows: ReadonlyMap<string, readonly string[]>,
  { rooms, roomOf }: { rooms: readonly string[]; roomOf: (path: string) => string },
): string[] {
  const heightOf = (path: string) => rooms.indexOf(roomOf(path));
  return [...arrows].flatMap(([from, targets]) =>
    targets
      .filter((to) => heightOf(from) >= 0 && heightOf(to) >= 0 && heightOf(to) < heightOf(from))
      .map((to) => `${from} → ${to}`)
  );
}

/** The files of a circle, the first one again at the end; none where there is no circle. */
function findCircle(arrows: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const follow = (path: string, walk: readonly string[]): string[] => {
    const before = walk.indexOf(path);
    if (before >= 0) return [...walk.slice(before), path];
    if (done.has(path)) return [];
    for (const target of arrows.get(path) ?? []) {
      const circle = follow(target, [...walk, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  for (const path of arrows.keys()) {
    const circle = follow(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
