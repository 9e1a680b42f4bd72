/** Opens descriptions of machines for the trees that show them. */

import { readFileSync } from 'node:fs';
import type { KernelSource } from '../../providers/kernel-view.ts';
import { mistakeText, readDescription } from '../../providers/sources/simulated/read-description.ts';
import { SimulatedSource } from '../../providers/sources/simulated/simulated-source.ts';
import { MountError } from '../fuse/kernel-mount.ts';

/** Opens one, whose time runs from now on. Throws a MountError, which says what is wrong with it and where. */
export function openSimulation(file: string): KernelSource {
  const machine = readDescription(read(file));
  if ('what' in machine) throw new MountError(file, mistakeText(machine));
  const start = performance.now();
  return new SimulatedSource(machine, { now: () => machine.uptime + (performance.now() - start) / 1000 });
}

function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new MountError(file, code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a directory' : `cannot be read (${code})`);
  }
}
