/**
 * Writes the interpreter: a WebAssembly module made from the semantics of all instructions. Its exports are
 *
 *     run(op, stop)   interprets from a micro-op's index on; returns 0 when there is a reason to leave, which is in the state, or `stop`
 *                     where a return went to that address
 *     flags()         the arithmetic flags, as RFLAGS has them
 *     find(address)   the code of an address in 64 bits; 0 where there is none, with the reason in the state
 *     records, block, code  see `DecoderFunctions`
 *     fault(address, size, wanted, instruction)  notes that an access failed
 *     table           its handlers, and translated functions behind them
 */

import { add, and, call, emit, eqz, extendS, extendU, gtS, i32, i64, load, local, ne, shl, shrU, sub, wrap } from '../emit/expression.ts';
import { type FlagSource, wordOf } from '../emit/flags.ts';
import {
  ARITHMETIC_FLAGS, EXIT_ADDRESS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_PAGE_FAULT, EXIT_REASON, EXIT_TICK, FLAG_FIRST, FLAG_KIND, FLAG_SECOND, INSTRUCTION_POINTER,
  RUN_DEPTH, SCRATCH_REGISTER, TICK,
} from '../state.ts';
import { PAGE_SHIFT, PERMISSION_TABLE, REBASE } from '../../memory/layout.ts';
import { changedFlags } from '../flag-effects.ts';
import { FORMS } from '../forms.ts';
import { SEMANTICS } from '../semantics/registry.ts';
import type { FunctionBuilder, Label } from '../../wasm/function-builder.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory, Op } from '../../wasm/opcodes.ts';
import {
  FIRST_HANDLER, HANDLER_ADDRESS, HANDLER_BLOCK, HANDLER_ENTER, HANDLER_GONE, HANDLER_INVALID, HANDLER_LEAVE, HANDLER_PLACES, type Handler, handlerPlace, isInline, listHandlers,
} from './handlers.ts';
import { exportDecoder, writeDecoder } from './block-generator.ts';
import { DEPTH_LIMIT, RUN_WEIGHT, TRANSLATED_FUNCTIONS, storeState, writeFind } from './linker.ts';
import { InterpreterEmitter, type Shared } from './interpreter-emitter.ts';
import { ADDRESS, BASE, COUNTDOWN, DISPLACEMENT, HANDLER, IMMEDIATE, INDEX, MICRO_OP_SIZE, SCALE, SLOT } from './micro-op.ts';
import { STATE_INDEX, importRuntime } from './runtime.ts';

const OP = local(0, I32);
const at = (offset: number): number => STATE_INDEX + offset;
const field = (code: number, offset: number) => load(code, code === Memory.i64Load ? I64 : I32, OP, offset);

/** The arithmetic flags from how they are told in the state. */
function writeFlags(code: FunctionBuilder): void {
  const kind = load(Memory.i32Load, I32, i32(0), at(FLAG_KIND));
  const done = code.block(I32);
  const cases: Label[] = [];
  for (let index = 0; index < 16; index++) cases.push(code.block());
  emit(code, kind);
  // The last opened is the first to end: kind 0 has it.
  code.brTable([...cases].reverse(), cases[0]!);
  for (let index = 0; index < 16; index++) {
    code.end();
    const size = 1 << (index & 3);
    const value = (offset: number) => {
      const instruction = [Memory.i32Load8U, Memory.i32Load16U, Memory.i32Load, Memory.i64Load][index & 3]!;
      return load(instruction, size === 8 ? I64 : I32, i32(0), at(offset));
    };
    if (index < 4) {
      emit(code, and(load(Memory.i32Load, I32, i32(0), at(FLAG_FIRST)), i32(ARITHMETIC_FLAGS)));
    } else {
      const source: FlagSource = {
        kind: index < 8 ? 'add' : index < 12 ? 'subtract' : 'logic',
        size,
        a: value(FLAG_FIRST),
        b: value(FLAG_SECOND),
      };
      emit(code, wordOf(() => source, ARITHMETIC_FLAGS));
    }
    code.br(done);
  }
  code.op(Op.unreachable);
  code.end(done);
}

/** Notes a page fault: which byte of the access it was, and why. */
function writeFault(code: FunctionBuilder): void {
  const address = local(0, I64);
  const size = local(1, I32);
  const wanted = local(2, I32);
  storeState(code, Memory.i64Store, INSTRUCTION_POINTER, extendU(local(3, I32)));
  // An address that is none in 48 bits.
  emit(code, ne(shrU(add(address, i64(0, 0x8000)), i64(48)), i64(0)));
  const none = code.if();
  storeState(code, Memory.i64Store, EXIT_ADDRESS, i64(0));
  storeState(code, Memory.i32Store, EXIT_DETAIL, i32(13));
  storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_EXCEPTION));
  code.op(Op.return);
  code.end(none);
  const page = load(Memory.i32Load8U, I32, wrap(shrU(address, i64(PAGE_SHIFT))), PERMISSION_TABLE - REBASE);
  const next = and(add(address, extendS(sub(size, i32(1)))), i64(-4096));
  emit(code, eqz(shrU(address, i64(32))));
  const within = code.if();
  emit(code, ne(and(page, wanted), wanted));
  const first = code.if();
  storeState(code, Memory.i64Store, EXIT_ADDRESS, address);
  code.else();
  storeState(code, Memory.i64Store, EXIT_ADDRESS, next);
  code.end(first);
  code.else();
  storeState(code, Memory.i64Store, EXIT_ADDRESS, address);
  code.end(within);
  storeState(code, Memory.i32Store, EXIT_DETAIL, wanted);
  storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_PAGE_FAULT));
}

function writeHandler(t: InterpreterEmitter, handler: Handler): void {
  t.begin();
  t.form = handler.form;
  t.size = handler.size;
  t.isMemory = handler.isMemory;
  t.live = handler.flags ? ARITHMETIC_FLAGS : 0;
  t.repeat = handler.repeat;
  t.addressSize = handler.addressSize;
  SEMANTICS[handler.form.id]!(t);
  t.end();
}

/** What a handler that is no instruction does, in the loop. */
function writeSpecial(code: FunctionBuilder, number: number, loop: Label, imports: Shared['imports'], find: number, translated: number): void {
  const leave = (): void => {
    code.i32(0);
    code.op(Op.return);
  };
  const next = (): void => {
    emit(code, add(OP, i32(MICRO_OP_SIZE)));
    code.set(0);
    code.br(loop);
  };
  const pointerIsHere = (): void => storeState(code, Memory.i64Store, INSTRUCTION_POINTER, extendU(field(Memory.i32Load, ADDRESS)));
  switch (number) {
    case HANDLER_BLOCK: {
      emit(code, load(Memory.i32Load, I32, i32(0), at(TICK)));
      const tick = code.if();
      pointerIsHere();
      storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_TICK));
      leave();
      code.end(tick);
      const count = code.local(I32);
      emit(code, OP);
      emit(code, sub(field(Memory.i32Load, COUNTDOWN), i32(1)));
      code.tee(count);
      code.memory(Memory.i32Store, COUNTDOWN);
      emit(code, eqz(local(count, I32)));
      const hot = code.if();
      emit(code, call(imports.hot, I32, [OP]));
      code.set(0);
      code.br(loop);
      code.end(hot);
      next();
      return;
    }
    case HANDLER_ENTER: {
      emit(code, load(Memory.i32Load, I32, i32(0), at(TICK)));
      const tick = code.if();
      pointerIsHere();
      storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_TICK));
      leave();
      code.end(tick);
      const address = code.local(I32);
      emit(code, extendU(field(Memory.i32Load, ADDRESS)));
      emit(code, load(Memory.i32Load, I32, i32(0), at(RUN_DEPTH)));
      code.get(1);
      emit(code, field(Memory.i32Load, SLOT));
      code.callIndirect(translated);
      code.tee(address);
      code.op(Op.i32Eqz);
      const left = code.if();
      leave();
      code.end(left);
      code.get(address);
      code.get(1);
      code.op(Op.i32Eq);
      const stop = code.if();
      code.get(1);
      code.op(Op.return);
      code.end(stop);
      // Too deep: outer runs go on with it.
      emit(code, gtS(load(Memory.i32Load, I32, i32(0), at(RUN_DEPTH)), i32(DEPTH_LIMIT - 2 * RUN_WEIGHT)));
      const deep = code.if();
      code.get(address);
      code.op(Op.return);
      code.end(deep);
      emit(code, call(find, I32, [extendU(local(address, I32))]));
      code.tee(0);
      code.op(Op.i32Eqz);
      const nowhere = code.if();
      leave();
      code.end(nowhere);
      code.br(loop);
      return;
    }
    case HANDLER_ADDRESS: {
      // An address that the next micro-op's own fields cannot tell: its segment's base is at IMMEDIATE, and behind it whether 32 bits of it count.
      const register = (offset: number) => load(Memory.i64Load, I64, field(Memory.i32Load16U, offset), STATE_INDEX);
      const sum = add(add(register(BASE), shl(register(INDEX), extendU(field(Memory.i32Load8U, SCALE)))), extendS(field(Memory.i32Load, DISPLACEMENT)));
      const whole = code.local(I64);
      emit(code, sum);
      code.set(whole);
      emit(code, eqz(field(Memory.i32Load16U, IMMEDIATE + 4)));
      const long = code.if();
      code.else();
      emit(code, and(local(whole, I64), i64(-1, 0)));
      code.set(whole);
      code.end(long);
      storeState(code, Memory.i64Store, SCRATCH_REGISTER * 8, add(local(whole, I64), register(IMMEDIATE)));
      next();
      return;
    }
    case HANDLER_LEAVE:
    case HANDLER_GONE: {
      // Decoded code ends here, or is gone: look again.
      emit(code, call(find, I32, [extendU(field(Memory.i32Load, ADDRESS))]));
      code.tee(0);
      code.op(Op.i32Eqz);
      const nowhere = code.if();
      leave();
      code.end(nowhere);
      code.br(loop);
      return;
    }
    case HANDLER_INVALID: {
      pointerIsHere();
      storeState(code, Memory.i32Store, EXIT_DETAIL, field(Memory.i32Load, IMMEDIATE));
      storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_EXCEPTION));
      leave();
      return;
    }
  }
}

/** The numbers of handlers, by `handlerPlace`. */
export function handlerNumbers(handlers: readonly Handler[]): Uint16Array {
  const numbers = new Uint16Array(FORMS.length * HANDLER_PLACES);
  for (const [index, { form, size, isMemory, flags, repeat, addressSize }] of handlers.entries()) {
    numbers[handlerPlace(form.id, size, isMemory, flags, repeat, addressSize)] = FIRST_HANDLER + index;
    // Where there are no flags to be made, it does not matter whether they are looked at.
    if (changedFlags(form.id) === 0) numbers[handlerPlace(form.id, size, isMemory, false, repeat, addressSize)] = FIRST_HANDLER + index;
  }
  return numbers;
}

/** Writes the interpreter; `checked` is the one that looks at permissions. */
export function generateInterpreter(checked: boolean): Uint8Array {
  const module = new ModuleBuilder();
  const imports = importRuntime(module);
  const type = module.type([I32], [I32]);
  const translated = module.type([I64, I32, I32], [I32]);
  const handlers = listHandlers();
  const count = FIRST_HANDLER + handlers.length;
  const table = module.table({ initial: count + TRANSLATED_FUNCTIONS });
  const flags = module.function(module.type([], [I32]));
  writeFlags(flags.code);
  const numbers = handlerNumbers(handlers);
  const decoder = writeDecoder(module, numbers, imports);
  const find = writeFind(module, decoder.block);
  const fault = module.function(module.type([I64, I32, I32, I32], []));
  writeFault(fault.code);
  const shared: Shared = { imports, flags: flags.number, find, link: decoder.link, fault: fault.number };

  const run = module.function(module.type([I32, I32], [I32]));
  const functions: number[] = [];
  const t = new InterpreterEmitter(shared, checked);
  const inline = handlers.filter(isInline).length;
  {
    const { code } = run;
    const loop = code.loop();
    const otherwise = code.block();
    const cases: Label[] = [];
    for (let index = 0; index < FIRST_HANDLER + inline; index++) cases.push(code.block());
    emit(code, field(Memory.i32Load16U, HANDLER));
    code.brTable([...cases].reverse(), otherwise);
    t.open(code, loop);
    for (let number = 0; number < FIRST_HANDLER + inline; number++) {
      code.end();
      if (number < FIRST_HANDLER) writeSpecial(code, number, loop, imports, find, translated);
      else writeHandler(t, handlers[number - FIRST_HANDLER]!);
    }
    code.end(otherwise);
    emit(code, OP);
    emit(code, field(Memory.i32Load16U, HANDLER));
    code.callIndirect(type);
    code.tee(0);
    code.brIf(loop);
    code.i32(0);
    code.op(Op.return);
    code.end(loop);
    code.op(Op.unreachable);
  }
  for (const [index, handler] of handlers.entries()) {
    if (index < inline) continue;
    const { number, code } = module.function(type);
    functions.push(number);
    t.open(code);
    writeHandler(t, handler);
    code.op(Op.unreachable);
  }
  module.element(FIRST_HANDLER + inline, functions);
  module.export('function', 'run', run.number);
  module.export('function', 'flags', flags.number);
  module.export('function', 'find', find);
  exportDecoder(module, decoder);
  module.export('function', 'fault', fault.number);
  module.export('table', 'table', table);
  return module.encode();
}

/** The first entry of the table that a translated function may have. */
export const firstTranslated = (): number => FIRST_HANDLER + listHandlers().length;
