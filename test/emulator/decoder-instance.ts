/** The decoder without the interpreter. */

import { type DecoderExports } from '../../emulator/cpu/interpreter/code-cache.ts';
import { generateDecoder } from '../../emulator/cpu/interpreter/block-generator.ts';
import { type HandlerNumbers, handlerNumbers, listHandlers } from '../../emulator/cpu/interpreter/handlers.ts';
import { IMPORTS } from '../../emulator/cpu/interpreter/runtime.ts';
import type { GuestMemory } from '../../emulator/memory/guest-memory.ts';
import { wasm } from '../../emulator/wasm/engine.ts';

/** The numbers of the interpreter's handlers. */
export const NUMBERS: HandlerNumbers = handlerNumbers(listHandlers());
const module = new wasm.Module(generateDecoder(NUMBERS));

/** The decoder for code in a memory. It is to be given a `CodeCache` before it makes blocks. */
export function decoderOf({ memory }: GuestMemory): DecoderExports & { readonly block: (address: number) => number } {
  const functions = Object.fromEntries(Object.keys(IMPORTS).map((name) => [name, () => 0]));
  return new wasm.Instance(module, { emulator: { memory, ...functions } }).exports as unknown as DecoderExports & { readonly block: (address: number) => number };
}
