/**
 * Decoded code of one address space: blocks of micro-ops, found by their address through maps of pages. The interpreter's module makes and finds them
 * (see block-generator.ts); this is what is seldom done with them. What is no longer true is not taken away but overwritten with micro-ops that look
 * again, so that links to it stay good.
 */

import { LENGTH as RECORD_LENGTH, RECORD_WORDS } from '../record.ts';
import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CODE_MAP, CODE_POOL, CODE_POOL_END, PAGE_SHIFT, PAGE_SIZE, PERMISSION_CODE } from '../../memory/layout.ts';
import {
  BLOCK_CHAIN, BLOCK_COUNTDOWN, BLOCK_END, BLOCK_ENTERED, BLOCK_INSTRUCTIONS, BLOCK_OPS, DECODED_BLOCKS, DECODED_INSTRUCTIONS, DECODER_STATE, DECODER_TABLES, DECODER_TABLES_SIZE, ENTRY_SHIFT,
  EPOCH, FREE, LAST_MAP, LONGEST_BLOCK, LONGEST_CHAIN, LONGEST_INSTRUCTION, MAP_SIZE, RECORDS, THRESHOLD,
} from './decoder-memory.ts';
import { HANDLER_GONE } from './handlers.ts';
import { ADDRESS, COUNTDOWN, HANDLER, MICRO_OP_SIZE } from './micro-op.ts';

const MAP = indexOf(CODE_MAP) >>> 2;
const STATE = DECODER_STATE >>> 2;
const ENTRIES = MAP_SIZE / 4;
/** The first of a page's entries whose blocks may end in the next page. */
const FIRST_LONG = (PAGE_SIZE - LONGEST_BLOCK * LONGEST_INSTRUCTION) >> ENTRY_SHIFT;

/** The decoder's tables, as they are before a guest runs. */
let tables: Buffer | undefined;

/** What the interpreter's module does: see `DecoderFunctions`. */
export interface DecoderExports {
  readonly records: (address: number) => number;
  readonly code: (address: number) => number;
}

export class CodeCache {
  readonly #memory: GuestMemory;
  readonly #decoder: DecoderExports;
  /** How often instructions of blocks that are gone were executed. */
  #executed = 0;

  constructor(memory: GuestMemory, decoder: DecoderExports) {
    this.#memory = memory;
    this.#decoder = decoder;
    tables ??= Buffer.from(memory.bytes.slice(DECODER_TABLES, DECODER_TABLES + DECODER_TABLES_SIZE).buffer);
    const { words } = memory;
    words[STATE + (FREE >> 2)] = indexOf(CODE_POOL);
    words[STATE + (LAST_MAP >> 2)] = indexOf(CODE_POOL_END);
    for (const field of [EPOCH, DECODED_BLOCKS, DECODED_INSTRUCTIONS]) words[STATE + (field >> 2)] = 0;
    this.threshold = 1000;
  }

  #state(field: number): number {
    return this.#memory.words[STATE + (field >> 2)]! >>> 0;
  }

  /** How often a block is entered before `hot` is called. */
  get threshold(): number {
    return this.#state(THRESHOLD) | 0;
  }

  set threshold(count: number) {
    this.#memory.words[STATE + (THRESHOLD >> 2)] = count;
  }

  /** How many blocks were decoded. */
  get decodedBlocks(): number {
    return this.#state(DECODED_BLOCKS);
  }

  get decodedInstructions(): number {
    return this.#state(DECODED_INSTRUCTIONS);
  }

  /** The head of the block at an address that has been decoded, or 0. */
  lookUp(address: number): number {
    const { words } = this.#memory;
    const map = words[MAP + (address >>> PAGE_SHIFT)]! >>> 0;
    if (map === 0) return 0;
    let head = words[(map >>> 2) + ((address >>> ENTRY_SHIFT) & (ENTRIES - 1))]! | 0;
    for (let step = 0; head !== 0 && step < LONGEST_CHAIN; step++) {
      if (words[(head + ADDRESS) >>> 2] === (address | 0)) return head;
      head = words[(head + BLOCK_CHAIN) >>> 2]! | 0;
    }
    return 0;
  }

  /** The head of the block at an address; 0 where there cannot be one, and then the state says why. */
  find(address: number): number {
    return this.#decoder.code(address | 0);
  }

  /**
   * Decodes the instructions from an address on, to the end of a block; returns how many, and -1 where not one can be read. Where the guest has run, the
   * tables are to be restored first.
   */
  decodeBlock(address: number, records: Int32Array, addresses: Float64Array): number {
    const { words } = this.#memory;
    const count = this.#decoder.records(address | 0);
    const from = RECORDS >>> 2;
    let at = address;
    for (let index = 0; index < count; index++) {
      addresses[index] = at;
      at += words[from + index * RECORD_WORDS + RECORD_LENGTH]!;
    }
    if (count > 0) records.set(words.subarray(from, from + count * RECORD_WORDS));
    return count;
  }

  /** Undoes what the guest has done to the decoder's tables, so that records are right; until it runs again. */
  restoreTables(): void {
    const { bytes } = this.#memory;
    if (tables!.compare(bytes, DECODER_TABLES, DECODER_TABLES + DECODER_TABLES_SIZE) !== 0) bytes.set(tables!, DECODER_TABLES);
  }

  /** How often a block has been entered from the interpreter. */
  entries(head: number): number {
    const { words } = this.#memory;
    const field = (offset: number): number => words[(head + offset) >>> 2]!;
    return (field(BLOCK_ENTERED) >>> 0) + ((field(BLOCK_COUNTDOWN) - field(COUNTDOWN)) >>> 0);
  }

  /** Has the block whose head is at an index counted anew, from a number down. */
  restart(head: number, countdown: number): void {
    const { words } = this.#memory;
    words[(head + BLOCK_ENTERED) >>> 2] = this.entries(head);
    words[(head + BLOCK_COUNTDOWN) >>> 2] = countdown;
    words[(head + COUNTDOWN) >>> 2] = countdown;
  }

  /** Calls something with the head of each block that was made, in their order, also of those that are gone. */
  #each(action: (head: number, isGone: boolean) => void): void {
    const { bytes } = this.#memory;
    const end = Math.min(this.#state(FREE), indexOf(CODE_POOL_END));
    for (let head = indexOf(CODE_POOL); head < end; ) {
      action(head, bytes[head + HANDLER] === HANDLER_GONE && bytes[head + HANDLER + 1] === 0);
      const ops = bytes[head + BLOCK_OPS]!;
      // None has no micro-op, unless the guest has written here.
      if (ops === 0) break;
      head += ops * MICRO_OP_SIZE;
    }
  }

  /** How many instructions the interpreter has executed; a block counts whole as soon as it is entered. */
  executed(): number {
    let sum = this.#executed;
    this.#each((head, isGone) => {
      if (!isGone) sum += this.#instructions(head);
    });
    return sum;
  }

  #instructions(head: number): number {
    return this.entries(head) * this.#memory.bytes[head + BLOCK_INSTRUCTIONS]!;
  }

  /** Overwrites the blocks that have bytes from `start` to `end`, and others of their pages; returns how many. */
  forget(start: number, end: number): number {
    const { permissions } = this.#memory;
    const last = (end - 1) >>> PAGE_SHIFT;
    let gone = 0;
    for (let page = start >>> PAGE_SHIFT; page <= last; page++) {
      if ((permissions[page]! & PERMISSION_CODE) === 0) continue;
      gone += this.#forgetFrom(page - 1, FIRST_LONG, page * PAGE_SIZE) + this.#forgetFrom(page, 0, 0);
      permissions[page]! &= ~PERMISSION_CODE;
    }
    return gone;
  }

  /** Overwrites the blocks that begin in a page, from an entry of its map on, and end behind an address. */
  #forgetFrom(page: number, entry: number, end: number): number {
    const { words, bytes } = this.#memory;
    const map = words[MAP + page]! >>> 2;
    if (map === 0) return 0;
    let gone = 0;
    for (let at = map + entry; at < map + ENTRIES; at++) {
      let kept = 0;
      let head = words[at]! >>> 0;
      for (let step = 0; head !== 0 && step < LONGEST_CHAIN; step++) {
        const next = words[(head + BLOCK_CHAIN) >>> 2]! >>> 0;
        if (words[(head + BLOCK_END) >>> 2]! >>> 0 > end) {
          gone++;
          this.#executed += this.#instructions(head);
          const tail = head + bytes[head + BLOCK_OPS]! * MICRO_OP_SIZE;
          for (let op = head; op < tail; op += MICRO_OP_SIZE) {
            bytes[op + HANDLER] = HANDLER_GONE;
            bytes[op + HANDLER + 1] = 0;
          }
        } else {
          words[(head + BLOCK_CHAIN) >>> 2] = kept;
          kept = head;
        }
        head = next;
      }
      words[at] = kept;
    }
    return gone;
  }

  /** Throws everything away. Whoever runs must not go on with a micro-op that it has. */
  clear(): void {
    const { words, permissions } = this.#memory;
    this.#executed = this.executed();
    this.#each((head) => {
      const first = words[(head + ADDRESS) >>> 2]! >>> PAGE_SHIFT;
      const last = (words[(head + BLOCK_END) >>> 2]! - 1) >>> PAGE_SHIFT;
      words[MAP + first] = 0;
      permissions[first]! &= ~PERMISSION_CODE;
      permissions[last]! &= ~PERMISSION_CODE;
    });
    words[STATE + (FREE >> 2)] = indexOf(CODE_POOL);
    words[STATE + (LAST_MAP >> 2)] = indexOf(CODE_POOL_END);
    words[STATE + (EPOCH >> 2)]!++;
  }
}
