/**
 * Exact floating point of SSE beside the processor's: every form that rounds, compares or converts, with all that MXCSR can say, leaves the
 * same registers, flags and MXCSR.
 */

import { existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DESTINATION, GENERAL_INTEGER, INTEGERS, MMX_DESTINATION, MMX_SOURCE, OPERATION, RECIPROCAL, RECIPROCAL_ROOT, SINGLES, SOURCE } from '../../emulator/cpu/float/sse-operations.ts';
import { FORMS, type Form } from '../../emulator/cpu/forms.ts';
import { ARITHMETIC_FLAGS, EXIT_EXCEPTION } from '../../emulator/cpu/state.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { Differences, FloatMachine, codeOf, hex } from './float-machine.ts';
import { MEMORY_SIZE, OPERAND, type Reply, type Request, SIGFPE, buildFloatProcessor, executeFloat } from './float-processor.ts';
import { Random, doubleValue, integerValue, singleValue } from './float-values.ts';
import { processorMissing } from './processor.ts';

const missing = processorMissing();
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;
/** Which flags accompany one that is not masked is compared with AMD's processors alone. */
const amd = existsSync('/proc/cpuinfo') && /AuthenticAMD/.test(readFileSync('/proc/cpuinfo', 'latin1'));
const CASES = Number(process.env['FLOAT_CASES'] ?? 500);
const forms = FORMS.filter(({ id }) => OPERATION[id]);
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

/** 16 bytes of operands. */
function fill(random: Random, bytes: Buffer, at: number, kind: number): void {
  for (let offset = at; offset < at + 16; offset += 8) {
    if (kind === SINGLES) {
      bytes.writeUInt32LE(singleValue(random), offset);
      bytes.writeUInt32LE(singleValue(random), offset + 4);
    } else if (kind >= INTEGERS) {
      bytes.writeInt32LE(Number(BigInt.asIntN(32, integerValue(random))), offset);
      bytes.writeInt32LE(Number(BigInt.asIntN(32, integerValue(random))), offset + 4);
    } else bytes.writeBigUInt64LE(doubleValue(random), offset);
  }
}

function randomState(random: Random, form: Form): Pick<Request, 'image' | 'memory' | 'rax' | 'flags'> {
  const image = Buffer.alloc(512);
  image.writeUInt16LE(0x37f, 0);
  image.writeUInt16LE((random.below(8) << 11) | (random.word() & 0x4700), 2);
  if (random.chance(30)) image.writeUInt32LE(0x8001037e, 0);
  image[4] = random.word();
  const masks = amd && random.chance(3) ? random.below(64) : 63;
  const special = random.chance(2) ? random.pick([0x40, 0x8000, 0x8040]) : 0;
  image.writeUInt32LE((masks << 7) | (random.below(4) << 13) | (random.chance(2) ? random.below(64) : 0) | special, 24);
  const kind = SOURCE[form.id]!;
  for (let register = 0; register < 8; register++) {
    fill(random, image, 32 + register * 16, kind);
    image.writeUInt16LE(random.pick([0xffff, 0x3fff, 0]), 40 + register * 16);
    image.fill(0, 42 + register * 16, 48 + register * 16);
  }
  for (let at = 160; at < 416; at += 16) fill(random, image, at, kind);
  const memory = Buffer.alloc(MEMORY_SIZE, 0x5a);
  fill(random, memory, 0, kind);
  return { image, memory, rax: integerValue(random), flags: 0x202 | (random.word() & ARITHMETIC_FLAGS) };
}

const approximate = (form: Form): boolean => OPERATION[form.id] === RECIPROCAL || OPERATION[form.id] === RECIPROCAL_ROOT;

function differences(form: Form, ours: Reply, theirs: Reply): string[] {
  const differ = new Differences();
  differ.compare('signal', ours.signal, theirs.signal);
  differ.compare('rax', ours.rax.toString(16), theirs.rax.toString(16));
  differ.compare('flags', ours.flags & ARITHMETIC_FLAGS, theirs.flags & ARITHMETIC_FLAGS);
  differ.compare('mxcsr', ours.image.readUInt32LE(24).toString(16), theirs.image.readUInt32LE(24).toString(16));
  if (approximate(form)) {
    for (let at = 160; at < 416; at += 4) {
      const [one, other] = [ours.image.readFloatLE(at), theirs.image.readFloatLE(at)];
      if (!(Math.abs(one / other - 1) < 2 ** -11.4)) differ.compare(`xmm+${at - 160}`, ours.image.readUInt32LE(at), theirs.image.readUInt32LE(at));
    }
  } else differ.bytes('xmm', ours.image.subarray(160, 416), theirs.image.subarray(160, 416));
  differ.bytes('x87', ours.image.subarray(0, 5), theirs.image.subarray(0, 5));
  differ.bytes('mm', ours.image.subarray(32, 160), theirs.image.subarray(32, 160));
  differ.bytes('memory', ours.memory, theirs.memory);
  return differ.found;
}

for (const form of forms) {
  ask(`${form.row} is the processor's`, () => {
    const random = new Random(form.id * 7919);
    const requests: Request[] = [];
    const calls: (readonly [destination: number, source: number, immediate: number, size: number])[] = [];
    for (let index = 0; index < CASES; index++) {
      const inMemory = form.rmRule === 'memory' || random.chance(3);
      const general = DESTINATION[form.id] === GENERAL_INTEGER;
      const destination = general ? 0 : random.below(MMX_DESTINATION[form.id] ? 8 : 16);
      const source = SOURCE[form.id] === GENERAL_INTEGER ? 0 : random.below(MMX_SOURCE[form.id] ? 8 : 16);
      const size = form.sizeRule === 'double' ? random.pick([4, 8]) : 0;
      const immediate = random.below(256);
      const hasImmediate = form.immediate !== 'none';
      const code = codeOf(form, inMemory, destination, source, size, hasImmediate ? immediate : undefined);
      const request = { ...randomState(random, form), code };
      requests.push(request);
      calls.push([destination, inMemory ? -1 : source, immediate, size]);
    }
    const replies = executeFloat(program, requests);
    const failures: string[] = [];
    for (const [index, request] of requests.entries()) {
      machine!.load(request);
      const [destination, source, immediate, size] = calls[index]!;
      const result = machine!.sse.execute(form.id, destination, source, OPERAND, immediate, size);
      const ours = { ...machine!.state(), signal: result === EXIT_EXCEPTION ? SIGFPE : result };
      const found = differences(form, ours, replies[index]!);
      if (found.length === 0) continue;
      const at = (register: number): string => hex(request.image.subarray(160 + register * 16, 176 + register * 16));
      failures.push(
        `case ${index}, code ${hex(request.code)} mxcsr ${request.image.readUInt32LE(24).toString(16)} xmm${destination} ${at(destination)} ` +
          `source ${source < 0 ? hex(request.memory.subarray(0, 16)) : at(source)} rax ${request.rax.toString(16)}: ours ${found.join('; ')}`,
      );
    }
    assert.ok(failures.length === 0, `${failures.length} of ${CASES}:\n${failures.slice(0, 4).join('\n')}`);
  });
}

test.run();
