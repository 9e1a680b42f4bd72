/**
 * Writes the handlers that are part of the interpreter's loop. In it nothing is called, or V8 would keep the index of the micro-op, which everything
 * waits for, in memory rather than in a register. Where a handler cannot go on without a call it has done nothing yet, and leaves the whole
 * instruction to its function.
 */

import { type Helper } from '../emit/emitter.ts';
import { type Node, add, and, emit, eq, eqz, extendU, geU, i32, i64, load, local, ne, shl, shrU, sub, wrap } from '../emit/expression.ts';
import { CONDITION_FLAGS, FLAGS, type FlagSource, conditionOf } from '../emit/flags.ts';
import type { FunctionBuilder, Label } from '../../wasm/function-builder.ts';
import { I32, I64, Memory, Op } from '../../wasm/opcodes.ts';
import { FLAGS_BITS, FLAGS_SUBTRACT, FLAG_FIRST, FLAG_KIND, FLAG_SECOND, OVERFLOW, PARITY, SIGN } from '../state.ts';
import type { Form } from '../forms.ts';
import { writeHandler } from './handler-writer.ts';
import type { Handler } from './handlers.ts';
import { InterpreterEmitter, OP } from './interpreter-emitter.ts';
import { entryOffset, mapOf } from './linker.ts';
import { ADDRESS, LINK, MICRO_OP_SIZE, NEXT_LINK } from './micro-op.ts';

/** Where an inner run ends. */
const STOP = local(1, I32);
const NONE = i32(0);

/** Where a handler can go. */
export interface LoopLabels {
  /** To the micro-op in local 0. */
  readonly next: Label;
  /** To the block whose head is in local 0. */
  readonly block: Label;
  /** To the function that does the whole instruction. */
  readonly slow: Label;
  /** To the code at the address in `address`, a local of 64 bits. */
  readonly seek: Label;
  readonly address: number;
}

export class LoopEmitter extends InterpreterEmitter {
  #labels!: LoopLabels;
  /** The condition that a jump asks for, whose flags are in the state; or -1. */
  #asked = -1;
  /** Whether more follows what is being written. */
  #goesOn = false;
  /** By the offset of a field, the register's index that was read from it. */
  readonly #indices = new Map<number, Node>();

  /** Begins the loop. */
  openLoop(code: FunctionBuilder, labels: LoopLabels): void {
    this.open(code);
    this.#labels = labels;
  }

  #cannotCall(): never {
    throw new Error(`"${this.form.row}" calls functions`);
  }

  override begin(): void {
    super.begin();
    this.#indices.clear();
    // What is done before the jump itself cannot be done twice.
    if (this.form.mnemonics[0] === 'call' && this.form.operands[0]!.place === 'J') this.slowIf(eqz(this.field(Memory.i32Load, LINK)));
  }

  protected override registerIndex(offset: number): Node {
    const known = this.#indices.get(offset);
    if (known) return known;
    const index = this.let(super.registerIndex(offset));
    this.#indices.set(offset, index);
    return index;
  }

  slowIf(condition: Node): void {
    if (this.opAt === 0) {
      emit(this.code, condition);
      this.code.brIf(this.#labels.slow);
    } else {
      this.if(condition, () => this.#goSlow());
    }
  }

  /** Has a function do this micro-op; those before it are done. */
  #goSlow(): void {
    if (this.opAt !== 0) {
      emit(this.code, add(OP, i32(this.opAt)));
      this.code.set(OP.low);
    }
    this.code.br(this.#labels.slow);
  }

  protected override go(op: Node): void {
    emit(this.code, op);
    this.code.set(0);
    this.code.br(this.#labels.next);
  }

  protected override fail(): void {
    this.#goSlow();
  }

  protected override tellWritten(): void {
    this.#goSlow();
  }

  protected override current(): FlagSource {
    return this.#cannotCall();
  }

  override helper(_name: Helper, _args: readonly Node[]): void {
    this.#cannotCall();
  }

  override systemCall(): void {
    this.#cannotCall();
  }

  /** Writes what a handler does that does the jump behind it as well. */
  writeWithJump(handler: Handler, jump: Form): void {
    this.#goesOn = true;
    writeHandler(this, handler);
    this.#goesOn = false;
    const condition = this.condition(jump.opcode & 15);
    this.opAt += MICRO_OP_SIZE;
    this.branch(condition);
    this.opAt -= MICRO_OP_SIZE;
  }

  /** Writes what a handler does that is one for two micro-ops. */
  writePair(first: Handler, second: Handler): void {
    this.#goesOn = true;
    writeHandler(this, first);
    this.#goesOn = false;
    this.opAt += MICRO_OP_SIZE;
    if (second.jump) this.writeWithJump(second, second.jump);
    else writeHandler(this, second);
    this.opAt -= MICRO_OP_SIZE;
  }

  override end(): void {
    if (!this.#goesOn) super.end();
  }

  protected override follow(which: number): void {
    const link = this.let(this.field(Memory.i32Load, which === 0 ? LINK : NEXT_LINK));
    this.slowIf(eqz(link));
    emit(this.code, link);
    this.code.set(0);
    this.code.br(this.#labels.block);
  }

  override condition(number: number): Node {
    if (FLAGS.some((flag) => (CONDITION_FLAGS[number]! & flag) !== 0 && this.sources[31 - Math.clz32(flag)] !== undefined)) return super.condition(number);
    if (this.form.mnemonics[0]!.startsWith('j')) {
      this.#asked = number;
      return NONE;
    }
    const result = this.variable(I32);
    const { code } = this;
    const done = code.block();
    const others = code.block();
    this.assign(result, this.#compared(number, others));
    code.br(done);
    code.end(others);
    this.assign(result, this.#tested(number));
    code.end(done);
    return result;
  }

  override branch(condition: Node): void {
    const number = this.#asked;
    this.#asked = -1;
    if (number < 0) {
      super.branch(condition);
      return;
    }
    const { code } = this;
    const taken = code.block();
    const others = code.block();
    emit(code, this.#compared(number, others));
    code.brIf(taken);
    this.follow(1);
    code.end(others);
    emit(code, this.#tested(number));
    code.brIf(taken);
    this.follow(1);
    code.end(taken);
    this.follow(0);
    this.ended = true;
  }

  /** Whether a condition holds, if the flags are those of a subtraction; goes to a label where they are not. */
  #compared(number: number, others: Label): Node {
    const { code } = this;
    const flags = CONDITION_FLAGS[number]!;
    const kind = this.let(this.state(Memory.i32Load, I32, FLAG_KIND));
    emit(code, geU(sub(kind, i32(FLAGS_SUBTRACT)), i32(4)));
    code.brIf(others);
    let a = this.state(Memory.i64Load, I64, FLAG_FIRST);
    let b = this.state(Memory.i64Load, I64, FLAG_SECOND);
    // Of the overflow or the parity alone nothing follows from a comparison.
    if (flags === OVERFLOW || flags === PARITY) {
      this.#goSlow();
      return NONE;
    }
    if ((flags & SIGN) !== 0) {
      // What is compared without signs has zeros above its size; with the sign, it has to be at the top.
      const shift = this.let(extendU(sub(i32(64), shl(i32(8), and(kind, i32(3))))));
      a = shl(a, shift);
      b = shl(b, shift);
      if (flags === SIGN) a = sub(a, b);
      a = this.let(a);
      b = flags === SIGN ? i64(0) : this.let(b);
    }
    return conditionOf(() => ({ kind: flags === SIGN ? 'logic' : 'subtract', size: 8, a, b }), number);
  }

  /** Whether a condition holds, if the flags are told as they are; of a sum, the function tells. */
  #tested(number: number): Node {
    this.slowIf(ne(this.state(Memory.i32Load, I32, FLAG_KIND), i32(FLAGS_BITS)));
    const a = this.let(this.state(Memory.i32Load, I32, FLAG_FIRST));
    const source: FlagSource = { kind: 'word', size: 4, a, b: NONE };
    return conditionOf(() => source, number);
  }

  protected override goTo(address: Node): void {
    const { code } = this;
    const { address: kept, seek, block } = this.#labels;
    emit(code, address);
    code.set(kept);
    const whole = local(kept, I64);
    emit(code, ne(shrU(whole, i64(32)), i64(0)));
    code.brIf(seek);
    const short = wrap(whole);
    const head = this.let(mapOf(short));
    emit(code, eqz(head));
    code.brIf(seek);
    this.assign(head, load(Memory.i32Load, I32, add(head, entryOffset(short))));
    emit(code, eqz(head));
    code.brIf(seek);
    emit(code, ne(load(Memory.i32Load, I32, head, ADDRESS), short));
    code.brIf(seek);
    emit(code, head);
    code.set(0);
    code.br(block);
    this.ended = true;
  }

  override returnTo(address: Node): void {
    // An inner run ends where translated code waits for it.
    this.if(eq(address, extendU(STOP)), () => {
      emit(this.code, STOP);
      this.code.op(Op.return);
    });
    this.goTo(address);
  }

  /** Goes on behind this micro-op. */
  goNext(): void {
    this.go(add(OP, i32(this.opAt + MICRO_OP_SIZE)));
  }
}
