/** Writes small shared objects, with what a dynamic linker wants to see and what readelf(1) and objdump(1) do. */

import * as elf from './elf.ts';

export interface SharedObjectSymbol {
  readonly name: string;
  /** In the text. */
  readonly offset: number;
  readonly size: number;
  readonly weak: boolean;
}

export interface SharedObjectParts {
  readonly name: string;
  /** The version that all symbols have. */
  readonly version: string;
  readonly note: elf.Note;
  readonly text: Uint8Array;
  readonly symbols: readonly SharedObjectSymbol[];
}

/** Bytes to which numbers are added. */
class Bytes {
  readonly #bytes: number[] = [];

  get length(): number {
    return this.#bytes.length;
  }

  /** Little endian. */
  number(value: number, size: number): this {
    let rest = value;
    for (let byte = 0; byte < size; byte++) {
      this.#bytes.push(rest % 256);
      rest = Math.floor(rest / 256);
    }
    return this;
  }

  numbers(size: number, ...values: readonly number[]): this {
    for (const value of values) this.number(value, size);
    return this;
  }

  text(string: string): this {
    for (let at = 0; at < string.length; at++) this.#bytes.push(string.charCodeAt(at));
    return this.number(0, 1);
  }

  bytes(bytes: Iterable<number>): this {
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  align(to: number): this {
    while (this.#bytes.length % to) this.#bytes.push(0);
    return this;
  }

  take(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Strings one behind another, each once. */
class Strings {
  readonly bytes: Bytes = new Bytes().number(0, 1);
  readonly #known = new Map<string, number>();

  add(string: string): number {
    let at = this.#known.get(string);
    if (at === undefined) {
      this.#known.set(string, (at = this.bytes.length));
      this.bytes.text(string);
    }
    return at;
  }
}

/** The hash of System V's symbol tables and of versions. */
export function elfHash(name: string): number {
  let hash = 0;
  for (let at = 0; at < name.length; at++) {
    hash = ((hash << 4) >>> 0) + name.charCodeAt(at);
    const high = hash & 0xf0000000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}

const SHT = { progbits: 1, strtab: 3, hash: 5, dynamic: 6, note: 7, dynsym: 11, verdef: 0x6ffffffd, versym: 0x6fffffff } as const;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly content: Uint8Array;
  readonly link: number;
  readonly info: number;
  readonly align: number;
  readonly entry: number;
}

/** The image of a shared object whose only segment is read and executed, at address 0. Symbols come after the null symbol. */
export function buildSharedObject(parts: SharedObjectParts): Uint8Array {
  const { symbols, text } = parts;
  const strings = new Strings();
  const soname = strings.add(parts.name);
  const version = strings.add(parts.version);
  for (const symbol of symbols) strings.add(symbol.name);
  const count = symbols.length + 1;

  const hash = new Bytes().numbers(4, 1, count, symbols.length > 0 ? 1 : 0, 0);
  for (let index = 1; index < count; index++) hash.number(index + 1 < count ? index + 1 : 0, 4);
  const versions = new Bytes().number(0, 2);
  for (let index = 1; index < count; index++) versions.number(2, 2);
  const definitions = new Bytes();
  // The object itself, then the version of the symbols.
  definitions.numbers(2, 1, 1, 1, 1).numbers(4, elfHash(parts.name), 20, 28).numbers(4, soname, 0);
  definitions.numbers(2, 1, 0, 2, 1).numbers(4, elfHash(parts.version), 20, 0).numbers(4, version, 0);
  const note = new Bytes().numbers(4, parts.note.name.length + 1, parts.note.content.length, parts.note.type).text(parts.note.name).align(4);
  note.bytes(parts.note.content).align(4);

  const DYNAMIC_ENTRIES = 10;
  const TEXT = 8;
  const sizes: Record<string, number> = {
    hash: hash.length, dynsym: count * 24, dynstr: strings.bytes.length, versions: versions.length, definitions: definitions.length,
    note: note.length, dynamic: DYNAMIC_ENTRIES * 16,
  };
  const addresses: Record<string, number> = {};
  let at = elf.ELF_HEADER_SIZE + 4 * elf.PROGRAM_HEADER_SIZE;
  for (const [name, size] of Object.entries(sizes)) {
    addresses[name] = at = Math.ceil(at / 8) * 8;
    at += size;
  }
  const textAt = Math.ceil(at / 16) * 16;
  const loaded = textAt + text.length;

  const dynsym = new Bytes().numbers(8, 0, 0, 0);
  for (const { name, offset, size, weak } of symbols)
    // A function, weak or global, in the section of the text.
    dynsym.number(strings.add(name), 4).number((weak ? 0x20 : 0x10) | 2, 1).number(0, 1).number(TEXT, 2).numbers(8, textAt + offset, size);
  const dynamic = new Bytes();
  const tags: readonly (readonly [number, number])[] = [
    [14, soname],
    [4, addresses['hash']!],
    [5, addresses['dynstr']!],
    [6, addresses['dynsym']!],
    [10, strings.bytes.length],
    [11, 24],
    [0x6ffffff0, addresses['versions']!],
    [0x6ffffffc, addresses['definitions']!],
    [0x6ffffffd, 2],
    [0, 0],
  ];
  for (const tag of tags) dynamic.numbers(8, ...tag);

  const sections: readonly Section[] = [
    { name: '', type: 0, flags: 0, content: new Uint8Array(0), link: 0, info: 0, align: 0, entry: 0 },
    { name: '.hash', type: SHT.hash, flags: SHF_ALLOC, content: hash.take(), link: 2, info: 0, align: 8, entry: 4 },
    { name: '.dynsym', type: SHT.dynsym, flags: SHF_ALLOC, content: dynsym.take(), link: 3, info: 1, align: 8, entry: 24 },
    { name: '.dynstr', type: SHT.strtab, flags: SHF_ALLOC, content: strings.bytes.take(), link: 0, info: 0, align: 1, entry: 0 },
    { name: '.gnu.version', type: SHT.versym, flags: SHF_ALLOC, content: versions.take(), link: 2, info: 0, align: 2, entry: 2 },
    { name: '.gnu.version_d', type: SHT.verdef, flags: SHF_ALLOC, content: definitions.take(), link: 3, info: 2, align: 8, entry: 0 },
    { name: '.note', type: SHT.note, flags: SHF_ALLOC, content: note.take(), link: 0, info: 0, align: 4, entry: 0 },
    { name: '.dynamic', type: SHT.dynamic, flags: SHF_ALLOC, content: dynamic.take(), link: 3, info: 0, align: 8, entry: 16 },
    { name: '.text', type: SHT.progbits, flags: SHF_ALLOC | SHF_EXECINSTR, content: text, link: 0, info: 0, align: 16, entry: 0 },
  ];
  const places = [0, ...Object.values(addresses), textAt];
  const names = new Strings();
  for (const { name } of sections) if (name) names.add(name);
  const namesName = names.add('.shstrtab');
  const headersAt = Math.ceil((loaded + names.bytes.length) / 8) * 8;
  const whole = headersAt + (sections.length + 1) * 64;

  const image = new Bytes();
  image.bytes([0x7f, 0x45, 0x4c, 0x46, elf.ELFCLASS64, 1, 1, 0]).number(0, 8);
  image.numbers(2, elf.ET_DYN, elf.EM_X86_64).number(1, 4).numbers(8, textAt, elf.ELF_HEADER_SIZE, headersAt).number(0, 4);
  image.numbers(2, elf.ELF_HEADER_SIZE, elf.PROGRAM_HEADER_SIZE, 4, 64, sections.length + 1, sections.length);
  const segment = (type: number, flags: number, offset: number, size: number, align: number): unknown =>
    image.numbers(4, type, flags).numbers(8, offset, offset, offset, size, size, align);
  segment(elf.PT_LOAD, elf.PF_R | elf.PF_X, 0, whole, 4096);
  segment(elf.PT_DYNAMIC, elf.PF_R, addresses['dynamic']!, sizes['dynamic']!, 8);
  segment(elf.PT_NOTE, elf.PF_R, addresses['note']!, sizes['note']!, 4);
  segment(elf.PT_GNU_STACK, elf.PF_R | elf.PF_W, 0, 0, 16);
  sections.forEach(({ content, align }, index) => {
    if (index === 0) return;
    image.align(Math.max(align, index === 8 ? 16 : 8)).bytes(content);
  });
  image.bytes(names.bytes.take()).align(8);
  sections.forEach((section, index) => {
    const { flags, content } = section;
    image.numbers(4, section.name ? names.add(section.name) : 0, section.type).numbers(8, flags, flags ? places[index]! : 0, places[index]!, content.length);
    image.numbers(4, section.link, section.info).numbers(8, section.align, section.entry);
  });
  image.numbers(4, namesName, SHT.strtab).numbers(8, 0, 0, loaded, names.bytes.length).numbers(4, 0, 0).numbers(8, 1, 0);
  return image.take();
}
