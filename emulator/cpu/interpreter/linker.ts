/**
 * How translated code goes from one function to another: a module of two functions, compiled for speed, which translated code calls. Its exports are
 *
 *     find(address)   the code of an address in 64 bits; 0 where there is none, with the reason in the state
 *     goTo(address, depth, back)  runs what is at an address in 64 bits, translated or not, until it returns to `back`; returns where to go on, as
 *                     translated functions do
 *
 * and what the runtime and the interpreter have for translated code, as `TRANSLATED_IMPORTS` has them.
 */

import { type Node, add, and, call, emit, eq, eqz, gtS, i32, i64, load, local, ltU, ne, shl, shrU, wrap } from '../emit/expression.ts';
import { EXIT_ADDRESS, EXIT_DETAIL, EXIT_EXCEPTION, EXIT_PAGE_FAULT, EXIT_REASON, INSTRUCTION_POINTER, RUN_DEPTH } from '../state.ts';
import { CODE_MAP, PAGE_SHIFT, PERMISSION_EXECUTE, REBASE } from '../../memory/layout.ts';
import { FunctionWriter } from '../float/function-writer.ts';
import type { FunctionBuilder } from '../../wasm/function-builder.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory, Op, V128 } from '../../wasm/opcodes.ts';
import { HANDLER_ENTER } from './handlers.ts';
import { BLOCK_CHAIN, ENTRY_SHIFT, LONGEST_CHAIN, MAP_SIZE } from './decoder-memory.ts';
import { ADDRESS, HANDLER, SLOT } from './micro-op.ts';
import { STATE_INDEX, TRANSLATED_IMPORTS, type TranslatedImport, importRuntime } from './runtime.ts';

/** How deep calls of translated functions may be, whose frames take up to a kilobyte of the stack that Node has; an inner run of the interpreter counts as many as RUN_WEIGHT. */
export const DEPTH_LIMIT = 900;
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

/** The index of the map of the page of an address (in 32 bits), or 0. */
export const mapOf = (address: Node): Node => load(Memory.i32Load, I32, shl(shrU(address, i32(PAGE_SHIFT)), i32(2)), CODE_MAP - REBASE);

/** Where in its page's map the entry of an address is. */
export const entryOffset = (address: Node): Node => shl(and(shrU(address, i32(ENTRY_SHIFT)), i32(MAP_SIZE / 4 - 1)), i32(2));

/** Returns the head of the block at an address (in 32 bits), if there is one. */
export function writeLookUp(w: FunctionWriter, address: Node): void {
  const head = w.let(mapOf(address));
  const steps = w.let(i32(0));
  w.if(head, () => {
    w.set(head, load(Memory.i32Load, I32, add(head, entryOffset(address))));
    w.block((none) => {
      w.loop((again) => {
        none(eqz(head));
        w.if(eq(load(Memory.i32Load, I32, head, ADDRESS), address), () => w.return(head));
        w.set(head, load(Memory.i32Load, I32, head, BLOCK_CHAIN));
        w.set(steps, add(steps, i32(1)));
        again(ltU(steps, i32(LONGEST_CHAIN)));
      });
    });
  });
}

/** Finds code: looks into the map of its page, and asks the decoder where it is not there. Returns the function's number. */
export function writeFind(module: ModuleBuilder, decode: number): number {
  const w = new FunctionWriter(module, [I64], [I32]);
  const { code } = w;
  const address = local(0, I64);
  w.if(ne(shrU(address, i64(32)), i64(0)), () => {
    storeState(code, Memory.i64Store, INSTRUCTION_POINTER, address);
    storeState(code, Memory.i64Store, EXIT_ADDRESS, address);
    // Of an address that is none in 48 bits, the jump itself fails.
    w.if(
      eqz(shrU(add(address, i64(0, 0x8000)), i64(48))),
      () => {
        storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_PAGE_FAULT));
        storeState(code, Memory.i32Store, EXIT_DETAIL, i32(PERMISSION_EXECUTE));
      },
      () => {
        storeState(code, Memory.i32Store, EXIT_REASON, i32(EXIT_EXCEPTION));
        storeState(code, Memory.i32Store, EXIT_DETAIL, i32(13));
      },
    );
    w.return(i32(0));
  });
  const low = w.let(wrap(address));
  writeLookUp(w, low);
  code.get(low.low);
  code.returnCall(decode);
  return w.number;
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
  emit(code, address);
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

/** The module's bytes; it imports the memory, a table, and the interpreter's `run` and `block`. */
export function generateLinker(): Uint8Array {
  const module = new ModuleBuilder();
  const imports = importRuntime(module);
  const flags = module.importFunction('emulator', 'flags', module.type([], [I32]));
  const fault = module.importFunction('emulator', 'fault', module.type([I64, I32, I32, I32], []));
  const block = module.importFunction('emulator', 'block', module.type([I32], [I32]));
  const run = module.importFunction('emulator', 'run', module.type([I32, I32], [I32]));
  module.importTable('emulator', 'table', { initial: 0 });
  const find = writeFind(module, block);
  const translated = module.type([I64, I32, I32], [I32]);
  const goTo = module.function(translated);
  writeGoTo(goTo.code, find, run, translated);
  for (const [name, [parameters, results]] of Object.entries(TRANSLATED_IMPORTS)) {
    const { number, code } = module.function(module.type(parameters, results));
    for (const [index, type] of parameters.entries()) if (type !== V128) code.get(index);
    code.returnCall({ ...imports, flags, find, fault }[name as TranslatedImport]);
    module.export('function', name, number);
  }
  module.export('function', 'goTo', goTo.number);
  return module.encode();
}
