/**
 * Writes translated code: the decoded instruction is known, and registers are local variables, loaded when the code is entered or comes back
 * from elsewhere, and stored where it is left. A register that `touched` does not have stays in memory.
 */

import { Emitter, type Helper, R11, RCX, READ, WRITE } from '../cpu/emit/emitter.ts';
import {
  type Node, add, and, call, constant, emit, eqz, extendU, i32, i64, load, local, ne, or, select, shl, shrU, simdLane, simdLoad, sub, unary, unsigned64, wrap, vector,
} from '../cpu/emit/expression.ts';
import { FLAGS, type FlagSource, flagOf, wordOf } from '../cpu/emit/flags.ts';
import { changedFlags } from '../cpu/flag-effects.ts';
import { FORMS } from '../cpu/forms.ts';
import { DROPPED, STATE_INDEX, type TranslatedImport } from '../cpu/interpreter/runtime.ts';
import { repeatOf } from '../cpu/flag-effects.ts';
import {
  ADDRESS_SIZE, BASE, DISPLACEMENT, FORM, HIGH_BYTE, IMMEDIATE, IMMEDIATE_HIGH, INDEX, LENGTH, OPERAND_SIZE, REG, RIP_BASE, RM, SCALE, SEGMENT,
} from '../cpu/record.ts';
import {
  ARITHMETIC_FLAGS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_KERNEL, EXIT_REASON, FLAGS_ADD, FLAGS_BITS, FLAGS_LEFT, FLAGS_LOGIC, FLAGS_MULTIPLY, FLAGS_RIGHT, FLAGS_SIGNED_RIGHT, FLAGS_SUBTRACT,
  FLAG_FIRST, FLAG_KIND, FLAG_SECOND, FS_BASE, GS_BASE, INSTRUCTION_POINTER, OTHER_FLAGS, X87_REGISTERS, X87_STATUS, X87_TAGS, XMM,
} from '../cpu/state.ts';
import { PAGE_SHIFT, PERMISSION_CODE, PERMISSION_READ, PERMISSION_TABLE, PERMISSION_WRITE, REBASE } from '../memory/layout.ts';
import { RecentStores } from './recent-stores.ts';
import { writtenRegisters } from './register-use.ts';
import type { FunctionBuilder } from '../wasm/function-builder.ts';
import { F32, F64, I32, I64, Memory, Op, V128, type ValueType } from '../wasm/opcodes.ts';
import { Simd } from '../wasm/vector-opcodes.ts';
import { isTrap } from '../cpu/semantics/semantics.ts';

const NONE = i32(0);
export const NOW_DROPPED: Node = load(Memory.i32Load, I32, NONE, DROPPED);
const SIZE_LOG: readonly number[] = [0, 0, 1, 0, 2, 0, 0, 0, 3];
const MEMORY_SOURCE: FlagSource = { kind: 'memory', size: 4, a: NONE, b: NONE };
const SETS_MXCSR = /^(ldmxcsr|fxrstor)$/;
const indexOfFlag = (flag: number): number => 31 - Math.clz32(flag);

/** Local 0 is the region's address, local 1 how deep calls are, local 2 where the caller expects the return. */
export const DEPTH: Node = local(1, I32);
export const RETURN: Node = local(2, I32);

/** What the last parameter of most functions is that translated code imports: see `TRANSLATED_IMPORTS`. */
export const NO_VECTOR: Node = vector(new Uint8Array(16));

/** Functions outside that translated code calls, by number. */
export interface Outside {
  readonly imports: Record<TranslatedImport, number>;
  /** Runs what is at an address (64 bits) until it returns to another: depth, that other. */
  readonly goTo: number;
}

/** Local variables that a source is made of. */
function addLocals({ a, b, before, after }: FlagSource, into: Set<number>): void {
  if (a.isLocal) into.add(a.low);
  if (b.isLocal) into.add(b.low);
  if (!before || !after) return;
  addLocals(after, into);
  for (const source of new Set(before)) addLocals(source, into);
}

/** How many shifts by counts there are behind one another on which the flags depend. */
const depthOf = ({ before }: FlagSource): number => (before ? 1 + Math.max(...before.map(depthOf)) : 0);

const hasMemory = ({ kind, before }: FlagSource): boolean => kind === 'memory' || (before?.some(hasMemory) ?? false);

/** The same source, in which what is in memory is in a word. */
function withoutMemory(source: FlagSource, word: FlagSource): FlagSource {
  if (source.kind === 'memory') return word;
  return source.before ? { ...source, before: source.before.map((one) => withoutMemory(one, word)) } : source;
}

/** A source of one flag that is not counted; what it is made of is not in memory. */
function plain(source: FlagSource, flag: number): FlagSource {
  const { b, before, after } = source;
  if (!before || !after) return source;
  const earlier = flagOf(plain(before[FLAGS.indexOf(flag)]!, flag), flag);
  return { kind: 'bit', size: 4, a: select(ne(b, constant(b.type, 0)), flagOf(after, flag), earlier), b: NONE };
}

/** The most shifts by counts whose flags are put off; there hardly ever are two. */
const MOST_COUNTED = 3;

const STORED_KINDS: Partial<Record<FlagSource['kind'], number>> = {
  add: FLAGS_ADD, subtract: FLAGS_SUBTRACT, logic: FLAGS_LOGIC, left: FLAGS_LEFT, right: FLAGS_RIGHT, signed: FLAGS_SIGNED_RIGHT, multiply: FLAGS_MULTIPLY,
};

export class TranslatorEmitter extends Emitter {
  regRegister = 0;
  rmRegister = 0;
  isMemory = false;
  /** Registers that may differ from what is in memory. */
  dirty = 0;
  /** The registers that are locals. */
  touched = 0;
  /** What DROPPED was when the region was entered, where its code may be written to. */
  entered: Node | undefined;
  /** Whether the instruction may have written to code. */
  wrote = false;
  /** Flags that an exit to an address will be asked for. */
  flagsAt: (address: number) => number = () => ARITHMETIC_FLAGS;
  /** What `branch` and `jump` do; the region's concern. */
  onBranch: (condition: Node) => void = () => undefined;
  onJump: () => void = () => undefined;
  onCall: () => void = () => undefined;
  onCallTo: (address: Node) => void = () => undefined;
  onJumpTo: (address: Node) => void = () => undefined;
  onReturnTo: (address: Node) => void = () => undefined;
  address = 0;
  length = 0;
  readonly #outside: Outside;
  readonly #locals = new Int32Array(32).fill(-1);
  /** By XMM register, the local with its low half, and what the whole register is while that is apart; and which are. */
  readonly #lows = new Int32Array(16).fill(-1);
  readonly #wholes: (Node | undefined)[] = new Array<Node | undefined>(16).fill(undefined);
  #apart = 0;
  /** How many conditions there are around what is written. */
  #branches = 0;
  #records: Int32Array = new Int32Array(0);
  #record = 0;
  /** What the instruction writes, what was stored before it, and the index of memory that is better loaded in two halves. */
  #written = 0;
  readonly #stores = new RecentStores();
  #halved: Node | undefined;
  #sources: FlagSource[] = new Array<FlagSource>(12).fill(MEMORY_SOURCE);
  readonly #free = new Map<ValueType, number[]>();
  #taken: Node[] = [];
  /** Temporaries that flags are made of. */
  #pinned = new Map<number, ValueType>();

  constructor(outside: Outside, checked: boolean) {
    super();
    this.#outside = outside;
    this.checked = checked;
  }

  /** Begins a function whose registers are to be locals. */
  open(code: FunctionBuilder, touched: number): void {
    this.code = code;
    this.touched = touched;
    this.#free.clear();
    this.#taken = [];
    this.#pinned.clear();
    this.#lows.fill(-1);
    this.#wholes.fill(undefined);
    this.#apart = 0;
    for (let register = 0; register < 32; register++) {
      this.#locals[register] = (touched & (1 << register)) === 0 ? -1 : code.local(register < 16 ? I64 : V128);
    }
  }

  // The low halves of XMM registers, as numbers. Where one was written it is in a local of its own until somebody wants the whole register: programs
  // work on single numbers most of the time, and putting each into its vector takes as long as what made it.

  /** A register's low half; undefined while it never was apart. */
  #low(register: number): Node {
    if (this.#lows[register]! < 0) {
      this.#lows[register] = this.code.local(F64);
      this.#wholes[register] = simdLane(Simd.f64x2ReplaceLane, V128, 0, this.#localOf(register, 16)!, local(this.#lows[register]!, F64));
    }
    return local(this.#lows[register]!, F64);
  }

  #isApart(register: number): boolean {
    return (this.#apart & (1 << register)) !== 0;
  }

  get isSettled(): boolean {
    return this.#apart === 0;
  }

  /** Begins a block: who comes from another one has put all registers together, and what left the region for good needed not to. */
  startBlock(): void {
    this.#apart = 0;
    this.#stores.clear();
    this.#written = 0;
  }

  /** Puts all registers together. */
  settle(): void {
    for (let register = 0; this.#apart >> register !== 0; register++) if (this.#isApart(register)) this.assign(this.#localOf(register, 16)!, this.#wholes[register]!);
    this.#apart = 0;
  }

  /** What is written in one way only, the other must find as well. */
  override if(condition: Node, then: () => void, otherwise?: () => void): void {
    this.settle();
    this.#branches++;
    super.if(condition, then, otherwise);
    this.#branches--;
  }

  /** Takes up an instruction. */
  begin(records: Int32Array, record: number, address: number, live: number): void {
    this.#release();
    this.#stores.forget(this.#written);
    this.#written = writtenRegisters(records, record);
    this.#halved = undefined;
    const form = FORMS[records[record + FORM]!]!;
    this.form = form;
    this.#records = records;
    this.#record = record;
    this.address = address;
    this.length = records[record + LENGTH]!;
    this.size = records[record + OPERAND_SIZE]!;
    this.addressSize = records[record + ADDRESS_SIZE]!;
    this.repeat = repeatOf(records, record);
    this.wrote = false;
    this.live = live;
    // It may fail at a later element, when it has written registers already.
    if (this.repeat !== 0) this.dirty |= this.#written;
    this.regRegister = records[record + REG]!;
    this.rmRegister = records[record + RM]!;
    this.isMemory = form.hasModRM && records[record + RM]! < 0;
  }

  /** Gives back the temporaries of an instruction that flags are not made of. */
  #release(): void {
    if (this.#taken.length === 0) return;
    const used = new Set<number>();
    for (const flag of FLAGS) addLocals(this.#sources[indexOfFlag(flag)]!, used);
    for (const { low, type } of this.#taken) if (used.has(low)) this.#pinned.set(low, type);
      else this.#give(low, type);
    this.#taken = [];
    for (const [number, type] of this.#pinned) {
      if (used.has(number)) continue;
      this.#pinned.delete(number);
      this.#give(number, type);
    }
  }

  #give(number: number, type: ValueType): void {
    const list = this.#free.get(type);
    if (list) list.push(number);
    else this.#free.set(type, [number]);
  }

  /** The flags' sources, for blocks that follow; what they are made of stays as it is. */
  keepSources(): readonly FlagSource[] {
    this.#release();
    this.#pinned.clear();
    return [...this.#sources];
  }

  /** Writes code that only one way goes: behind it everything is as before. */
  apart(write: () => void): void {
    const { dirty } = this;
    const halves = this.#apart;
    const sources = [...this.#sources];
    write();
    this.dirty = dirty;
    this.#apart = halves;
    this.#sources = sources;
  }

  startSources(sources: readonly FlagSource[] | undefined): void {
    this.#release();
    this.#sources = sources ? [...sources] : new Array<FlagSource>(12).fill(MEMORY_SOURCE);
  }

  temporary(type: ValueType): number {
    const number = this.#free.get(type)?.pop() ?? this.code.local(type);
    this.#taken.push(local(number, type));
    return number;
  }

  // Registers.

  #localOf(register: number, file: number): Node | undefined {
    const number = this.#locals[file + register]!;
    return number < 0 ? undefined : local(number, file === 0 ? I64 : V128);
  }

  #load(register: number): void {
    const number = this.#locals[register]!;
    if (register < 16) emit(this.code, load(Memory.i64Load, I64, NONE, STATE_INDEX + register * 8));
    else {
      emit(this.code, simdLoad(0, NONE, STATE_INDEX + XMM + (register - 16) * 16));
      this.#apart &= ~(1 << (register - 16));
    }
    this.code.set(number);
  }

  /** Loads registers from memory. */
  loadRegisters(mask: number): void {
    for (let register = 0; register < 32; register++) if ((mask & this.touched & (1 << register)) !== 0) this.#load(register);
  }

  /** Stores what may differ from memory. */
  storeRegisters(mask: number = this.dirty): void {
    for (let register = 0; register < 32; register++) {
      if ((mask & (1 << register)) === 0) continue;
      if (register < 16) this.storeMemory(8, NONE, local(this.#locals[register]!, I64), STATE_INDEX + register * 8);
      else this.storeVector(NONE, this.vector(register - 16), STATE_INDEX + XMM + (register - 16) * 16);
    }
  }

  general(register: number, size: number): Node {
    const isHigh = register >= HIGH_BYTE;
    const value = this.#localOf(isHigh ? register - HIGH_BYTE : register, 0);
    if (!value) return this.loadMemory(size, NONE, STATE_INDEX + (isHigh ? (register - HIGH_BYTE) * 8 + 1 : register * 8));
    if (size === 8) return value;
    const low = wrap(value);
    if (isHigh) return and(shrU(low, i32(8)), i32(0xff));
    return size === 4 ? low : and(low, i32(size === 1 ? 0xff : 0xffff));
  }

  setGeneral(register: number, size: number, value: Node): void {
    const isHigh = register >= HIGH_BYTE;
    const number = isHigh ? register - HIGH_BYTE : register;
    const variable = this.#localOf(number, 0);
    if (!variable) {
      const offset = STATE_INDEX + (isHigh ? number * 8 + 1 : number * 8);
      if (size === 4) this.storeMemory(8, NONE, extendU(value), offset);
      else this.storeMemory(size, NONE, value, offset);
      return;
    }
    this.dirty |= 1 << number;
    let whole: Node;
    if (size === 8) whole = value;
    else if (size === 4) whole = extendU(value);
    else if (isHigh) whole = or(and(variable, i64(~0xff00)), shl(extendU(value), i64(8)));
    else whole = or(and(variable, i64(size === 1 ? ~0xff : ~0xffff)), extendU(value));
    this.assign(variable, whole);
  }

  vector(register: number): Node {
    if (this.#isApart(register)) return this.#wholes[register]!;
    return this.#localOf(register, 16) ?? simdLoad(0, NONE, STATE_INDEX + XMM + register * 16);
  }

  setVector(register: number, value: Node): void {
    const variable = this.#localOf(register, 16);
    if (!variable) {
      this.storeVector(NONE, value, STATE_INDEX + XMM + register * 16);
      return;
    }
    this.dirty |= 1 << (16 + register);
    const from = this.#branches === 0 ? this.#wholes.indexOf(value) : -1;
    if (from === register) return;
    if (from >= 0) {
      this.assign(variable, this.#localOf(from, 16)!);
      this.assign(this.#low(register), this.#low(from));
      this.#apart |= 1 << register;
      return;
    }
    this.assign(variable, value);
    this.#apart &= ~(1 << register);
  }

  vectorLow(register: number, size: number): Node {
    const value = this.#localOf(register, 16);
    if (!value) return this.loadMemory(size, NONE, STATE_INDEX + XMM + register * 16);
    if (size === 8 && this.#isApart(register)) return unary(Op.i64ReinterpretF64, I64, this.#low(register));
    return simdLane(size === 8 ? Simd.i64x2ExtractLane : Simd.i32x4ExtractLane, size === 8 ? I64 : I32, 0, this.vector(register));
  }

  setVectorLow(register: number, value: Node): void {
    const { type } = value;
    const variable = this.#localOf(register, 16);
    if (!variable) {
      emit(this.code, NONE);
      emit(this.code, value);
      this.code.memory(type === F64 ? Memory.f64Store : type === F32 ? Memory.f32Store : type === I64 ? Memory.i64Store : Memory.i32Store, STATE_INDEX + XMM + register * 16);
      return;
    }
    this.dirty |= 1 << (16 + register);
    if (type === F64 && this.#branches === 0) {
      this.assign(this.#low(register), value);
      this.#apart |= 1 << register;
      return;
    }
    const lane = type === F64 ? Simd.f64x2ReplaceLane : type === F32 ? Simd.f32x4ReplaceLane : type === I64 ? Simd.i64x2ReplaceLane : Simd.i32x4ReplaceLane;
    this.assign(variable, simdLane(lane, V128, 0, this.vector(register), value));
    this.#apart &= ~(1 << register);
  }

  mmx(register: number): Node {
    return load(Memory.i64Load, I64, NONE, STATE_INDEX + X87_REGISTERS + (register & 7) * 16);
  }

  setMmx(register: number, value: Node): void {
    const offset = STATE_INDEX + X87_REGISTERS + (register & 7) * 16;
    const kept = this.let(value);
    this.storeMemory(8, NONE, kept, offset);
    this.storeMemory(2, NONE, i32(0xffff), offset + 8);
  }

  enterMmx(): void {
    this.setState(Memory.i32Store16, X87_STATUS, and(this.state(Memory.i32Load16U, I32, X87_STATUS), i32(~0x3800)));
    this.setState(Memory.i32Store8, X87_TAGS, i32(0xff));
  }

  rmNumber(): Node {
    return i32(this.rmRegister);
  }

  // Operands.

  immediate(size: number): Node {
    const low = this.#records[this.#record + IMMEDIATE]!;
    if (size === 8) return i64(low, this.#records[this.#record + IMMEDIATE_HIGH]!);
    return i32(size === 1 ? low & 0xff : size === 2 ? low & 0xffff : low);
  }

  secondImmediate(): Node {
    return i32(this.#records[this.#record + IMMEDIATE_HIGH]!);
  }

  effectiveAddress(): Node {
    if (this.form.immediate === 'offset') return add(this.immediate(8), this.segmentBase());
    const records = this.#records;
    const record = this.#record;
    const displacement = records[record + DISPLACEMENT]!;
    const base = records[record + BASE]!;
    const index = records[record + INDEX]!;
    let sum: Node;
    if (base === RIP_BASE) sum = unsigned64(this.address + this.length + displacement);
    else sum = i64(displacement);
    if (index >= 0) sum = add(shl(this.general(index, 8), i64(records[record + SCALE]!)), sum);
    if (base >= 0 && base !== RIP_BASE) sum = add(this.general(base, 8), sum);
    return this.addressSize === 4 ? and(sum, i64(-1, 0)) : sum;
  }

  operandAddress(): Node {
    const address = add(this.effectiveAddress(), this.#operandSegment());
    if (!this.checked) return wrap(address);
    // An address beyond 4 GiB would be another one in 32 bits.
    const kept = this.let(address);
    this.#check(kept, 1, 0);
    return wrap(kept);
  }

  #operandSegment(): Node {
    const segment = this.#records[this.#record + SEGMENT]!;
    return segment === 4 || segment === 5 ? load(Memory.i64Load, I64, NONE, STATE_INDEX + (segment === 4 ? FS_BASE : GS_BASE)) : i64(0);
  }

  segmentBase(): Node {
    return this.#operandSegment();
  }

  operandIndex(size: number, access: number): Node {
    const index = this.indexOf(add(this.effectiveAddress(), this.#operandSegment()), size, access);
    if (size === 8 && (access & WRITE) !== 0) this.#stores.note(this.#records, this.#record, this.address);
    if (size === 16 && this.#stores.madeHalf(this.#records, this.#record, this.address)) this.#halved = index;
    return index;
  }

  override loadVector(index: Node, offset = 0): Node {
    if (index !== this.#halved) return super.loadVector(index, offset);
    return simdLane(Simd.f64x2ReplaceLane, V128, 1, simdLoad(Simd.v128Load64Zero, index, offset), load(Memory.f64Load, F64, index, offset + 8));
  }

  indexOf(address: Node, size: number, access: number): Node {
    if (!this.checked) return this.let(sub(wrap(address), i32(REBASE)));
    const kept = this.let(address);
    this.#check(kept, size, access);
    return this.let(sub(wrap(kept), i32(REBASE)));
  }

  #check(address: Node, size: number, access: number): void {
    const wanted = ((access & READ) !== 0 ? PERMISSION_READ : 0) | ((access & WRITE) !== 0 ? PERMISSION_WRITE : 0);
    const page = (at: Node): Node => load(Memory.i32Load8U, I32, wrap(shrU(at, i64(PAGE_SHIFT))), PERMISSION_TABLE - REBASE);
    const fault = (): void => {
      this.#flush();
      emit(this.code, address);
      this.code.i32(size);
      this.code.i32(wanted === 0 ? PERMISSION_READ : wanted);
      this.code.i32(this.address | 0);
      emit(this.code, NO_VECTOR);
      this.code.call(this.#outside.imports.fault);
      this.leave();
    };
    emit(this.code, ne(shrU(address, i64(32)), i64(0)));
    const beyond = this.code.if();
    fault();
    this.code.end(beyond);
    if (wanted === 0) return;
    const first = page(address);
    const last = size === 1 ? undefined : page(add(address, i64(size - 1)));
    const writes = (wanted & PERMISSION_WRITE) !== 0;
    let found: Node;
    if (!writes) found = and(last ? and(first, last) : first, i32(wanted));
    else if (!last) found = and(first, i32(wanted | PERMISSION_CODE));
    else found = or(and(and(first, last), i32(wanted)), and(or(first, last), i32(PERMISSION_CODE)));
    const kept = this.let(found);
    emit(this.code, ne(kept, i32(wanted)));
    const label = this.code.if();
    if (writes) {
      emit(this.code, ne(and(kept, i32(wanted)), i32(wanted)));
      const inner = this.code.if();
      fault();
      this.code.end(inner);
      emit(this.code, wrap(address));
      this.code.i32(size);
      emit(this.code, NO_VECTOR);
      this.code.call(this.#outside.imports.written);
      this.wrote = true;
    } else {
      fault();
    }
    this.code.end(label);
  }

  nextAddress(): Node {
    return unsigned64(this.address + this.length);
  }

  thisAddress(): Node {
    return unsigned64(this.address);
  }

  state(code: number, type: ValueType, offset: number): Node {
    return load(code, type, NONE, STATE_INDEX + offset);
  }

  setState(code: number, offset: number, value: Node): void {
    emit(this.code, NONE);
    emit(this.code, value);
    this.code.memory(code, STATE_INDEX + offset);
  }

  // Flags.

  flagSource(flag: number): FlagSource {
    const place = indexOfFlag(flag);
    if (hasMemory(this.#sources[place]!)) {
      // Worked out once, and then known.
      const word = this.#wordInMemory();
      const known = new Map<FlagSource, FlagSource>();
      for (const other of FLAGS) {
        const source = this.#sources[indexOfFlag(other)]!;
        if (!known.has(source)) known.set(source, withoutMemory(source, word));
        this.#sources[indexOfFlag(other)] = known.get(source)!;
      }
    }
    const source = this.#sources[place]!;
    if (source.kind !== 'counted') return source;
    return (this.#sources[place] = { kind: 'bit', size: 4, a: this.let(plain(source, flag).a), b: NONE });
  }

  #wordInMemory(): FlagSource {
    return { kind: 'word', size: 4, a: this.let(call(this.#outside.imports.flags, I32, [NO_VECTOR])), b: NONE };
  }

  /** Which flags they are is asked where somebody looks at them; most often nobody does. */
  protected override flagsCounted(after: FlagSource): void {
    if (!this.wants(ARITHMETIC_FLAGS)) return;
    const before = FLAGS.map((flag) => this.#sources[indexOfFlag(flag)]!);
    const source: FlagSource = { kind: 'counted', size: after.size, a: NONE, b: after.b, before, after };
    if (depthOf(source) > MOST_COUNTED) super.flagsCounted(after);
    else this.setFlagSource(ARITHMETIC_FLAGS, source);
  }

  setFlagSource(mask: number, source: FlagSource): void {
    for (const flag of FLAGS) if ((mask & flag) !== 0) this.#sources[indexOfFlag(flag)] = source;
  }

  commitFlags(): void {
    this.storeFlags(ARITHMETIC_FLAGS);
    this.flagsInMemory(ARITHMETIC_FLAGS);
  }

  /** The flags of a mask are in the state. */
  flagsInMemory(mask: number): void {
    this.setFlagSource(mask, MEMORY_SOURCE);
  }

  /** Writes the flags of a mask to the state. */
  storeFlags(mask: number): void {
    this.#storeFlags(mask, FLAGS.map((flag) => this.#sources[indexOfFlag(flag)]!));
  }

  /** Writes the flags of a mask, as they follow from sources in the order of `FLAGS`. */
  #storeFlags(mask: number, all: readonly FlagSource[]): void {
    const sources = all.filter((_, index) => (mask & FLAGS[index]!) !== 0);
    if (sources.length === 0) return;
    const first = sources[0]!;
    const same = sources.every((source) => source === first);
    if (same && first.kind === 'memory') return;
    if (same && first.before) {
      const { b, before, after } = first;
      this.#storeFlags(mask, before);
      emit(this.code, ne(b, constant(b.type, 0)));
      const label = this.code.if();
      this.#storeFlags(mask, FLAGS.map(() => after!));
      this.code.end(label);
      return;
    }
    const kind = STORED_KINDS[first.kind];
    if (same && kind !== undefined) {
      this.setState(Memory.i32Store, FLAG_KIND, i32(kind | SIZE_LOG[first.size]!));
      this.setState(Memory.i64Store, FLAG_FIRST, extendU(first.a));
      if (first.kind !== 'logic') this.setState(Memory.i64Store, FLAG_SECOND, extendU(first.b));
      return;
    }
    // What is in memory is looked at before it is written.
    const known = sources.some(hasMemory) ? this.#wordInMemory() : MEMORY_SOURCE;
    const word = wordOf((flag) => plain(withoutMemory(all[FLAGS.indexOf(flag)]!, known), flag), mask);
    this.setState(Memory.i64Store, FLAG_FIRST, extendU(word));
    this.setState(Memory.i32Store, FLAG_KIND, i32(FLAGS_BITS));
  }

  // Leaving.

  /** Stores registers and flags. */
  #flush(): void {
    this.storeRegisters();
    this.storeFlags(ARITHMETIC_FLAGS);
  }

  /** Returns 0: the reason is in the state. */
  leave(): void {
    this.code.i32(0);
    this.code.op(Op.return);
  }

  /** Returns where to go on; everything is stored. */
  leaveTo(address: number): void {
    this.storeRegisters();
    this.storeFlags(this.flagsAt(address));
    this.code.i32(address | 0);
    this.code.op(Op.return);
  }

  /** Goes on outside, as if it were here. */
  continueAt(address: number): void {
    this.storeRegisters();
    this.storeFlags(this.flagsAt(address));
    this.continueAtNode(unsigned64(address));
  }

  /** The same, of an address in 64 bits; what is to be stored has been. */
  continueAtNode(address: Node): void {
    emit(this.code, address);
    emit(this.code, DEPTH);
    emit(this.code, RETURN);
    this.code.returnCall(this.#outside.goTo);
  }

  helper(name: Helper, args: readonly Node[]): void {
    const kept = args.map((argument) => this.let(argument));
    this.#flush();
    const result = this.let(call(this.#outside.imports[name], I32, name === 'x87' ? kept : [...kept, NO_VECTOR]));
    this.if(result, () => {
      this.setState(Memory.i64Store, INSTRUCTION_POINTER, this.thisAddress());
      this.setState(Memory.i32Store, EXIT_REASON, result);
      this.leave();
    });
    if (SETS_MXCSR.test(this.form.mnemonics[0]!)) {
      // Whether the code that follows, and that of callers, still suits is to be asked again.
      emit(this.code, i32((this.address + this.length) | 0));
      this.code.op(Op.return);
    }
    this.loadRegisters(this.touched);
    this.wrote = true;
    const changed = changedFlags(this.form.id);
    if (name !== 'divide' && changed !== 0) this.flagsInMemory(ARITHMETIC_FLAGS);
  }

  raise(vector: number): void {
    this.#flush();
    this.setState(Memory.i64Store, INSTRUCTION_POINTER, isTrap(vector) ? this.nextAddress() : this.thisAddress());
    this.setState(Memory.i32Store, EXIT_DETAIL, i32(vector));
    this.setState(Memory.i32Store, EXIT_REASON, i32(EXIT_EXCEPTION));
    this.leave();
  }

  jump(): void {
    this.onJump();
  }

  branch(condition: Node): void {
    this.onBranch(condition);
  }

  callDirect(): void {
    this.onCall();
  }

  jumpTo(address: Node): void {
    this.onJumpTo(address);
  }

  callTo(address: Node): void {
    this.onCallTo(address);
  }

  returnTo(address: Node): void {
    this.onReturnTo(address);
  }

  /** Returns to whoever called the region. */
  leaveByReturn(address: Node): void {
    this.storeRegisters();
    this.storeFlags(ARITHMETIC_FLAGS);
    // What is no address of a program is for the look-up to refuse.
    emit(this.code, or(ne(shrU(address, i64(32)), i64(0)), eqz(wrap(address))));
    const bad = this.code.if();
    emit(this.code, address);
    emit(this.code, NO_VECTOR);
    this.code.call(this.#outside.imports.find);
    this.code.op(Op.drop);
    this.leave();
    this.code.end(bad);
    emit(this.code, wrap(address));
    this.code.op(Op.return);
  }

  /** After a call: leaves unless it came back to the instruction behind it; then registers are as memory has them. */
  comeBack(result: Node): void {
    emit(this.code, ne(result, i32((this.address + this.length) | 0)));
    const label = this.code.if();
    emit(this.code, result);
    this.code.op(Op.return);
    this.code.end(label);
    if (this.entered) {
      emit(this.code, ne(NOW_DROPPED, this.entered));
      const stale = this.code.if();
      this.code.i32((this.address + this.length) | 0);
      this.code.op(Op.return);
      this.code.end(stale);
    }
    this.loadRegisters(this.touched);
    this.dirty = 0;
    this.flagsInMemory(ARITHMETIC_FLAGS);
  }

  /** Leaves for the next instruction if code was dropped since the region was entered: it may be this. */
  leaveIfStale(): void {
    const { entered } = this;
    if (entered && this.wrote) this.apart(() => this.if(ne(NOW_DROPPED, entered), () => this.leaveTo(this.address + this.length)));
  }

  /** Calls what is at an address in 64 bits. */
  callAddress(address: Node): void {
    this.storeRegisters();
    this.storeFlags(ARITHMETIC_FLAGS);
    this.comeBack(this.let(call(this.#outside.goTo, I32, [address, add(DEPTH, i32(1)), i32((this.address + this.length) | 0)])));
  }

  systemCall(): void {
    const flags = or(or(this.flagWord(ARITHMETIC_FLAGS), this.state(Memory.i32Load, I32, OTHER_FLAGS)), i32(0x202));
    this.setGeneral(R11, 8, extendU(flags));
    this.setGeneral(RCX, 8, this.nextAddress());
    this.#flush();
    this.setState(Memory.i64Store, INSTRUCTION_POINTER, this.nextAddress());
    this.if(call(this.#outside.imports.systemCall, I32, [NO_VECTOR]), () => {
      this.setState(Memory.i32Store, EXIT_REASON, i32(EXIT_KERNEL));
      this.leave();
    });
    this.loadRegisters(this.touched);
    this.wrote = true;
  }
}
