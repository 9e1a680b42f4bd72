/**
 * The file format of a recording, version 1. All numbers are unsigned and little-endian; a varint has seven bits in each byte, the
 * lowest first, and the highest bit set in all bytes but the last; it is below 2^64, and beyond 2^53 as exact as a double is. Paths and
 * texts are bytes.
 *
 *     file      offset  size  what
 *               0       8     89 "cfsrec" 0A
 *               8       2     version: 1
 *               10      2     zero
 *               12            sections: one header, one or more samples, one end
 *
 *     section   0       1     kind: 1 header, 2 sample, 3 end
 *               1       3     zero
 *               4       4     length of the data as it is stored
 *               8       4     length of the data when it is unpacked
 *               12      4     CRC-32 (ISO 3309) of the unpacked data
 *               16            the data, packed with Brotli (RFC 7932); an end has none, and three zeros before
 *
 *     header    a JSON object (`RecordingHeader`)
 *
 *     sample    varint  when, in milliseconds since the first sample
 *               varint  how many records of attributes; of each, as varints: mode, links, user, group, size, and the number of
 *                       the type of file system (statfs(2))
 *               varint  how many texts; of each: varint length, bytes
 *               varint  how many entries; of each:
 *                 varint  how many bytes of its path are those of the path before
 *                 varint  how many more there are, and those bytes
 *                 byte    bits 0-2: 0 gone, 1 directory, 2 file, 3 link
 *                         bit 3: it is not listed by its directory
 *                         bit 4: (directory) it has besides its own names those of another directory
 *                                (gone) what that has by the name is seen again
 *                         bit 5: something failed
 *                 varint  the number of its attributes; none for what is gone
 *                 varint  with bit 5: the error number of open, readdir or readlink(2); 0 where that worked
 *                 varint  with bit 5, of a file: that of read(2), likewise
 *                 varint  the number of its text: of a file its content, of a link the target, of a directory with bit 4
 *                         the other directory's path; none where something failed
 *
 * A path begins with `proc`, `sys` or `dev`, and the directory that it lies in has an entry before it. The first sample has every file,
 * each further one those that differ from the sample before. What is gone is gone with all that is below it, and without bit 4
 * it covers a name of the other directory.
 */

/** The first bytes of a recording. */
export const MAGIC: Buffer = Buffer.from('\x89cfsrec\n', 'latin1');
/** What is written; and newer ones are not read. */
export const VERSION = 1;
/** Where the first section is. */
export const FILE_HEADER_BYTES = 12;
export const SECTION_HEADER_BYTES = 16;

export const SECTION_HEADER = 1;
export const SECTION_SAMPLE = 2;
export const SECTION_END = 3;

export const ENTRY_GONE = 0;
export const ENTRY_DIRECTORY = 1;
export const ENTRY_FILE = 2;
export const ENTRY_LINK = 3;
/** The bits of an entry's byte that say its kind. */
export const ENTRY_KIND = 7;
export const ENTRY_UNLISTED = 8;
export const ENTRY_OTHER = 16;
export const ENTRY_FAILED = 32;

/** No section unpacks to more: what claims to is no recording. */
export const MAXIMUM_SAMPLE_BYTES: number = 256 << 20;
export const MAXIMUM_HEADER_BYTES: number = 64 << 10;
/** No file of the host is recorded beyond this: what is longer ends at the last line within. */
export const MAXIMUM_TEXT_BYTES: number = 16 << 20;
/** A sample has no more entries, texts or records of attributes: each takes memory. */
export const MAXIMUM_COUNT: number = 1 << 21;
/** A path is no longer than Linux has them (PATH_MAX). */
export const MAXIMUM_PATH_BYTES = 4096;

/** What a recording says of itself. */
export interface RecordingHeader {
  /** The program that wrote it. */
  readonly recorder: string;
  /** When it was begun, in milliseconds since 1970. */
  readonly time: number;
  /** The machine's architecture, by the name that Node.js has for it. */
  readonly architecture: string;
  /** Whether environments, command lines and host names are made up. */
  readonly redacted: boolean;
}
