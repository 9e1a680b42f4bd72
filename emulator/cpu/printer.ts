/**
 * Instructions as text, for traces and messages. Intel's syntax as objdump prints it, so that the two can be compared; no symbols.
 * Not made for speed.
 */

import { FORMS, type Form, type Operand, type OperandSize } from './forms.ts';
import {
  ADDRESS_SIZE,
  BASE,
  DISPLACEMENT,
  FORM,
  HIGH_BYTE,
  IMMEDIATE,
  IMMEDIATE_HIGH,
  INDEX,
  LENGTH,
  OPERAND_SIZE,
  PREFIXES,
  PREFIX_LOCK,
  PREFIX_REPEAT,
  PREFIX_REPEAT_NOT_ZERO,
  PREFIX_REX,
  REG,
  RIP_BASE,
  RM,
  SCALE,
  SEGMENT,
} from './record.ts';

const LEGACY = ['ax', 'cx', 'dx', 'bx', 'sp', 'bp', 'si', 'di'];
const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'];
const POINTERS: Readonly<Record<number, string>> = {
  1: 'BYTE PTR ',
  2: 'WORD PTR ',
  4: 'DWORD PTR ',
  6: 'FWORD PTR ',
  8: 'QWORD PTR ',
  10: 'TBYTE PTR ',
  16: 'XMMWORD PTR ',
};

/** The name of a general register of so many bytes; `rex` says which byte registers 4 to 7 are. */
function registerName(register: number, size: number, rex = true): string {
  if (size === 1 && register >= HIGH_BYTE) return ['ah', 'ch', 'dh', 'bh'][register - HIGH_BYTE]!;
  if (register >= 8) return `r${register}${{ 1: 'b', 2: 'w', 4: 'd', 8: '' }[size] ?? ''}`;
  const name = LEGACY[register]!;
  if (size === 1) return register < 4 ? `${name[0]}l` : rex ? `${name}l` : `${name[0]}h`;
  return { 2: name, 4: `e${name}`, 8: `r${name}` }[size] ?? name;
}

function bytesOf(size: OperandSize, operandSize: number): number {
  switch (size) {
    case 'b':
    case 's':
      return 1;
    case 'w':
      return 2;
    case 'd':
      return 4;
    case 'q':
      return 8;
    case 'x':
      return 16;
    case 't':
      return 10;
    case 'v':
      return operandSize;
    case 'z':
      return Math.min(operandSize, 4);
    case 'y':
      return operandSize === 8 ? 8 : 4;
    case 'p':
      return operandSize + 2;
    default:
      return 0;
  }
}

const hex = (value: number | bigint): string => `0x${value.toString(16)}`;
const signedHex = (value: number): string => (value < 0 ? `-${hex(-value)}` : `+${hex(value)}`);

function memoryAt(out: Int32Array, at: number): string {
  const addressSize = out[at + ADDRESS_SIZE]!;
  const segment = out[at + SEGMENT]!;
  const displacement = out[at + DISPLACEMENT]!;
  const base = out[at + BASE]!;
  const index = out[at + INDEX]!;
  const override = segment >= 0 ? `${SEGMENTS[segment]}:` : '';
  if (base < 0 && index < 0) {
    const absolute = hex(BigInt.asUintN(addressSize * 8, BigInt(displacement)));
    return segment >= 0 ? `${override}${absolute}` : `ds:${absolute}`;
  }
  if (base === RIP_BASE) {
    const unsigned = BigInt.asUintN(addressSize * 8, BigInt(displacement));
    return `${override}[${addressSize === 8 ? 'rip' : 'eip'}+${hex(unsigned)}]`;
  }
  const parts: string[] = [];
  if (base >= 0) parts.push(registerName(base, addressSize));
  if (index >= 0) parts.push(`${registerName(index, addressSize)}${addressSize === 2 ? '' : `*${1 << out[at + SCALE]!}`}`);
  return `${override}[${parts.join('+')}${displacement === 0 ? '' : signedHex(displacement)}]`;
}

function immediateOf(out: Int32Array, at: number, bits: number): string {
  const value = (BigInt(out[at + IMMEDIATE_HIGH]!) << 32n) | BigInt(out[at + IMMEDIATE]! >>> 0);
  return hex(BigInt.asUintN(bits, value));
}

/** A register that the form names. */
function namedRegister(name: string, out: Int32Array, at: number): string {
  if (name === 'rAX') return registerName(0, out[at + OPERAND_SIZE]!);
  if (name === 'zAX') return registerName(0, Math.min(4, out[at + OPERAND_SIZE]!));
  return name.toLowerCase();
}

function operandText(operand: Operand, form: Form, out: Int32Array, at: number, address: bigint): string {
  const operandSize = out[at + OPERAND_SIZE]!;
  const addressSize = out[at + ADDRESS_SIZE]!;
  const rex = (out[at + PREFIXES]! & PREFIX_REX) !== 0;
  const reg = out[at + REG]!;
  const rm = out[at + RM]!;
  const size = bytesOf(operand.size, operandSize);
  const memory = (): string =>
    `${POINTERS[bytesOf(operand.memorySize, operandSize)] ?? ''}${memoryAt(out, at)}`;
  const string = (register: number, segment: string): string =>
    `${POINTERS[size]}${segment}:[${registerName(register, addressSize)}]`;
  switch (operand.place) {
    case 'one':
      return '1';
    case 'register':
      return namedRegister(operand.register, out, at);
    case 'G':
      return registerName(reg, size, rex);
    case 'E':
    case 'M':
    case 'R':
      return rm < 0 ? memory() : registerName(rm, size, rex);
    case 'Z':
      return registerName(rm, size, rex);
    case 'S':
      return SEGMENTS[reg]!;
    case 'C':
      return `cr${reg}`;
    case 'D':
      return `dr${reg}`;
    case 'V':
      return `xmm${reg}`;
    case 'W':
    case 'U':
      return rm < 0 ? memory() : `xmm${rm}`;
    case 'P':
      return `mm${reg}`;
    case 'Q':
    case 'N':
      return rm < 0 ? memory() : `mm${rm}`;
    case 'F':
      return `st(${rm})`;
    case 'I': {
      if (form.immediate === 'enter' && operand.size === 'b') return hex(out[at + IMMEDIATE_HIGH]!);
      const signed = operand.size === 's' || operand.size === 'z' || operand.size === 'v';
      return immediateOf(out, at, 8 * (signed ? operandSize : size));
    }
    case 'J': {
      const target = address + BigInt(out[at + LENGTH]! + out[at + IMMEDIATE]!);
      return BigInt.asUintN(operandSize * 8, target).toString(16);
    }
    case 'O': {
      const segment = SEGMENTS[out[at + SEGMENT]!] ?? 'ds';
      return `${segment}:${immediateOf(out, at, 8 * addressSize)}`;
    }
    case 'A':
      return `${hex(out[at + IMMEDIATE_HIGH]!)}:${hex(BigInt.asUintN(operandSize * 8, BigInt(out[at + IMMEDIATE]!)))}`;
    case 'X':
      return string(6, SEGMENTS[out[at + SEGMENT]!] ?? 'ds');
    case 'Y':
      return string(7, 'es');
  }
}

/** The name of a record's instruction, without prefixes. */
export function mnemonicOf(out: Int32Array, at: number): string {
  const { mnemonics, immediate } = FORMS[out[at + FORM]!]!;
  const size = out[at + OPERAND_SIZE]!;
  if ((immediate === 'v' && size === 8) || (immediate === 'offset' && out[at + ADDRESS_SIZE] === 8)) return 'movabs';
  if (mnemonics[0] === 'jrcxz') return { 2: 'jcxz', 4: 'jecxz', 8: 'jrcxz' }[out[at + ADDRESS_SIZE]!]!;
  const index = mnemonics.length === 3 ? { 2: 0, 4: 1, 8: 2 }[size] : mnemonics.length === 2 && size === 8 ? 1 : 0;
  return mnemonics[index ?? 0]!;
}

/** The text of the instruction in the record at `out[at]`, which is at `address`. */
export function printInstruction(out: Int32Array, at: number, address: bigint): string {
  const form = FORMS[out[at + FORM]!]!;
  const prefixes = out[at + PREFIXES]!;
  const words: string[] = [];
  if ((prefixes & PREFIX_LOCK) !== 0) words.push('lock');
  if (form.repeat !== '') {
    if ((prefixes & PREFIX_REPEAT) !== 0) words.push(form.repeat);
    if ((prefixes & PREFIX_REPEAT_NOT_ZERO) !== 0) words.push('repnz');
  }
  words.push(mnemonicOf(out, at));
  const operands = form.operands.map((operand) => operandText(operand, form, out, at, address));
  if (operands.length > 0) words.push(operands.join(','));
  if (out[at + BASE] === RIP_BASE) {
    const target = address + BigInt(out[at + LENGTH]! + out[at + DISPLACEMENT]!);
    words.push(`# ${BigInt.asUintN(out[at + ADDRESS_SIZE]! * 8, target).toString(16)}`);
  }
  return words.join(' ');
}
