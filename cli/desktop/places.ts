/**
 * Where a desktop looks for what users add to it.
 *
 * Source: XDG Base Directory Specification; file(1); ImageMagick's "Resources".
 *
 * @module
 */

import { isAbsolute, join } from "node:path";
import { UsageError } from "../usage_error.ts";

/** Paths below a user's home. */
export interface Places {
  /** Folder of MIME types, which `update-mime-database` takes. */
  readonly mime: string;
  /** The MIME type's package. */
  readonly mimePackage: string;
  /** The thumbnailer's entry. */
  readonly thumbnailer: string;
  /** What `file` reads beside its own. */
  readonly magic: string;
  /** What `file` reads in the place of {@link Places.magic}, where it is there. */
  readonly compiledMagic: string;
  /** ImageMagick's delegates. */
  readonly delegates: string;
}

/**
 * The places of the user who runs the program.
 *
 * @param variable gives what an environment variable holds
 * @throws {UsageError} if the home is not known.
 */
export function findPlaces(variable: (name: string) => string | undefined): Places {
  const home = variable("HOME");
  if (!home) {
    throw new UsageError(
      "Your home folder is not known: the program was started without HOME, or may not see it. Start it with ./nnc, or with " +
        '"deno run -P=integrate nnc.ts integrate"',
    );
  }
  // The specification has relative paths ignored.
  const base = (name: string, fallback: string) => {
    const stated = variable(name) ?? "";
    return isAbsolute(stated) ? stated : join(home, fallback);
  };
  const data = base("XDG_DATA_HOME", ".local/share");
  const mime = join(data, "mime");
  return {
    mime,
    mimePackage: join(mime, "packages", "nnc.xml"),
    thumbnailer: join(data, "thumbnailers", "nnc.thumbnailer"),
    magic: join(home, ".magic"),
    compiledMagic: join(home, ".magic.mgc"),
    delegates: join(base("XDG_CONFIG_HOME", ".config"), "ImageMagick", "delegates.xml"),
  };
}
