/**
 * What the semantics of instructions are written against. An `Emitter` writes WebAssembly for one instruction: where its operands are
 * is the emitter's to know. The interpreter's finds them by the decoded record at run time; the translator's knows the record, and
 * keeps registers in locals.
 *
 * Rules for semantics (`semantics/*.ts`):
 * - Values of 1, 2 and 4 bytes are i32, with zeros above; of 8 bytes i64; vectors v128.
 * - A `Node` is evaluated where it is used (stored, written, let, tested), each time that it is. What is wanted twice, or after a
 *   register that it reads was written, is kept by `let` first. Places of memory are kept already.
 * - Everything that can fault (places of memory, divisions) comes before the first write of a register, memory or flags.
 * - Flags are noted by `flags..`; `live` tells which of them anybody will look at, so that no others need be made.
 */

import type { Form } from '../forms.ts';
import { ARITHMETIC_FLAGS } from '../state.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { I32, I64, Memory, V128, type ValueType } from '../../wasm/opcodes.ts';
import { type Node, constant, emit, extendU, i32, load, local, ne, select, simd, simdLane, simdLoad, wrap } from './expression.ts';
import { FLAGS, type FlagSource, type Shift, conditionOf, flagOf, typeOf, wordOf } from './flags.ts';

/** What an instruction does with a place. */
export const READ = 1;
export const WRITE = 2;

/** Numbers of general registers. */
export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RBP = 5;
export const RSI = 6;
export const RDI = 7;
export const R11 = 11;

/** Where an operand is: a register by its number (numbers below 0 are the emitter's own), memory by its index there, or a constant. */
export interface Place {
  readonly kind: 'general' | 'vector' | 'mmx' | 'memory' | 'constant';
  readonly register: number;
  readonly size: number;
  readonly node: Node;
}

const NONE = i32(0);

const LOADS = [0, Memory.i32Load8U, Memory.i32Load16U, 0, Memory.i32Load, 0, 0, 0, Memory.i64Load];
const STORES = [0, Memory.i32Store8, Memory.i32Store16, 0, Memory.i32Store, 0, 0, 0, Memory.i64Store];
const VECTOR_LOAD = 0;
const VECTOR_STORE = 11;

/** Functions of JavaScript that do what is not written as WebAssembly; they work on the state in memory. */
export type Helper = 'x87' | 'exact' | 'system' | 'divide';

export abstract class Emitter {
  /** Where code goes. */
  code!: FunctionBuilder;
  /** What is being written: its form, operand size, address size, and flags that somebody may read after it. */
  form!: Form;
  size = 0;
  addressSize = 8;
  live: number = ARITHMETIC_FLAGS;
  /** Whether accesses are checked: then every one can fault. */
  checked = false;
  /** F3 and F2, of instructions that they repeat: 0 neither, 1 F3, 2 F2. */
  repeat = 0;

  // What the two emitters differ in.

  /** A new local variable. */
  abstract temporary(type: ValueType): number;
  /** The number of the register that ModRM.reg names. */
  abstract readonly regRegister: number;
  /** The number of the register that ModRM.rm or the opcode names, for general or vector registers. */
  abstract readonly rmRegister: number;
  /** Whether the ModRM.rm operand is memory. */
  abstract readonly isMemory: boolean;
  /** A general register's low bytes. Of 1 byte, 16 to 19 are AH to BH. */
  abstract general(register: number, size: number): Node;
  /** Writes them; 4 bytes clear what is above, 1 and 2 leave it. */
  abstract setGeneral(register: number, size: number, value: Node): void;
  abstract vector(register: number): Node;
  abstract setVector(register: number, value: Node): void;
  /** The low 4 or 8 bytes of a vector register, as i32 or i64. */
  abstract vectorLow(register: number, size: number): Node;
  /** Writes the low 4 or 8 bytes (of i32, i64, f32 or f64), and leaves the others. */
  abstract setVectorLow(register: number, value: Node): void;
  abstract mmx(register: number): Node;
  /** Writes an MMX register. */
  abstract setMmx(register: number, value: Node): void;
  /** What every MMX instruction does: all x87 registers are in use, and the top of their stack is 0. */
  abstract enterMmx(): void;
  /** The number that ModRM.rm is, as an i32: of an x87 register. */
  abstract rmNumber(): Node;
  /** The immediate, as a value of `size` bytes. */
  abstract immediate(size: number): Node;
  /** The immediate's second number (enter). */
  abstract secondImmediate(): Node;
  /** What the memory operand's address is, in 64 bits, without a segment's base. */
  abstract effectiveAddress(): Node;
  /** The index in memory of the ModRM operand, kept; `access` tells what is done with its `size` bytes. */
  abstract operandIndex(size: number, access: number): Node;
  /** The ModRM operand's address with its segment's base, as an i32, without a check. */
  abstract operandAddress(): Node;
  /** The index in memory of an address in 64 bits, kept. */
  abstract indexOf(address: Node, size: number, access: number): Node;
  /** The base of the segment that an override names, in 64 bits. */
  abstract segmentBase(): Node;
  /** The address of the next instruction, in 64 bits. */
  abstract nextAddress(): Node;
  /** The address of this one. */
  abstract thisAddress(): Node;
  /** Where a flag comes from now. */
  abstract flagSource(flag: number): FlagSource;
  /** From now on the flags of `mask` come from there. */
  abstract setFlagSource(mask: number, source: FlagSource): void;
  /** Writes the flags as they are now to the state, so that what comes next in the instruction may fail. */
  abstract commitFlags(): void;
  /** A field of the state, by one of `Memory`'s loads. */
  abstract state(code: number, type: ValueType, offset: number): Node;
  abstract setState(code: number, offset: number, value: Node): void;
  /** Calls a helper; a result that is not 0 is why to leave, and the code is left. Numbers are i32. */
  abstract helper(name: Helper, args: readonly Node[]): void;
  /**
   * Begins an instruction of floating point whose fast form knows nothing of MXCSR. While EXACT_FLOAT is set, the helper `exact` does it, and
   * the next one follows; the translator has no such code, but is not entered then.
   */
  exactFloat(): void {}
  /** Leaves with an exception; all is as it was before the instruction, if the semantics kept the rules. */
  abstract raise(vector: number): void;
  /** Goes to the target in the instruction. */
  abstract jump(): void;
  /** Goes there if a condition, i32, holds. */
  abstract branch(condition: Node): void;
  /** As `jump`, after the return address was pushed. */
  abstract callDirect(): void;
  /** Goes to an address in 64 bits. */
  abstract jumpTo(address: Node): void;
  abstract callTo(address: Node): void;
  abstract returnTo(address: Node): void;
  /** The system call instruction. */
  abstract systemCall(): void;

  // What follows from it.

  /** Keeps a value. */
  let(value: Node): Node {
    if (value.isConstant) return value;
    const number = this.temporary(value.type);
    emit(this.code, value);
    this.code.set(number);
    return local(number, value.type);
  }

  /** A local to be assigned with `assign`. */
  variable(type: ValueType): Node {
    return local(this.temporary(type), type);
  }

  assign(variable: Node, value: Node): void {
    emit(this.code, value);
    this.code.set(variable.low);
  }

  /** Writes code for a condition: `then`, and `otherwise`. */
  if(condition: Node, then: () => void, otherwise?: () => void): void {
    emit(this.code, condition);
    const label = this.code.if();
    then();
    if (otherwise) {
      this.code.else();
      otherwise();
    }
    this.code.end(label);
  }

  /** Raises an exception if a condition holds. */
  raiseIf(condition: Node, vector: number): void {
    this.if(condition, () => this.raise(vector));
  }

  loadMemory(size: number, index: Node, offset = 0): Node {
    return load(LOADS[size]!, typeOf(size), index, offset);
  }

  storeMemory(size: number, index: Node, value: Node, offset = 0): void {
    emit(this.code, index);
    emit(this.code, value);
    this.code.memory(STORES[size]!, offset);
  }

  loadVector(index: Node, offset = 0): Node {
    return simdLoad(VECTOR_LOAD, index, offset);
  }

  storeVector(index: Node, value: Node, offset = 0): void {
    emit(this.code, index);
    emit(this.code, value);
    this.code.simdMemory(VECTOR_STORE, offset);
  }

  /** How many bytes an operand of the form has, or of its memory. */
  #sizeOf(letter: string): number {
    switch (letter) {
      case 'b':
        return 1;
      case 'w':
        return 2;
      case 'd':
        return 4;
      case 'q':
        return 8;
      case 'x':
        return 16;
      case 't':
        return 10;
      case 'z':
        return this.size === 8 ? 4 : this.size;
      case 'y':
        return this.size === 2 ? 4 : this.size;
      default:
        return this.size;
    }
  }

  /** Where an operand is, by its position in the form. Asking for memory evaluates its address, and checks it. */
  place(position: number, access: number): Place {
    const operand = this.form.operands[position]!;
    const size = this.#sizeOf(operand.size);
    const at = operand.place;
    switch (at) {
      case 'G':
        return { kind: 'general', register: this.regRegister, size, node: NONE };
      case 'V':
        return { kind: 'vector', register: this.regRegister, size, node: NONE };
      case 'P':
        return { kind: 'mmx', register: this.regRegister, size, node: NONE };
      case 'E':
      case 'R':
      case 'Z':
      case 'M':
      case 'W':
      case 'U':
      case 'Q':
      case 'N': {
        if (at !== 'Z' && this.isMemory) {
          const memorySize = this.#sizeOf(operand.memorySize);
          return { kind: 'memory', register: 0, size: memorySize, node: this.operandIndex(memorySize, access) };
        }
        const kind = at === 'W' || at === 'U' ? 'vector' : at === 'Q' || at === 'N' ? 'mmx' : 'general';
        return { kind, register: this.rmRegister, size, node: NONE };
      }
      case 'I':
        return { kind: 'constant', register: 0, size: operand.size === 's' ? this.size : size, node: this.immediate(operand.size === 's' ? this.size : operand.size === 'z' ? this.size : size) };
      case 'one':
        return { kind: 'constant', register: 0, size: 1, node: i32(1) };
      case 'O': {
        return { kind: 'memory', register: 0, size, node: this.indexOf(this.effectiveAddress(), size, access) };
      }
      case 'register': {
        const { register } = operand;
        if (register === 'AL') return { kind: 'general', register: RAX, size: 1, node: NONE };
        if (register === 'AX') return { kind: 'general', register: RAX, size: 2, node: NONE };
        if (register === 'CL') return { kind: 'general', register: RCX, size: 1, node: NONE };
        if (register === 'DX') return { kind: 'general', register: RDX, size: 2, node: NONE };
        if (register === 'rAX') return { kind: 'general', register: RAX, size: this.size, node: NONE };
        if (register === 'zAX') return { kind: 'general', register: RAX, size: this.size === 8 ? 4 : this.size, node: NONE };
        if (register === 'XMM0') return { kind: 'vector', register: 0, size: 16, node: NONE };
        break;
      }
    }
    throw new Error(`no semantics for operand ${at} of "${this.form.row}"`);
  }

  /** A place's value: for vector registers of less than 16 bytes, the low part of them. */
  read(place: Place, size: number = place.size): Node {
    switch (place.kind) {
      case 'general':
        return this.general(place.register, size);
      case 'vector':
        return size === 16 ? this.vector(place.register) : this.vectorLow(place.register, size);
      case 'mmx':
        return size === 4 ? wrap(this.mmx(place.register)) : this.mmx(place.register);
      case 'memory':
        return size === 16 ? this.loadVector(place.node) : this.loadMemory(size, place.node);
      case 'constant':
        return place.node;
    }
  }

  /** Writes a place: of a vector register 16 bytes, or the low 4 or 8 and leaves the others. */
  write(place: Place, value: Node, size: number = place.size): void {
    switch (place.kind) {
      case 'general':
        this.setGeneral(place.register, size, value);
        return;
      case 'vector':
        if (size === 16) this.setVector(place.register, value);
        else this.setVectorLow(place.register, value);
        return;
      case 'mmx':
        this.setMmx(place.register, extendU(value));
        return;
      case 'memory':
        if (size === 16) this.storeVector(place.node, value);
        else if (value.type === I32 || value.type === I64) this.storeMemory(size, place.node, value);
        else {
          emit(this.code, place.node);
          emit(this.code, value);
          this.code.memory(size === 4 ? Memory.f32Store : Memory.f64Store);
        }
        return;
      case 'constant':
        throw new Error('a constant is written');
    }
  }

  /** Operands as vectors: an operand of memory of less than 16 bytes, with zeros above; registers whole. */
  readVector(place: Place): Node {
    if (place.kind === 'vector') return this.vector(place.register);
    if (place.kind !== 'memory') throw new Error('no vector');
    if (place.size === 16) return this.loadVector(place.node);
    if (place.size === 8) return simdLoad(0x5d, place.node);
    if (place.size === 4) return simdLoad(0x5c, place.node);
    return simdLane(0x1a, V128, 0, simd(0x11, V128, i32(0)), this.loadMemory(place.size, place.node));
  }

  // Flags.

  /** Whether anybody looks at one of the flags. */
  wants(flags: number): boolean {
    return (this.live & flags) !== 0;
  }

  #note(kind: FlagSource['kind'], mask: number, size: number, a: Node, b: Node): void {
    if (this.wants(mask)) this.setFlagSource(mask, { kind, size, a, b });
  }

  /** The flags of `a + b`; values that were kept. */
  flagsAdd(size: number, a: Node, b: Node): void {
    this.#note('add', ARITHMETIC_FLAGS, size, a, b);
  }

  flagsSubtract(size: number, a: Node, b: Node): void {
    this.#note('subtract', ARITHMETIC_FLAGS, size, a, b);
  }

  /** The flags of a logical operation's result, which was kept. */
  flagsLogic(size: number, result: Node): void {
    this.#note('logic', ARITHMETIC_FLAGS, size, result, NONE);
  }

  /** The flags of a signed product of two values; they were kept. */
  flagsMultiply(size: number, a: Node, b: Node): void {
    this.#note('multiply', ARITHMETIC_FLAGS, size, a, b);
  }

  /** The flags of a shift, which stay as they are where the count is 0; values that were kept. */
  flagsShift(kind: Shift, size: number, value: Node, count: Node): void {
    if (!count.isConstant) this.flagsCounted({ kind, size, a: value, b: count });
    else if (count.low !== 0) this.#note(kind, ARITHMETIC_FLAGS, size, value, count);
  }

  /** The flags of a source whose second value is a count, where that is not 0. */
  protected flagsCounted(source: FlagSource): void {
    const before = this.let(this.flagWord(this.live));
    const word = wordOf(() => source, this.live & ARITHMETIC_FLAGS);
    this.flagsWord(ARITHMETIC_FLAGS, this.let(select(ne(source.b, constant(source.b.type, 0)), word, before)));
  }

  /** The flags of a comparison of two values of f32 or f64, which were kept. */
  flagsFloat(a: Node, b: Node): void {
    const source: FlagSource = { kind: 'float', size: 4, a, b };
    this.flagsEach(FLAGS.map((flag) => [flag, () => flagOf(source, flag)] as const));
  }

  /** Flags that are each worked out; those that are not named stay. Each is made only if somebody looks. */
  flagsEach(each: readonly (readonly [number, () => Node])[]): void {
    const made: [number, Node][] = [];
    for (const [flag, make] of each) if (this.wants(flag)) made.push([flag, this.let(make())]);
    for (const [flag, a] of made) this.setFlagSource(flag, { kind: 'bit', size: 4, a, b: NONE });
  }

  /** The flags of `mask` are those of a word, as RFLAGS has them; it was kept. */
  flagsWord(mask: number, word: Node): void {
    this.#note('word', mask, 4, word, NONE);
  }

  /** A flag now, 0 or 1. */
  flag(flag: number): Node {
    return flagOf(this.flagSource(flag), flag);
  }

  /** Flags now, as RFLAGS has them. */
  flagWord(mask: number): Node {
    return wordOf((flag) => this.flagSource(flag), mask);
  }

  /** Whether a condition holds, by its number. */
  condition(number: number): Node {
    return conditionOf((flag) => this.flagSource(flag), number);
  }
}
