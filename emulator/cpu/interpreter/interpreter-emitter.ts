/**
 * Writes handlers of the interpreter: operands are found by the micro-op, whose index is in local 0. A handler is a function of its own that
 * returns the next micro-op's index or 0; see loop-emitter.ts for those that are a part of the loop.
 */

import { Emitter, type Helper, R11, RCX, READ, WRITE } from '../emit/emitter.ts';
import { type Node, add, and, call, emit, eqz, extendS, extendU, i32, i64, load, local, ne, or, shl, shrU, simdLoad, sub, wrap } from '../emit/expression.ts';
import { FLAGS, type FlagSource, wordOf } from '../emit/flags.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { F32, F64, I32, I64, Memory, Op, type ValueType } from '../../wasm/opcodes.ts';
import { PAGE_SHIFT, PERMISSION_CODE, PERMISSION_READ, PERMISSION_TABLE, PERMISSION_WRITE, REBASE } from '../../memory/layout.ts';
import {
  ARITHMETIC_FLAGS, EXACT_FLOAT, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_KERNEL, EXIT_REASON, FLAGS_ADD, FLAGS_BITS, FLAGS_SUBTRACT, FLAG_FIRST, FLAG_KIND, FLAG_SECOND,
  INSTRUCTION_POINTER, OTHER_FLAGS, X87_REGISTERS, X87_STATUS, X87_TAGS, XMM,
} from '../state.ts';
import { ADDRESS, BASE, DISPLACEMENT, IMMEDIATE, INDEX, LENGTH, LINK, MICRO_OP_SIZE, NEXT_LINK, REG, RM, SCALE } from './micro-op.ts';
import { type Import, JUMP_LOG, JUMP_LOG_PAIRS, STATE_INDEX } from './runtime.ts';
import { isTrap } from '../semantics/semantics.ts';

export const OP: Node = local(0, I32);
const REG_REGISTER = -1;
const RM_REGISTER = -2;
const HIGH_BYTES = 16;
const SIZE_LOG: readonly number[] = [0, 0, 1, 0, 2, 0, 0, 0, 3];
const NONE = i32(0);
const GENERAL_PROTECTION = 13;

/** Functions of the interpreter's module that handlers call. */
export interface Shared {
  readonly imports: Record<Import, number>;
  /** The arithmetic flags, as RFLAGS has them. */
  readonly flags: number;
  /** The code of an address in 64 bits, or 0. */
  readonly find: number;
  /** Links a micro-op's branch: see `DecoderFunctions`. */
  readonly link: number;
  /** Notes that an access failed: the address in 64 bits, how many bytes, which permission, the instruction. */
  readonly fault: number;
}

export class InterpreterEmitter extends Emitter {
  readonly regRegister: number = REG_REGISTER;
  readonly rmRegister: number = RM_REGISTER;
  isMemory = false;
  /** Whether the address has no index. */
  isPlain = false;
  protected readonly shared: Shared;
  /** Where the micro-op is from the one in local 0. */
  protected opAt = 0;
  readonly #free = new Map<ValueType, number[]>();
  #taken: [ValueType, number][] = [];
  protected sources: (FlagSource | undefined)[] = [];
  /** Whether the handler has gone somewhere already. */
  ended = false;

  constructor(shared: Shared, checked: boolean) {
    super();
    this.shared = shared;
    this.checked = checked;
  }

  /** Begins a function. */
  open(code: FunctionBuilder): void {
    this.code = code;
    this.#free.clear();
    this.#taken = [];
  }

  /** Begins a handler, of which `form` and the rest tell. */
  begin(): void {
    for (const [type, number] of this.#taken) {
      const list = this.#free.get(type);
      if (list) list.push(number);
      else this.#free.set(type, [number]);
    }
    this.#taken = [];
    this.sources = [];
    this.ended = false;
  }

  /** Ends a handler. */
  end(): void {
    if (this.ended) return;
    this.storeFlags();
    this.go(add(OP, i32(this.opAt + MICRO_OP_SIZE)));
  }

  /** Goes on with another micro-op. */
  protected go(op: Node): void {
    emit(this.code, op);
    this.code.op(Op.return);
  }

  /** Leaves with 0, after the reason was noted. */
  protected leave(): void {
    this.code.i32(0);
    this.code.op(Op.return);
  }

  /** A field of the micro-op. */
  field(code: number, offset: number): Node {
    return load(code, code === Memory.i64Load ? I64 : I32, OP, offset + this.opAt);
  }

  temporary(type: ValueType): number {
    const number = this.#free.get(type)?.pop() ?? this.code.local(type);
    this.#taken.push([type, number]);
    return number;
  }

  /** The index of a register, from a field. */
  protected registerIndex(offset: number): Node {
    return this.field(Memory.i32Load, offset);
  }

  /** The address and offset of a register in memory; `file` is the offset of those that are told by number, `stride` their distance. */
  #at(register: number, file: number, stride: number): [Node, number] {
    if (register === REG_REGISTER) return [this.registerIndex(REG), 0];
    if (register === RM_REGISTER) return [this.registerIndex(RM), 0];
    if (stride === 8 && register >= HIGH_BYTES) return [NONE, STATE_INDEX + (register - HIGH_BYTES) * 8 + 1];
    return [NONE, STATE_INDEX + file + register * stride];
  }

  general(register: number, size: number): Node {
    const [address, offset] = this.#at(register, 0, 8);
    return this.loadMemory(size, address, offset);
  }

  setGeneral(register: number, size: number, value: Node): void {
    const [address, offset] = this.#at(register, 0, 8);
    if (size === 4) this.storeMemory(8, address, extendU(value), offset);
    else this.storeMemory(size, address, value, offset);
  }

  vector(register: number): Node {
    const [address, offset] = this.#at(register, XMM, 16);
    return simdLoad(0, address, offset);
  }

  setVector(register: number, value: Node): void {
    const [address, offset] = this.#at(register, XMM, 16);
    this.storeVector(address, value, offset);
  }

  vectorLow(register: number, size: number): Node {
    const [address, offset] = this.#at(register, XMM, 16);
    return this.loadMemory(size, address, offset);
  }

  setVectorLow(register: number, value: Node): void {
    const [address, offset] = this.#at(register, XMM, 16);
    emit(this.code, address);
    emit(this.code, value);
    const { type } = value;
    this.code.memory(type === F64 ? Memory.f64Store : type === F32 ? Memory.f32Store : type === I64 ? Memory.i64Store : Memory.i32Store, offset);
  }

  mmx(register: number): Node {
    const [address, offset] = this.#at(register, X87_REGISTERS, 16);
    return load(Memory.i64Load, I64, address, offset);
  }

  setMmx(register: number, value: Node): void {
    const [address, offset] = this.#at(register, X87_REGISTERS, 16);
    const kept = this.let(value);
    this.storeMemory(8, address, kept, offset);
    // The exponent becomes all ones.
    this.storeMemory(2, address, i32(0xffff), offset + 8);
  }

  enterMmx(): void {
    this.setState(Memory.i32Store16, X87_STATUS, and(this.state(Memory.i32Load16U, I32, X87_STATUS), i32(~0x3800)));
    this.setState(Memory.i32Store8, X87_TAGS, i32(0xff));
  }

  rmNumber(): Node {
    return sub(this.field(Memory.i32Load, RM), i32(STATE_INDEX));
  }

  immediate(size: number): Node {
    if (size === 8) return this.field(Memory.i64Load, IMMEDIATE);
    return this.field(size === 1 ? Memory.i32Load8U : size === 2 ? Memory.i32Load16U : Memory.i32Load, IMMEDIATE);
  }

  secondImmediate(): Node {
    return this.field(Memory.i32Load, IMMEDIATE + 4);
  }

  #addressRegister(offset: number, code: number): Node {
    return load(code, code === Memory.i64Load ? I64 : I32, this.field(Memory.i32Load, offset));
  }

  effectiveAddress(): Node {
    if (this.form.immediate === 'offset') return add(this.immediate(8), this.segmentBase());
    const displacement = extendS(this.field(Memory.i32Load, DISPLACEMENT));
    const base = this.#addressRegister(BASE, Memory.i64Load);
    if (this.isPlain) return add(base, displacement);
    return add(add(base, shl(this.#addressRegister(INDEX, Memory.i64Load), extendU(this.field(Memory.i32Load8U, SCALE)))), displacement);
  }

  #shortAddress(): Node {
    const displacement = this.field(Memory.i32Load, DISPLACEMENT);
    const base = this.#addressRegister(BASE, Memory.i32Load);
    if (this.isPlain) return add(base, displacement);
    return add(add(base, shl(this.#addressRegister(INDEX, Memory.i32Load), this.field(Memory.i32Load8U, SCALE))), displacement);
  }

  operandAddress(): Node {
    return this.checked ? wrap(this.#checkedOperand(1, 0)) : this.#shortAddress();
  }

  #checkedOperand(size: number, access: number): Node {
    const address = this.let(this.effectiveAddress());
    this.#check(address, size, access);
    return address;
  }

  operandIndex(size: number, access: number): Node {
    if (this.checked) return this.let(sub(wrap(this.#checkedOperand(size, access)), i32(REBASE)));
    return this.let(sub(this.#shortAddress(), i32(REBASE)));
  }

  indexOf(address: Node, size: number, access: number): Node {
    if (!this.checked) return this.let(sub(wrap(address), i32(REBASE)));
    const kept = this.let(address);
    this.#check(kept, size, access);
    return this.let(sub(wrap(kept), i32(REBASE)));
  }

  /** Leaves if not all bytes may be accessed so. */
  #check(address: Node, size: number, access: number): void {
    const wanted = ((access & READ) !== 0 ? PERMISSION_READ : 0) | ((access & WRITE) !== 0 ? PERMISSION_WRITE : 0);
    const page = (at: Node): Node => load(Memory.i32Load8U, I32, wrap(shrU(at, i64(PAGE_SHIFT))), PERMISSION_TABLE - REBASE);
    const last = size === 1 ? undefined : add(address, i64(size - 1));
    const permissions = last ? and(page(address), page(last)) : page(address);
    // An address beyond 4 GiB has no entry: it is looked at first.
    this.if(ne(shrU(address, i64(32)), i64(0)), () => this.fail(address, size, wanted));
    if (wanted === 0) return;
    const mask = wanted | (wanted & PERMISSION_WRITE ? PERMISSION_CODE : 0);
    const found = this.let(this.#withCode(permissions, page, address, last, mask));
    this.if(ne(found, i32(wanted)), () => {
      if ((wanted & PERMISSION_WRITE) === 0) this.fail(address, size, wanted);
      else this.#failOrTell(found, address, size, wanted);
    });
  }

  /** The permissions that all bytes have, and whether code was decoded of any of them. */
  #withCode(permissions: Node, page: (at: Node) => Node, address: Node, last: Node | undefined, mask: number): Node {
    if ((mask & PERMISSION_CODE) === 0 || !last) return and(permissions, i32(mask));
    return or(and(permissions, i32(mask & ~PERMISSION_CODE)), and(or(page(address), page(last)), i32(PERMISSION_CODE)));
  }

  /** An access that writes has failed, or is to a page of which code was decoded. */
  #failOrTell(found: Node, address: Node, size: number, wanted: number): void {
    this.if(ne(and(found, i32(wanted)), i32(wanted)), () => this.fail(address, size, wanted));
    this.tellWritten(address, size);
  }

  protected tellWritten(address: Node, size: number): void {
    emit(this.code, wrap(address));
    this.code.i32(size);
    this.code.call(this.shared.imports.written);
  }

  /** An access has failed. */
  protected fail(address: Node, size: number, wanted: number): void {
    emit(this.code, address);
    this.code.i32(size);
    this.code.i32(wanted === 0 ? PERMISSION_READ : wanted);
    emit(this.code, this.field(Memory.i32Load, ADDRESS));
    this.code.call(this.shared.fault);
    this.leave();
  }

  segmentBase(): Node {
    return this.form.hasModRM && this.isMemory ? i64(0) : this.#addressRegister(INDEX, Memory.i64Load);
  }

  nextAddress(): Node {
    return extendU(this.#next());
  }

  #next(): Node {
    return add(this.field(Memory.i32Load, ADDRESS), this.field(Memory.i32Load8U, LENGTH));
  }

  thisAddress(): Node {
    return extendU(this.field(Memory.i32Load, ADDRESS));
  }

  state(code: number, type: ValueType, offset: number): Node {
    return load(code, type, NONE, STATE_INDEX + offset);
  }

  setState(code: number, offset: number, value: Node): void {
    emit(this.code, NONE);
    emit(this.code, value);
    this.code.memory(code, STATE_INDEX + offset);
  }

  flagSource(flag: number): FlagSource {
    return this.sources[31 - Math.clz32(flag)] ?? this.current();
  }

  /** The flags in the state. */
  protected current(): FlagSource {
    return { kind: 'word', size: 4, a: call(this.shared.flags, I32, []), b: NONE };
  }

  setFlagSource(mask: number, source: FlagSource): void {
    for (const flag of FLAGS) if ((mask & flag) !== 0) this.sources[31 - Math.clz32(flag)] = source;
  }

  commitFlags(): void {
    this.storeFlags();
    this.sources = [];
  }

  /** Writes the flags that the handler has made to the state. */
  protected storeFlags(): void {
    const sources = FLAGS.map((flag) => this.sources[31 - Math.clz32(flag)]);
    const first = sources.find((source) => source !== undefined);
    if (!first || this.live === 0) return;
    if (sources.every((source) => source === first) && (first.kind === 'add' || first.kind === 'subtract' || first.kind === 'logic')) {
      // A logical result has the flags of 0 subtracted from it, which are easier to ask.
      this.setState(Memory.i32Store, FLAG_KIND, i32((first.kind === 'add' ? FLAGS_ADD : FLAGS_SUBTRACT) | SIZE_LOG[first.size]!));
      this.setState(Memory.i64Store, FLAG_FIRST, extendU(first.a));
      this.setState(Memory.i64Store, FLAG_SECOND, first.kind === 'logic' ? i64(0) : extendU(first.b));
      return;
    }
    const old = sources.includes(undefined) ? { ...this.current(), a: this.let(this.current().a) } : first;
    const word = wordOf((flag) => this.sources[31 - Math.clz32(flag)] ?? old, ARITHMETIC_FLAGS);
    this.setState(Memory.i64Store, FLAG_FIRST, extendU(word));
    this.setState(Memory.i32Store, FLAG_KIND, i32(FLAGS_BITS));
  }

  helper(name: Helper, args: readonly Node[]): void {
    const result = this.let(call(this.shared.imports[name], I32, args));
    this.if(result, () => {
      this.setState(Memory.i64Store, INSTRUCTION_POINTER, this.thisAddress());
      this.setState(Memory.i32Store, EXIT_REASON, result);
      this.leave();
    });
  }

  /** The number of a register, of which the micro-op has where it is in the state. */
  #registerNumber(at: number, position: number): Node {
    const { place } = this.form.operands[position]!;
    const [first, shift] = 'VWU'.includes(place) ? [XMM, 4] : 'PQN'.includes(place) ? [X87_REGISTERS, 4] : [0, 3];
    return shrU(sub(this.field(Memory.i32Load, at), i32(STATE_INDEX + first)), i32(shift));
  }

  override exactFloat(): void {
    this.if(this.state(Memory.i32Load, I32, EXACT_FLOAT), () => {
      // Alignment comes before everything else about an address.
      if (this.checked && this.isMemory && this.form.operands[1]!.memorySize === 'x') {
        this.raiseIf(and(wrap(this.effectiveAddress()), i32(15)), GENERAL_PROTECTION);
      }
      this.helper('exact', [
        i32(this.form.id),
        this.#registerNumber(REG, 0),
        this.isMemory ? i32(-1) : this.#registerNumber(RM, 1),
        this.isMemory ? this.operandAddress() : i32(0),
        this.form.immediate === 'byte' ? this.immediate(1) : i32(0),
        i32(this.size),
      ]);
      this.go(add(OP, i32(this.opAt + MICRO_OP_SIZE)));
    });
  }

  raise(vector: number): void {
    this.setState(Memory.i64Store, INSTRUCTION_POINTER, isTrap(vector) ? this.nextAddress() : this.thisAddress());
    this.setState(Memory.i32Store, EXIT_DETAIL, i32(vector));
    this.setState(Memory.i32Store, EXIT_REASON, i32(EXIT_EXCEPTION));
    this.leave();
  }

  /** Goes where a link leads, which is found first if it leads nowhere yet. */
  protected follow(which: number): void {
    const link = this.let(this.field(Memory.i32Load, which === 0 ? LINK : NEXT_LINK));
    this.if(eqz(link), () => {
      emit(this.code, call(this.shared.link, I32, [OP, i32(which)]));
      this.code.tee(link.low);
      this.code.op(Op.i32Eqz);
      const label = this.code.if();
      this.leave();
      this.code.end(label);
    });
    this.go(link);
  }

  jump(): void {
    this.storeFlags();
    this.follow(0);
    this.ended = true;
  }

  callDirect(): void {
    this.jump();
  }

  branch(condition: Node): void {
    const kept = this.let(condition);
    this.storeFlags();
    this.if(kept, () => this.follow(0));
    this.follow(1);
    this.ended = true;
  }

  protected goTo(address: Node): void {
    this.storeFlags();
    const found = this.let(call(this.shared.find, I32, [address]));
    this.if(eqz(found), () => this.leave());
    this.go(found);
    this.ended = true;
  }

  /** Notes where a jump or call through a register goes. */
  #log(address: Node): void {
    const at = this.let(load(Memory.i32Load, I32, NONE, JUMP_LOG));
    const slot = this.let(shl(at, i32(3)));
    this.storeMemory(4, slot, this.field(Memory.i32Load, ADDRESS), JUMP_LOG + 8);
    this.storeMemory(4, slot, wrap(address), JUMP_LOG + 12);
    this.storeMemory(4, NONE, and(add(at, i32(1)), i32(JUMP_LOG_PAIRS)), JUMP_LOG);
  }

  jumpTo(address: Node): void {
    this.#log(address);
    this.goTo(address);
  }

  callTo(address: Node): void {
    this.#log(address);
    this.goTo(address);
  }

  returnTo(address: Node): void {
    this.goTo(address);
  }

  systemCall(): void {
    const word = or(or(this.flagWord(ARITHMETIC_FLAGS), this.state(Memory.i32Load, I32, OTHER_FLAGS)), i32(0x202));
    this.setGeneral(R11, 8, extendU(word));
    this.setGeneral(RCX, 8, this.nextAddress());
    this.setState(Memory.i64Store, INSTRUCTION_POINTER, this.nextAddress());
    this.if(call(this.shared.imports.systemCall, I32, []), () => {
      this.setState(Memory.i32Store, EXIT_REASON, i32(EXIT_KERNEL));
      this.leave();
    });
  }
}
