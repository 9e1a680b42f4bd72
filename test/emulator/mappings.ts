/** Random calls about memory, made by the kernel (mappings.c) and by an AddressSpace. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errnoName, isErrno, type Errno } from '../../fs/errno.ts';
import { AddressSpace } from '../../emulator/memory/address-space.ts';
import type { MemoryLimits } from '../../emulator/memory/address-space-contract.ts';
import { indexOf } from '../../emulator/memory/guest-memory.ts';
import type { MappableFile } from '../../emulator/memory/mappable-file.ts';
import { MappedFiles } from '../../emulator/memory/mapped-files.ts';

const SOURCE = fileURLToPath(new URL('../../../test/emulator/mappings.c', import.meta.url));
export const START = 0x20000000;
export const PAGES = 48;
const END = START + PAGES * 4096;

/** A call: its name and six numbers. */
export type Call = readonly [string, ...number[]];

/** A file in memory. */
export class TestFile implements MappableFile {
  readonly identity: object;
  readonly device = 0x801;
  readonly ino = 77;
  readonly mappable = true;
  readonly mayRead = true;
  readonly mayExecute = true;
  readonly mayWrite: boolean;
  readonly contents: { bytes: Uint8Array };
  references = 0;

  constructor(contents: { bytes: Uint8Array }, mayWrite: boolean) {
    this.contents = contents;
    this.identity = contents;
    this.mayWrite = mayWrite;
  }

  path(): string {
    return '/file';
  }

  size(): number {
    return this.contents.bytes.length;
  }

  read(into: Uint8Array, at: number): number {
    const part = this.contents.bytes.subarray(at, at + into.length);
    into.set(part);
    return part.length;
  }

  write(from: Uint8Array, at: number): number {
    this.contents.bytes.set(from, at);
    return from.length;
  }

  retain(): void {
    this.references++;
  }

  release(): void {
    this.references--;
  }
}

/** An address space without limits. */
export function unlimitedSpace(files: MappedFiles = new MappedFiles()): AddressSpace {
  return spaceWith({ addressSpace: Infinity, data: Infinity, stack: 8 << 20, locked: Infinity }, files);
}

/** An address space with limits. */
export function spaceWith(limits: MemoryLimits, files: MappedFiles = new MappedFiles()): AddressSpace {
  const space = AddressSpace.make(limits, files);
  if (isErrno(space)) throw new Error('no memory');
  return space;
}

/** Compiles the program that asks the kernel. */
export function compileMappings(directory: string): string {
  const program = join(directory, 'mappings');
  const compiled = spawnSync('cc', ['-O1', '-w', '-o', program, SOURCE], { encoding: 'utf8' });
  if (compiled.status !== 0) throw new Error(compiled.stderr);
  return program;
}

/** What the kernel says of the calls. */
export function askKernel(program: string, directory: string, contents: Uint8Array, calls: readonly Call[]): { lines: string[]; file: Uint8Array } {
  const path = join(directory, 'file');
  writeFileSync(path, contents);
  const input = calls.map(([name, ...values]) => `${name} ${Array.from({ length: 6 }, (_, index) => values[index] ?? 0).join(' ')}\n`).join('');
  const { stdout, status } = spawnSync(program, [path], { input, encoding: 'latin1', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`status ${status}`);
  return { lines: stdout.split('\n'), file: readFileSync(path) };
}

function sum(bytes: Uint8Array): number {
  let value = 1;
  for (const byte of bytes) value = (Math.imul(value, 31) + byte) >>> 0;
  return value;
}

/** What an address space says of them. */
export function askSpace(contents: Uint8Array, calls: readonly Call[]): { lines: string[]; file: Uint8Array; files: TestFile[] } {
  const holder = { bytes: Uint8Array.from(contents) };
  const files = [new TestFile(holder, true), new TestFile(holder, false)];
  const registry = new MappedFiles();
  const space = unlimitedSpace(registry);
  // The other side writes as a debugger does, for whom no stack grows.
  space.memory.missing = undefined;
  const lines: string[] = [];
  const make = ([name, a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: Call): number => {
    switch (name) {
      case 'mmap':
        return space.mmap(a, b, c, d, e > 0 ? files[e - 1] : undefined, f);
      case 'munmap':
        return space.munmap(a, b);
      case 'mprotect':
        return space.mprotect(a, b, c);
      case 'mremap':
        return space.mremap(a, b, c, d, e);
      case 'madvise':
        return space.madvise(a, b, c);
      case 'msync':
        return space.msync(a, b, c);
      case 'mlock':
        return space.mlock(a, b, c);
      case 'munlock':
        return space.munlock(a, b);
      case 'mincore': {
        const vector = space.mmap(0x50000000, 1 << 16, 3, 0x32, undefined, 0);
        const result = space.mincore(a, b, vector);
        space.munmap(vector, 1 << 16);
        return result;
      }
      case 'store':
        return space.memory.write(a, Uint8Array.of(b & 255)) || 1;
      case 'truncate': {
        registry.beforeRead(holder);
        const grown = new Uint8Array(a);
        grown.set(holder.bytes.subarray(0, a));
        holder.bytes = grown;
        registry.resized(holder, a);
        return 0;
      }
      default:
        throw new Error(name);
    }
  };
  for (const call of calls) {
    const [name, , length = 0, newLength = 0] = call;
    const result = make(call);
    if (space.aliased) space.synchronise();
    if (isErrno(result)) lines.push(`${name} ${errnoName(result as Errno)}`);
    else if ((name === 'mmap' || name === 'mremap') && (result < START || result >= END)) {
      lines.push(`${name} elsewhere`);
      space.munmap(result, name === 'mmap' ? length : newLength);
    } else lines.push(`${name} ${result.toString(16)}`);
    let line = '';
    for (const entry of space.entries()) {
      if (entry.end <= START || entry.start >= END) continue;
      const letters = `${entry.protection & 1 ? 'r' : '-'}${entry.protection & 2 ? 'w' : '-'}${entry.protection & 4 ? 'x' : '-'}${entry.shared ? 's' : 'p'}`;
      for (let at = entry.start; at < entry.end; at += 4096) {
        const offset = entry.ino ? entry.offset + (at - entry.start) : 0;
        const readable = entry.protection & 1 && space.memory.readable(at, 4096);
        const value = readable ? sum(space.memory.bytes.subarray(indexOf(at), indexOf(at) + 4096)) : 0;
        line += ` ${(at - START) / 4096}:${letters}:${offset.toString(16)}:${value.toString(16)}`;
      }
    }
    lines.push(line);
  }
  space.dispose();
  lines.push('');
  return { lines, file: holder.bytes, files };
}

/** A generator of numbers that can be had again. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/**
 * Calls, most of which mean something: those that move mappings, or those that write to memory, of which files are mapped either shared or
 * private, for what a private mapping shows of later changes is not told.
 */
export function randomCalls(seed: number, count: number, kind: 'move' | 'shared' | 'private'): Call[] {
  const stores = kind !== 'move';
  const below = random(seed);
  const pick = <T>(items: readonly T[]): T => items[below(items.length)]!;
  const page = (): number => START + below(PAGES) * 4096;
  const address = (): number => page() + (below(25) === 0 ? below(4096) : 0);
  const bytes = (): number => (below(30) === 0 ? 0 : (1 + below(8)) * 4096 - (below(6) === 0 ? below(4096) : 0));
  const inside = (at: number, length: number): number => Math.min(length, END - at);
  const calls: Call[] = [];
  while (calls.length < count) {
    const at = address();
    const length = inside(at, bytes());
    switch (below(stores ? 14 : 12)) {
      case 0: case 1: case 2: {
        const file = below(2) === 0 ? 0 : 1 + below(2);
        const type = file && stores ? (kind === 'shared' ? 1 : 2) : pick([1, 2, 2, 2, 3, 0]);
        const place = pick([0x10, 0x10, 0x10, 0x100000, 0, 0x100010]);
        const more = pick([0, 0, 0, 0x4000, 0x8000, 0x2000, 0x20000, 0x100]);
        calls.push(['mmap', at, length, pick([0, 1, 3, 5, 7, 2]), type | place | (file ? 0 : 0x20) | (more === 0x100 && below(3) ? 0 : more), file, below(12) === 0 ? 100 : below(7) * 4096]);
        break;
      }
      case 3:
        calls.push(['munmap', at, length]);
        break;
      case 4: case 5:
        calls.push(['mprotect', at, length, pick([0, 1, 2, 3, 5, 7, 3, 8, 16, 0x01000003])]);
        break;
      case 6: case 7:
        if (stores) break;
        calls.push(['mremap', at, below(12) ? length : 0, inside(at, bytes()), pick([0, 1, 1, 3, 3, 2, 5, 7, 8]), page()]);
        break;
      case 8: case 9: {
        const advice = pick([0, 1, 2, 3, 4, 4, 8, stores ? 9 : 4, 10, 11, 16, 17, 18, 19, 20, stores ? 4 : 21, 22, 23, 24, 99, 102, 103]);
        calls.push(['madvise', at, length, advice]);
        break;
      }
      case 10:
        calls.push(pick([['msync', at, length, pick([0, 1, 2, 4, 5, 6, 8])], ['mincore', at, length, 0], ['munlock', at, length]] as Call[]));
        break;
      case 11:
        calls.push(below(4) ? ['munlock', at, length] : ['mlock', at, length, below(3)]);
        break;
      default:
        if (kind === 'shared' && below(20) === 0) calls.push(['truncate', below(7) * 4096 + below(3) * 1000]);
        else calls.push(['store', at, 1 + below(255)]);
    }
  }
  return calls;
}
