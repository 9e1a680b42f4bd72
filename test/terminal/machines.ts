/**
 * The two machines that have terminals in tests: ours, and the kernel. The kernel passes bytes on in the background, so it
 * is asked again, more slowly, where it seems to disagree.
 */

import { existsSync } from 'node:fs';
import * as assert from 'uvu/assert';
import { openDevice } from '../../fs/devices/device-file.ts';
import { DeviceTable } from '../../fs/devices/device-table.ts';
import { PseudoTerminals } from '../../fs/devices/terminal/pseudo-terminals.ts';
import { isErrno } from '../../fs/errno.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { S_IFCHR } from '../../fs/stat.ts';
import { KernelProcess, kernelProcessMissing } from '../../fs/testing/kernel-process.ts';
import { VfsProcess } from '../../fs/testing/vfs-process.ts';
import { Vfs } from '../../fs/vfs.ts';
import { type Machine, Pair } from './pair.ts';

function ourMachine(): Machine {
  const devices = new DeviceTable();
  for (const device of new PseudoTerminals().devices()) devices.add(device);
  const vfs = new Vfs(new Tmpfs(defaultTmpfsOptions()), { openSpecial: (vnode, flags, caller) => openDevice(devices, vnode, flags, caller) });
  const sys = new VfsProcess(vfs);
  sys.mknod('ptmx', S_IFCHR | 0o666, 5, 2);
  return {
    sys,
    slave(index) {
      const path = `slave${index}`;
      const made = sys.mknod(path, S_IFCHR | 0o600, 136, index);
      assert.ok(made === 0 || isErrno(made));
      return path;
    },
    settle() {},
  };
}

const SLEEPER = new Int32Array(new SharedArrayBuffer(4));

class KernelMachine implements Machine {
  readonly sys = new KernelProcess('/dev');
  milliseconds = 0;

  slave(index: number): string {
    return `pts/${index}`;
  }

  settle(): void {
    if (this.milliseconds > 0) Atomics.wait(SLEEPER, 0, 0, this.milliseconds);
  }
}

function run(machine: Machine, body: (pair: Pair) => void): string[] {
  const pair = new Pair(machine);
  try {
    body(pair);
    return pair.log;
  } finally {
    pair.end();
  }
}

const missing = kernelProcessMissing() ?? (existsSync('/dev/ptmx') && existsSync('/dev/pts/') ? undefined : 'this machine has no pseudo-terminals');
if (missing) console.log(`skipped: comparison of terminals with the kernel: ${missing}`);
const kernel = missing ? undefined : new KernelMachine();
const PATIENCE_MS = [0, 1, 5, 25, 125];

/** Runs a body on both machines and compares what was said. */
export function compare(what: string, body: (pair: Pair) => void): void {
  const ours = run(ourMachine(), body);
  if (!kernel) return;
  let theirs: string[] = [];
  for (kernel.milliseconds of PATIENCE_MS) {
    theirs = run(kernel, body);
    if (theirs.join('\n') === ours.join('\n')) return;
  }
  assert.is(ours.join('\n'), theirs.join('\n'), `${what}\nkernel:\n${theirs.join('\n')}\nours:\n${ours.join('\n')}`);
}

/** To be called after the last comparison. */
export function endComparisons(): void {
  kernel?.sys.end();
}
