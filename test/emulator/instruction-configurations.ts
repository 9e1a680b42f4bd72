/** The configurations of the emulated processor in which instructions are compared. */

import { Processor } from '../../emulator/cpu/processor.ts';
import { GuestMemory } from '../../emulator/memory/guest-memory.ts';
import { type Configuration, EmulatedExecutor } from './emulated-executor.ts';

/** All of them. */
export const CONFIGURATIONS: readonly Configuration[] = [
  { name: 'interpreter', checked: false, translated: false, ticks: false, exact: false },
  { name: 'interpreter-exact', checked: false, translated: false, ticks: false, exact: true },
  { name: 'translated', checked: false, translated: true, ticks: false, exact: false },
  { name: 'translated-checked', checked: true, translated: true, ticks: true, exact: false },
  { name: 'interpreter-checked', checked: true, translated: false, ticks: true, exact: true },
];

/** Makes processors in these configurations. */
export function makeExecutors(names: readonly string[], contents: Uint8Array): EmulatedExecutor[] {
  return CONFIGURATIONS.filter(({ name }) => names.includes(name)).map((configuration) => {
    const processor = new Processor(new GuestMemory(), { systemCall: () => 1 }, { threshold: configuration.translated ? 1 : 0, eager: true });
    if (configuration.checked) processor.check();
    return new EmulatedExecutor(configuration, processor, contents);
  });
}
