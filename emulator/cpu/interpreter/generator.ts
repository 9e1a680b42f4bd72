/**
 * Writes the interpreter: a WebAssembly module made from the semantics of all instructions. Its exports are
 *
 *     run(op, stop)   interprets from a micro-op's index on; returns 0 when there is a reason to leave, which is in the state, or `stop`
 *                     where a return went to that address
 *     runAlone(op, stop)  as `run`, with more handlers in its loop
 *     flags()         the arithmetic flags, as RFLAGS has them
 *     find(address)   the code of an address in 64 bits; 0 where there is none, with the reason in the state
 *     records, block, code  see `DecoderFunctions`
 *     fault(address, size, wanted, instruction)  notes that an access failed
 *     table           its handlers, and translated functions behind them
 */

import { add, and, call, emit, eqz, extendS, extendU, i32, i64, load, local, ne, shrU, sub, wrap } from '../emit/expression.ts';
import { type FlagSource, wordOf } from '../emit/flags.ts';
import {
  ARITHMETIC_FLAGS, EXIT_ADDRESS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_PAGE_FAULT, EXIT_REASON, FLAG_FIRST, FLAG_KIND, FLAG_SECOND, INSTRUCTION_POINTER,
} from '../state.ts';
import { PAGE_SHIFT, PERMISSION_TABLE, REBASE } from '../../memory/layout.ts';
import type { FunctionBuilder, Label } from '../../wasm/function-builder.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory, Op } from '../../wasm/opcodes.ts';
import { FIRST_HANDLER, HANDLER_BLOCK, handlerNumbers, listHandlers, nameOf } from './handlers.ts';
import { exportDecoder, writeDecoder } from './block-generator.ts';
import { TRANSLATED_FUNCTIONS, storeState, writeFind } from './linker.ts';
import { writeHandler } from './handler-writer.ts';
import { InterpreterEmitter, type Shared } from './interpreter-emitter.ts';
import { LoopEmitter } from './loop-emitter.ts';
import { writeLoop } from './loop-generator.ts';
import { STATE_INDEX, importRuntime } from './runtime.ts';

const at = (offset: number): number => STATE_INDEX + offset;

/** What the flags are told by, in the order of FLAGS_*; nothing for the flags themselves. */
const SOURCES: readonly (FlagSource['kind'] | undefined)[] = [undefined, 'add', 'subtract', 'logic', 'left', 'right', 'signed', 'multiply'];

/** The arithmetic flags from how they are told in the state. */
function writeFlags(code: FunctionBuilder): void {
  const told = load(Memory.i32Load, I32, i32(0), at(FLAG_KIND));
  const done = code.block(I32);
  const cases: Label[] = [];
  for (let index = 0; index < SOURCES.length * 4; index++) cases.push(code.block());
  emit(code, told);
  // The last opened is the first to end: kind 0 has it.
  code.brTable([...cases].reverse(), cases[0]!);
  for (let index = 0; index < SOURCES.length * 4; index++) {
    code.end();
    const size = 1 << (index & 3);
    const value = (offset: number) => {
      const instruction = [Memory.i32Load8U, Memory.i32Load16U, Memory.i32Load, Memory.i64Load][index & 3]!;
      return load(instruction, size === 8 ? I64 : I32, i32(0), at(offset));
    };
    const kind = SOURCES[index >> 2];
    if (!kind) {
      emit(code, and(load(Memory.i32Load, I32, i32(0), at(FLAG_FIRST)), i32(ARITHMETIC_FLAGS)));
    } else {
      const source: FlagSource = {
        kind,
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

/** Writes the interpreter; `checked` is the one that looks at permissions. */
export function generateInterpreter(checked: boolean): Uint8Array {
  const module = new ModuleBuilder();
  const imports = importRuntime(module);
  const type = module.type([I32], [I32]);
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
  const runAlone = module.function(module.type([I32, I32], [I32]));
  const callees = { find, handler: type, translated: module.type([I64, I32, I32], [I32]) };
  writeLoop(run.code, new LoopEmitter(shared, checked), handlers.filter(({ isCommon }) => isCommon), callees);
  writeLoop(runAlone.code, new LoopEmitter(shared, checked), handlers.filter(({ isInline }) => isInline), callees);
  const t = new InterpreterEmitter(shared, checked);
  // Heads come to their function when they are hot.
  const hot = module.function(type);
  emit(hot.code, call(imports.hot, I32, [local(0, I32)]));
  const alone = new Map<string, number>();
  const own = handlers.map((handler) => {
    if (handler.jump || handler.second) return 0;
    const { number, code } = module.function(type);
    t.open(code);
    writeHandler(t, handler);
    code.op(Op.unreachable);
    if (handler.isInline) alone.set(nameOf(handler), number);
    return number;
  });
  // What else a handler does in the loop, its function leaves to others.
  const functions = handlers.map((handler, index) => own[index]! || alone.get(nameOf({ ...handler, jump: undefined }))!);
  module.element(HANDLER_BLOCK, [hot.number]);
  module.element(FIRST_HANDLER, functions);
  module.export('function', 'run', run.number);
  module.export('function', 'runAlone', runAlone.number);
  module.export('function', 'flags', flags.number);
  module.export('function', 'find', find);
  exportDecoder(module, decoder);
  module.export('function', 'fault', fault.number);
  module.export('table', 'table', table);
  return module.encode();
}

/** The first entry of the table that a translated function may have. */
export const firstTranslated = (): number => FIRST_HANDLER + listHandlers().length;
