/**
 * The stores of 8 bytes that a block has made so far, by the operands that named them. A processor hands what was stored and is not in its cache yet to a load
 * only where one store has all that the load wants. A load of 16 bytes behind a store of half of them waits until the store is through, some 30 cycles; two loads
 * of 8 bytes do not. Compilers that make vectors of neighbouring numbers write such loads (GCC's -favoid-store-forwarding is about the same).
 */

import { ADDRESS_SIZE, BASE, DISPLACEMENT, INDEX, LENGTH, RIP_BASE, SCALE, SEGMENT } from '../cpu/record.ts';

/** What an operand's address is made of, and how far it is from there. */
interface Operand {
  readonly base: number;
  readonly index: number;
  readonly scale: number;
  readonly segment: number;
  readonly addressSize: number;
  readonly distance: number;
}

/** What was stored before that is in the cache. */
const MOST = 8;

function operandOf(records: Int32Array, record: number, address: number): Operand {
  const base = records[record + BASE]!;
  const displacement = records[record + DISPLACEMENT]!;
  return {
    base,
    index: records[record + INDEX]!,
    scale: records[record + SCALE]!,
    segment: records[record + SEGMENT]!,
    addressSize: records[record + ADDRESS_SIZE]!,
    distance: base === RIP_BASE ? address + records[record + LENGTH]! + displacement : displacement,
  };
}

const isBeside = (a: Operand, b: Operand): boolean =>
  a.base === b.base && a.index === b.index && a.scale === b.scale && a.segment === b.segment && a.addressSize === b.addressSize;

const uses = ({ base, index }: Operand, registers: number): boolean =>
  (base >= 0 && base !== RIP_BASE && (registers & (1 << base)) !== 0) || (index >= 0 && (registers & (1 << index)) !== 0);

export class RecentStores {
  #stores: Operand[] = [];

  clear(): void {
    this.#stores = [];
  }

  /** Notes that an instruction at an address stores 8 bytes at its operand. */
  note(records: Int32Array, record: number, address: number): void {
    if (this.#stores.length === MOST) this.#stores.shift();
    this.#stores.push(operandOf(records, record, address));
  }

  /** Registers were written, a bit each: what they pointed at is no longer known. */
  forget(registers: number): void {
    if (this.#stores.length > 0) this.#stores = this.#stores.filter((store) => !uses(store, registers));
  }

  /** Whether one of the stores made either half of the 16 bytes at an instruction's operand. */
  madeHalf(records: Int32Array, record: number, address: number): boolean {
    if (this.#stores.length === 0) return false;
    const whole = operandOf(records, record, address);
    return this.#stores.some((store) => isBeside(store, whole) && (store.distance === whole.distance || store.distance === whole.distance + 8));
  }
}
