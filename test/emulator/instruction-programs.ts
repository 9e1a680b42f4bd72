/**
 * Random programs of some instructions, straight ahead or in a loop, with branches forward: what one instruction leaves, others read, and
 * flags are read late, partly or never. Nobody reads what is undefined.
 */

import { Decoder } from '../../emulator/cpu/decoder.ts';
import { FORMS, type Form } from '../../emulator/cpu/forms.ts';
import { printInstruction } from '../../emulator/cpu/printer.ts';
import {
  BASE,
  DISPLACEMENT,
  INDEX,
  LENGTH,
  OPERAND_SIZE,
  RECORD_WORDS,
  REG,
  RIP_BASE,
  RM,
} from '../../emulator/cpu/record.ts';
import { ADJUST, ARITHMETIC_FLAGS, CARRY, OVERFLOW, PARITY, SIGN, TICK, ZERO } from '../../emulator/cpu/state.ts';
import { CPU_STATE } from '../../emulator/memory/layout.ts';
import { Generator, encode, shapesOf } from './encodings.ts';
import { fillFloating, memoryBytes, usesStack } from './instruction-cases.ts';
import { fill, writeInteger } from './instruction-values.ts';
import { CODE, CODE_SIZE, type Case, FLOATING, FLOATING_MXCSR, FLOATING_XMM, MachineState, type Outcome, READ_ONLY, SEGMENT_BASES, WINDOW, WRITABLE } from './native-executor.ts';
import { exclusionOf, flagsPossiblyUndefined } from './undefined-results.ts';

const decoder = new Decoder(64);

const BREAKPOINT = 3;

/** Registers that hold addresses all the time: rbx rsp rbp rsi rdi r12 r13. */
const POINTERS = new Set([3, 4, 5, 6, 7, 12, 13]);
/** The one that counts a loop's rounds. */
const COUNTER = 15;

/** One instruction of a program. */
export interface Step {
  readonly form: Form;
  readonly bytes: Uint8Array;
  readonly displacementAt: number;
  /** For an address relative to the next instruction, what it is. */
  readonly address: number | undefined;
  /** For a branch, which step it goes to; SUBROUTINE for a call. */
  readonly target: number | undefined;
}

/** The target of a call. */
const SUBROUTINE = -1;

/** A program, and the state in which it begins. */
export interface Program {
  readonly steps: readonly Step[];
  /** What calls call. */
  readonly subroutine: readonly Step[];
  readonly loops: boolean;
  readonly state: MachineState;
  readonly address: number;
}

/** Programs of integers alone, of what compilers write most, or of everything. */
export type Vocabulary = 'integer' | 'common' | 'all';

/** What the interpreter does two at a time, where they follow each other. */
const COMMON = /^(?:mov|movzx|movsxd?|lea|add|sub|and|or|xor|cmp|test|shl|shr|sar|rol|ror|imul|not|push|pop|set.*|cmov.*)$/;

const LEFT_OUT =
  /^(?:j|call|ret|loop|syscall|ud[012]|int|iret|popf|enter|leave|cpuid|rdtsc|ldmxcsr|stmxcsr|fldcw|fnst|fldenv|frstor|fnsave|fxsave|fxrstor|fb|rcpps|rcpss|rsqrt|fsin|fcos|fptan|fpatan|fyl2x|f2xm1|fprem|maskmov|clflush|hlt|std)/;

/** Flags by condition, two conditions each. */
const CONDITION_FLAGS = [OVERFLOW, CARRY, ZERO, CARRY | ZERO, SIGN, PARITY, SIGN | OVERFLOW, ZERO | SIGN | OVERFLOW];

/** The flags that an instruction reads. */
function flagsRead(form: Form): number {
  const name = form.mnemonics[0]!;
  if (/^(?:adc|sbb|rcl|rcr|cmc)$/.test(name)) return CARRY;
  if (/^(?:set|cmov|j)/.test(name)) return CONDITION_FLAGS[(form.opcode & 15) >> 1]!;
  if (name === 'lahf') return ARITHMETIC_FLAGS & ~OVERFLOW;
  if (name === 'pushf') return ARITHMETIC_FLAGS;
  return name.startsWith('fcmov') ? CARRY | ZERO | PARITY : 0;
}

/** The flags that an instruction gives a defined value in any case. */
function flagsDefined(form: Form): number {
  const name = form.mnemonics[0]!;
  if (/^(?:add|adc|sub|sbb|cmp|neg|cmpxchg|xadd|popcnt|ptest|cmps|scas|pcmp.str.)$/.test(name)) return ARITHMETIC_FLAGS;
  if (/^(?:u?comis[sd]|fu?comip?)$/.test(name)) return ARITHMETIC_FLAGS;
  if (/^(?:and|or|xor|test)$/.test(name)) return ARITHMETIC_FLAGS & ~ADJUST;
  if (/^(?:inc|dec)$/.test(name)) return ARITHMETIC_FLAGS & ~CARRY;
  if (/^(?:mul|imul)$/.test(name)) return CARRY | OVERFLOW;
  if (/^bs[fr]$/.test(name) || name === 'cmpxchg8b') return ZERO;
  if (/^(?:bt[src]?|clc|stc|cmc)$/.test(name)) return CARRY;
  return name === 'sahf' ? ARITHMETIC_FLAGS & ~OVERFLOW : 0;
}

const VOCABULARIES: Readonly<Record<Vocabulary, readonly Form[]>> = (() => {
  const all = FORMS.filter((form) => form.mode64 && !form.privileged && !exclusionOf(form) && !LEFT_OUT.test(form.mnemonics[0]!));
  const integer = all.filter(({ feature }) => feature === 'base');
  return { all, integer, common: integer.filter(({ mnemonics }) => COMMON.test(mnemonics[0]!)) };
})();
const BRANCHES = FORMS.filter((form) => form.mode64 && form.map === 1 && form.opcode >= 0x80 && form.opcode < 0x90);

const isGeneral = (place: string): boolean => 'GERZ'.includes(place);

/** Whether an instruction leaves addresses alone, and reaches only what is there. */
function isTame(form: Form, record: Int32Array): boolean {
  const name = form.mnemonics[0]!;
  const size = record[OPERAND_SIZE]!;
  const rm = record[RM]!;
  const isData = (register: number): boolean => {
    const whole = register >= 16 ? register - 16 : register;
    return whole !== COUNTER && !POINTERS.has(whole);
  };
  for (const { place } of form.operands) {
    if (place === 'G' && !isData(record[REG]!)) return false;
    if (isGeneral(place) && place !== 'G' && rm >= 0 && !isData(rm)) return false;
  }
  if (form.hasModRM && rm < 0) {
    if (record[INDEX]! >= 0 || record[DISPLACEMENT]! === undefined) return false;
    if (record[BASE]! >= 0 && record[BASE] !== RIP_BASE && !POINTERS.has(record[BASE]!)) return false;
    if (/^bt/.test(name) && form.immediate === 'none') return false;
  }
  if (/^bs[fr]$/.test(name) && size === 4) return false;
  if (/^(?:bswap|sh[lr]d)$/.test(name) && size === 2) return false;
  if (form.immediate === 'offset') return false;
  return true;
}

/** Makes a step that reads no flag of `undefinedFlags`. */
function makeStep(random: Generator, vocabulary: readonly Form[], undefinedFlags: number): Step {
  const record = new Int32Array(RECORD_WORDS);
  for (;;) {
    const form = vocabulary[random.below(vocabulary.length)]!;
    if ((flagsRead(form) & undefinedFlags) !== 0) continue;
    if (/^i?div$/.test(form.mnemonics[0]!) && random.below(8) !== 0) continue;
    const shapes = shapesOf(form).filter(({ addressing }) => !addressing.includes('index'));
    const shape = shapes[random.below(shapes.length)]!;
    const encoding = encode(shape, random);
    const prefixes: number[] = [];
    const memory = shape.addressing !== 'none' && shape.addressing !== 'register';
    if (memory && form.lockable && random.below(3) === 0) prefixes.push(0xf0);
    if (memory && random.below(16) === 0) prefixes.push(0x67);
    const bytes = Uint8Array.from([...prefixes, ...encoding.bytes]);
    const displacementAt = encoding.displacementAt < 0 ? -1 : encoding.displacementAt + prefixes.length;
    if (decoder.decode(bytes, 0, bytes.length, record, 0) !== bytes.length || !isTame(form, record)) continue;
    let address: number | undefined;
    const view = new DataView(bytes.buffer);
    if (memory) {
      const length = memoryBytes(form, record);
      const aligned = (value: number): number => (random.below(4) === 0 && length !== 16 ? value : value & ~15);
      if (shape.addressing === 'rip') address = aligned(WINDOW + 0x1000 + random.below(0x2000));
      else if (shape.addressing === 'absolute') view.setInt32(displacementAt, aligned(WINDOW + 0x1000 + random.below(0x2000)), true);
      else if (displacementAt >= 0) view.setInt32(displacementAt, aligned(random.below(0x800) - 0x400), true);
      else if (shape.addressing.endsWith('8')) {
        const at = bytes.length - [...form.operands].filter(({ place }) => place === 'I').length * immediateBytes(form, record) - 1;
        view.setInt8(at, aligned(view.getInt8(at)));
      }
    }
    return { form, bytes, displacementAt, address, target: undefined };
  }
}

function immediateBytes(form: Form, record: Int32Array): number {
  const size = record[OPERAND_SIZE]!;
  return { none: 0, byte: 1, signed: 1, word: 2, z: size === 2 ? 2 : 4, v: size, offset: 8, enter: 3, far: 6 }[form.immediate];
}

/** The flags that are undefined after a step, from those before it. */
function undefinedAfter({ form, target }: Step, subroutine: readonly Step[], before: number): number {
  if (target === undefined) return (before & ~flagsDefined(form)) | flagsPossiblyUndefined(form);
  return target === SUBROUTINE ? subroutine.reduce((flags, step) => undefinedAfter(step, subroutine, flags), before) : before;
}

const RETURN = 0xc3;
const CALL = FORMS.find(({ row }) => row.startsWith('E8 '))!;
const CALL_INDIRECT = FORMS.find(({ row }) => row.startsWith('FF/2 '))!;
const JUMP = FORMS.find(({ row }) => row.startsWith('E9 '))!;
const fixed = (form: Form, bytes: readonly number[], displacementAt: number, target: number): Step => ({
  form,
  bytes: Uint8Array.from(bytes),
  displacementAt,
  address: undefined,
  target,
});

/** A call: direct, or through r11. */
const makeCall = (random: Generator): Step =>
  random.below(2) === 0
    ? fixed(CALL, [0xe8, 0, 0, 0, 0], 1, SUBROUTINE)
    : fixed(CALL_INDIRECT, [0x4c, 0x8d, 0x1d, 0, 0, 0, 0, 0x41, 0xff, 0xd3], 3, SUBROUTINE);

/** Sets the tick flag: mov DWORD PTR [TICK_ADDRESS], 1. */
const TICK_ADDRESS = CPU_STATE + TICK;
const MOVE = FORMS.find(({ row }) => row.startsWith('C7/0 '))!;
const makeTick = (): Step => {
  const bytes = Uint8Array.of(0x67, 0xc7, 0x04, 0x25, 0, 0, 0, 0, 1, 0, 0, 0);
  new DataView(bytes.buffer).setUint32(4, TICK_ADDRESS, true);
  return { form: MOVE, bytes, displacementAt: 4, address: undefined, target: undefined };
};

/** Values for MXCSR, and where programs have them: as usual, with other rounding, with denormals that are zero. */
const CONTROLS = [0x1f80, 0x3f80, 0x7f80, 0x9fc0];
const CONTROL_OFFSET = 0x800;
const LOAD_CONTROL = FORMS.find(({ row }) => row.startsWith('NP 0FAE/2 '))!;
const makeControl = (random: Generator): Step => {
  const bytes = Uint8Array.of(0x0f, 0xae, 0x14, 0x25, 0, 0, 0, 0);
  new DataView(bytes.buffer).setUint32(4, WINDOW + CONTROL_OFFSET + random.below(CONTROLS.length) * 4, true);
  return { form: LOAD_CONTROL, bytes, displacementAt: 4, address: undefined, target: undefined };
};

const STEP_OF_LOOP = [0x41, 0x83, 0xef, 0x01]; // sub r15d, 1
const LOOP_BRANCH_LENGTH = 6;

/** A program of `length` steps, by number and seed. */
export function randomProgram(index: number, seed: number, vocabulary: Vocabulary, length: number): Program {
  const random = new Generator((Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b)) >>> 0);
  const words = VOCABULARIES[vocabulary];
  const subroutine: Step[] = [];
  if (random.below(3) === 0) {
    let flags = ARITHMETIC_FLAGS;
    const balanced = words.filter((form) => !usesStack(form));
    for (let rest = 1 + random.below(4); rest > 0; rest--) {
      const step = makeStep(random, balanced, flags);
      flags = undefinedAfter(step, subroutine, flags);
      subroutine.push(step);
    }
  }
  const ticks = random.below(4) === 0;
  const controls = vocabulary === 'all' && random.below(8) === 0;
  const steps: Step[] = [];
  const undefinedAt = new Int32Array(length + 1);
  let undefinedFlags = 0;
  for (let at = 0; at < length; at++) {
    undefinedFlags |= undefinedAt[at]!;
    const branch = random.below(12) === 0 ? JUMP : BRANCHES[random.below(BRANCHES.length)]!;
    let step: Step;
    if (at < length - 1 && random.below(6) === 0 && (branch === JUMP || (flagsRead(branch) & undefinedFlags) === 0)) {
      const target = at + 1 + random.below(length - at);
      undefinedAt[target]! |= undefinedFlags;
      step = branch === JUMP ? fixed(JUMP, [0xe9, 0, 0, 0, 0], 1, target) : fixed(branch, [0x0f, branch.opcode, 0, 0, 0, 0], 2, target);
    } else if (subroutine.length > 0 && random.below(5) === 0) {
      step = makeCall(random);
    } else {
      const special = random.below(6) === 0;
      if (special && ticks) step = makeTick();
      else if (special && controls) step = makeControl(random);
      else step = makeStep(random, words, undefinedFlags);
    }
    undefinedFlags = undefinedAfter(step, subroutine, undefinedFlags);
    steps.push(step);
  }
  const state = new MachineState();
  fill(random, state.view, 0, 128, 'integer');
  for (const register of POINTERS) state.setGeneral(register, BigInt(WINDOW + 0x1000 + (random.below(0x2000) & ~15)));
  // Something may go wrong in the middle.
  if (random.below(6) === 0) {
    const register = [3, 5, 6, 7, 12, 13][random.below(6)]!;
    const edge = random.below(2) === 0 ? WRITABLE : READ_ONLY;
    state.setGeneral(register, BigInt(WINDOW + edge + ((random.below(0x200) - 0x100) & ~15)));
  }
  const loops = random.below(2) === 0;
  if (loops) state.setGeneral(COUNTER, BigInt(1 + random.below(40)));
  state.flags = (random.below(0x1000) & ARITHMETIC_FLAGS) | 0x202;
  state.view.setUint32(SEGMENT_BASES, random.below(0x10000), true);
  fillFloating(random, state, random.below(2) === 0 ? 'single' : 'double', undefined);
  // As programs have them.
  state.view.setUint32(FLOATING_MXCSR, 0x1f80, true);
  state.view.setUint16(FLOATING, 0x37f, true);
  for (let register = 0; register < 16; register++) if (random.below(4) === 0) writeInteger(random, state.view, FLOATING_XMM + register * 16);
  return { steps, subroutine, loops, state, address: CODE + 0x100 + random.below(CODE_SIZE - 0x1000) };
}

/** The flags that an instruction may overwrite without reading them first. */
function flagsReplaced(form: Form): number {
  const name = form.mnemonics[0]!;
  const more = /^(?:sh[lr]d?|sar)$/.test(name) ? ARITHMETIC_FLAGS : /^r[oc][lr]$/.test(name) ? CARRY : 0;
  return flagsDefined(form) | flagsPossiblyUndefined(form) | more;
}

/**
 * The flags that nobody reads any more, before each step. Where a step faults, the emulator need not have them: the step is repeated, or it is
 * all over.
 */
function deadBefore({ steps, subroutine, loops }: Program): Int32Array {
  const liveBefore = new Int32Array(steps.length + 1);
  const through = (step: Step, live: number): number => (live & ~flagsReplaced(step.form)) | flagsRead(step.form);
  // The end of a loop replaces them all.
  liveBefore[steps.length] = loops ? 0 : ARITHMETIC_FLAGS;
  for (let at = steps.length - 1; at >= 0; at--) {
    const step = steps[at]!;
    const next = liveBefore[at + 1]!;
    if (step.target === undefined) liveBefore[at] = through(step, next);
    else if (step.target === SUBROUTINE) liveBefore[at] = subroutine.reduceRight((live, inner) => through(inner, live), next);
    else liveBefore[at] = liveBefore[step.target]! | (step.form === JUMP ? 0 : next | flagsRead(step.form));
  }
  return liveBefore.map((live) => ARITHMETIC_FLAGS & ~live);
}

/** The flags that are undefined before each step, and at the end; undefined itself if a step reads such flags. */
export function undefinedBefore({ steps, subroutine, loops }: Program): Int32Array | undefined {
  const undefinedAt = new Int32Array(steps.length + 1);
  let undefinedFlags = 0;
  for (const [at, step] of steps.entries()) {
    const { form, target } = step;
    undefinedFlags |= undefinedAt[at]!;
    undefinedAt[at] = undefinedFlags;
    if (target !== SUBROUTINE && form !== JUMP && (flagsRead(form) & undefinedFlags) !== 0) return undefined;
    if (target !== undefined && target !== SUBROUTINE) undefinedAt[target]! |= undefinedFlags;
    else undefinedFlags = undefinedAfter(step, subroutine, undefinedFlags);
  }
  // The end of a loop defines them all.
  undefinedAt[steps.length]! |= undefinedFlags;
  if (loops) undefinedAt[steps.length] = 0;
  return undefinedAt;
}

/** Which flags say nothing when a program has ended with its instruction pointer there. */
export function undefinedAtEnd(program: Program, { vector, instruction }: Outcome): number {
  const flags = undefinedBefore(program)!;
  const { starts, end } = placesOf(program);
  if (vector === BREAKPOINT && instruction - 1 === end + program.address) return flags[program.steps.length]!;
  const step = starts.indexOf(instruction - program.address);
  // In the subroutine it may be anything.
  return step < 0 ? ARITHMETIC_FLAGS : flags[step]! | deadBefore(program)[step]!;
}

interface Places {
  /** Where each step begins, and where the last ends. */
  readonly starts: readonly number[];
  /** Where the program ends, with what makes it a loop. */
  readonly end: number;
  /** Where the subroutine begins. */
  readonly subroutine: number;
  readonly subroutineStarts: readonly number[];
  readonly length: number;
}

function placesOf({ steps, subroutine, loops }: Program): Places {
  let size = 0;
  const place = ({ bytes }: Step): number => {
    const start = size;
    size += bytes.length;
    return start;
  };
  const starts = steps.map(place);
  starts.push(size);
  if (loops) size += STEP_OF_LOOP.length + LOOP_BRANCH_LENGTH;
  const end = size;
  if (subroutine.length === 0) return { starts, end, subroutine: end, subroutineStarts: [], length: end };
  size++;
  const first = size;
  const subroutineStarts = subroutine.map(place);
  return { starts, end, subroutine: first, subroutineStarts, length: size + 1 };
}

/** The program as a case. */
export function assemble(program: Program): Case {
  const { steps, subroutine, loops, state, address } = program;
  const places = placesOf(program);
  // Between the program and its subroutine there is an int3, as behind both.
  const code = new Uint8Array(places.length).fill(0xcc);
  const view = new DataView(code.buffer);
  const put = (step: Step, start: number): void => {
    const { bytes, displacementAt, target } = step;
    code.set(bytes, start);
    const after = start + bytes.length;
    if (step.address !== undefined) view.setInt32(start + displacementAt, step.address - address - after, true);
    if (target === undefined) return;
    const to = target === SUBROUTINE ? places.subroutine : places.starts[target]!;
    view.setInt32(start + displacementAt, to - start - displacementAt - 4, true);
  };
  for (const [index, step] of steps.entries()) put(step, places.starts[index]!);
  if (loops) {
    code.set([...STEP_OF_LOOP, 0x0f, 0x85, 0, 0, 0, 0], places.end - STEP_OF_LOOP.length - LOOP_BRANCH_LENGTH);
    view.setInt32(places.end - 4, -places.end, true);
  }
  for (const [index, step] of subroutine.entries()) put(step, places.subroutineStarts[index]!);
  if (subroutine.length > 0) code[code.length - 1] = RETURN;
  return { address, code, state, patches: [{ offset: CONTROL_OFFSET, bytes: new Uint8Array(Uint32Array.from(CONTROLS).buffer) }] };
}

/** A program without one of its steps. */
export function without(program: Program, dropped: number): Program {
  const steps = program.steps
    .filter((_, index) => index !== dropped)
    .map((step) => (step.target !== undefined && step.target > dropped ? { ...step, target: step.target - 1 } : step));
  return { ...program, steps };
}

/** A program without one of its subroutine's steps. */
export const withoutInSubroutine = (program: Program, dropped: number): Program => ({
  ...program,
  subroutine: program.subroutine.filter((_, index) => index !== dropped),
});

/** The text of a piece of code. */
export function disassemble({ code, address }: Case): string {
  const record = new Int32Array(RECORD_WORDS);
  const lines: string[] = [];
  for (let at = 0; at < code.length; ) {
    if (decoder.decode(code, at, code.length, record, 0) <= 0) break;
    lines.push(printInstruction(record, 0, BigInt(address + at)));
    at += record[LENGTH]!;
  }
  return lines.join('; ');
}
