/** Masks of CPUs as the kernel reads them, compared with this machine's kernel where a test may set them. */

import { openSync, readFileSync, writeFileSync, writeSync, closeSync, readdirSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { EINVAL, EOVERFLOW, ERANGE, type Errno, errnoFromHost, isErrno } from '../../fs/errno.ts';
import { TextWriter } from '../../fs/generated/text-writer.ts';
import type { BitMask } from '../model/bit-mask.ts';
import { hexMask } from './bits.ts';
import { parseCpuList, parseCpuMask } from './cpu-mask.ts';

type Parser = (bytes: Uint8Array, bits: number) => BitMask | Errno;

function parsed(parse: Parser, text: string, bits: number): string | Errno {
  const mask = parse(Buffer.from(text, 'latin1'), bits);
  if (isErrno(mask)) return mask;
  const out = new TextWriter();
  hexMask(out, mask);
  return out.toString();
}

test('hexadecimal words', () => {
  assert.is(parsed(parseCpuMask, 'a5,12345678\n', 40), 'a5,12345678');
  assert.is(parsed(parseCpuMask, ' 1 ', 40), '00,00000001');
  assert.is(parsed(parseCpuMask, '', 40), '00,00000000');
  assert.is(parsed(parseCpuMask, '100,0', 40), EOVERFLOW);
  assert.is(parsed(parseCpuMask, '1,0,0', 40), EOVERFLOW);
  assert.is(parsed(parseCpuMask, '123456789', 40), EOVERFLOW);
  assert.is(parsed(parseCpuMask, '0x1', 40), EINVAL);
});

test('lists of ranges', () => {
  assert.is(parsed(parseCpuList, '0-3,39', 40), '80,0000000f');
  assert.is(parsed(parseCpuList, 'N', 40), '80,00000000');
  assert.is(parsed(parseCpuList, '0-15:2/4', 40), '00,00003333');
  assert.is(parsed(parseCpuList, 'all', 33), '1,ffffffff');
  assert.is(parsed(parseCpuList, '40', 40), ERANGE);
  assert.is(parsed(parseCpuList, '3-1', 40), EINVAL);
  assert.is(parsed(parseCpuList, '4294967296', 40), EOVERFLOW);
});

/** Texts that differ in what makes a mask valid, made from pieces that matter. */
function* texts(): Generator<string> {
  const pieces = ['0', '1', '3', 'f', ',', ' ', '\n', '-', ':', '/', 'N', 'all', '00000001', 'x', '\t', '2', '\0'];
  // A generator of pseudo-random numbers, so that each run tries the same.
  let state = 1;
  const next = (bound: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % bound;
  };
  for (let count = 0; count < 400; count++) {
    let text = '';
    for (let length = next(6); length > 0; length--) text += pieces[next(pieces.length)];
    if (text !== '') yield text;
  }
}

/** An interrupt whose affinity can be set here, if there is one. */
function movableInterrupt(): string | undefined {
  if (process.getuid?.() !== 0) return undefined;
  try {
    for (const number of readdirSync('/proc/irq')) {
      const path = `/proc/irq/${number}/`;
      if (!/^\d+$/.test(number)) continue;
      try {
        writeFileSync(`${path}smp_affinity`, readFileSync(`${path}smp_affinity`));
        return path;
      } catch {
        // Kept where it is.
      }
    }
  } catch {
    // No /proc/irq.
  }
  return undefined;
}

const interrupt = movableInterrupt();
if (!interrupt) console.log('skipped: this machine has no interrupt whose affinity may be set');

(interrupt ? test : test.skip)('the kernel takes and refuses the same texts', () => {
  const possible = readFileSync('/sys/devices/system/cpu/possible', 'latin1');
  const bits = Number(/(\d+)\s*$/.exec(possible)?.[1]) + 1;
  const files: [string, Parser][] = [
    ['smp_affinity', parseCpuMask],
    ['smp_affinity_list', parseCpuList],
  ];
  const before = readFileSync(`${interrupt}smp_affinity`);
  const different: string[] = [];
  try {
    for (const [name, parse] of files) {
      const descriptor = openSync(`${interrupt}${name}`, 'w');
      for (const text of texts()) {
        let kernel: number = 0;
        try {
          writeSync(descriptor, Buffer.from(text, 'latin1'), 0, text.length, null);
        } catch (error) {
          kernel = errnoFromHost(error);
        }
        const mask = parse(Buffer.from(text, 'latin1'), bits);
        const empty = !isErrno(mask) && mask.words.every((word) => word === 0);
        const ours = isErrno(mask) ? mask : empty ? EINVAL : 0;
        if (ours !== kernel) different.push(`${name} ${JSON.stringify(text)}: ${ours}, kernel ${kernel}`);
        else if (ours === 0 && parsed(parse, text, bits) !== readFileSync(`${interrupt}smp_affinity`, 'latin1').trim()) {
          different.push(`${name} ${JSON.stringify(text)}: another mask`);
        }
      }
      closeSync(descriptor);
    }
  } finally {
    writeFileSync(`${interrupt}smp_affinity`, before);
  }
  assert.equal(different, []);
});

test.run();
