/** The configurations of the emulated processor in which instructions are compared. */

import { Processor } from '../../emulator/cpu/processor.ts';
import { GuestMemory } from '../../emulator/memory/guest-memory.ts';
import { type Configuration, EmulatedExecutor } from './emulated-executor.ts';

/** All of them. */
export const CONFIGURATIONS: readonly Configuration[] = [
  { name: 'interpreter', checked: false, translated: false, ticks: false, exact: false },
  { name: 'interpreter-exact', checked: false, translated: false, ticks: false, exact: true },
  { name: 'translated', checked: false, translated: true, ticks: false, exact: false },
  { name: 'translated-checked', checked: true, translated: true, ticks: true, exact: true },
  { name: 'interpreter-checked', checked: true, translated: false, ticks: true, exact: true },
];

/** Makes processors in these configurations. */
export function makeExecutors(names: readonly string[], contents: Uint8Array): EmulatedExecutor[] {
  return CONFIGURATIONS.filter(({ name }) => names.includes(name)).map((configuration) => {
    const options = { threshold: configuration.translated ? 1 : 0, eager: true };
    return new EmulatedExecutor(configuration, () => new Processor(new GuestMemory(), { systemCall: () => 1 }, options), contents);
  });
}
