/** The decoder beside objdump: every shape of every form, and a real program. objdump.slow.ts takes many programs. */

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { FORMS } from '../../emulator/cpu/forms.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { Generator, encode, shapesOf } from './encodings.ts';
import { compareWithObjdump, objdumpMissing, unseenForms } from './objdump.ts';

const missing = objdumpMissing();
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

/** Every so many bytes there is an encoding; the rest is `nop`, so that objdump finds the next one. */
const STRIDE = 16;
const CASES = 3;

/** What every processor takes and objdump does not know: opcodes that the manuals leave out; fences whose rm is not 0. */
const UNKNOWN_TO_OBJDUMP = [
  'D9/3 fstp F',
  'DC/2 fcom F',
  'DC/3 fcomp F',
  'DD/1 fxch F',
  'DE/2 fcomp F',
  'DF/1 fxch F',
  'DF/2 fstp F',
  'DF/3 fstp F',
  '0F0D nop Ev reg',
  'NP 0FAE/5 lfence reg',
  'NP 0FAE/6 mfence reg',
  'NP 0FAE/7 sfence reg',
];

ask('every form in every shape', () => {
  const directory = temporaryDirectory();
  try {
    const random = new Generator(1);
    const encodings = FORMS.filter((form) => form.mode64)
      .flatMap(shapesOf)
      .flatMap((shape) => Array.from({ length: CASES }, () => encode(shape, random)));
    const bytes = Buffer.alloc(encodings.length * STRIDE, 0x90);
    for (const [index, encoding] of encodings.entries()) bytes.set(encoding.bytes, index * STRIDE);
    const file = join(directory, 'encodings');
    writeFileSync(file, bytes);
    const options = ['-D', '-b', 'binary', '-m', 'i386:x86-64'];
    const outcome = compareWithObjdump(file, options, (address) => address % STRIDE === 0);
    assert.equal(outcome.differences, []);
    assert.equal(
      unseenForms(outcome.forms).filter((row) => !UNKNOWN_TO_OBJDUMP.includes(row)),
      [],
      'a form without a case',
    );
    console.log(`${outcome.instructions} instructions alike, ${outcome.forms.size} forms; objdump does not know ${outcome.bad}`);
  } finally {
    removeDirectory(directory);
  }
});

// In 64-bit mode the processor is asked about these.
ask('random bytes in 32-bit mode', () => {
  const directory = temporaryDirectory();
  try {
    // Bytes, and as many that are `nop` for sure.
    const stride = 32;
    const prefixes = [0x66, 0x67, 0x64, 0x2e];
    const random = new Generator(5);
    const bytes = Buffer.alloc(20000 * stride, 0x90);
    for (let at = 0; at < bytes.length; at += stride) {
      const map = [[], [], [], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]][random.below(6)]!;
      const before = Array.from({ length: random.below(3) }, () => prefixes[random.below(prefixes.length)]!);
      if (random.below(4) === 0) before.push(0xf2 | random.below(2));
      const rest = Array.from({ length: 15 }, () => random.below(256));
      bytes.set([...before, ...map, ...rest].slice(0, 15), at);
    }
    const file = join(directory, 'random');
    writeFileSync(file, bytes);
    const outcome = compareWithObjdump(file, ['-D', '-b', 'binary', '-m', 'i386'], (address) => address % stride === 0, 32);
    assert.equal(outcome.differences, []);
    assert.ok(outcome.instructions > 10000);
    console.log(`${outcome.instructions} instructions alike, ${outcome.forms.size} forms`);
  } finally {
    removeDirectory(directory);
  }
});

ask('a real program', () => {
  const file = ['/usr/bin/bash', '/bin/sh', process.execPath].find((path) => existsSync(path))!;
  const outcome = compareWithObjdump(file);
  assert.equal(outcome.differences, []);
  assert.ok(outcome.instructions > 1000);
  console.log(`${file}: ${outcome.instructions} instructions alike, ${outcome.forms.size} forms`);
});

test.run();
