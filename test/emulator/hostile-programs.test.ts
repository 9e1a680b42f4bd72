/** Programs whose headers were changed at random: the kernel and our exec refuse the same ones, and nothing else happens. */

import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errnoName } from '../../fs/errno.ts';
import { parseHeader, readSegments } from '../../emulator/loader/elf.ts';
import { prepareExec } from '../../emulator/loader/exec.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram } from '../support/requirements.ts';
import { random } from './mappings.ts';
import { compile, execRequest, HostFile, isProgram } from './programs.ts';

const SOURCE = fileURLToPath(new URL('../../../test/emulator/execute.c', import.meta.url));
const missing = process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0 ? 'needs root on Linux on x86-64' : missingProgram('cc');
if (missing) console.log(`skipped: ${missing}`);
const ask = missing ? test.skip : test;

const TINY = 'int data[3000] = {1}, bss[9000]; void _start(void) { __asm__("mov $60, %eax; xor %edi, %edi; syscall"); }';

/** Fields of the headers: where, and how many bytes. */
const HEADER: readonly (readonly [number, number])[] = [[0, 4], [4, 1], [5, 1], [6, 1], [16, 2], [18, 2], [20, 4], [24, 8], [32, 8], [40, 8], [52, 2], [54, 2], [56, 2]];
const SEGMENT: readonly (readonly [number, number])[] = [[0, 4], [4, 4], [8, 8], [16, 8], [32, 8], [40, 8], [48, 8]];

function mutate(original: Uint8Array, seed: number): Uint8Array {
  const below = random(seed);
  let bytes = Uint8Array.from(original);
  const view = new DataView(bytes.buffer);
  const count = view.getUint16(56, true);
  const table = Number(view.getBigUint64(32, true));
  for (let changes = 1 + below(2); changes > 0; changes--) {
    const [at, size] = below(4) === 0 ? HEADER[below(HEADER.length)]! : [SEGMENT[below(7)]!].map(([offset, length]) => [table + below(count) * 56 + offset, length] as const)[0]!;
    const old = size === 8 ? view.getBigUint64(at, true) : BigInt(size === 4 ? view.getUint32(at, true) : size === 2 ? view.getUint16(at, true) : view.getUint8(at));
    const values = [0n, 1n, 2n, 3n, old + 1n, old - 1n, old + 4096n, old - 4096n, old * 2n, 1n << 31n, 1n << 32n, 1n << 46n, 1n << 47n, (1n << 47n) - 4096n, 1n << 63n, (1n << 64n) - 1n, (1n << 64n) - 4096n, BigInt(bytes.length), BigInt(bytes.length - 1), BigInt(below(65536)), 0x6474e551n, old ^ 7n, 4096n, 0x10000n, 0x1fffffn];
    const value = values[below(values.length)]!;
    for (let byte = 0; byte < size; byte++) bytes[at + byte] = Number((value >> BigInt(byte * 8)) & 0xffn);
  }
  if (below(12) === 0) bytes = bytes.slice(0, below(bytes.length));
  return bytes;
}

/** The segments that are loaded, for messages. */
function describe(path: string): string {
  const file = new HostFile(path);
  const head = new Uint8Array(64);
  file.read(head, 0);
  const segments = readSegments(file, parseHeader(head)) ?? [];
  file.release();
  const hex = (value: number): string => value.toString(16);
  return segments.filter(({ type }) => type === 1).map((part) => `${hex(part.address)} ${hex(part.offset)} ${hex(part.fileSize)} ${hex(part.memorySize)} ${part.flags} ${hex(part.alignment)}`).join(', ');
}

const rounds = Number(process.env['ROUNDS'] ?? 60);

for (const [kind, options] of [['fixed', ['-static', '-no-pie']], ['static-pie', ['-static-pie']], ['dynamic', ['-pie']]] as const)
  ask(`hostile programs: ${kind}`, () => {
    const directory = temporaryDirectory();
    chmodSync(directory, 0o755);
    try {
      const program = compile(directory, 'tiny', TINY, '-nostdlib', ...options);
      const execute = join(directory, 'execute');
      assert.is(spawnSync('cc', ['-w', '-o', execute, SOURCE]).status, 0);
      const original = Uint8Array.from(readFileSync(program));
      const paths: string[] = [];
      for (let seed = 1; seed <= rounds; seed++) {
        const path = join(directory, `hostile${seed}`);
        writeFileSync(path, mutate(original, seed * 65537 + kind.length));
        chmodSync(path, 0o755);
        paths.push(path);
      }
      const native = spawnSync(execute, [], { input: `${paths.join('\n')}\n`, encoding: 'latin1', uid: 65534, gid: 65534 }).stdout.split('\n');
      paths.forEach((path, index) => {
        let reason = '';
        const result = prepareExec(execRequest(path, [path], { refused: (why) => (reason = why) }));
        let ours: string;
        if (isProgram(result)) {
          ours = 'runs';
          result.space.dispose();
          result.file.release();
        } else ours = typeof result === 'number' ? errnoName(result) : `signal ${result.signal}`;
        const kernel = native[index]!;
        const context = `program ${index + 1} (${kind}): the kernel: ${kernel}, ours: ${ours} ${reason}; ${describe(path)}`;
        if (/addresses/.test(reason)) return;
        if (ours === 'runs') assert.ok(/^(exit|signal)/.test(kernel), context);
        else if (reason) assert.ok(/^(exit|signal)/.test(kernel), context);
        else assert.is(kernel, ours, context);
      });
      assert.is(HostFile.open, 0);
    } finally {
      removeDirectory(directory);
    }
  });

test.run();
