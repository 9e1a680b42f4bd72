/**
 * The headers of ELF files (elf(5), System V ABI).
 *
 *     file header                               program header, 64 bits
 *     offset  size                              offset  size
 *          0     4  7F 45 4C 46                      0     4  type
 *          4     1  class: 1 32 bits, 2 64 bits      4     4  flags: 1 execute, 2 write, 4 read
 *          5     1  order of bytes: 1 little         8     8  offset in the file
 *          6     1  version                         16     8  address
 *          7     1  OS ABI: the brand               24     8  physical address
 *          8     8  once the brand's name           32     8  bytes in the file
 *         16     2  type                            40     8  bytes in memory
 *         18     2  machine                         48     8  alignment
 *         20     4  version
 *         24     8  entry
 *         32     8  where program headers are
 *         40     8  where section headers are
 *         48     4  flags
 *         52     2  size of this header
 *         54     2  size of a program header
 *         56     2  how many
 *         58     6  the same of section headers, and which has their names
 */

import type { MappableFile } from '../memory/mappable-file.ts';

export const ELF_HEADER_SIZE = 64;
export const PROGRAM_HEADER_SIZE = 56;
export const EI_CLASS = 4;
export const EI_OSABI = 7;
/** Where FreeBSD 3 had the name of the brand. */
export const OLD_EI_BRAND = 8;
export const ELFCLASS32 = 1;
export const ELFCLASS64 = 2;
export const ET_EXEC = 2;
export const ET_DYN = 3;
export const EM_386 = 3;
export const EM_486 = 6;
export const EM_X86_64 = 62;
export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const PT_GNU_EH_FRAME = 0x6474e550;
export const PT_GNU_STACK = 0x6474e551;
export const PF_X = 1;
export const PF_W = 2;
export const PF_R = 4;

/** What the file header says. Values of 64 bits are as close as numbers come. */
export interface ElfHeader {
  readonly identification: Uint8Array;
  readonly type: number;
  readonly machine: number;
  readonly entry: number;
  readonly programHeaders: number;
  readonly programHeaderSize: number;
  readonly programHeaderCount: number;
}

/** A program header. */
export interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
  readonly alignment: number;
}

function u64(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
}

/** Whether bytes begin as an ELF file does. */
export function isElf(head: Uint8Array): boolean {
  return head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46;
}

/** The file header at the beginning of at least 64 bytes, laid out as in files of 64 bits. */
export function parseHeader(head: Uint8Array): ElfHeader {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return {
    identification: head.subarray(0, 16),
    type: view.getUint16(16, true),
    machine: view.getUint16(18, true),
    entry: u64(view, 24),
    programHeaders: u64(view, 32),
    programHeaderSize: view.getUint16(54, true),
    programHeaderCount: view.getUint16(56, true),
  };
}

/** Reads exactly so many bytes; undefined where the file has them not. */
export function readExactly(file: MappableFile, at: number, length: number): Uint8Array | undefined {
  if (at > Number.MAX_SAFE_INTEGER) return undefined;
  const bytes = new Uint8Array(length);
  return file.read(bytes, at) === length ? bytes : undefined;
}

/** The program headers (load_elf_phdrs); undefined where they are not as they have to be. */
export function readSegments(file: MappableFile, header: ElfHeader): readonly Segment[] | undefined {
  const size = header.programHeaderCount * PROGRAM_HEADER_SIZE;
  if (header.programHeaderSize !== PROGRAM_HEADER_SIZE || size === 0 || size > 65536) return undefined;
  const bytes = readExactly(file, header.programHeaders, size);
  if (!bytes) return undefined;
  const view = new DataView(bytes.buffer);
  return Array.from({ length: header.programHeaderCount }, (_, index) => {
    const at = index * PROGRAM_HEADER_SIZE;
    return {
      type: view.getUint32(at, true),
      flags: view.getUint32(at + 4, true),
      offset: u64(view, at + 8),
      address: u64(view, at + 16),
      fileSize: u64(view, at + 32),
      memorySize: u64(view, at + 40),
      alignment: u64(view, at + 48),
    };
  });
}

/** A note: who says it, which, and what. */
export interface Note {
  readonly name: string;
  readonly type: number;
  readonly content: Uint8Array;
}

/** The notes of a file, as far as they are sound; of one segment at most 64 KiB are looked at. */
export function* readNotes(file: MappableFile, segments: readonly Segment[]): Generator<Note> {
  for (const { type, offset, fileSize, alignment } of segments) {
    if (type !== PT_NOTE) continue;
    const bytes = readExactly(file, offset, Math.min(fileSize, 65536));
    if (!bytes) continue;
    const view = new DataView(bytes.buffer);
    const unit = alignment === 8 ? 8 : 4;
    const align = (at: number): number => Math.ceil(at / unit) * unit;
    for (let at = 0; at + 12 <= bytes.length; ) {
      const nameSize = view.getUint32(at, true);
      const contentSize = view.getUint32(at + 4, true);
      const content = align(at + 12 + nameSize);
      if (content + contentSize > bytes.length) break;
      yield {
        name: Buffer.from(bytes.subarray(at + 12, at + 12 + nameSize)).toString('latin1').replace(/\0[^]*$/, ''),
        type: view.getUint32(at + 8, true),
        content: bytes.subarray(content, content + contentSize),
      };
      at = align(content + contentSize);
    }
  }
}
