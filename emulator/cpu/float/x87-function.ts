/** The x87 as a function that generated code can import: the simple cases in WebAssembly, and what they hand on. */

import type { GuestMemory } from '../../memory/guest-memory.ts';
import { builtModule } from '../../wasm/built.ts';
import { type WasmModule, wasm } from '../../wasm/engine.ts';
import { generateFastX87 } from './fast-x87.ts';

/** What `execute` of an X87 is; here addresses may be signed. */
export type Execute = (form: number, address: number, register: number, size: number) => number;

let compiled: WasmModule | undefined;

/** The function that does what `slow` does, for the same memory. Its module is as the build has written it, or is written now. */
export function x87Function(memory: GuestMemory, slow: Execute): Execute {
  if (!compiled) {
    compiled = new wasm.Module(builtModule(new URL('./x87.wasm', import.meta.url), generateFastX87));
  }
  const instance = new wasm.Instance(compiled, { emulator: { memory: memory.memory, slow } });
  return instance.exports['x87'] as Execute;
}
