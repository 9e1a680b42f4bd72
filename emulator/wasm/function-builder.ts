/**
 * The code of one function. Instructions are written as they are called for; labels are kept by the depth at which they were opened, so
 * that a branch names its target and the relative number is worked out here. Mistakes in the use of it are errors of the program, and
 * throw; whether the code is valid is WebAssembly's to say.
 */

import { ByteBuffer } from './byte-buffer.ts';
import type { Op, ValueType } from './opcodes.ts';

/** A block, loop or if that branches can name: the depth at which it was opened. */
export type Label = number & { readonly label: unique symbol };

/** The type of a block: nothing, one result, or the number of a function type of the module. */
export type BlockType = ValueType | { readonly type: number } | undefined;

const PREFIX_MISC = 0xfc;
const PREFIX_SIMD = 0xfd;

export class FunctionBuilder {
  readonly #code = new ByteBuffer();
  readonly #parameters: number;
  readonly #locals: ValueType[] = [];
  #depth = 0;

  constructor(parameters: number) {
    this.#parameters = parameters;
  }

  /** A new local variable; it is zero at first. */
  local(type: ValueType): number {
    this.#locals.push(type);
    return this.#parameters + this.#locals.length - 1;
  }

  /** How many bytes of code there are so far; what a trap's offset is told by. */
  get position(): number {
    return this.#code.length;
  }

  /** An instruction without immediates. */
  op(code: (typeof Op)[keyof typeof Op]): void {
    this.#code.byte(code);
  }

  i32(value: number): void {
    this.#code.byte(0x41);
    this.#code.s32(value);
  }

  i64(low: number, high: number = low >> 31): void {
    this.#code.byte(0x42);
    this.#code.s64(low, high);
  }

  f32(value: number): void {
    this.#code.byte(0x43);
    this.#code.f32(value);
  }

  f64(value: number): void {
    this.#code.byte(0x44);
    this.#code.f64(value);
  }

  get(local: number): void {
    this.#code.byte(0x20);
    this.#code.u32(local);
  }

  set(local: number): void {
    this.#code.byte(0x21);
    this.#code.u32(local);
  }

  tee(local: number): void {
    this.#code.byte(0x22);
    this.#code.u32(local);
  }

  globalGet(global: number): void {
    this.#code.byte(0x23);
    this.#code.u32(global);
  }

  globalSet(global: number): void {
    this.#code.byte(0x24);
    this.#code.u32(global);
  }

  /** A load or a store, of `Memory`. Guests promise no alignment, so none is told. */
  memory(code: number, offset = 0): void {
    this.#code.byte(code);
    this.#code.byte(0);
    this.#code.u32(offset);
  }

  /** memory.copy: destination, source and length are on the stack. */
  memoryCopy(): void {
    this.#misc(10);
    this.#code.byte(0);
    this.#code.byte(0);
  }

  /** memory.fill: destination, byte and length are on the stack. */
  memoryFill(): void {
    this.#misc(11);
    this.#code.byte(0);
  }

  /** The conversions to integers that saturate, by their number: 0 i32 from f32 signed, to 7 i64 from f64 unsigned. */
  truncateSaturating(kind: number): void {
    this.#misc(kind);
  }

  #misc(code: number): void {
    this.#code.byte(PREFIX_MISC);
    this.#code.u32(code);
  }

  /** An instruction on vectors, by its number, without immediates but for a lane. */
  simd(code: number, lane?: number): void {
    this.#code.byte(PREFIX_SIMD);
    this.#code.u32(code);
    if (lane !== undefined) this.#code.byte(lane);
  }

  /** A load or a store of a vector, by its number; a lane where it is of one. */
  simdMemory(code: number, offset = 0, lane?: number): void {
    this.#code.byte(PREFIX_SIMD);
    this.#code.u32(code);
    this.#code.byte(0);
    this.#code.u32(offset);
    if (lane !== undefined) this.#code.byte(lane);
  }

  /** A vector of 16 bytes; with `shuffle`, the choice of bytes of i8x16.shuffle. */
  v128(bytes: ArrayLike<number>, shuffle = false): void {
    if (bytes.length !== 16) throw new Error(`a vector of ${bytes.length} bytes`);
    this.#code.byte(PREFIX_SIMD);
    this.#code.byte(shuffle ? 0x0d : 0x0c);
    for (let index = 0; index < 16; index++) this.#code.byte(bytes[index]!);
  }

  #open(code: number, type: BlockType): Label {
    this.#code.byte(code);
    if (type === undefined) this.#code.byte(0x40);
    else if (typeof type === 'number') this.#code.byte(type);
    else this.#code.s32(type.type);
    return this.#depth++ as Label;
  }

  /** Opens a block; a branch to it goes to its end. */
  block(type?: BlockType): Label {
    return this.#open(0x02, type);
  }

  /** Opens a loop; a branch to it goes to its start. */
  loop(type?: BlockType): Label {
    return this.#open(0x03, type);
  }

  /** Opens what is done if the number on the stack is not 0. */
  if(type?: BlockType): Label {
    return this.#open(0x04, type);
  }

  else(): void {
    this.#code.byte(0x05);
  }

  /** Closes the innermost of what is open; if `label` is given it must be that. */
  end(label?: Label): void {
    if (this.#depth === 0) throw new Error('nothing is open');
    if (label !== undefined && label !== this.#depth - 1) throw new Error(`label ${label} is not the innermost of ${this.#depth}`);
    this.#depth--;
    this.#code.byte(0x0b);
  }

  /** The number that a branch says for a label: how many blocks are between. */
  #target(label: Label): number {
    if (!(label < this.#depth)) throw new Error(`label ${label} is closed`);
    return this.#depth - 1 - label;
  }

  br(label: Label): void {
    const target = this.#target(label);
    this.#code.byte(0x0c);
    this.#code.u32(target);
  }

  brIf(label: Label): void {
    const target = this.#target(label);
    this.#code.byte(0x0d);
    this.#code.u32(target);
  }

  /** Branches by the number on the stack; what is beyond the list goes to `otherwise`. */
  brTable(labels: readonly Label[], otherwise: Label): void {
    const last = this.#target(otherwise);
    this.#code.byte(0x0e);
    this.#code.u32(labels.length);
    for (const label of labels) this.#code.u32(this.#target(label));
    this.#code.u32(last);
  }

  call(callee: number): void {
    this.#code.byte(0x10);
    this.#code.u32(callee);
  }

  callIndirect(type: number, table = 0): void {
    this.#code.byte(0x11);
    this.#code.u32(type);
    this.#code.u32(table);
  }

  /** Calls as the last thing that this function does: its frame goes first. */
  returnCall(callee: number): void {
    this.#code.byte(0x12);
    this.#code.u32(callee);
  }

  returnCallIndirect(type: number, table = 0): void {
    this.#code.byte(0x13);
    this.#code.u32(type);
    this.#code.u32(table);
  }

  /** Writes the function as the code section has it: its size, its locals and its code. */
  finish(into: ByteBuffer): void {
    if (this.#depth !== 0) throw new Error(`${this.#depth} blocks are open`);
    const head = new ByteBuffer(16);
    // Locals are told in runs of one type.
    const runs: { type: ValueType; count: number }[] = [];
    for (const type of this.#locals) {
      const last = runs.at(-1);
      if (last?.type === type) last.count++;
      else runs.push({ type, count: 1 });
    }
    head.u32(runs.length);
    for (const { type, count } of runs) {
      head.u32(count);
      head.byte(type);
    }
    into.u32(head.length + this.#code.length + 1);
    into.append(head.view());
    into.append(this.#code.view());
    into.byte(0x0b);
  }
}

