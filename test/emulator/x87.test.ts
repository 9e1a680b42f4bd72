/**
 * The x87 beside the processor's: every form, with operands at which something changes and with random ones, under all control words,
 * leaves the same registers, words, flags and memory.
 */

import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMS, type Form } from '../../emulator/cpu/forms.ts';
import { OPERATION } from '../../emulator/cpu/float/x87-operations.ts';
import { ARITHMETIC_FLAGS, EXIT_EXCEPTION } from '../../emulator/cpu/state.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { Differences, FloatMachine, codeOf, hex } from './float-machine.ts';
import { MEMORY_SIZE, OPERAND, type Reply, type Request, SIGFPE, buildFloatProcessor, executeFloat } from './float-processor.ts';
import { Random, doubleValue, extendedValue, integerValue, singleValue } from './float-values.ts';
import { processorMissing } from './processor.ts';

const missing = processorMissing();
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;
const CASES = Number(process.env['FLOAT_CASES'] ?? 500);

/** Where manuals leave something open, ours does what AMD's processors do; of another maker's only what is defined is compared. */
const amd = existsSync('/proc/cpuinfo') && /AuthenticAMD/.test(readFileSync('/proc/cpuinfo', 'latin1'));
/** Those of which a processor's last bit may be another. */
const TRANSCENDENTAL = /^(f2xm1|fyl2x|fyl2xp1|fptan|fpatan|fsin|fcos|fsincos)$/;
/** Those that tell everything that they do in C0 to C3, and those that store pointers to instructions. */
const CONDITIONS_DEFINED = /^(fu?comp*|ficomp?|ftst|fxam|fprem1?)$/;
const POINTERS = /^(fnstenv|fnsave|fxsave)$/;
const forms = FORMS.filter(({ id, mnemonics }) => OPERATION[id] && (amd || !(TRANSCENDENTAL.test(mnemonics[0]!) || POINTERS.test(mnemonics[0]!))));
const fnstenv = FORMS.find(({ mnemonics }) => mnemonics[0] === 'fnstenv')!;
const machine = missing ? undefined : new FloatMachine();

let directory = '';
let program = '';
test.before(() => {
  if (missing) return;
  directory = temporaryDirectory();
  program = buildFloatProcessor(directory);
});
test.after(() => {
  if (directory) removeDirectory(directory);
});

function randomState(random: Random): Pick<Request, 'image' | 'memory' | 'rax' | 'flags'> {
  const image = Buffer.alloc(512);
  const masks = amd && random.chance(3) ? random.below(64) : 63;
  // Half of them as programs have it.
  image.writeUInt16LE(random.chance(2) ? 0x37f : 0x40 | masks | (random.below(16) << 8) | (random.chance(3) ? 0x300 : 0), 0);
  image.writeUInt16LE((random.below(8) << 11) | (random.word() & 0x4700) | (random.chance(6) ? random.word() & 0x7f : 0), 2);
  image[4] = random.chance(4) ? random.word() : random.chance(4) ? 0xff : 0x1f << random.below(4);
  image.writeUInt16LE(random.word() & 0x7ff, 6);
  image.writeUInt32LE(random.word(), 8);
  image.writeUInt32LE(random.word(), 16);
  image.writeUInt32LE(random.word() & 0xffff, 24);
  for (let register = 0; register < 8; register++) {
    const [mantissa, top] = extendedValue(random);
    image.writeBigUInt64LE(mantissa, 32 + register * 16);
    image.writeUInt16LE(top, 40 + register * 16);
  }
  for (let at = 160; at < 416; at += 4) image.writeUInt32LE(random.word(), at);
  const memory = Buffer.alloc(MEMORY_SIZE, 0x5a);
  return { image, memory, rax: random.long(), flags: 0x202 | (random.word() & ARITHMETIC_FLAGS) };
}

/** Puts an operand of the form's kind into memory. */
function fillMemory(random: Random, form: Form, request: Request): void {
  const { memory } = request;
  const name = form.mnemonics[0]!;
  const size = form.operands.find(({ place }) => place === 'M')?.size ?? '';
  if (name === 'fbld') {
    for (let byte = 0; byte < 9; byte++) memory[byte] = (random.below(10) << 4) | random.below(10);
    memory[9] = random.chance(2) ? 0x80 : 0;
  } else if (/^fi/.test(name)) memory.writeBigUInt64LE(random.chance(6) ? 0n : integerValue(random), 0);
  else if (name === 'ldmxcsr') memory.writeUInt32LE(random.word() & 0xffff, 0);
  else if (size === 'd') memory.writeUInt32LE(singleValue(random), 0);
  else if (size === 'q') memory.writeBigUInt64LE(doubleValue(random), 0);
  else if (size === 't') {
    const [mantissa, top] = extendedValue(random);
    memory.writeBigUInt64LE(mantissa, 0);
    memory.writeUInt16LE(top, 8);
  } else if (name === 'fxrstor') memory.set(randomState(random).image);
  else if (size === 'n') for (let at = 0; at < 108; at += 4) memory.writeUInt32LE(random.word(), at);
  else if (size === 'w') memory.writeUInt16LE(random.word() & 0xffff, 0);
}

/** What must be the same; a difference between the makers of processors is not compared. */
function differences(form: Form, ours: Reply, theirs: Reply): string[] {
  const differ = new Differences();
  const transcendental = TRANSCENDENTAL.test(form.mnemonics[0]!);
  const mask = transcendental ? ~0x200 : amd ? -1 : CONDITIONS_DEFINED.test(form.mnemonics[0]!) ? ~0x200 : ~0x4700;
  differ.compare('signal', ours.signal, theirs.signal);
  differ.compare('rax', String(ours.rax), String(theirs.rax));
  differ.compare('flags', ours.flags & ARITHMETIC_FLAGS, theirs.flags & ARITHMETIC_FLAGS);
  differ.compare('control', ours.image.readUInt16LE(0), theirs.image.readUInt16LE(0));
  differ.compare('status', (ours.image.readUInt16LE(2) & mask).toString(16), (theirs.image.readUInt16LE(2) & mask).toString(16));
  differ.compare('tags', ours.image[4]!, theirs.image[4]!);
  differ.compare('mxcsr', ours.image.readUInt32LE(24), theirs.image.readUInt32LE(24));
  if (amd) differ.bytes('pointers', ours.image.subarray(6, 24), theirs.image.subarray(6, 24));
  for (let at = 32; at < 160; at += 16) {
    const [one, other] = [ours.image, theirs.image].map((image) => hex(Buffer.from(image.subarray(at, at + 10)).reverse()));
    const close = transcendental && ulps(ours.image, theirs.image, at) <= 1;
    if (!close) differ.compare(`st${(at - 32) / 16}`, one!, other!);
  }
  differ.bytes('xmm', ours.image.subarray(160, 416), theirs.image.subarray(160, 416));
  const own = Buffer.from(ours.memory);
  // MXCSR_MASK is a maker's.
  if (form.mnemonics[0] === 'fxsave') theirs.memory.copy(own, 28, 28, 32);
  // A kernel that runs another program in between does not keep the pointers: of environments of 16 bits, of 32, and of those that follow code.
  for (const at of [6, 8, 10, 12, 16, 20, 268, 272, 276]) if (theirs.memory.readUInt32LE(at) === 0) own.writeUInt32LE(0, at);
  // Beside the last opcode, which it does keep.
  if (theirs.memory.readUInt16LE(272) === 0) own.writeUInt16LE(0, 272);
  // C1 in the environment that may have been stored.
  if (transcendental && ((own[261]! ^ theirs.memory[261]!) & ~2) === 0) own[261] = theirs.memory[261]!;
  differ.bytes('memory', own, theirs.memory);
  return differ.found;
}

/** How many numbers are between two that have the same sign. */
function ulps(one: Buffer, other: Buffer, at: number): number {
  const number = (image: Buffer): bigint => (BigInt(image.readUInt16LE(at + 8)) << 63n) + BigInt.asUintN(63, image.readBigUInt64LE(at));
  return Math.abs(Number(number(one) - number(other)));
}

for (const form of forms) {
  ask(`${form.row} is the processor's`, () => {
    const random = new Random(form.id * 7919);
    const inMemory = form.rmRule === 'memory';
    const requests: Request[] = [];
    const registers: number[] = [];
    const sizes: number[] = [];
    const withEnvironment: boolean[] = [];
    for (let index = 0; index < CASES; index++) {
      const register = form.rm >= 0 ? form.rm : random.chance(3) ? 1 : random.below(8);
      const size = form.sizeRule === 'word' ? random.pick([2, 4]) : form.sizeRule === 'double' ? random.pick([4, 8]) : 0;
      const code = codeOf(form, inMemory, 0, register, size);
      const environment = amd && random.chance(3);
      const request = { ...randomState(random), code: environment ? Buffer.from([...code, 0xd9, 0xb7, 0, 1, 0, 0]) : code };
      fillMemory(random, form, request);
      requests.push(request);
      registers.push(register);
      sizes.push(size);
      withEnvironment.push(environment);
    }
    const replies = executeFloat(program, requests);
    const failures: string[] = [];
    for (const [index, request] of requests.entries()) {
      const address = inMemory ? OPERAND : 0;
      const run = (execute: FloatMachine['fast']): Reply => {
        machine!.load(request);
        const result = execute(form.id, address, registers[index]!, sizes[index]!);
        if (result === 0 && withEnvironment[index]) machine!.x87.execute(fnstenv.id, OPERAND + 256, 0, 4);
        return { ...machine!.state(), signal: result === EXIT_EXCEPTION ? SIGFPE : result };
      };
      const found = differences(form, run((...call) => machine!.x87.execute(...call)), replies[index]!);
      found.push(...differences(form, run(machine!.fast), replies[index]!).map((one) => `fast: ${one}`));
      if (found.length === 0) continue;
      const stack = [0, 1, registers[index]!].map((at) => hex(Buffer.from(request.image.subarray(32 + at * 16, 42 + at * 16)).reverse()));
      failures.push(
        `case ${index}, code ${hex(request.code)} control ${hex(request.image.subarray(0, 2))} status ${hex(request.image.subarray(2, 4))} tags ${hex(request.image.subarray(4, 5))} ` +
          `st0, st1, st(i) ${stack} memory ${hex(request.memory.subarray(0, 16))}: ours ${found.join('; ')}`,
      );
    }
    assert.ok(failures.length === 0, `${failures.length} of ${CASES}:\n${failures.slice(0, 4).join('\n')}`);
  });
}

test.run();
