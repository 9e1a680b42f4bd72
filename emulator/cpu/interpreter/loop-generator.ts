/**
 * Writes the interpreter's loop: two of them, of which the inner one only branches from handler to handler, and the outer one makes the calls
 * that some micro-ops need.
 */

import { type Node, add, and, call, emit, eqz, extendS, extendU, gtS, i32, i64, load, local, ltU, ne, or, shl, shrU, sub, wrap } from '../emit/expression.ts';
import { EXIT_ADDRESS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_PAGE_FAULT, EXIT_REASON, EXIT_TICK, INSTRUCTION_POINTER, RUN_DEPTH, SCRATCH_REGISTER, TICK } from '../state.ts';
import type { FunctionBuilder, Label } from '../../wasm/function-builder.ts';
import { I32, I64, Memory, Op } from '../../wasm/opcodes.ts';
import { MAPPING_TOP, PAGE_SHIFT, PERMISSION_TABLE, PERMISSION_WRITE, REBASE, STACK_TOP } from '../../memory/layout.ts';
import { RSP } from '../emit/emitter.ts';
import { writeHandler } from './handler-writer.ts';
import { FIRST_HANDLER, HANDLER_ADDRESS, HANDLER_BLOCK, HANDLER_ENTER, HANDLER_GONE, HANDLER_INVALID, HANDLER_LEAVE, type Handler } from './handlers.ts';
import { OP } from './interpreter-emitter.ts';
import { DEPTH_LIMIT, RUN_WEIGHT, storeState } from './linker.ts';
import type { LoopEmitter, LoopLabels } from './loop-emitter.ts';
import { ADDRESS, BASE, COUNTDOWN, DISPLACEMENT, HANDLER, IMMEDIATE, INDEX, SCALE, SLOT } from './micro-op.ts';
import { STATE_INDEX } from './runtime.ts';

/** What the loop calls: the number of a function, and the types of handlers and translated functions. */
interface Callees {
  readonly find: number;
  readonly handler: number;
  readonly translated: number;
}

const STOP = local(1, I32);
const state = (offset: number): Node => load(Memory.i32Load, I32, i32(0), STATE_INDEX + offset);

class Loop {
  readonly #code: FunctionBuilder;
  readonly #t: LoopEmitter;
  readonly #labels: LoopLabels;
  readonly #enter: Label;

  constructor(code: FunctionBuilder, t: LoopEmitter, labels: LoopLabels, enter: Label) {
    this.#code = code;
    this.#t = t;
    this.#labels = labels;
    this.#enter = enter;
  }

  #leave(): void {
    this.#code.i32(0);
    this.#code.op(Op.return);
  }

  #pointerIsHere(): void {
    storeState(this.#code, Memory.i64Store, INSTRUCTION_POINTER, extendU(this.#t.field(Memory.i32Load, ADDRESS)));
  }

  /** The tick flag is set: leaves. */
  #leaveIfTick(): void {
    this.#t.if(state(TICK), () => {
      this.#pointerIsHere();
      storeState(this.#code, Memory.i32Store, EXIT_REASON, i32(EXIT_TICK));
      this.#leave();
    });
  }

  /**
   * There is a stack, and the stack pointer is where it may grow, and nothing is yet: that is a page fault. Where accesses are not checked, what recurses without end
   * would not be stopped otherwise; translated code comes by here when calls are DEPTH_LIMIT deep.
   */
  #leaveIfStackEnds(): void {
    const pointer = load(Memory.i64Load, I64, i32(0), STATE_INDEX + RSP * 8);
    const permissionsOf = (page: Node): Node => load(Memory.i32Load8U, I32, page, PERMISSION_TABLE - REBASE);
    const isUnused = eqz(permissionsOf(wrap(shrU(pointer, i64(PAGE_SHIFT)))));
    const hasStack = ne(permissionsOf(i32((STACK_TOP - 1) >>> PAGE_SHIFT)), i32(0));
    this.#t.if(ltU(sub(pointer, i64(MAPPING_TOP | 0, 0)), i64(STACK_TOP - MAPPING_TOP)), () => {
      this.#t.if(and(isUnused, hasStack), () => {
        this.#pointerIsHere();
        storeState(this.#code, Memory.i64Store, EXIT_ADDRESS, pointer);
        storeState(this.#code, Memory.i32Store, EXIT_DETAIL, i32(PERMISSION_WRITE));
        storeState(this.#code, Memory.i32Store, EXIT_REASON, i32(EXIT_PAGE_FAULT));
        this.#leave();
      });
    });
  }

  /** What a handler that is no instruction does. */
  special(number: number): void {
    const code = this.#code;
    switch (number) {
      case HANDLER_BLOCK: {
        this.#leaveIfTick();
        const count = code.local(I32);
        emit(code, OP);
        emit(code, sub(this.#t.field(Memory.i32Load, COUNTDOWN), i32(1)));
        code.tee(count);
        code.memory(Memory.i32Store, COUNTDOWN);
        this.#t.slowIf(eqz(local(count, I32)));
        this.#t.goNext();
        return;
      }
      case HANDLER_ENTER:
        this.#leaveIfTick();
        this.#leaveIfStackEnds();
        code.br(this.#enter);
        return;
      case HANDLER_ADDRESS: {
        // An address that the next micro-op's own fields cannot tell: its segment's base is at IMMEDIATE, and behind it whether 32 bits of it count.
        const register = (offset: number): Node => load(Memory.i64Load, I64, this.#t.field(Memory.i32Load, offset));
        const sum = add(add(register(BASE), shl(register(INDEX), extendU(this.#t.field(Memory.i32Load8U, SCALE)))), extendS(this.#t.field(Memory.i32Load, DISPLACEMENT)));
        const whole = this.#t.let(sum);
        this.#t.if(this.#t.field(Memory.i32Load16U, IMMEDIATE + 4), () => this.#t.assign(whole, and(whole, i64(-1, 0))));
        storeState(code, Memory.i64Store, SCRATCH_REGISTER * 8, add(whole, register(IMMEDIATE)));
        this.#t.goNext();
        return;
      }
      case HANDLER_LEAVE:
      case HANDLER_GONE:
        // Decoded code ends here, or is gone: look again.
        emit(code, extendU(this.#t.field(Memory.i32Load, ADDRESS)));
        code.set(this.#labels.address);
        code.br(this.#labels.seek);
        return;
      case HANDLER_INVALID:
        this.#pointerIsHere();
        storeState(code, Memory.i32Store, EXIT_DETAIL, this.#t.field(Memory.i32Load, IMMEDIATE));
        storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_EXCEPTION));
        this.#leave();
        return;
    }
  }

  /** Enters the block whose head is in local 0; what is not as usual about it is its handler's. */
  enterBlock(): void {
    const code = this.#code;
    const { next } = this.#labels;
    if (HANDLER_BLOCK !== 0) throw new Error('the head of a block has another number than 0');
    emit(code, or(this.#t.field(Memory.i32Load16U, HANDLER), state(TICK)));
    code.brIf(next);
    const count = this.#t.let(sub(this.#t.field(Memory.i32Load, COUNTDOWN), i32(1)));
    emit(code, eqz(count));
    code.brIf(next);
    emit(code, OP);
    emit(code, count);
    code.memory(Memory.i32Store, COUNTDOWN);
    this.#t.goNext();
  }

  /** Calls translated code, and goes on where it says. */
  callTranslated(translated: number): void {
    const code = this.#code;
    const address = code.local(I32);
    emit(code, extendU(this.#t.field(Memory.i32Load, ADDRESS)));
    emit(code, state(RUN_DEPTH));
    emit(code, STOP);
    emit(code, this.#t.field(Memory.i32Load, SLOT));
    code.callIndirect(translated);
    code.tee(address);
    code.op(Op.i32Eqz);
    const left = code.if();
    this.#leave();
    code.end(left);
    code.get(address);
    emit(code, STOP);
    code.op(Op.i32Eq);
    const stop = code.if();
    emit(code, STOP);
    code.op(Op.return);
    code.end(stop);
    // Too deep: outer runs go on with it.
    emit(code, gtS(state(RUN_DEPTH), i32(DEPTH_LIMIT - 2 * RUN_WEIGHT)));
    const deep = code.if();
    code.get(address);
    code.op(Op.return);
    code.end(deep);
    emit(code, extendU(local(address, I32)));
    code.set(this.#labels.address);
  }
}

/** Writes `run`; `inline` are the handlers that are part of it, which are the first. */
export function writeLoop(code: FunctionBuilder, t: LoopEmitter, inline: readonly Handler[], callees: Callees): void {
  const address = code.local(I64);
  const outer = code.loop();
  const seek = code.block();
  const enter = code.block();
  const slow = code.block();
  const next = code.loop();
  const block = code.block();
  const cases: Label[] = [];
  for (let index = 0; index < FIRST_HANDLER + inline.length; index++) cases.push(code.block());
  emit(code, t.field(Memory.i32Load16U, HANDLER));
  // The last opened is the first to end: handler 0 has it.
  code.brTable([...cases].reverse(), slow);
  const labels: LoopLabels = { next, block, slow, seek, address };
  t.openLoop(code, labels);
  const loop = new Loop(code, t, labels, enter);
  for (let number = 0; number < FIRST_HANDLER + inline.length; number++) {
    code.end();
    if (number < FIRST_HANDLER) loop.special(number);
    else {
      const handler = inline[number - FIRST_HANDLER]!;
      if (handler.second) t.writePair(handler, handler.second);
      else if (handler.jump) t.writeWithJump(handler, handler.jump);
      else writeHandler(t, handler);
    }
  }
  code.end(block);
  loop.enterBlock();
  code.end(next);
  code.op(Op.unreachable);
  code.end(slow);
  emit(code, OP);
  emit(code, t.field(Memory.i32Load16U, HANDLER));
  code.callIndirect(callees.handler);
  code.tee(OP.low);
  code.brIf(outer);
  code.i32(0);
  code.op(Op.return);
  code.end(enter);
  loop.callTranslated(callees.translated);
  code.end(seek);
  emit(code, call(callees.find, I32, [local(address, I64)]));
  code.tee(OP.low);
  code.brIf(outer);
  code.i32(0);
  code.op(Op.return);
  code.end(outer);
  code.op(Op.unreachable);
}
