/**
 * Decoded code of one address space: blocks of micro-ops, found by their address through a map of pages. What is no longer true is not
 * taken away but overwritten with micro-ops that look again, so that links to it stay good.
 */

import { Decoder, TRUNCATED } from '../decoder.ts';
import { replacedFlags, changedFlags, usedFlags } from '../flag-effects.ts';
import { ENDS_BLOCK, IS_DONE } from '../form-tables.ts';
import { FORMS } from '../forms.ts';
import { FORM, LENGTH as RECORD_LENGTH, RECORD_WORDS } from '../record.ts';
import {
  ARITHMETIC_FLAGS, EXIT_ADDRESS, EXIT_DETAIL, EXIT_PAGE_FAULT, EXIT_REASON, INSTRUCTION_POINTER,
} from '../state.ts';
import { type GuestMemory, indexOf } from '../../memory/guest-memory.ts';
import { CODE_MAP, CODE_POOL, CODE_POOL_END, GUEST_TOP, PAGE_SHIFT, PAGE_SIZE, PERMISSION_CODE, PERMISSION_EXECUTE } from '../../memory/layout.ts';
import { HANDLER_BLOCK, HANDLER_GONE, HANDLER_INVALID, HANDLER_LEAVE } from './handlers.ts';
import { ADDRESS, COUNTDOWN, HANDLER, IMMEDIATE, LENGTH, LINK, MICRO_OP_SIZE, NEXT_LINK, SLOT, TARGET } from './micro-op.ts';
import { writeMicroOp } from './micro-op-writer.ts';
import { STATE_INDEX } from './runtime.ts';

const LONGEST_BLOCK = 64;
const LONGEST_INSTRUCTION = 15;
const INVALID_OPCODE = 6;
const GENERAL_PROTECTION = 13;
const MAP = indexOf(CODE_MAP) >>> 2;
/** The entries of a page, a word for each address. */
const PAGE_MAP_SIZE = PAGE_SIZE * 4;

/** A decoded block. */
export interface Block {
  readonly address: number;
  /** The first address behind it. */
  readonly end: number;
  /** The index of its head, and of what is behind its last micro-op. */
  readonly head: number;
  readonly tail: number;
  readonly instructions: number;
  /** What its countdown began with, and how often it had been entered before. */
  countdown: number;
  entered: number;
}

export class CodeCache {
  /** How often a block is entered before `hot` is called. */
  threshold = 1000;
  /** Another number for each time that everything was thrown away. */
  epoch = 0;
  /** Blocks by the index of their heads. */
  readonly blocks: Map<number, Block> = new Map();
  /** Called with the address and form of what is not done. */
  unimplemented: ((name: string, address: number) => void) | undefined;
  readonly #memory: GuestMemory;
  readonly #numbers: Uint16Array;
  readonly #decoder = new Decoder(64);
  readonly #records = new Int32Array(RECORD_WORDS * LONGEST_BLOCK);
  readonly #addresses = new Float64Array(LONGEST_BLOCK);
  readonly #byPage = new Map<number, Block[]>();
  /** Pages that have a map, also when no block of them is left. */
  readonly #mappedPages = new Set<number>();
  #free = indexOf(CODE_POOL);
  /** How many blocks and instructions were decoded, and how often instructions of blocks that are gone were executed. */
  decodedBlocks = 0;
  decodedInstructions = 0;
  #executed = 0;

  constructor(memory: GuestMemory, numbers: Uint16Array) {
    this.#memory = memory;
    this.#numbers = numbers;
  }

  /** The head of the block at an address that has been decoded, or 0. */
  lookUp(address: number): number {
    const { words } = this.#memory;
    const page = words[MAP + (address >>> PAGE_SHIFT)]! >>> 0;
    return page === 0 ? 0 : words[(page >>> 2) + (address & (PAGE_SIZE - 1))]!;
  }

  /** The head of the block at an address; 0 where there cannot be one, and then the state says why. */
  find(address: number): number {
    const known = this.lookUp(address);
    return known !== 0 ? known : this.#decode(address >>> 0);
  }

  /** The code that a micro-op's branch leads to, which it is linked with from now on. */
  link(op: number, which: number): number {
    const at = op >>> 0;
    const { view } = this.#memory;
    const { epoch } = this;
    const target = which === 0 ? view.getUint32(at + TARGET, true) : (view.getUint32(at + ADDRESS, true) + view.getUint8(at + LENGTH)) >>> 0;
    const head = this.find(target);
    if (head !== 0 && epoch === this.epoch) view.setInt32(at + (which === 0 ? LINK : NEXT_LINK), head, true);
    return head;
  }

  #fault(address: number, at: number): number {
    const { view } = this.#memory;
    view.setBigUint64(STATE_INDEX + INSTRUCTION_POINTER, BigInt(address), true);
    view.setBigUint64(STATE_INDEX + EXIT_ADDRESS, BigInt(at), true);
    view.setInt32(STATE_INDEX + EXIT_DETAIL, PERMISSION_EXECUTE, true);
    view.setInt32(STATE_INDEX + EXIT_REASON, EXIT_PAGE_FAULT, true);
    return 0;
  }

  /** How far code may be read from an address on: at most three pages, while they are executable. */
  #readableEnd(address: number): number {
    const { permissions } = this.#memory;
    let page = address >>> PAGE_SHIFT;
    const last = Math.min(page + 2, (GUEST_TOP >>> PAGE_SHIFT) - 1);
    while (page < last && (permissions[page + 1]! & PERMISSION_EXECUTE) !== 0) page++;
    return (page + 1) * PAGE_SIZE;
  }

  /** Decodes the instructions from an address on, to the end of a block; returns how many, and -1 where not one can be read. */
  decodeBlock(address: number, records: Int32Array, addresses: Float64Array): number {
    const { bytes, permissions } = this.#memory;
    if (address >= GUEST_TOP || (permissions[address >>> PAGE_SHIFT]! & PERMISSION_EXECUTE) === 0) return -1;
    const start = indexOf(address);
    const end = indexOf(this.#readableEnd(address));
    let at = start;
    let count = 0;
    while (count < LONGEST_BLOCK) {
      const record = count * RECORD_WORDS;
      const length = this.#decoder.decode(bytes, at, end, records, record);
      addresses[count] = address + (at - start);
      if (length < 0) {
        if (length === TRUNCATED) return count === 0 ? -1 : count;
        records[record + FORM] = 0;
        records[record + RECORD_LENGTH] = length;
        return count + 1;
      }
      count++;
      at += length;
      if (ENDS_BLOCK[records[record + FORM]!] === 1) break;
    }
    return count;
  }

  #decode(address: number): number {
    const records = this.#records;
    const count = this.decodeBlock(address, records, this.#addresses);
    if (count < 0) {
      const { permissions } = this.#memory;
      const isMapped = address < GUEST_TOP && (permissions[address >>> PAGE_SHIFT]! & PERMISSION_EXECUTE) !== 0;
      return this.#fault(address, isMapped ? this.#readableEnd(address) : address);
    }
    // The worst case: two micro-ops for each instruction, a head, an end, and maps of pages.
    const needed = (count * 2 + 2) * MICRO_OP_SIZE + 3 * PAGE_MAP_SIZE;
    if (this.#free + needed > indexOf(CODE_POOL_END)) this.clear();
    return this.#write(address, count);
  }

  #write(address: number, count: number): number {
    const { view } = this.#memory;
    const records = this.#records;
    const addresses = this.#addresses;
    // Which flags are looked at after each instruction; what comes after the block may look at all.
    let live = ARITHMETIC_FLAGS;
    const made = new Uint8Array(count);
    for (let index = count - 1; index >= 0; index--) {
      const record = index * RECORD_WORDS;
      const form = records[record + FORM]!;
      made[index] = (changedFlags(form) & live) !== 0 ? 1 : 0;
      live = (live & ~replacedFlags(records, record)) | usedFlags(form);
    }
    const mapped = this.#mapOf(address);
    const head = this.#free;
    view.setUint16(head + HANDLER, HANDLER_BLOCK, true);
    view.setInt32(head + COUNTDOWN, this.threshold, true);
    view.setInt32(head + SLOT, 0, true);
    view.setUint32(head + ADDRESS, address, true);
    let op = head + MICRO_OP_SIZE;
    let ended = false;
    for (let index = 0; index < count; index++) {
      const record = index * RECORD_WORDS;
      const form = records[record + FORM]!;
      if (form === 0 || IS_DONE[form] === 0) {
        if (form !== 0) this.unimplemented?.(FORMS[form]!.row, addresses[index]!);
        view.setUint16(op + HANDLER, HANDLER_INVALID, true);
        view.setInt32(op + IMMEDIATE, form === 0 && records[record + RECORD_LENGTH] === -3 ? GENERAL_PROTECTION : INVALID_OPCODE, true);
        view.setUint32(op + ADDRESS, addresses[index]!, true);
        op += MICRO_OP_SIZE;
        ended = true;
        break;
      }
      op = writeMicroOp(view, op, this.#numbers, records, record, addresses[index]!, made[index] === 1);
      ended = ENDS_BLOCK[form] === 1;
    }
    const last = (count - 1) * RECORD_WORDS;
    // Bytes that are no instruction may be one when any of them changes.
    const end = addresses[count - 1]! + (records[last + FORM] === 0 ? LONGEST_INSTRUCTION : records[last + RECORD_LENGTH]!);
    if (!ended) {
      view.setUint16(op + HANDLER, HANDLER_LEAVE, true);
      view.setUint32(op + ADDRESS, end, true);
      op += MICRO_OP_SIZE;
    }
    this.#free = op;
    this.decodedBlocks++;
    this.decodedInstructions += count;
    this.#memory.words[(mapped >>> 2) + (address & (PAGE_SIZE - 1))] = head;
    const block: Block = { address, end, head, tail: op, instructions: count, countdown: this.threshold, entered: 0 };
    this.blocks.set(head | 0, block);
    for (let page = address >>> PAGE_SHIFT; page <= (end - 1) >>> PAGE_SHIFT; page++) {
      this.#memory.permissions[page]! |= PERMISSION_CODE;
      const list = this.#byPage.get(page);
      if (list) list.push(block);
      else this.#byPage.set(page, [block]);
    }
    return head | 0;
  }

  /** The index of a page's map, made if there is none. */
  #mapOf(address: number): number {
    const { words } = this.#memory;
    const entry = MAP + (address >>> PAGE_SHIFT);
    if (words[entry] !== 0) return words[entry]! >>> 0;
    const map = this.#free;
    words.fill(0, map >>> 2, (map + PAGE_MAP_SIZE) >>> 2);
    words[entry] = map;
    this.#mappedPages.add(address >>> PAGE_SHIFT);
    this.#free += PAGE_MAP_SIZE;
    return map;
  }

  /** How often a block has been entered from the interpreter. */
  #entries({ head, countdown, entered }: Block): number {
    return entered + countdown - this.#memory.view.getInt32(head + COUNTDOWN, true);
  }

  /** Has the block whose head is at an index counted anew, from a number down. */
  restart(head: number, countdown: number): void {
    const block = this.blocks.get(head | 0);
    if (block) {
      block.entered = this.#entries(block);
      block.countdown = countdown;
    }
    this.#memory.view.setInt32(head + COUNTDOWN, countdown, true);
  }

  /** How many instructions the interpreter has executed; a block counts whole as soon as it is entered. */
  executed(): number {
    let sum = this.#executed;
    for (const block of this.blocks.values()) sum += this.#entries(block) * block.instructions;
    return sum;
  }

  /** Overwrites the blocks that have bytes from `start` to `end`; returns them. */
  forget(start: number, end: number): Block[] {
    const { view, words, permissions } = this.#memory;
    const gone: Block[] = [];
    for (let page = start >>> PAGE_SHIFT; page <= (end - 1) >>> PAGE_SHIFT; page++) {
      const list = this.#byPage.get(page);
      if (!list) continue;
      for (const block of list) {
        if (!this.blocks.delete(block.head | 0)) continue;
        gone.push(block);
        this.#executed += this.#entries(block) * block.instructions;
        const map = words[MAP + (block.address >>> PAGE_SHIFT)]! >>> 0;
        if (map !== 0) words[(map >>> 2) + (block.address & (PAGE_SIZE - 1))] = 0;
        for (let op = block.head; op < block.tail; op += MICRO_OP_SIZE) view.setUint16(op + HANDLER, HANDLER_GONE, true);
      }
      this.#byPage.delete(page);
      permissions[page]! &= ~PERMISSION_CODE;
    }
    return gone;
  }

  /** Throws everything away. Whoever runs must not go on with a micro-op that it has. */
  clear(): void {
    const { words, permissions } = this.#memory;
    this.#executed = this.executed();
    for (const page of this.#mappedPages) words[MAP + page] = 0;
    for (const page of this.#byPage.keys()) permissions[page]! &= ~PERMISSION_CODE;
    this.#mappedPages.clear();
    this.#byPage.clear();
    this.blocks.clear();
    this.#free = indexOf(CODE_POOL);
    this.epoch++;
  }
}
