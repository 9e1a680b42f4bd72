/**
 * What the x87 does most of the time, as WebAssembly: it stands before `X87.execute` with the same arguments, and hands on all that is not simple.
 *
 * Simple is: no exception is unmasked or pending; rounding is to nearest and to 64 bits where there is something to round; registers are
 * empty or not as they should be; and numbers are normal ones, before and after, or are zeros where that needs no thought.
 *
 * In the functions here a number is a mantissa (i64) and its sign and exponent (i32), as a register has them.
 */

import { indexOf } from '../../memory/guest-memory.ts';
import { CPU_STATE, GUEST_TOP, LOWEST_ADDRESS, MEMORY_PAGES, PERMISSION_READ, PERMISSION_TABLE, PERMISSION_WRITE, REBASE } from '../../memory/layout.ts';
import { ModuleBuilder } from '../../wasm/module-builder.ts';
import { I32, I64, Memory, Op } from '../../wasm/opcodes.ts';
import { type Node, add, and, call, eq, eqz, extendU, geU, gtU, i32, i64, load, ltS, ltU, ne, or, select, shl, shrU, sub, wrap, xor } from '../emit/expression.ts';
import { FORMS, type Form } from '../forms.ts';
import {
  CARRY,
  FLAGS_BITS,
  FLAG_FIRST,
  FLAG_KIND,
  INSTRUCTION_POINTER,
  X87_CONTROL,
  X87_INSTRUCTION,
  X87_OPCODE,
  X87_OPERAND,
  X87_STATUS,
  X87_TAGS,
  ZERO,
} from '../state.ts';
import { writeArithmetic } from './fast-arithmetic.ts';
import { FormWriter, PARAMETERS, PENDING, REGISTERS, SIGNATURE, type Shared, byte, half } from './fast-form.ts';
import { FunctionWriter } from './function-writer.ts';
import { CONSTANT_VALUES } from './transcendental.ts';
import * as op from './x87-operations.ts';
import { C0, C1, C2, C3 } from './x87-stack.ts';

const STATE = indexOf(CPU_STATE);
/** Bits of the status word, and of the control word. */
const BUSY = 0x8000;
const MASKS = 0x3f;
const ROUNDING = 0xc00;
const PRECISION = 0x300;
const CODE_SELECTOR = 0x33;

/** Whether a number is zero. */
const isZeroNumber = (mantissa: Node, exponent: Node): Node => eqz(or(mantissa, extendU(and(exponent, i32(0x7fff)))));

function writeArithmeticForm(w: FormWriter, shared: Shared, operation: number, place: number, toOther: boolean, pops: number): void {
  w.begin(MASKS | ROUNDING | PRECISION, MASKS | PRECISION);
  w.slowIf(eqz(w.isFull(i32(0))));
  const own = w.let(w.at(i32(0)));
  let destination = own;
  let first: [Node, Node];
  let second: [Node, Node];
  if (place === op.PLACE_STACK) {
    w.slowIf(eqz(w.isFull(w.register)));
    const other = w.let(w.at(w.register));
    const of = (at: Node): [Node, Node] => [w.let(w.mantissa(at)), w.let(w.exponent(at))];
    first = of(toOther ? other : own);
    second = of(toOther ? own : other);
    if (toOther) destination = other;
  } else {
    second = w.fromMemory(place);
    first = [w.let(w.mantissa(own)), w.let(w.exponent(own))];
  }
  if (operation === op.FSUBR || operation === op.FDIVR) [first, second] = [second, first];
  if (operation === op.FSUB || operation === op.FSUBR) second = [second[0], xor(second[1], i32(0x8000))];
  const callee = operation === op.FMUL ? shared.multiply : operation === op.FDIV || operation === op.FDIVR ? shared.divide : shared.add;
  w.slowIf(eqz(call(callee, I32, [...first, ...second, destination])));
  w.remember();
  if (pops === 0) w.done();
  else w.finish(half(X87_STATUS), pops);
}

/** FST and FSTP to memory as binary32 or binary64. */
function writeStore(w: FormWriter, isDouble: boolean, pops: number): void {
  w.begin(MASKS | ROUNDING, MASKS);
  w.slowIf(eqz(w.isFull(i32(0))));
  w.reach(isDouble ? 8 : 4, PERMISSION_WRITE);
  const at = w.let(w.at(i32(0)));
  const mantissa = w.let(w.mantissa(at));
  const exponent = w.let(w.exponent(at));
  const sign = w.let(shrU(exponent, i32(15)));
  const highest = isDouble ? 0x7ff : 0xff;
  const cut = isDouble ? 11 : 40;
  const biased = w.let(sub(and(exponent, i32(0x7fff)), i32(16383 - (isDouble ? 1023 : 127))));
  const write = (value: Node): void => {
    if (isDouble) w.keep(Memory.i64Store, or(value, shl(extendU(sign), i64(63))));
    else w.keep(Memory.i64Store32, or(value, shl(extendU(sign), i64(31))));
  };
  w.if(isZeroNumber(mantissa, exponent), () => {
    write(i64(0));
    w.remember();
    w.finish(and(w.status, i32(~C1)), pops);
  });
  // The leading bit adds one to the exponent, and so does a carry of rounding.
  w.slowIf(or(geU(sub(biased, i32(1)), i32(highest - 1)), gtS64(mantissa)));
  const kept = w.let(shrU(mantissa, i64(cut)));
  const rest = w.let(shl(mantissa, i64(64 - cut)));
  const up = w.let(goesUp(rest, kept));
  const result = w.let(add(add(kept, extendU(up)), shl(extendU(sub(biased, i32(1))), i64(63 - cut))));
  w.slowIf(geU(wrap(shrU(result, i64(63 - cut))), i32(highest)));
  write(result);
  w.remember();
  w.finish(roundedStatus(w.status, rest, up), pops);
}

/** Whether a mantissa has its top bit clear. */
const gtS64 = (mantissa: Node): Node => eqz(ltS(mantissa, i64(0)));

/** To nearest: whether a rest, of which the top bit is half of the last kept one, makes it go up. */
const goesUp = (rest: Node, kept: Node): Node =>
  or(gtU(rest, i64(0, 0x80000000 | 0)), and(eq(rest, i64(0, 0x80000000 | 0)), wrap(and(kept, i64(1)))));

const roundedStatus = (status: Node, rest: Node, up: Node): Node =>
  or(or(and(status, i32(~C1)), shl(ne(rest, i64(0)), i32(5))), shl(up, i32(9)));

/** fist, fistp and fisttp. */
function writeStoreInteger(w: FormWriter, bits: number, truncates: boolean, pops: number): void {
  w.begin(MASKS, MASKS);
  w.slowIf(eqz(w.isFull(i32(0))));
  const rounding = w.let(truncates ? i32(ROUNDING) : and(half(X87_CONTROL), i32(ROUNDING)));
  w.slowIf(and(ne(rounding, i32(0)), ne(rounding, i32(ROUNDING))));
  w.reach(bits / 8, PERMISSION_WRITE);
  const at = w.let(w.at(i32(0)));
  const mantissa = w.let(w.mantissa(at));
  const exponent = w.let(w.exponent(at));
  const code = bits === 16 ? Memory.i64Store16 : bits === 32 ? Memory.i64Store32 : Memory.i64Store;
  w.if(isZeroNumber(mantissa, exponent), () => {
    w.keep(code, i64(0));
    w.remember();
    w.finish(and(w.status, i32(~C1)), pops);
  });
  // From a half to less than 2^62.
  const shift = w.let(sub(i32(63 + 16383), and(exponent, i32(0x7fff))));
  w.slowIf(or(geU(sub(shift, i32(2)), i32(63)), gtS64(mantissa)));
  const all = eq(shift, i32(64));
  const kept = w.let(select(all, i64(0), shrU(mantissa, extendU(shift))));
  const rest = w.let(select(all, mantissa, shl(mantissa, extendU(sub(i32(64), shift)))));
  const up = w.let(and(eqz(rounding), goesUp(rest, kept)));
  const magnitude = w.let(add(kept, extendU(up)));
  if (bits < 64) w.slowIf(gtU(magnitude, i64(2 ** (bits - 1) - 1)));
  w.keep(code, select(shrU(exponent, i32(15)), sub(i64(0), magnitude), magnitude));
  w.remember();
  w.finish(roundedStatus(w.status, rest, up), pops);
}

function writeCompare(w: FormWriter, shared: Shared, place: number, toFlags: boolean, register: Node, pops: number): void {
  w.begin(MASKS, MASKS);
  w.slowIf(eqz(w.isFull(i32(0))));
  let second: [Node, Node];
  if (place === op.PLACE_STACK) {
    w.slowIf(eqz(w.isFull(register)));
    const other = w.let(w.at(register));
    second = [w.mantissa(other), w.exponent(other)];
  } else second = w.fromMemory(place);
  const own = w.let(w.at(i32(0)));
  // 0 greater, 1 less, 2 equal.
  const relation = w.let(call(shared.compare, I32, [w.mantissa(own), w.exponent(own), ...second]));
  w.slowIf(ltS(relation, i32(0)));
  w.remember();
  const bits = (less: number, equal: number): Node => select(eq(relation, i32(1)), i32(less), select(relation, i32(equal), i32(0)));
  if (toFlags) {
    w.store(Memory.i32Store, i32(0), i32(FLAGS_BITS), STATE + FLAG_KIND);
    w.store(Memory.i64Store, i32(0), extendU(bits(CARRY, ZERO)), STATE + FLAG_FIRST);
    w.finish(w.status, pops);
  } else w.finish(or(and(w.status, i32(~(C0 | C1 | C2 | C3))), bits(C0, C3)), pops);
}

function writeLoad(w: FormWriter, place: number): void {
  w.begin(MASKS, MASKS);
  w.room();
  if (place === op.PLACE_STACK) {
    w.slowIf(eqz(w.isFull(w.register)));
    const at = w.let(w.at(w.register));
    w.push(w.let(w.mantissa(at)), w.let(w.exponent(at)));
  } else if (place === op.PLACE_EXTENDED) {
    w.reach(10, PERMISSION_READ);
    w.push(w.let(w.fetch(Memory.i64Load, I64)), w.let(w.fetch(Memory.i32Load16U, I32, 8)));
  } else w.push(...w.fromMemory(place));
}

/** Copies ST(0) to a register, or as it is to memory. */
function writeCopy(w: FormWriter, toMemory: boolean, pops: number): void {
  w.begin(MASKS, MASKS);
  w.slowIf(eqz(w.isFull(i32(0))));
  const at = w.let(w.at(i32(0)));
  if (toMemory) {
    w.reach(10, PERMISSION_WRITE);
    w.keep(Memory.i64Store, w.mantissa(at));
    w.keep(Memory.i32Store16, w.exponent(at), 8);
  } else {
    w.put(w.let(w.at(w.register)), w.mantissa(at), w.exponent(at));
    const full = shl(i32(1), and(add(w.top, w.register), i32(7)));
    w.store(Memory.i32Store8, i32(0), or(byte(X87_TAGS), full), STATE + X87_TAGS);
  }
  w.remember();
  w.finish(and(w.status, i32(~C1)), pops);
}

function writeExchange(w: FormWriter): void {
  w.begin(MASKS, MASKS);
  w.slowIf(eqz(and(w.isFull(i32(0)), w.isFull(w.register))));
  const own = w.let(w.at(i32(0)));
  const other = w.let(w.at(w.register));
  const mantissa = w.let(w.mantissa(own));
  const exponent = w.let(w.exponent(own));
  w.put(own, w.mantissa(other), w.exponent(other));
  w.put(other, mantissa, exponent);
  w.remember();
  w.finish(and(w.status, i32(~C1)), 0);
}

function writeChangeSign(w: FormWriter, clear: boolean): void {
  w.begin(MASKS, MASKS);
  w.slowIf(eqz(w.isFull(i32(0))));
  const at = w.let(w.at(i32(0)));
  w.store(Memory.i32Store, at, clear ? and(w.exponent(at), i32(0x7fff)) : xor(w.exponent(at), i32(0x8000)), REGISTERS + 8);
  w.remember();
  w.finish(and(w.status, i32(~C1)), 0);
}

function writeControl(w: FormWriter, operation: number): void {
  w.status = w.let(half(X87_STATUS));
  if (operation === op.FNSTSW) {
    w.store(Memory.i32Store16, i32(0), w.status, STATE);
    w.done();
    return;
  }
  if (operation === op.FNSTCW) {
    w.reach(2, PERMISSION_WRITE);
    w.keep(Memory.i32Store16, half(X87_CONTROL));
    w.done();
    return;
  }
  w.slowIf(and(w.status, i32(PENDING)));
  if (operation === op.FLDCW) {
    w.reach(2, PERMISSION_READ);
    const value = w.let(w.fetch(Memory.i32Load16U, I32));
    w.slowIf(ne(and(value, i32(MASKS)), i32(MASKS)));
    w.store(Memory.i32Store16, i32(0), and(value, i32(0x1f7f)), STATE + X87_CONTROL);
    w.store(Memory.i32Store16, i32(0), or(half(X87_CONTROL), i32(0x40)), STATE + X87_CONTROL);
    w.setStatus(and(w.status, i32(~(PENDING | BUSY))));
  }
  w.done();
}

/** Writes the function of a form, if it has something simple. */
function writeForm(module: ModuleBuilder, shared: Shared, form: Form): number | undefined {
  const operation = op.OPERATION[form.id]!;
  const place = op.PLACE[form.id]!;
  const pops = op.POPS[form.id]!;
  const detail = op.DETAIL[form.id]!;
  const writer = (): FormWriter => new FormWriter(module, shared, form);
  let w: FormWriter;
  switch (operation) {
    case op.FADD:
    case op.FMUL:
    case op.FSUB:
    case op.FSUBR:
    case op.FDIV:
    case op.FDIVR:
      writeArithmeticForm((w = writer()), shared, operation, place, detail === 1, pops);
      break;
    case op.FLD:
      if (place === op.PLACE_DECIMAL) return undefined;
      writeLoad((w = writer()), place);
      break;
    case op.FST:
      w = writer();
      if (place === op.PLACE_SINGLE || place === op.PLACE_DOUBLE) writeStore(w, place === op.PLACE_DOUBLE, pops);
      else writeCopy(w, place === op.PLACE_EXTENDED, pops);
      break;
    case op.FIST:
    case op.FISTTP:
      writeStoreInteger((w = writer()), place === op.PLACE_WORD ? 16 : place === op.PLACE_INTEGER ? 32 : 64, operation === op.FISTTP, pops);
      break;
    case op.FCOM:
    case op.FUCOM:
      w = writer();
      writeCompare(w, shared, place, false, pops === 2 ? i32(1) : w.register, pops);
      break;
    case op.FCOMI:
    case op.FUCOMI:
      w = writer();
      writeCompare(w, shared, place, true, w.register, pops);
      break;
    case op.FXCH:
      writeExchange((w = writer()));
      break;
    case op.FCHS:
    case op.FABS:
      writeChangeSign((w = writer()), operation === op.FABS);
      break;
    case op.CONSTANT: {
      w = writer();
      w.begin(MASKS | ROUNDING, MASKS);
      w.room();
      const { low, high, top, nearestIsUp } = CONSTANT_VALUES[detail]!;
      w.push(i64(low + (nearestIsUp ? 1 : 0), high), i32(top));
      break;
    }
    case op.FNSTSW:
      if (place !== op.PLACE_AX) return undefined;
      writeControl((w = writer()), operation);
      break;
    case op.FNSTCW:
    case op.FLDCW:
    case op.FWAIT:
      writeControl((w = writer()), operation);
      break;
    default:
      return undefined;
  }
  w.end();
  return w.number;
}

/** Whether the pages of the first and the last byte have a permission. */
function writeReachable(module: ModuleBuilder): number {
  const w = new FunctionWriter(module, [I32, I32, I32], [I32]);
  const [address, length, permission] = [0, 1, 2].map((number) => w.parameter(number, I32)) as [Node, Node, Node];
  const last = w.let(sub(add(address, length), i32(1)));
  w.if(or(ltU(address, i32(LOWEST_ADDRESS)), or(geU(last, i32(GUEST_TOP)), ltU(last, address))), () => w.return(i32(0)));
  const at = (where: Node): Node => load(Memory.i32Load8U, I32, shrU(where, i32(12)), indexOf(PERMISSION_TABLE));
  w.return(ne(and(and(at(address), at(last)), permission), i32(0)));
  w.end();
  return w.number;
}

/** Notes where the instruction is, what it is, and, if it has one, where its operand is. */
function writeRemember(module: ModuleBuilder): number {
  const w = new FunctionWriter(module, [I32, I32], [I32]);
  const [hasOperand, address] = [w.parameter(0, I32), w.parameter(1, I32)];
  const pointer = w.let(load(Memory.i32Load, I32, i32(0), STATE + INSTRUCTION_POINTER));
  w.store(Memory.i64Store, i32(0), or(extendU(pointer), i64(0, CODE_SELECTOR << 16)), STATE + X87_INSTRUCTION);
  w.if(hasOperand, () => w.store(Memory.i64Store, i32(0), extendU(address), STATE + X87_OPERAND));
  // Prefixes come first: at most 14 bytes.
  const at = w.let(sub(pointer, i32(REBASE)));
  const end = w.let(add(at, i32(14)));
  w.loop((again) => {
    const code = w.let(load(Memory.i32Load8U, I32, at));
    w.if(eq(and(code, i32(0xf8)), i32(0xd8)), () => {
      w.store(Memory.i32Store16, i32(0), or(shl(and(code, i32(7)), i32(8)), load(Memory.i32Load8U, I32, at, 1)), STATE + X87_OPCODE);
      w.return(i32(0));
    });
    w.set(at, add(at, i32(1)));
    w.if(ltU(at, end), again);
  });
  w.return(i32(0));
  w.end();
  return w.number;
}

/** All of it is made from forms that lie together. */
const handled = FORMS.filter(({ id }) => op.OPERATION[id] !== 0).map(({ id }) => id);
const FIRST = Math.min(...handled);
const COUNT = Math.max(...handled) - FIRST + 1;

/** The module: it imports the memory and `slow`, which has what is not simple, and exports `x87`. */
export function generateFastX87(): Uint8Array {
  const module = new ModuleBuilder();
  module.importMemory('emulator', 'memory', { initial: MEMORY_PAGES, maximum: MEMORY_PAGES, shared: true });
  const type = module.type(SIGNATURE, [I32]);
  const slow = module.importFunction('emulator', 'slow', type);
  module.table({ initial: COUNT, maximum: COUNT });
  const shared: Shared = { slow, reachable: writeReachable(module), remember: writeRemember(module), ...writeArithmetic(module, REGISTERS, STATE + X87_STATUS) };
  const functions = Array.from({ length: COUNT }, (_, index) => writeForm(module, shared, FORMS[FIRST + index]!) ?? slow);
  module.element(0, functions);
  const { number, code } = module.function(type);
  for (const parameter of PARAMETERS) code.get(parameter);
  code.get(0);
  code.i32(FIRST);
  code.op(Op.i32Sub);
  code.callIndirect(type);
  module.export('function', 'x87', number);
  return module.encode();
}
