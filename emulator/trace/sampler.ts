/**
 * Where a guest's programs spend their time: at each tick, which function runs and by whom it was called.
 *
 * Compilers keep no chain of frames, so that callers are found as a debugger without tables finds them: words on the stack that are
 * addresses behind a call. Of those, one counts whose call leads to the function that was found before, or may lead anywhere.
 */

import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { O_RDONLY } from '../../fs/flags.ts';
import { Stat } from '../../fs/stat.ts';
import type { Vfs } from '../../fs/vfs.ts';
import type { MappingEntry } from '../memory/address-space-contract.ts';
import { RIP, RSP, type Task } from '../kernel/task.ts';
import { Reader } from './reader.ts';
import { SymbolTable } from './symbol-table.ts';

/** How much of the stack is looked at, in bytes, and how many callers are found at most. */
const STACK_BYTES = 8192;
const MOST_CALLERS = 64;
const PROT_EXEC = 4;
const CALL_RELATIVE = 0xe8;
const CALL_INDIRECT = 0xff;
const scratch = new Stat();

/** Something that was seen running. */
interface Frame {
  /** The function with its file, as `qsort (libc.so.6)`. */
  readonly name: string;
  /** Where the function begins; undefined where that is not known. */
  readonly start: number | undefined;
}

export class Sampler {
  /** How often each chain of callers was seen: names from the outermost on, with newlines between. */
  readonly stacks: Map<string, number> = new Map();
  /** How often each function was seen running. */
  readonly functions: Map<string, number> = new Map();
  samples = 0;
  readonly #vfs: Vfs;
  readonly #tables = new Map<string, SymbolTable>();

  constructor(vfs: Vfs) {
    this.#vfs = vfs;
  }

  /** Looks at a task whose state of the processor is in memory. */
  take(task: Task): void {
    const entries = task.process.image.space.entries().filter(({ protection }) => protection & PROT_EXEC);
    const top = this.#frameAt(entries, task.register(RIP));
    if (!top) return;
    const frames = [top.name, ...this.#callers(task, entries, top), task.name];
    const key = frames.reverse().join('\n');
    this.samples++;
    this.stacks.set(key, (this.stacks.get(key) ?? 0) + 1);
    this.functions.set(top.name, (this.functions.get(top.name) ?? 0) + 1);
  }

  #callers(task: Task, entries: readonly MappingEntry[], top: Frame): string[] {
    const reader = new Reader(task.memory);
    const names: string[] = [];
    let inner = top;
    const start = task.register(RSP);
    for (let at = start; at < start + STACK_BYTES && names.length < MOST_CALLERS && reader.has(at, 8); at += 8) {
      const address = reader.u64(at);
      const called = calledFrom(reader, entries, address);
      if (called === undefined) continue;
      // A call elsewhere is what an earlier function left behind; one through a table of jumps cannot be told.
      if (called !== 'anywhere' && inner.start !== undefined && called !== inner.start && this.#frameAt(entries, called)?.start !== undefined) continue;
      const frame = this.#frameAt(entries, address - 1);
      if (!frame) continue;
      names.push(frame.name);
      inner = frame;
    }
    return names;
  }

  #frameAt(entries: readonly MappingEntry[], address: number): Frame | undefined {
    const entry = entries.find(({ start, end }) => address >= start && address < end);
    if (!entry) return undefined;
    const file = entry.name.slice(entry.name.lastIndexOf('/') + 1);
    const offset = address - entry.start + entry.offset;
    const found = this.#tableOf(entry.name)?.find(offset);
    if (!found) return { name: `${file || '?'}+0x${offset.toString(16)}`, start: undefined };
    const table = this.#tableOf(entry.name)!;
    const segment = table.segments.find((one) => offset >= one.offset && offset < one.offset + one.size)!;
    const start = entry.start + (found.start - segment.address + segment.offset - entry.offset);
    return { name: `${found.name} (${file})`, start };
  }

  #tableOf(path: string): SymbolTable | undefined {
    if (!path.startsWith('/')) return undefined;
    let table = this.#tables.get(path);
    if (!table) this.#tables.set(path, (table = SymbolTable.read(this.#contentOf(path))));
    return table;
  }

  #contentOf(path: string): Uint8Array {
    const file = this.#vfs.open(path, O_RDONLY, 0, SUPERUSER);
    if (isErrno(file)) return new Uint8Array(0);
    const size = isErrno(file.vnode.stat(scratch, SUPERUSER)) ? 0 : scratch.size;
    const content = new Uint8Array(size);
    const count = file.read?.(content, 0, size, 0, SUPERUSER) ?? 0;
    file.release();
    return content.subarray(0, Math.max(0, count));
  }
}

/** Where the call leads that an address is behind; undefined where it is behind none. */
function calledFrom(reader: Reader, entries: readonly MappingEntry[], address: number): number | 'anywhere' | undefined {
  const entry = entries.find(({ start, end }) => address >= start + 7 && address <= end);
  if (!entry) return undefined;
  const code = reader.bytes(address - 7, 7);
  if (!code || code.length < 7) return undefined;
  if (code[2] === CALL_RELATIVE) return (address + reader.i32(address - 4)) >>> 0;
  // FF /2: the register forms are two bytes long, those of memory up to seven.
  for (const length of [2, 3, 4, 6, 7]) if (code[7 - length] === CALL_INDIRECT && (code[8 - length]! & 0x38) === 0x10) return 'anywhere';
  return undefined;
}
