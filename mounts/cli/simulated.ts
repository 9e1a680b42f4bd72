/** Opens descriptions of machines for the trees that show them. */

import type { Playback } from '../../providers/sources/recorded/recorded-source.ts';
import { PlayedClock } from '../../providers/sources/simulated/played-clock.ts';
import { mistakeText, readDescription } from '../../providers/sources/simulated/read-description.ts';
import { SimulatedSource } from '../../providers/sources/simulated/simulated-source.ts';
import { MountError } from '../fuse/kernel-mount.ts';
import { readSourceText } from './source-file.ts';
import type { OpenedFile } from './sources.ts';

/** Opens one, whose time goes from now on. Throws a MountError, which says what is wrong with it and where. */
export function openSimulation(file: string, { at, speed = 1 }: Partial<Playback> = {}): OpenedFile {
  const machine = readDescription(readSourceText(file));
  if ('what' in machine) throw new MountError(file, mistakeText(machine));
  const clock = new PlayedClock(at ?? machine.uptime * 1000, speed);
  return { source: new SimulatedSource(machine, clock), change: ({ playback }) => clock.play(playback ?? {}) };
}
