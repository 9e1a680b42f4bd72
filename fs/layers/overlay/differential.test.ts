/**
 * The same operations on the kernel's overlayfs and on ours, over the same layers: every result, the tree that comes of
 * it, and what has been written to the upper layer.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelOverlayMissing } from '../../../test/support/kernel-overlay.ts';
import { removeDirectory, temporaryDirectory } from '../../../test/support/mounts.ts';
import { defaultTmpfsOptions } from '../../memory/options.ts';
import { Tmpfs } from '../../memory/tmpfs.ts';
import { Passthrough } from '../../passthrough/passthrough.ts';
import { SystemCalls } from '../../passthrough/system-calls.ts';
import { KernelProcess, kernelProcessMissing } from '../../testing/kernel-process.ts';
import type { Process } from '../../testing/process.ts';
import { Dice, fill, operate, picture, show } from '../../testing/random-operations.ts';
import { VfsProcess } from '../../testing/vfs-process.ts';
import { Vfs } from '../../vfs.ts';
import { NullFs } from '../null/null.ts';
import { hostUpper } from './host-upper.ts';
import { memoryUpper } from './memory-upper.ts';
import { Overlay } from './overlay.ts';

interface Side {
  readonly merged: Process;
  /** Shows the upper layer by itself. */
  readonly upper: Process;
}

function memory(seed: number, marks: boolean, sockets: boolean): Tmpfs {
  const layer = new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 });
  fill(new VfsProcess(new Vfs(layer)), seed, marks, sockets);
  return layer;
}

function inMemory(seed: number): Side {
  const lowers = [memory(seed, true, true).root, memory(seed + 1, false, true).root];
  const upper = memoryUpper({ ...defaultTmpfsOptions(), mode: 0o755 });
  return {
    merged: new VfsProcess(new Vfs(new Overlay({ upper, lowers }))),
    upper: new VfsProcess(new Vfs(new NullFs(upper.directory))),
  };
}

function onHost(seed: number, directory: string, systemCalls: SystemCalls | undefined): Side {
  const special = systemCalls !== undefined;
  const lowers = [memory(seed, true, special).root, memory(seed + 1, false, special).root];
  const [upper, work] = ['ours', 'ours-work'].map((name) => {
    mkdirSync(join(directory, name));
    return join(directory, name);
  }) as [string, string];
  return {
    merged: new VfsProcess(new Vfs(new Overlay({ ...hostUpper(upper, work, { systemCalls }), lowers }))),
    upper: new VfsProcess(new Vfs(new Passthrough(upper, { systemCalls }))),
  };
}

function inKernel(seed: number, directory: string, sockets: boolean): Side {
  const at = (name: string): string => join(directory, name);
  for (const name of ['one', 'two', 'upper', 'work', 'mount']) mkdirSync(at(name), { mode: 0o755 });
  for (const [name, marks] of [['one', true], ['two', false]] as const) {
    const process = new KernelProcess(at(name));
    process.umask(0);
    fill(process, marks ? seed : seed + 1, marks, sockets);
    process.end();
  }
  const options = `lowerdir=${at('one')}:${at('two')},upperdir=${at('upper')},workdir=${at('work')}`;
  spawnSync('mount', ['-t', 'overlay', '-o', options, 'compatfs-test', at('mount')]);
  const [merged, upper] = [new KernelProcess(at('mount')), new KernelProcess(at('upper'))];
  merged.umask(0);
  return { merged, upper };
}

const OPERATIONS = 250;
const SEEDS = [1, 2, 3, 4, 5, 6];

const missing = kernelProcessMissing() ?? kernelOverlayMissing();
const test = suite("an overlay and the kernel's");
if (missing) console.log(`skipped: ${missing}`);

/** Where the upper layer is, and by whose calls. */
const WAYS = ['in memory', 'on host directories', 'on host directories, with all system calls'] as const;
const systemCalls = missing ? undefined : SystemCalls.start('/proc/self/fd/')?.use();

for (const seed of SEEDS) {
  for (const way of WAYS) {
    const able = way === 'in memory' || way === WAYS[2];
    (missing || (way === WAYS[2] && !systemCalls) ? test.skip : test)(`${OPERATIONS} operations, seed ${seed}, ${way}`, () => {
      const directory = temporaryDirectory();
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'mode=755', 'compatfs-test', directory]);
      const kernel = inKernel(seed * 100, directory, able);
      const ours = way === 'in memory' ? inMemory(seed * 100) : onHost(seed * 100, directory, able ? systemCalls : undefined);
      try {
        assert.equal(picture(ours.merged, able), picture(kernel.merged, able), 'the trees in the beginning');
        const [one, two] = [new Dice(seed), new Dice(seed)];
        const done: string[] = [];
        for (let count = 0; count < OPERATIONS; count++) {
          const [name, expected] = operate(kernel.merged, one, able);
          const [, result] = operate(ours.merged, two, able);
          done.push(`${name}: ${show(expected).slice(0, 40)}`);
          assert.is(show(result), show(expected), `${done.slice(-30).join('\n')}`);
        }
        assert.equal(picture(ours.merged, able), picture(kernel.merged, able), done.join('\n'));
        if (able) assert.equal(picture(ours.upper, true), picture(kernel.upper, true), 'the upper layers');
      } finally {
        for (const side of [kernel, ours]) {
          side.merged.end();
          side.upper.end();
        }
        removeDirectory(directory);
      }
    });
  }
}

test.after(() => systemCalls?.release());
test.run();
