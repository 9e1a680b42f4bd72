/** What `compatfs run` measures with --stats and --profile. */

import { writeFileSync } from 'node:fs';
import type { Emulator } from '../../emulator/emulator.ts';
import type { SystemCallTracer } from '../../emulator/kernel/kernel.ts';
import { collapsedStacks, speedscope } from '../../emulator/trace/profile.ts';
import { Sampler } from '../../emulator/trace/sampler.ts';
import { Statistics, together } from '../../emulator/trace/statistics.ts';
import { complainRaw } from './output.ts';

/** How often is looked where a program is, in milliseconds. */
const SAMPLE_MS = 2;

export class Measuring {
  readonly #statistics: Statistics | undefined;
  readonly #profile: string | undefined;
  #sampler: Sampler | undefined;

  /** `profile` is the file that is to have one. */
  constructor(statistics: boolean, profile: string | undefined) {
    this.#statistics = statistics ? new Statistics() : undefined;
    this.#profile = profile;
  }

  /** What is told of system calls, besides another. */
  tracer(other: SystemCallTracer | undefined): SystemCallTracer | undefined {
    return together([other, this.#statistics].filter((one) => one !== undefined));
  }

  /** Counts something that was asked for and is not done. */
  unsupported(kind: string, what: string): void {
    this.#statistics?.unsupported(kind, what);
  }

  /** Looks at a machine from now on. */
  async watch(vm: Emulator): Promise<void> {
    const sampler = new Sampler((await vm.start()).vfs);
    this.#sampler = sampler;
    vm.loop.sample = (task) => sampler.take(task);
    vm.loop.startTicking(SAMPLE_MS);
  }

  /** Prints and writes what was found. `title` is what the profile is called. */
  finish(vm: Emulator, title: string): void {
    const idle = (vm.kernel?.scheduler.idle ?? 0) / 1e6;
    if (this.#statistics) complainRaw(`\n${this.#statistics.report(idle, this.#sampler)}`);
    if (this.#profile === undefined || !this.#sampler) return;
    const { stacks } = this.#sampler;
    const text = this.#profile.endsWith('.collapsed') ? collapsedStacks(stacks) : speedscope(stacks, title, SAMPLE_MS);
    writeFileSync(this.#profile, text, 'latin1');
  }
}
