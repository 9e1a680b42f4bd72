/**
 * How translated code goes from one function to another: a module of two functions, compiled for speed, which translated code calls. Its exports are
 *
 *     find(address)   the code of an address in 64 bits; 0 where there is none, with the reason in the state
 *     goTo(address, depth, back)  runs what is at an address in 64 bits, translated or not, until it returns to `back`; returns where to go on, as
 *                     translated functions do
 */

import { type Node, add, and, call, emit, eq, eqz, gtS, i32, i64, load, local, ne, or, shl, shrU, wrap } from '../emit/expression.ts';
import { EXIT_ADDRESS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_PAGE_FAULT, EXIT_REASON, INSTRUCTION_POINTER, RUN_DEPTH } from '../state.ts';
import { CODE_MAP, MEMORY_PAGES, PAGE_SHIFT, PERMISSION_EXECUTE, REBASE } from '../../memory/layout.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory, Op } from '../../wasm/opcodes.ts';
import { HANDLER_ENTER } from './handlers.ts';
import { HANDLER, SLOT } from './micro-op.ts';
import { STATE_INDEX } from './runtime.ts';

/** How deep calls of translated functions may be; an inner run of the interpreter counts as many as RUN_WEIGHT. */
export const DEPTH_LIMIT = 1200;
export const RUN_WEIGHT = 24;

/** How many translated functions there is room for. */
export const TRANSLATED_FUNCTIONS = 16384;

const at = (offset: number): number => STATE_INDEX + offset;

/** Writes a field of the state. */
export function storeState(code: FunctionBuilder, instruction: number, offset: number, value: Node): void {
  code.i32(0);
  emit(code, value);
  code.memory(instruction, at(offset));
}

/** Finds code: two look-ups, and a question to the decoder where they find nothing. */
export function writeFind(code: FunctionBuilder, decode: number): void {
  const address = local(0, I64);
  const page = code.local(I32);
  const found = code.local(I32);
  emit(code, ne(shrU(address, i64(32)), i64(0)));
  const beyond = code.if();
  storeState(code, Memory.i64Store, INSTRUCTION_POINTER, address);
  storeState(code, Memory.i64Store, EXIT_ADDRESS, address);
  // Of an address that is none in 48 bits, the jump itself fails.
  const canonical = eqz(or(shrU(add(address, i64(0, 0x8000)), i64(48)), i64(0)));
  emit(code, canonical);
  const fault = code.if();
  storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_PAGE_FAULT));
  storeState(code, Memory.i32Store, EXIT_DETAIL, i32(PERMISSION_EXECUTE));
  code.else();
  storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_EXCEPTION));
  storeState(code, Memory.i32Store, EXIT_DETAIL, i32(13));
  code.end(fault);
  code.i32(0);
  code.op(Op.return);
  code.end(beyond);
  emit(code, load(Memory.i32Load, I32, shl(wrap(shrU(address, i64(PAGE_SHIFT))), i32(2)), CODE_MAP - REBASE));
  code.tee(page);
  const mapped = code.if();
  emit(code, load(Memory.i32Load, I32, add(local(page, I32), shl(and(wrap(address), i32(0xfff)), i32(2)))));
  code.tee(found);
  const known = code.if();
  code.get(found);
  code.op(Op.return);
  code.end(known);
  code.end(mapped);
  emit(code, wrap(address));
  code.call(decode);
}

/** Runs what is at an address for translated code. */
function writeGoTo(code: FunctionBuilder, find: number, run: number, translated: number): void {
  const address = local(0, I64);
  const depth = local(1, I32);
  const back = local(2, I32);
  const found = code.local(I32);
  const before = code.local(I32);
  emit(code, call(find, I32, [address]));
  code.tee(found);
  code.op(Op.i32Eqz);
  const nowhere = code.if();
  code.i32(0);
  code.op(Op.return);
  code.end(nowhere);
  emit(code, eq(load(Memory.i32Load16U, I32, local(found, I32), HANDLER), i32(HANDLER_ENTER)));
  const enters = code.if();
  emit(code, depth);
  emit(code, back);
  emit(code, load(Memory.i32Load, I32, local(found, I32), SLOT));
  code.returnCallIndirect(translated);
  code.end(enters);
  // Whoever runs the caller can as well go on with it; or there is no room for another run.
  emit(code, load(Memory.i32Load, I32, i32(0), at(RUN_DEPTH)));
  code.tee(before);
  emit(code, depth);
  code.op(Op.i32Eq);
  emit(code, gtS(depth, i32(DEPTH_LIMIT - RUN_WEIGHT)));
  code.op(Op.i32Or);
  const returns = code.if();
  emit(code, wrap(address));
  code.op(Op.return);
  code.end(returns);
  storeState(code, Memory.i32Store, RUN_DEPTH, add(depth, i32(RUN_WEIGHT)));
  emit(code, call(run, I32, [local(found, I32), back]));
  code.set(found);
  storeState(code, Memory.i32Store, RUN_DEPTH, local(before, I32));
  code.get(found);
}

/** The module's bytes; it imports the memory, a table of that many entries, and the interpreter's `run` and its question to the decoder. */
export function generateLinker(tableSize: number): Uint8Array {
  const module = new ModuleBuilder();
  module.importMemory('emulator', 'memory', { initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
  const decode = module.importFunction('emulator', 'decode', module.type([I32], [I32]));
  const run = module.importFunction('emulator', 'run', module.type([I32, I32], [I32]));
  module.importTable('emulator', 'table', { initial: tableSize });
  const find = module.function(module.type([I64], [I32]));
  writeFind(find.code, decode);
  const goTo = module.function(module.type([I64, I32, I32], [I32]));
  writeGoTo(goTo.code, find.number, run, module.type([I32, I32], [I32]));
  module.export('function', 'find', find.number);
  module.export('function', 'goTo', goTo.number);
  return module.encode();
}
