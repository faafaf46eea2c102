/**
 * What a desktop is told of NNC files: their type, what draws small pictures of them, and what opens them.
 *
 * @module
 */

/** Stands in all that is written, so that it is known again. */
export const MARK = "Written by nnc integrate, which takes it away when told to remove";

/** Bytes in which the chunk is looked for: it stands behind the header, and other programs put a profile before it. */
const REACH = 4096;

/** The place of the chunk's name where nothing stands before it: behind signature, header and its own length. */
const USUAL_PLACE = 37;

/**
 * The MIME type, for `update-mime-database`. Its magic counts more than that of PNG, which has 50.
 *
 * Source: Shared MIME-info Database specification.
 */
export const MIME_PACKAGE = `<?xml version="1.0" encoding="UTF-8"?>
<!-- ${MARK}. -->
<mime-info xmlns="http://www.freedesktop.org/standards/shared-mime-info">
  <mime-type type="image/x-nnc">
    <comment>NNC image</comment>
    <sub-class-of type="image/png"/>
    <generic-icon name="image-x-generic"/>
    <magic priority="60">
      <match type="string" value="\\x89PNG\\r\\n\\x1a\\n" offset="0">
        <match type="string" value="nnCX" offset="${USUAL_PLACE}:${REACH}"/>
      </match>
    </magic>
    <glob pattern="*.nnc"/>
    <glob pattern="*.nnc.png"/>
  </mime-type>
</mime-info>
`;

/** What `file` is told, by its own description of magic. */
export const FILE_MAGIC = `0	string	\\x89PNG\\x0d\\x0a\\x1a\\x0a
>${USUAL_PLACE}	search/${REACH}	nnCX	NNC image data
!:mime	image/x-nnc
!:ext	nnc
!:strength +100
>>&0	byte	1
>>>&0	byte	1	\\b, quincunx
>>>&0	byte	2	\\b, grid
>>>&0	byte	3	\\b, rows
>>>&3	ubelong	x	\\b, %d
>>>&7	ubelong	x	x %d
>>&0	byte	2	\\b, coded
>>>&0	byte	>0
>>>>&2	ubelong	x	\\b, %d
>>>>&6	ubelong	x	x %d
`;

/** A thumbnailer's entry for a program at some path. Source: gnome-desktop and tumbler, which read it. */
export function thumbnailerEntry(program: string): string {
  const escaped = program.replaceAll("%", "%%");
  return `# ${MARK}.
[Thumbnailer Entry]
TryExec=${program}
Exec="${escaped}" restore --thumbnail %s --force --quiet --output %o %i
MimeType=image/x-nnc;
`;
}

/** The line of ImageMagick's `delegates.xml` for a program at some path. */
export function delegateLine(program: string): string {
  const command = `"${program}" restore --quiet --output - "%i" > "%o"`;
  const escaped = command.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll(
    ">",
    "&gt;",
  );
  return `  <delegate decode="nnc" command="${escaped}"/>\n`;
}

/** Whether a path can stand in such entries without meaning something else there. */
export function isPlainPath(path: string): boolean {
  return /^[\p{L}\p{N}/._+@,:=~ -]+$/u.test(path);
}
