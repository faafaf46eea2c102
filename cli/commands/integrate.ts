/**
 * `nnc integrate`: tells a user's desktop of NNC files, or takes that away.
 *
 * @module
 */

import { delegateLine, FILE_MAGIC, MIME_PACKAGE, thumbnailerEntry } from "../desktop/entries.ts";
import { type Entry, type EntryReport, settleEntry } from "../desktop/entry_files.ts";
import { DELEGATES_STYLE, MAGIC_STYLE } from "../desktop/marked_block.ts";
import { findPlaces, type Places } from "../desktop/places.ts";
import { findProgram } from "../desktop/program_path.ts";
import { describeError } from "../describe_error.ts";
import { EXIT, type Invocation } from "../invocation.ts";
import { UsageError } from "../usage_error.ts";
import { exists } from "../write_file.ts";

/** What makes the list of MIME types anew that programs read. */
const UPDATE = "update-mime-database";

/** Writes the entries, or with `--remove` takes them away, and says which. */
export async function run({ options, terminal }: Invocation): Promise<number> {
  const { remove = false, "dry-run": dryRun = false } = options;
  if (Deno.build.os === "windows") {
    throw new UsageError(
      '"integrate" is for desktops that follow freedesktop.org; Windows does not',
    );
  }
  const places = findPlaces((name) => Deno.env.get(name));
  const program = remove ? "" : await findProgram();
  const entries: EntryReport[] = [];
  for (const entry of listEntries(places, program)) {
    entries.push(await settleEntry(entry, { remove, dryRun }));
  }
  const isNew = entries[0]!.status === "written" || entries[0]!.status === "removed";
  const notes = [
    ...isNew && !dryRun ? await updateTypes(places.mime) : [],
    ...await exists(places.compiledMagic)
      ? [`"${places.compiledMagic}" is there, which "file" reads in the place of "${places.magic}"`]
      : [],
    ...remove || program.startsWith("/usr/") ? [] : [SANDBOX],
  ];
  const failed = entries.some(({ status }) => status === "failed" || status === "left" && !remove);
  const status = failed ? "failed" : "done";
  terminal.result(entries.map((entry) => describeEntry(entry, dryRun)), {
    command: "integrate",
    status,
    entries,
    warnings: notes,
  });
  for (const note of notes) terminal.note(`Note: ${note}.`);
  return EXIT[status];
}

const SANDBOX = "GNOME's file manager starts thumbnailers where they see /usr alone: it shows " +
  "none of NNC files unless the program lies there; others, such as Xfce's, do";

function listEntries(places: Places, program: string): Entry[] {
  return [
    { what: "MIME type image/x-nnc", path: places.mimePackage, text: MIME_PACKAGE },
    { what: "thumbnailer", path: places.thumbnailer, text: thumbnailerEntry(program) },
    { what: "magic of file", path: places.magic, text: FILE_MAGIC, style: MAGIC_STYLE },
    {
      what: "ImageMagick's delegate",
      path: places.delegates,
      text: delegateLine(program),
      style: DELEGATES_STYLE,
    },
  ];
}

function describeEntry({ what, path, status, reason }: EntryReport, dryRun: boolean): string {
  const done = dryRun && (status === "written" || status === "removed")
    ? `to be ${status}`
    : status === "left"
    ? "left as it is"
    : status;
  return `${what}: "${path}" ${done}${reason === undefined ? "" : `: ${reason}`}`;
}

/** Programs see types that lie in packages once this was run; what is wrong with that is told. */
async function updateTypes(folder: string): Promise<string[]> {
  try {
    const { success, stderr } = await new Deno.Command(UPDATE, { args: [folder] }).output();
    if (success) return [];
    return [`"${UPDATE} ${folder}" failed: ${new TextDecoder().decode(stderr).trim()}`];
  } catch (error) {
    const why = error instanceof Deno.errors.NotFound
      ? "it is not installed (Debian's package shared-mime-info)"
      : describeError(error);
    return [
      `"${UPDATE} ${folder}" could not be run: ${why}. Run it yourself, so that programs see the type`,
    ];
  }
}
