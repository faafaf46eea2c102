import { assert, assertEquals } from "npm:deno-std@1.4.0/assert/mod.js";
import {
  betweenRooms,
  findCircle,
  folderOf,
  listRooms,
  listSources,
  readArrows,
} from "./support/arrows.ts";

interface Room {
  readonly name: string;
  /** The rooms that it may import from. */
  readonly imports: readonly string[];
}

const map = Deno.readTextFileSync(new URL("../docs/architecture.md", import.meta.url));
const [rooms, codecRooms] = readTables(map);

/** The tables of rooms, from the top down. `everything below` stands for the rows below. */
function readTables(text: string): Room[][] {
  const tables = text.split("| room |").slice(1).map((table) => table.split("\n\n")[0]!);
  return tables.map((table) => {
    const rows = [...table.matchAll(/^\| `([\w/]+)\/` \| .* \|([^|]*)\|$/gm)];
    return rows.map(([, name, imports], at) => ({
      name: name!,
      imports: imports!.includes("everything below")
        ? rows.slice(at + 1).map(([, below]) => below!)
        : [...imports!.matchAll(/`([\w/]+)`/g)].map(([, below]) => below!),
    }));
  });
}

/** What is wrong with the arrows of rooms: not in the map, in the map but not there, or running up. */
function disagreements(table: readonly Room[], found: ReadonlyMap<string, string>): string[] {
  const names = table.map(({ name }) => name);
  const stated = table.flatMap(({ name, imports }) => imports.map((below) => `${name} → ${below}`));
  const upward = table.flatMap(({ name, imports }, at) =>
    imports.filter((below) => names.indexOf(below) <= at).map((below) =>
      `${name} → ${below} runs up`
    )
  );
  return [
    ...upward,
    ...[...found]
      .filter(([arrow]) => !stated.includes(arrow))
      .map(([arrow, example]) => `${arrow} is not in the map: ${example}`),
    ...stated.filter((arrow) => !found.has(arrow)).map((arrow) => `${arrow} is in the map alone`),
  ];
}

const topRoomOf = (path: string) => path.split("/")[0]!;
const isEntry = (room: string) => room.endsWith(".ts");

Deno.test("the rooms of the map are the folders, and their arrows those of the imports", () => {
  assertEquals(rooms!.map(({ name }) => name).sort(), listRooms());
  const found = betweenRooms(readArrows(listRooms()), topRoomOf);
  const fromTests = rooms!.find(({ name }) => name === "tests")!;
  // Tests may import anything, and need not.
  const needed = new Map([
    ...found,
    ...fromTests.imports.map((below) => [`tests → ${below}`, ""] as const),
  ]);
  const entries = [...needed.keys()].filter((arrow) => isEntry(arrow.split(" → ")[1]!));
  for (const arrow of entries) {
    assert(arrow.startsWith("tests → "), `${arrow}: the library's entries are for others`);
    needed.delete(arrow);
  }
  assertEquals(disagreements(rooms!, needed), []);
});

Deno.test("the rooms of the codec are its folders, and their arrows those of the imports", () => {
  const arrows = readArrows(["codec"]);
  const folders = new Set([...arrows.keys()].map(folderOf));
  assertEquals(codecRooms!.map(({ name }) => name).sort(), [...folders].sort());
  const found = betweenRooms(arrows, folderOf);
  for (const arrow of found.keys()) {
    if (!folders.has(arrow.split(" → ")[1]!)) found.delete(arrow);
  }
  assertEquals(disagreements(codecRooms!, found), []);
});

Deno.test("every folder of programs has its place in the map", () => {
  const folders = new Set(listRooms().flatMap(listSources).map(folderOf));
  for (const folder of folders) {
    if (/^(tests|bench)\//.test(folder)) continue;
    assert(map.includes(`\`${folder}/\``), `"${folder}/" is not in docs/architecture.md`);
  }
});

Deno.test("no file imports itself by way of others", () => {
  assertEquals(findCircle(readArrows(listRooms())), []);
});

Deno.test("an arrow that runs up, one that is not in the map and one that closes a circle are found", () => {
  const arrows = new Map([
    ["gpu/a.ts", ["gpu/b.ts"]],
    ["gpu/b.ts", ["gpu/c.ts", "codec/d.ts"]],
    ["gpu/c.ts", ["gpu/b.ts"]],
  ]);
  assertEquals(findCircle(arrows), ["gpu/b.ts", "gpu/c.ts", "gpu/b.ts"]);
  const found = betweenRooms(arrows, topRoomOf);
  const table = (imports: string[]) => [{ name: "codec", imports: [] }, { name: "gpu", imports }];
  assertEquals(disagreements(table([]), found), [
    "gpu → codec is not in the map: gpu/b.ts → codec/d.ts",
  ]);
  assertEquals(disagreements(table(["codec"]), found), ["gpu → codec runs up"]);
  assertEquals(disagreements([...table([]), { name: "web", imports: ["gpu"] }], new Map()), [
    "web → gpu runs up",
    "web → gpu is in the map alone",
  ]);
});

Deno.test("the map's words and files are there", () => {
  for (
    const word of "step lattice cell phase quad tile region halo view role spacing tier".split(" ")
  ) {
    assert(map.includes(`\n| ${word} |`), word);
  }
  for (const [, path] of map.matchAll(/`((?:cli|codec|gpu|train|weights|tests)\/[\w/]+\.ts)`/g)) {
    assert(Deno.statSync(new URL(`../${path}`, import.meta.url)).isFile, path);
  }
});
