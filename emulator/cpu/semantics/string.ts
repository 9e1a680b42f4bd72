/**
 * String instructions. Repeated ones work element by element, and registers tell at every fault how far they came; where nothing can
 * fault and nothing overlaps, moves and fills are one instruction of WebAssembly.
 */

import { type Emitter, RAX, RBX, RCX, RDI, READ, RSI, WRITE } from '../emit/emitter.ts';
import { type Node, add, and, emit, eq, eqz, extendU, geU, gtS, i32, i64, ltU, mul, ne, select, sub, wrap } from '../emit/expression.ts';
import { typeOf, wordOf } from '../emit/flags.ts';
import { I32, Memory } from '../../wasm/opcodes.ts';
import { ARITHMETIC_FLAGS, DIRECTION, OTHER_FLAGS } from '../state.ts';
import type { SemanticsTable } from './semantics.ts';

/** A register of addresses or counts as 64 bits. */
const pointer = (t: Emitter, register: number): Node => extendU(t.general(register, t.addressSize));
const setPointer = (t: Emitter, register: number, value: Node): void =>
  t.setGeneral(register, t.addressSize, t.addressSize === 8 ? value : wrap(value));
const directionSet = (t: Emitter): Node => and(t.state(Memory.i32Load, I32, OTHER_FLAGS), i32(DIRECTION));

/** How far the pointers go for each element, kept. */
const stepOf = (t: Emitter, size: number): Node => t.let(select(directionSet(t), i64(-size), i64(size)));

interface Transfer {
  readonly size: number;
  readonly step: Node;
}

const advance = (t: Emitter, register: number, { step }: Transfer): void => setPointer(t, register, add(pointer(t, register), step));
const countDown = (t: Emitter): void => setPointer(t, RCX, sub(pointer(t, RCX), i64(1)));
const sourceIndex = (t: Emitter, size: number): Node => t.indexOf(add(pointer(t, RSI), t.segmentBase()), size, READ);

/** A loop of an instruction that is repeated by count alone. */
function byCount(t: Emitter, size: number, element: (transfer: Transfer) => void): void {
  const transfer = { size, step: stepOf(t, size) };
  if (t.repeat === 0) {
    element(transfer);
    return;
  }
  const { code } = t;
  const out = code.block();
  const again = code.loop();
  emit(code, eqz(pointer(t, RCX)));
  code.brIf(out);
  element(transfer);
  countDown(t);
  code.br(again);
  code.end(again);
  code.end(out);
}

/** How many bytes are to be moved, where that is fewer than 2^31: an i32, and -1 for more. */
function bytesOf(t: Emitter, size: number): Node {
  const count = t.let(pointer(t, RCX));
  return t.let(select(ltU(count, i64(0x7ffffff)), wrap(mul(count, i64(size))), i32(-1)));
}

/** Whether it goes upwards, by some bytes and not too many. Where it is none, no register is written, not even its upper half. */
const isSome = (t: Emitter, bytes: Node): Node => and(eqz(directionSet(t)), gtS(bytes, i32(0)));

function move(t: Emitter): void {
  const size = t.form.sizeRule === 'byte' ? 1 : t.size;
  const slow = (): void =>
    byCount(t, size, (transfer) => {
      const source = sourceIndex(t, size);
      const destination = t.indexOf(pointer(t, RDI), size, WRITE);
      t.storeMemory(size, destination, t.loadMemory(size, source));
      advance(t, RSI, transfer);
      advance(t, RDI, transfer);
    });
  if (t.repeat === 0 || t.checked) {
    slow();
    return;
  }
  const bytes = bytesOf(t, size);
  const source = t.indexOf(add(pointer(t, RSI), t.segmentBase()), 1, READ);
  const destination = t.indexOf(pointer(t, RDI), 1, WRITE);
  // Upwards into what is still to be read, elements are repeated: no move does that.
  const isPlain = and(isSome(t, bytes), geU(sub(destination, source), bytes));
  t.if(
    isPlain,
    () => {
      emit(t.code, destination);
      emit(t.code, source);
      emit(t.code, bytes);
      t.code.memoryCopy();
      setPointer(t, RSI, add(pointer(t, RSI), extendU(bytes)));
      setPointer(t, RDI, add(pointer(t, RDI), extendU(bytes)));
      setPointer(t, RCX, i64(0));
    },
    slow,
  );
}

function store(t: Emitter): void {
  const size = t.form.sizeRule === 'byte' ? 1 : t.size;
  const slow = (): void =>
    byCount(t, size, (transfer) => {
      t.storeMemory(size, t.indexOf(pointer(t, RDI), size, WRITE), t.general(RAX, size));
      advance(t, RDI, transfer);
    });
  if (t.repeat === 0 || t.checked) {
    slow();
    return;
  }
  const bytes = bytesOf(t, size);
  const low = t.let(t.general(RAX, 1));
  const value = t.general(RAX, size);
  // A fill is of one byte: of larger elements it must be the same in all of them.
  const spread = size === 1 ? i32(1) : size === 8 ? eq(value, mul(extendU(low), i64(0x01010101, 0x01010101))) : eq(value, mul(low, i32(size === 4 ? 0x01010101 : 0x0101)));
  t.if(
    and(isSome(t, bytes), spread),
    () => {
      emit(t.code, t.indexOf(pointer(t, RDI), 1, WRITE));
      emit(t.code, low);
      emit(t.code, bytes);
      t.code.memoryFill();
      setPointer(t, RDI, add(pointer(t, RDI), extendU(bytes)));
      setPointer(t, RCX, i64(0));
    },
    slow,
  );
}

function loadString(t: Emitter): void {
  const size = t.form.sizeRule === 'byte' ? 1 : t.size;
  byCount(t, size, (transfer) => {
    t.setGeneral(RAX, size, t.loadMemory(size, sourceIndex(t, size)));
    advance(t, RSI, transfer);
  });
}

/** Comparisons end too when the zero flag is not as the prefix wants it. */
function comparison(t: Emitter, scan: boolean): void {
  const size = t.form.sizeRule === 'byte' ? 1 : t.size;
  const transfer = { size, step: stepOf(t, size) };
  const type = typeOf(size);
  const a = t.variable(type);
  const b = t.variable(type);
  const compareOne = (): void => {
    const source = scan ? undefined : sourceIndex(t, size);
    const destination = t.indexOf(pointer(t, RDI), size, READ);
    t.assign(a, source ? t.loadMemory(size, source) : t.general(RAX, size));
    t.assign(b, t.loadMemory(size, destination));
    if (!scan) advance(t, RSI, transfer);
    advance(t, RDI, transfer);
  };
  if (t.repeat === 0) {
    compareOne();
    t.flagsSubtract(size, a, b);
    return;
  }
  // Where a later element can fail, flags are the state's after each.
  const commits = t.checked;
  const wanted = t.wants(ARITHMETIC_FLAGS) && !commits;
  const word = t.variable(I32);
  if (commits) t.commitFlags();
  if (wanted) t.assign(word, t.flagWord(ARITHMETIC_FLAGS & t.live));
  const { code } = t;
  const out = code.block();
  emit(code, eqz(pointer(t, RCX)));
  code.brIf(out);
  const again = code.loop();
  compareOne();
  countDown(t);
  if (commits) {
    t.flagsSubtract(size, a, b);
    t.commitFlags();
  }
  const goesOn = and(ne(pointer(t, RCX), i64(0)), t.repeat === 1 ? eq(a, b) : ne(a, b));
  emit(code, goesOn);
  code.brIf(again);
  code.end(again);
  if (wanted) {
    const source = { kind: 'subtract', size, a, b } as const;
    t.assign(word, wordOf(() => source, ARITHMETIC_FLAGS & t.live));
  }
  code.end(out);
  if (wanted) t.flagsWord(ARITHMETIC_FLAGS, word);
}

/** AL from a table at RBX. */
function translate(t: Emitter): void {
  const address = add(pointer(t, RBX), extendU(t.general(RAX, 1)));
  const within = t.addressSize === 8 ? address : and(address, i64(-1, 0));
  t.setGeneral(RAX, 1, t.loadMemory(1, t.indexOf(add(within, t.segmentBase()), 1, READ)));
}

/** By name. */
export const STRINGS: SemanticsTable = {
  movs: move,
  stos: store,
  lods: loadString,
  cmps: (t) => comparison(t, false),
  scas: (t) => comparison(t, true),
  xlat: translate,
};
