/**
 * Whose program a file is. The order is that of FreeBSD's get_brandinfo (sys/kern/imgact_elf.c): the note that its linker left, the number in
 * the header, the name in the old place, the interpreter, and at last the brand that is set for what nothing tells of.
 */

import { EI_CLASS, EI_OSABI, ELFCLASS32, OLD_EI_BRAND, type ElfHeader, type Note } from '../loader/elf.ts';
import { BRANDS, type Brand } from './brand.ts';

/** What is looked at. */
export interface BrandEvidence {
  readonly header: ElfHeader;
  readonly notes: Iterable<Note>;
  readonly interpreter: string | undefined;
}

export interface BrandSettings {
  /** Names of brands that are switched off. */
  readonly disabled?: ReadonlySet<string> | undefined;
  /** The label of the brand of files that nothing tells of. */
  readonly fallback?: string | undefined;
  readonly brands?: readonly Brand[];
}

/** The name in the old place. */
export function oldBrandName(identification: Uint8Array): string {
  return Buffer.from(identification.subarray(OLD_EI_BRAND, 16)).toString('latin1').replace(/\0[^]*$/, '');
}

function noteMatches(brand: Brand, note: Note): boolean {
  const wanted = brand.note;
  if (!wanted || note.name !== wanted.name || note.type !== wanted.type) return false;
  if (wanted.system === undefined) return true;
  const { content } = note;
  return content.length >= 4 && new DataView(content.buffer, content.byteOffset).getUint32(0, true) === wanted.system;
}

/** A brand, and what told of it. */
export interface DetectedBrand {
  readonly brand: Brand;
  readonly by: 'note' | 'header' | 'old name' | 'interpreter' | 'fallback';
}

/** The brand of a program; undefined when it is not known, or switched off. */
export function detectBrand({ header, notes, interpreter }: BrandEvidence, settings: BrandSettings = {}): DetectedBrand | undefined {
  const { disabled, fallback = 'Linux', brands = BRANDS } = settings;
  const { identification } = header;
  const able = brands.filter((brand) => brand.machine === header.machine && (brand.elfClass === ELFCLASS32) === (identification[EI_CLASS] === ELFCLASS32) && !disabled?.has(brand.name));
  const found = (by: DetectedBrand['by'], wanted: (brand: Brand) => boolean): DetectedBrand | undefined => {
    const brand = able.find(wanted);
    return brand && { brand, by };
  };
  for (const note of notes) {
    const noted = found('note', (brand) => noteMatches(brand, note));
    if (noted) return noted;
  }
  const osabi = identification[EI_OSABI];
  const old = oldBrandName(identification);
  // What says whose it is is nobody else's, though its brand is switched off.
  const claimed = brands.some((brand) => brand.osabi === osabi || brand.label === old);
  return (
    found('header', (brand) => brand.osabi === osabi) ??
    found('old name', (brand) => brand.label === old) ??
    (interpreter === undefined ? undefined : found('interpreter', (brand) => brand.interpreters.includes(interpreter))) ??
    (claimed ? undefined : found('fallback', (brand) => brand.label === fallback))
  );
}
