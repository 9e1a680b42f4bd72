/** compatfs brandelf */

import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import { EACCES, errnoFromHost, errnoMessage, type Errno } from '../../../fs/errno.ts';
import { detectBrand } from '../../../emulator/brand/detection.ts';
import { EI_CLASS, EI_OSABI, ELF_HEADER_SIZE, ELFCLASS64, isElf, parseHeader, PT_INTERP, readExactly, readNotes, readSegments } from '../../../emulator/loader/elf.ts';
import type { MappableFile } from '../../../emulator/memory/mappable-file.ts';
import type { Command, Words } from '../command.ts';
import { badUsage, EXIT_FAILED } from '../failure.ts';
import { complain, print } from '../output.ts';

export const brandelf: Command = {
  name: 'brandelf',
  forms: ['[-v] FILE..', '-t TYPE FILE..', '-f NUMBER FILE..', '-l'],
  summary: 'Shows or changes whose programs ELF files are, as brandelf(1)',
  options: {
    type: { short: 't', value: 'TYPE', help: 'give the files this brand: FreeBSD, Linux, Solaris, SVR4' },
    force: { short: 'f', value: 'NUMBER', help: 'the same by its number, known or not' },
    list: { short: 'l', help: 'list the known brands on standard error' },
    verbose: { short: 'v', help: 'say which brand the emulator takes a file for, and why' },
    help: { short: 'h', help: 'print this' },
  },
  run,
};

/** The types of brandelf(1), with their numbers in the header. */
const TYPES: readonly (readonly [string, number])[] = [
  ['FreeBSD', 9],
  ['Linux', 3],
  ['Solaris', 6],
  ['SVR4', 0],
];
const IDENTIFICATION = 16;

const known = (): string => `known ELF types are: ${TYPES.map(([name, number]) => `${name}(${number})`).join(' ')}`;

/** The number that is asked for; undefined when files are only shown. */
function wanted(words: Words): number | undefined {
  const type = words.value('type');
  const force = words.value('force');
  if (type !== undefined && force !== undefined) throw badUsage('brandelf', '-t and -f exclude each other');
  if (force !== undefined) {
    const number = Number(force);
    if (!/^\d+$/.test(force) || number > 255) throw badUsage('brandelf', `bad number ${force}: 0 to 255`);
    return number;
  }
  if (type === undefined) return undefined;
  const found = TYPES.find(([name]) => name.toLowerCase() === type.toLowerCase());
  if (!found) throw badUsage('brandelf', `invalid ELF type '${type}'; ${known()}`);
  return found[1];
}

async function run(words: Words): Promise<number> {
  const number = wanted(words);
  if (words.has('list')) writeSync(2, `${known()}\n`);
  else if (words.operands.length === 0) throw badUsage('brandelf', 'no file(s) specified; see compatfs brandelf --help');
  let status = 0;
  for (const path of words.operands) {
    const problem = brandFile(path, number, words.has('verbose'));
    if (problem === undefined) continue;
    complain(problem);
    status = EXIT_FAILED;
  }
  return status;
}

/** Shows or changes one file; returns what is wrong with it. */
function brandFile(path: string, number: number | undefined, verbose: boolean): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, number === undefined ? 'r' : 'r+');
  } catch (error) {
    return `error opening file ${path}: ${errnoMessage(errnoFromHost(error))}`;
  }
  try {
    const head = new Uint8Array(IDENTIFICATION);
    if (readSync(descriptor, head, 0, head.length, 0) < head.length) return `file '${path}' too short`;
    if (!isElf(head)) return `file '${path}' is not ELF format`;
    if (number === undefined) {
      const osabi = head[EI_OSABI];
      print(`File '${path}' is of brand '${TYPES.find(([, value]) => value === osabi)?.[0] ?? '(null)'}' (${osabi}).`);
      if (verbose) print(`  ${describe(new DescriptorFile(path, descriptor))}`);
    } else {
      head[EI_OSABI] = number;
      writeSync(descriptor, head, EI_OSABI, 1, EI_OSABI);
      if (verbose) print(`  ${describe(new DescriptorFile(path, descriptor))}`);
    }
  } catch (error) {
    return `${path}: ${errnoMessage(errnoFromHost(error))}`;
  } finally {
    closeSync(descriptor);
  }
  return undefined;
}

/** What the emulator takes a file for. */
function describe(file: MappableFile): string {
  const head = readExactly(file, 0, ELF_HEADER_SIZE);
  if (!head) return 'too short to be a program';
  const header = parseHeader(head);
  const segments = head[EI_CLASS] === ELFCLASS64 ? (readSegments(file, header) ?? []) : [];
  const named = segments.find(({ type }) => type === PT_INTERP);
  const bytes = named && named.fileSize <= 4096 ? readExactly(file, named.offset, named.fileSize) : undefined;
  const interpreter = bytes && Buffer.from(bytes).toString('latin1').replace(/\0[^]*$/, '');
  const detected = detectBrand({ header, notes: readNotes(file, segments), interpreter });
  if (!detected) return 'of no brand that the emulator knows';
  const { brand, by } = detected;
  const told = { note: 'its note', header: 'its header', 'old name': 'the old name in its header', interpreter: 'its interpreter', fallback: 'nothing, so by default' }[by];
  return `${brand.name}, told by ${told}; ${brand.runs ? 'the emulator runs it' : 'the emulator does not run it'}`;
}

/** An open file as what headers are read from. */
class DescriptorFile implements MappableFile {
  readonly identity: object = {};
  readonly device = 0;
  readonly ino = 0;
  readonly mappable = true;
  readonly mayRead = true;
  readonly mayWrite = false;
  readonly mayExecute = true;
  readonly #path: string;
  readonly #descriptor: number;

  constructor(path: string, descriptor: number) {
    this.#path = path;
    this.#descriptor = descriptor;
  }

  path(): string {
    return this.#path;
  }

  size(): number {
    return fstatSync(this.#descriptor).size;
  }

  read(into: Uint8Array, at: number): number {
    return readSync(this.#descriptor, into, 0, into.length, at);
  }

  write(): Errno {
    return EACCES;
  }

  retain(): void {}
  release(): void {}
}
