/** Writes one handler, wherever it goes. */

import { SEMANTICS } from '../semantics/registry.ts';
import { ARITHMETIC_FLAGS } from '../state.ts';
import { MEMORY_NONE, MEMORY_PLAIN, type Handler } from './handlers.ts';
import type { InterpreterEmitter } from './interpreter-emitter.ts';

/** Writes what a handler does. */
export function writeHandler(t: InterpreterEmitter, handler: Handler): void {
  t.form = handler.form;
  t.size = handler.size;
  t.isMemory = handler.memory !== MEMORY_NONE;
  t.isPlain = handler.memory === MEMORY_PLAIN;
  t.live = handler.flags ? ARITHMETIC_FLAGS : 0;
  t.repeat = handler.repeat;
  t.addressSize = handler.addressSize;
  t.begin();
  SEMANTICS[handler.form.id]!(t);
  t.end();
}
