/**
 * Cases for every form in every shape: registers, flags, floating-point state and memory from which one instruction is executed, chosen so
 * that its memory operand is where it can be seen, its branches land on an int3, and its operands are where something changes.
 * A case follows from its form, its number and a seed alone.
 */

import { Decoder } from '../../emulator/cpu/decoder.ts';
import type { Form, Operand, OperandSize } from '../../emulator/cpu/forms.ts';
import {
  ADDRESS_SIZE,
  BASE,
  DISPLACEMENT,
  INDEX,
  OPERAND_SIZE,
  PREFIXES,
  PREFIX_REPEAT,
  PREFIX_REPEAT_NOT_ZERO,
  RECORD_WORDS,
  REG,
  RIP_BASE,
  RM,
  SCALE,
  SEGMENT,
} from '../../emulator/cpu/record.ts';
import { ARITHMETIC_FLAGS, DIRECTION } from '../../emulator/cpu/state.ts';
import { Generator, encode, shapesOf } from './encodings.ts';
import { type ValueKind, fill, writeInteger } from './instruction-values.ts';
import {
  CODE,
  CODE_SIZE,
  type Case,
  FLOATING,
  FLOATING_MXCSR,
  FLOATING_STACK,
  FLOATING_XMM,
  MachineState,
  type Patch,
  READ_ONLY,
  SEGMENT_BASES,
  WINDOW,
  WINDOW_SIZE,
  WRITABLE,
} from './native-executor.ts';

/** A case of one instruction. */
export interface InstructionCase extends Case {
  readonly form: Form;
  readonly index: number;
  /** The decoded instruction. */
  readonly record: Int32Array;
}

const decoder = new Decoder(64);
const RSP = 4;
const RBP = 5;
const RSI = 6;
const RDI = 7;

/** The first contents of the window, the same for all cases. */
export function windowContents(): Uint8Array {
  const random = new Generator(1);
  const bytes = new Uint8Array(WINDOW_SIZE);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < WINDOW_SIZE; at += 16) fill(random, view, at, 16, random.below(4) === 0 ? 'double' : 'integer');
  bytes.fill(0, WRITABLE, READ_ONLY);
  return bytes;
}

/** What a form takes its operands for. */
export function kindOf(form: Form): ValueKind {
  const name = form.mnemonics[0]!;
  if (form.feature === 'x87' || name === 'fisttp') {
    if (/^fb/.test(name)) return 'decimal';
    if (/^fi/.test(name)) return 'integer';
    const memory = form.operands.find(({ place }) => place === 'M');
    return memory?.size === 'd' ? 'single' : memory?.size === 'q' ? 'double' : 'extended';
  }
  if (form.feature === 'base' || form.feature === 'mmx' || /^p(?!cmp.str)/.test(name)) return 'integer';
  if (/^pcmp.str/.test(name)) return 'text';
  if (/^cvt(?:dq|pi|si)/.test(name)) return 'integer';
  const converted = /^cvtt?(p|s)(s|d)/.exec(name);
  if (converted) return converted[2] === 's' ? 'single' : 'double';
  return /[ps]s$/.test(name) ? 'single' : /[ps]d$/.test(name) ? 'double' : 'integer';
}

const BYTES: Readonly<Partial<Record<OperandSize, number>>> = { b: 1, s: 1, w: 2, d: 4, q: 8, x: 16, t: 10 };

function bytesOf(size: OperandSize, operandSize: number): number {
  if (size === 'v') return operandSize;
  if (size === 'z') return Math.min(4, operandSize);
  if (size === 'y') return operandSize === 8 ? 8 : 4;
  if (size === 'p') return operandSize + 2;
  return BYTES[size] ?? 0;
}

/** How much of memory an instruction reaches through ModRM. */
export function memoryBytes(form: Form, record: Int32Array): number {
  const size = record[OPERAND_SIZE]!;
  switch (form.mnemonics[0]) {
    case 'fxsave':
    case 'fxrstor':
      return 512;
    case 'fnsave':
    case 'frstor':
      return size === 2 ? 94 : 108;
    case 'fnstenv':
    case 'fldenv':
      return size === 2 ? 14 : 28;
    case 'cmpxchg8b':
      return size === 8 ? 16 : 8;
  }
  const operand = form.operands.find(({ place }) => 'EMWQ'.includes(place));
  return operand ? bytesOf(operand.memorySize, size) : 0;
}

const isMemory = (operand: Operand): boolean => operand.place === 'X' || operand.place === 'Y';

/** Forms that use the stack without saying so. */
export const usesStack = (form: Form): boolean => /^(?:push|pop|call|ret|enter|leave)/.test(form.mnemonics[0]!);

function seedOf(form: Form, index: number, seed: number): number {
  let hash = Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b);
  for (let at = 0; at < form.row.length; at++) hash = Math.imul(hash ^ form.row.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

/** A place for `length` bytes: mostly where they can be read and written, sometimes partly or not at all. */
export function place(random: Generator, length: number, faults: boolean): number {
  const choice = random.below(100);
  const within = WRITABLE - length - 64;
  if (choice < 65) return WINDOW + 32 + ((random.below(within) >> 4) << 4);
  if (choice < 78) return WINDOW + 32 + random.below(within);
  // Across pages, and up to the very end.
  if (choice < 86) return WINDOW + 0x1000 * (1 + random.below(3)) - random.below(length + 1);
  if (choice < 88 || !faults) return WINDOW + WRITABLE - length;
  if (choice < 90) return WINDOW + WRITABLE - random.below(length + 1);
  if (choice < 92) return WINDOW - random.below(length + 1);
  if (choice < 97) return WINDOW + READ_ONLY + random.below(WINDOW_SIZE - READ_ONLY - length + 1);
  if (choice < 98) return WINDOW + WRITABLE + random.below(0x1000);
  if (choice < 99) return random.below(0x10000);
  return random.below(2 ** 32);
}

function modularInverse(value: bigint): bigint {
  let inverse = value;
  for (let step = 0; step < 6; step++) inverse = BigInt.asUintN(64, inverse * (2n - value * inverse));
  return inverse;
}

class Builder {
  readonly random: Generator;
  readonly form: Form;
  readonly record: Int32Array = new Int32Array(RECORD_WORDS);
  readonly state = new MachineState();
  readonly patches: Patch[] = [];
  readonly code: Uint8Array;
  readonly address: number;
  readonly displacementAt: number;

  constructor(form: Form, index: number, seed: number) {
    this.form = form;
    this.random = new Generator(seedOf(form, index, seed));
    const { random } = this;
    const shapes = shapesOf(form);
    const encoding = encode(shapes[index % shapes.length]!, random);
    const prefixes = this.#prefixes(encoding.addressing !== 'register' && encoding.addressing !== 'none');
    // The address in the instruction has the address size.
    const shorter = form.immediate === 'offset' && prefixes.includes(0x67);
    this.code = Uint8Array.from([...prefixes, ...(shorter ? encoding.bytes.slice(0, -4) : encoding.bytes)]);
    this.displacementAt = encoding.displacementAt < 0 ? -1 : encoding.displacementAt + prefixes.length;
    this.address = CODE + 0x100 + random.below(CODE_SIZE - 0x200);
    this.#decode();
  }

  #prefixes(memory: boolean): number[] {
    const { form, random } = this;
    const prefixes: number[] = [];
    if (form.lockable && memory && random.below(2) === 0) prefixes.push(0xf0);
    if (form.repeat !== '' && random.below(4) !== 0) prefixes.push(random.below(3) === 0 ? 0xf2 : 0xf3);
    const addresses = memory || form.repeat !== '' || form.immediate === 'offset' || /^(?:loop|jrcxz|xlat|maskmov)/.test(form.mnemonics[0]!);
    if (addresses && random.below(8) === 0) prefixes.push(0x67);
    // What some opcodes are with them, others are without.
    if (addresses && random.below(6) === 0) prefixes.push([0x64, 0x65, 0x2e, 0x3e, 0x26, 0x36][random.below(6)]!);
    return prefixes;
  }

  #decode(): void {
    const length = decoder.decode(this.code, 0, this.code.length, this.record, 0);
    if (length !== this.code.length || this.record[0] !== this.form.id) {
      throw new Error(`${this.form.row}: ${Buffer.from(this.code).toString('hex')} is decoded as ${length}, form ${this.record[0]}`);
    }
  }

  /** Overwrites bytes of the window, as far as they can be written. */
  patch(address: number, bytes: Uint8Array): void {
    const first = Math.max(0, WINDOW - address);
    const last = Math.min(bytes.length, WINDOW + WRITABLE - address);
    if (last > first) this.patches.push({ offset: address + first - WINDOW, bytes: bytes.slice(first, last) });
  }

  patchValues(address: number, length: number, kind: ValueKind): void {
    const bytes = new Uint8Array((length + 15) & ~15);
    fill(this.random, new DataView(bytes.buffer), 0, bytes.length, kind);
    this.patch(address, bytes);
  }

  patchWord(address: number, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    this.patch(address, bytes);
  }

  fillState(): void {
    const { random, state, form } = this;
    const kind = kindOf(form);
    fill(random, state.view, 0, 128, 'integer');
    const direction = random.below(form.repeat !== '' ? 3 : 16) === 0 ? DIRECTION : 0;
    state.flags = (random.below(0x1000) & ARITHMETIC_FLAGS) | direction | 0x202;
    for (const at of [SEGMENT_BASES, SEGMENT_BASES + 8]) {
      state.view.setUint32(at, random.below(0x10000000), true);
      state.view.setUint32(at + 4, 0, true);
    }
    fillFloating(random, state, kind, form);
  }

  #setDisplacement(value: bigint): void {
    new DataView(this.code.buffer).setInt32(this.displacementAt, Number(BigInt.asIntN(32, value)), true);
    this.#decode();
  }

  /** Makes ModRM's address `target`, by registers or by the displacement. */
  aim(target: number): void {
    const { random, record, state } = this;
    const bits = record[ADDRESS_SIZE]! * 8;
    const segment = record[SEGMENT]!;
    const wanted = BigInt(target) - (segment >= 4 ? state.view.getBigUint64(SEGMENT_BASES + (segment - 4) * 8, true) : 0n);
    const base = record[BASE]!;
    const index = record[INDEX]!;
    const set = (register: number, value: bigint): void => {
      const low = BigInt.asUintN(bits, value);
      state.setGeneral(register, bits === 64 ? low : (state.general(register) & 0xffffffff00000000n) | low);
    };
    if (base === RIP_BASE) {
      this.#setDisplacement(wanted - BigInt(this.address + this.code.length));
      return;
    }
    if (base < 0 && index < 0) {
      this.#setDisplacement(wanted);
      return;
    }
    // The stack has to remain where it can be seen.
    const near = usesStack(this.form) && base === RSP;
    if (near) {
      if (this.displacementAt >= 0) this.#setDisplacement(BigInt(random.below(512) - 256));
      if (index >= 0) set(index, BigInt(random.below(16)));
    }
    const displacement = BigInt(record[DISPLACEMENT]!);
    const scale = BigInt(record[SCALE]!);
    if (index < 0) {
      set(base, wanted - displacement);
    } else if (base < 0) {
      this.#setDisplacement(displacement + ((((wanted - displacement) % (1n << scale)) + (1n << scale)) % (1n << scale)));
      set(index, (wanted - BigInt(record[DISPLACEMENT]!)) >> scale);
    } else if (base === index) {
      const factor = (1n << scale) + 1n;
      if (factor === 2n) set(base, (wanted - displacement) >> 1n);
      else set(base, (wanted - displacement) * modularInverse(factor));
    } else {
      set(base, wanted - displacement - (state.general(index) << scale));
    }
  }
}

/** Fills x87, XMM and MXCSR: mostly as programs have them, sometimes with other rounding, exceptions, and stacks that are not full. */
export function fillFloating(random: Generator, state: MachineState, kind: ValueKind, form: Form | undefined): void {
  const { view, bytes } = state;
  const isX87 = form?.feature === 'x87' || form?.mnemonics[0] === 'fisttp';
  const mmx = form !== undefined && form.operands.some(({ place: where }) => 'PQN'.includes(where));
  let control = 0x037f;
  if (random.below(3) === 0) control = (control & ~0xf00) | (random.below(4) << 10) | ([0, 2, 3, 3][random.below(4)]! << 8);
  let status = random.below(8) << 11;
  if (random.below(3) === 0) status |= random.below(2 ** 16) & 0x4700;
  if (random.below(6) === 0) status |= random.below(64) | (random.below(2) << 6);
  if (isX87 && random.below(16) === 0) control &= ~(1 << random.below(6));
  if ((status & ~control & 0x3f) !== 0) status |= 0x8080;
  view.setUint16(FLOATING, control, true);
  view.setUint16(FLOATING + 2, status, true);
  bytes[FLOATING + 4] = [0xff, 0xff, 0xff, 0, random.below(256), random.below(256)][random.below(6)]!;
  fill(random, view, FLOATING_STACK, 128, 'extended');
  for (let register = 0; register < 8; register++) {
    const at = FLOATING_STACK + register * 16;
    if (mmx || random.below(8) === 0) {
      writeInteger(random, view, at);
      view.setUint16(at + 8, 0xffff, true);
    }
    bytes.fill(0, at + 10, at + 16);
  }
  let mxcsr = 0x1f80;
  if (random.below(2) === 0) mxcsr |= random.below(64);
  if (random.below(3) === 0) mxcsr |= random.below(4) << 13;
  if (random.below(8) === 0) mxcsr |= random.below(2) === 0 ? 0x8000 : 0x40;
  if (form !== undefined && random.below(20) === 0) mxcsr &= ~(0x80 << random.below(6));
  // An exception that is pending and unmasked is no reason for one.
  view.setUint32(FLOATING_MXCSR, mxcsr, true);
  view.setUint32(FLOATING_MXCSR + 4, 0xffff, true);
  const registers: ValueKind = kind === 'extended' || kind === 'decimal' ? 'integer' : kind;
  for (let register = 0; register < 16; register++) {
    fill(random, view, FLOATING_XMM + register * 16, 16, random.below(8) === 0 ? 'integer' : registers);
  }
}

/** An image for fxrstor, frstor and fldenv to load. */
function floatingImage(builder: Builder): Uint8Array {
  const { form, random, record } = builder;
  const other = new MachineState();
  fillFloating(random, other, 'single', form);
  if (form.mnemonics[0] === 'fxrstor') {
    // Bits that are reserved fault. Bit 17 is AMD's own.
    if (random.below(16) === 0) other.view.setUint32(FLOATING_MXCSR, (0x1f80 | (1 << (18 + random.below(14)))) >>> 0, true);
    return other.bytes.slice(FLOATING, FLOATING + 512);
  }
  const wide = record[OPERAND_SIZE] !== 2;
  const bytes = new Uint8Array(wide ? 112 : 96);
  const view = new DataView(bytes.buffer);
  const step = wide ? 4 : 2;
  for (const [index, value] of [other.view.getUint16(FLOATING, true), other.view.getUint16(FLOATING + 2, true), random.below(65536)].entries()) {
    view.setUint16(index * step, value, true);
  }
  for (let register = 0; register < 8; register++) {
    const from = FLOATING_STACK + register * 16;
    const at = 7 * step + register * 10;
    if (at + 10 <= bytes.length) bytes.set(other.bytes.subarray(from, from + 10), at);
  }
  return bytes.subarray(0, form.mnemonics[0] === 'fldenv' ? 7 * step : 7 * step + 80);
}

/** Somewhere among the int3. */
const pad = (random: Generator): number => CODE + random.below(CODE_SIZE);

function arrangeBranch(builder: Builder): void {
  const { random, code, form, state, record } = builder;
  const distance = form.operands.find(({ place: where }) => where === 'J');
  const end = builder.address + code.length;
  if (distance) {
    const view = new DataView(code.buffer);
    if (distance.size === 'b') {
      const jump = random.below(256) - 128;
      view.setInt8(code.length - 1, jump < 0 && jump >= -code.length ? 0 : jump);
    } else {
      let target = pad(random);
      if (target >= builder.address && target < end) target = end;
      view.setInt32(code.length - 4, target - end, true);
    }
  }
  if (/^(?:loop|jrcxz)/.test(form.mnemonics[0]!)) {
    const counter = [0n, 1n, 2n, 0xffffffffn, 0x100000000n, 0x100000001n, 0xffffffffffffffffn][random.below(7)]!;
    state.setGeneral(1, counter);
  }
  if (/^(?:call|jmp)$/.test(form.mnemonics[0]!) && form.hasModRM) {
    const rm = record[RM]!;
    if (rm >= 0) state.setGeneral(rm, BigInt(pad(random)));
  }
}

function arrangeStrings(builder: Builder): void {
  const { form, random, state, record } = builder;
  const strings = form.operands.filter(isMemory);
  const size = bytesOf(strings[0]!.size, record[OPERAND_SIZE]!) || 1;
  const repeats = (record[PREFIXES]! & (PREFIX_REPEAT | PREFIX_REPEAT_NOT_ZERO)) !== 0;
  const count = repeats ? [0, 1, 2, 3, random.below(40), random.below(100)][random.below(6)]! : 1;
  const total = Math.max(1, repeats ? count : 1) * size;
  const down = (state.flags & DIRECTION) !== 0;
  const bits = record[ADDRESS_SIZE]! * 8;
  const set = (register: number, value: bigint): void => {
    const low = BigInt.asUintN(bits, value);
    state.setGeneral(register, bits === 64 ? low : (state.general(register) & 0xffffffff00000000n) | low);
  };
  if (repeats) set(1, BigInt(count));
  const segment = record[SEGMENT]!;
  const source = place(random, total, true);
  let destination = place(random, total, true);
  // One over the other, by less than there is.
  if (strings.length === 2 && random.below(3) === 0) destination = source + random.below(2 * total + 1) - total;
  const shift = down ? total - size : 0;
  const compared = form.repeat === 'repz';
  const values = (address: number): void => {
    if (!compared) {
      builder.patchValues(address, total, 'integer');
      return;
    }
    // All alike, but for one place perhaps.
    const byte = random.below(3) === 0 ? 0x80 : 0x61;
    const bytes = new Uint8Array(total).fill(byte);
    if (random.below(3) !== 0) bytes[random.below(total)] = random.below(256);
    builder.patch(address, bytes);
    if (random.below(2) === 0) state.setGeneral(0, BigInt(`0x${'61'.repeat(8)}`));
  };
  if (strings.some(({ place: where }) => where === 'X')) {
    const base = segment >= 4 ? state.view.getBigUint64(SEGMENT_BASES + (segment - 4) * 8, true) : 0n;
    set(RSI, BigInt(source + shift) - base);
    values(source);
  }
  if (strings.some(({ place: where }) => where === 'Y')) {
    set(RDI, BigInt(destination + shift));
    values(destination);
  }
}

function arrangeStack(builder: Builder): void {
  const { form, random, state, record, code } = builder;
  const name = form.mnemonics[0]!;
  const enters = name === 'enter';
  const level = enters ? code[code.length - 1]! & 31 : 0;
  if (enters) {
    // Not more than there is.
    code[code.length - 2] = random.below(4);
    if (random.below(4) !== 0) code[code.length - 1] = random.below(4);
  }
  const room = 8 + level * 8 + (enters ? 1100 : 0);
  let target = WINDOW + 64 + room + random.below(WRITABLE - room - 256);
  if (random.below(3) !== 0) target &= ~7;
  if (random.below(16) === 0) target = place(random, 8, true) + (/^(?:push|call|enter)/.test(name) ? 8 : 0);
  // Where the address of the operand depends on it, it is set with that.
  if (!(form.hasModRM && record[RM]! < 0 && (record[BASE] === RSP || record[INDEX] === RSP))) state.setGeneral(RSP, BigInt(target));
  if (name === 'leave' || enters) state.setGeneral(RBP, BigInt(place(random, 8, true) + (enters ? level * 8 : 0)));
  if (name === 'popf' || name === 'pop') {
    // Without TF and AC, which would end the case.
    builder.patchWord(target, BigInt(random.below(2 ** 32)) & ~0x40100n);
  } else if (name === 'ret') {
    builder.patchWord(target, random.below(32) === 0 ? 1n << BigInt(random.below(64)) : BigInt(pad(random)));
  }
}

function arrangeOperands(builder: Builder, target: number): void {
  const { form, random, state, record } = builder;
  const name = form.mnemonics[0]!;
  const size = record[OPERAND_SIZE]!;
  const rm = record[RM]!;
  const memory = form.hasModRM && rm < 0;
  switch (name) {
    case 'shld':
    case 'shrd':
    case 'rol':
    case 'ror':
    case 'rcl':
    case 'rcr':
    case 'shl':
    case 'shr':
    case 'sar':
      if (random.below(2) === 0 && record[BASE] !== 1 && record[INDEX] !== 1) {
        state.view.setUint8(8, random.below(2) === 0 ? random.below(72) : random.below(256));
      }
      break;
    case 'div':
    case 'idiv':
      // Not always an overflow.
      if (memory && (record[BASE]! <= 2 || record[INDEX]! <= 2)) break;
      if (size === 1) {
        if (random.below(2) === 0) state.view.setUint16(0, random.below(2 ** 16) >> random.below(16), true);
      } else if (random.below(3) !== 0) {
        const negative = name === 'idiv' && BigInt.asIntN(size * 8, state.general(0)) < 0n;
        state.setGeneral(2, random.below(3) === 0 ? BigInt(random.below(256)) : negative ? 0xffffffffffffffffn : 0n);
      }
      break;
    case 'cmpxchg':
      if (random.below(2) === 0) {
        if (memory) builder.patchWord(target, state.general(0));
        else if (rm < 16) state.setGeneral(rm, state.general(0));
      }
      break;
    case 'cmpxchg8b':
      if (random.below(2) === 0) {
        if (size === 8) {
          builder.patchWord(target, state.general(0));
          builder.patchWord(target + 8, state.general(2));
        } else {
          builder.patchWord(target, (state.general(0) & 0xffffffffn) | (state.general(2) << 32n));
        }
      }
      break;
    case 'bt':
    case 'bts':
    case 'btr':
    case 'btc':
      // The bit is sought far from the address.
      if (memory && form.immediate === 'none' && record[REG] !== record[BASE] && record[REG] !== record[INDEX]) {
        const register = record[REG]!;
        const bit = BigInt(random.below(random.below(2) === 0 ? 0x4000 : 256) - 128);
        const above = random.below(2) === 0 ? (state.general(register) >> BigInt(size * 8)) << BigInt(size * 8) : BigInt.asUintN(64, bit);
        state.setGeneral(register, BigInt.asUintN(64, (above & ~((1n << BigInt(size * 8)) - 1n)) | BigInt.asUintN(size * 8, bit)));
      }
      break;
    case 'pcmpestrm':
    case 'pcmpestri':
      for (const register of [0, 2]) {
        if (record[BASE] !== register && record[INDEX] !== register && random.below(4) !== 0) {
          state.setGeneral(register, BigInt.asUintN(64, BigInt(random.below(40) - 20)));
        }
      }
      break;
    case 'call':
    case 'jmp':
      if (memory) builder.patchWord(target, BigInt(pad(random)));
      break;
    case 'fxrstor':
    case 'frstor':
    case 'fldenv':
      builder.patch(target, floatingImage(builder));
      break;
    case 'ldmxcsr': {
      const bits = random.below(12) === 0 ? (random.below(2 ** 32) & ~0x20000) >>> 0 : (random.below(8) << 13) | 0x1f80 | random.below(128);
      builder.patchWord(target, BigInt(bits));
      break;
    }
    case 'fldcw':
      builder.patchWord(target, BigInt(0x37f | (random.below(16) << 8)));
      break;
  }
}

/** Forms that only say where memory is: it need not be there. */
const onlyAddresses = (form: Form): boolean => /^(?:lea|nop|prefetch|invlpg)/.test(form.mnemonics[0]!);

/** Builds a case. */
export function instructionCase(form: Form, index: number, seed: number): InstructionCase {
  const builder = new Builder(form, index, seed);
  const { random, record, state, code } = builder;
  builder.fillState();
  const immediates = form.operands.filter(({ place: where }) => where === 'I').length;
  const name = form.mnemonics[0]!;
  if (immediates > 0 && (form.immediate === 'z' || form.immediate === 'v') && random.below(2) === 0) {
    const view = new DataView(new ArrayBuffer(8));
    writeInteger(random, view, 0);
    const length = form.immediate === 'v' ? record[OPERAND_SIZE]! : Math.min(4, record[OPERAND_SIZE]!);
    code.set(new Uint8Array(view.buffer, 0, length), code.length - length);
  }
  // That is the system call of 32-bit programs.
  if (name === 'int' && code[code.length - 1] === 0x80) code[code.length - 1] = 0x81;

  const memory = form.hasModRM && form.rmRule !== 'ignored' && record[RM]! < 0;
  const stack = usesStack(form);
  if (stack) arrangeStack(builder);
  let target = 0;
  if (memory) {
    const length = memoryBytes(form, record) || 1;
    const far = onlyAddresses(form) && random.below(2) === 0;
    target = place(random, length, true);
    if (/^(?:fxsave|fxrstor)/.test(name) && random.below(8) !== 0) target &= ~15;
    if (!far) builder.aim(target);
    // fill() has said what is before and behind it.
    const kind = kindOf(form);
    builder.patchValues(target, Math.min(32, length), kind === 'extended' ? 'extended' : kind);
  } else if (form.immediate === 'offset') {
    target = place(random, bytesOf(form.operands[0]!.place === 'O' ? form.operands[0]!.size : form.operands[1]!.size, record[OPERAND_SIZE]!), true);
    const segment = record[SEGMENT]!;
    const base = segment >= 4 ? state.view.getBigUint64(SEGMENT_BASES + (segment - 4) * 8, true) : 0n;
    const view = new DataView(code.buffer);
    const linear = BigInt(target) - base;
    if (record[ADDRESS_SIZE] === 8) view.setBigUint64(code.length - 8, BigInt.asUintN(64, linear), true);
    else view.setUint32(code.length - 4, Number(BigInt.asUintN(32, linear)), true);
    builder.patchValues(target, 16, 'integer');
  } else if (name === 'xlat' || /^maskmov/.test(name)) {
    const register = name === 'xlat' ? 3 : RDI;
    target = place(random, name === 'xlat' ? 1 : name === 'maskmovq' ? 8 : 16, true);
    const segment = record[SEGMENT]!;
    const base = segment >= 4 ? state.view.getBigUint64(SEGMENT_BASES + (segment - 4) * 8, true) : 0n;
    const offset = BigInt(target) - base - (name === 'xlat' ? state.general(0) & 0xffn : 0n);
    if (record[ADDRESS_SIZE] === 8) state.setGeneral(register, BigInt.asUintN(64, offset));
    else state.setGeneral(register, (state.general(register) & 0xffffffff00000000n) | BigInt.asUintN(32, offset));
  }
  if (form.operands.some(isMemory)) arrangeStrings(builder);
  arrangeOperands(builder, target);
  arrangeBranch(builder);
  decoder.decode(code, 0, code.length, record, 0);
  return { address: builder.address, code, state, patches: builder.patches, form, index, record };
}

