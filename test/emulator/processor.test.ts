/**
 * The decoder beside the processor: for every form in every shape, exactly as many bytes are wanted as the decoder says; every opcode is
 * an instruction for both or for none, but for what came after x86-64-v2; and so for random bytes.
 */

import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Decoder, INVALID, TOO_LONG } from '../../emulator/cpu/decoder.ts';
import { FORMS } from '../../emulator/cpu/forms.ts';
import { printInstruction } from '../../emulator/cpu/printer.ts';
import { FORM, RECORD_WORDS } from '../../emulator/cpu/record.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { type Encoding, Generator, encode, shapesOf } from './encodings.ts';
import { type Verdict, buildProcessor, execute, processorMissing } from './processor.ts';

const missing = processorMissing();
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

const intel = existsSync('/proc/cpuinfo') && /GenuineIntel/.test(readFileSync('/proc/cpuinfo', 'latin1'));
const decoder = new Decoder(64);
const record = new Int32Array(RECORD_WORDS);
const hex = (bytes: Iterable<number>): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

let directory = '';
let program = '';
test.before(() => {
  if (missing) return;
  directory = temporaryDirectory();
  program = buildProcessor(directory);
});
test.after(() => {
  if (directory) removeDirectory(directory);
});

/** Opcodes with instructions that came after x86-64-v2, or that one maker alone has: map and opcode. */
const LATER = new Set(
  [
    '62 c4 c5 8f c6 c7', // AVX-512, AVX, XOP, RTM
    '0f01 0f0e 0f0f 0f24 0f26 0f36 0f37 0f78 0f79 0f7a 0f2b 0fa6 0fa7 0faa', // system, 3DNow!, SMX, SSE4a, PadLock
    '0fae 0fc7', // XSAVE, FSGSBASE, CLFLUSHOPT, CLWB, WAITPKG, RDRAND, RDPID
    '0f38c8 0f38c9 0f38ca 0f38cb 0f38cc 0f38cd 0f38cf 0f3acc 0f3ace 0f3acf', // SHA, GFNI
    '0f38d8 0f38da 0f38db 0f38dc 0f38dd 0f38de 0f38df 0f38fa 0f38fb 0f3adf 0f3a44', // AES, Key Locker, PCLMULQDQ
    '0f3880 0f3881 0f3882 0f3883 0f388a 0f388b', // for hypervisors
    '0f38f0 0f38f1 0f38f5 0f38f6 0f38f8 0f38f9 0f38fc 0f3af0', // MOVBE, ADX, CET, MOVDIR, RAO-INT, HRESET
  ].flatMap((line) => line.split(' ')),
);

/** These are forms, and raise the invalid-opcode exception: it is what they are for. */
const isUndefined = (form: number): boolean => /^ud[012]$/.test(FORMS[form]!.mnemonics[0]!);

const PREFIXES = [0x66, 0x67, 0xf0, 0xf2, 0xf3, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65];
const isPrefix = (byte: number): boolean => PREFIXES.includes(byte) || (byte & 0xf0) === 0x40;

/** Map and opcode of a piece of code, as LATER has them, and where the byte behind them is. */
function opcodeOf(piece: Uint8Array): { key: string; next: number } {
  let at = piece.findIndex((byte) => !isPrefix(byte));
  if (at < 0) return { key: '', next: piece.length };
  const start = at;
  if (piece[at] === 0x0f) at += piece[at + 1] === 0x38 || piece[at + 1] === 0x3a ? 2 : 1;
  return { key: hex(piece.subarray(start, at + 1)).replaceAll(' ', ''), next: at + 1 };
}

/** Instructions that talk to a hypervisor, or enter the kernel in a way that a tracer cannot prevent. */
function isUnwanted(piece: Uint8Array): boolean {
  const { key, next } = opcodeOf(piece);
  return key === '0f34' || (key === '0f01' && (piece[next] ?? 0) >= 0xc0);
}

/** Whether a fault is no surprise: memory that is not there, selectors and interrupts that are not for users, what UMIP forbids. */
const mayFault = ({ form, addressing }: Encoding): boolean =>
  (addressing !== 'register' && addressing !== 'none') ||
  form.immediate === 'offset' ||
  form.operands[0]?.place === 'S' ||
  /^(?:[FG]S)$/.test(form.operands[0]?.register ?? '') ||
  /^(?:int|iret|retf|sldt|str|smsw|enter)$/.test(form.mnemonics[0]!);

/** Prefetches of registers, and LOCK with instructions on segments, which are nothing or invalid, or else fault: the makers differ. */
function isDisputed(piece: Uint8Array): boolean {
  const { key, next } = opcodeOf(piece);
  return (key === '0f0d' && (piece[next] ?? 0) >= 0xc0) || (key === '0f00' && piece.includes(0xf0));
}

function agree(piece: Uint8Array, outcome: number, verdict: Verdict): boolean {
  if (isDisputed(piece)) return true;
  if (outcome > 0) return isUndefined(record[FORM]!) === (verdict.reaction === 'invalid') && verdict.reaction !== 'wanted more';
  if (outcome === INVALID) return verdict.reaction === 'invalid' || LATER.has(opcodeOf(piece).key);
  return outcome === TOO_LONG && verdict.reaction === 'fault';
}

function describe(piece: Uint8Array, outcome: number, { reaction }: Verdict): string {
  return `${hex(piece)}: processor ${reaction}; ours ${outcome > 0 ? printInstruction(record, 0, 0n) : outcome}`;
}

ask('every form in every shape has the length that the processor wants', () => {
  const random = new Generator(2);
  const encodings = FORMS.filter((form) => form.mode64 && !isUndefined(form.id))
    .flatMap(shapesOf)
    .map((shape) => encode(shape, random));
  const pieces = encodings.map(({ bytes }) => Uint8Array.from(bytes));
  const whole = execute(program, pieces);
  const short = execute(
    program,
    pieces.map((piece) => piece.subarray(0, -1)),
  );
  const wrong: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    const { form } = encodings[index]!;
    const length = decoder.decode(piece, 0, piece.length, record, 0);
    const { reaction, moved } = whole[index]!;
    const branch = form.operands.some(({ place }) => place === 'J') || /^(?:call|jmp|ret)/.test(form.mnemonics[0]!);
    const right =
      length === piece.length &&
      record[FORM] === form.id &&
      (reaction !== 'invalid' || isDisputed(piece)) &&
      reaction !== 'wanted more' &&
      (!form.privileged || reaction === 'fault') &&
      (form.privileged || reaction !== 'fault' || mayFault(encodings[index]!)) &&
      (reaction !== 'executed' || branch || moved === length || (form.repeat !== '' && moved === 0)) &&
      short[index]!.reaction === 'wanted more';
    if (!right) wrong.push(`${describe(piece, length, whole[index]!)} (${form.row}), a byte less ${short[index]!.reaction}`);
  }
  assert.equal(wrong, []);
  console.log(`${pieces.length} shapes of ${new Set(encodings.map(({ form }) => form.id)).size} forms`);
});

ask('every opcode is one for both or for none', () => {
  const random = new Generator(3);
  const pieces: Uint8Array[] = [];
  for (const map of [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]]) {
    for (const prefix of [[], [0x66], [0xf3], [0xf2], [0x48]]) {
      for (let opcode = 0; opcode < 256; opcode++) {
        if (map.length === 0 && (opcode === 0x0f || isPrefix(opcode))) continue;
        if (map.length === 1 && (opcode === 0x38 || opcode === 0x3a)) continue;
        for (let choice = 0; choice < 16; choice++) {
          // Every ModRM.reg with memory and with some register.
          const modRM = choice < 8 ? choice << 3 : 0xc0 | ((choice & 7) << 3) | random.below(8);
          const rest = [modRM, 0x12, 0x34, 0x56, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x08];
          const piece = Uint8Array.from([...prefix, ...map, opcode, ...rest].slice(0, 15));
          if (!isUnwanted(piece)) pieces.push(piece);
        }
      }
    }
  }
  const wrong: string[] = [];
  let later = 0;
  for (const [index, verdict] of execute(program, pieces).entries()) {
    const piece = pieces[index]!;
    const outcome = decoder.decode(piece, 0, piece.length, record, 0);
    if (!agree(piece, outcome, verdict)) wrong.push(describe(piece, outcome, verdict));
    else if (outcome === INVALID && verdict.reaction !== 'invalid') later++;
  }
  assert.equal(wrong.slice(0, 50), []);
  console.log(`${pieces.length} opcodes; ${later} are later instructions that this processor has`);
});

ask('random bytes', () => {
  const random = new Generator(4);
  const pieces: Uint8Array[] = [];
  while (pieces.length < 20000) {
    const prefixes = Array.from({ length: random.below(5) }, () =>
      random.below(3) === 0 ? 0x40 | random.below(16) : PREFIXES[random.below(PREFIXES.length)]!,
    );
    const map = [[], [], [0x0f], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]][random.below(6)]!;
    const rest = Array.from({ length: 15 }, () => random.below(256));
    const piece = Uint8Array.from([...prefixes, ...map, ...rest].slice(0, 15));
    if (isUnwanted(piece)) continue;
    // Here the makers differ, and ours does as Intel's do.
    const length = decoder.decode(piece, 0, piece.length, record, 0);
    if (!intel && length > 0 && FORMS[record[FORM]!]!.sizeRule === 'branch') continue;
    pieces.push(piece);
  }
  const outcomes = pieces.map((piece) => decoder.decode(piece, 0, piece.length, record, 0));
  // Instructions end where the page ends; then a byte earlier.
  const whole = execute(
    program,
    pieces.map((piece, index) => piece.subarray(0, outcomes[index]! > 0 ? outcomes[index] : 15)),
  );
  const short = execute(
    program,
    pieces.map((piece, index) => piece.subarray(0, (outcomes[index]! > 0 ? outcomes[index]! : 15) - 1)),
  );
  const wrong: string[] = [];
  for (const [index, piece] of pieces.entries()) {
    const outcome = decoder.decode(piece, 0, piece.length, record, 0);
    if (!agree(piece, outcome, whole[index]!)) wrong.push(describe(piece, outcome, whole[index]!));
    else if (outcome > 1 && short[index]!.reaction !== 'wanted more' && !isUndefined(record[FORM]!)) {
      wrong.push(`${describe(piece, outcome, whole[index]!)}; a byte less: ${short[index]!.reaction}`);
    }
  }
  assert.equal(wrong.slice(0, 50), []);
  console.log(`${pieces.length} pieces of which ${outcomes.filter((outcome) => outcome > 0).length} are instructions`);
});

test.run();
