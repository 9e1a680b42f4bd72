/** A control group of the test's own, on whichever hierarchy this machine has for a controller. */

import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const CONTROLLERS = ['cpu', 'cpuacct', 'cpuset', 'memory', 'blkio'] as const;

/** What a group is limited to. */
export interface GroupLimits {
  readonly cpus?: string;
  /** CPUs that may be used at once. */
  readonly quota?: number;
  /** Bytes. */
  readonly memory?: number;
}

/** Groups of one name, one for each hierarchy. */
export class TestGroup {
  readonly #directories: readonly string[];
  /** The version of control groups that limits. */
  readonly version: 1 | 2;

  constructor(name: string, { cpus, quota, memory }: GroupLimits) {
    const second = existsSync(join(ROOT, 'cgroup.controllers'));
    this.version = second ? 2 : 1;
    if (second) {
      writeFileSync(join(ROOT, 'cgroup.subtree_control'), '+cpu +cpuset +memory +io');
      this.#directories = [join(ROOT, name)];
    } else {
      this.#directories = CONTROLLERS.map((controller) => join(ROOT, controller, name));
    }
    for (const directory of this.#directories) mkdirSync(directory);
    const set = (controller: string, file: string, value: string | number): void =>
      writeFileSync(join(ROOT, second ? '' : controller, name, file), String(value));
    // In version 1 a group has no memory nodes of its own at first, and takes no tasks without.
    if (!second) set('cpuset', 'cpuset.mems', readFileSync(join(ROOT, 'cpuset/cpuset.mems'), 'utf8'));
    const all = readFileSync(join(ROOT, second ? 'cpuset.cpus.effective' : 'cpuset/cpuset.cpus'), 'utf8');
    if (!second || cpus !== undefined) set('cpuset', 'cpuset.cpus', cpus ?? all);
    if (quota !== undefined) {
      if (second) set('cpu', 'cpu.max', `${quota * 100_000} 100000`);
      else set('cpu', 'cpu.cfs_quota_us', quota * 100_000);
    }
    if (memory !== undefined) set('memory', second ? 'memory.max' : 'memory.limit_in_bytes', memory);
  }

  /** A line of shell that moves the shell into the group. */
  get enter(): string {
    return this.#directories.map((directory) => `echo $$ >${directory}/cgroup.procs`).join(' && ');
  }

  /** Removes the group, in which nothing may run any more. */
  remove(): void {
    for (const directory of this.#directories) rmdirSync(directory);
  }
}

/** Why there can be no group; undefined when there can. */
export function reasonForNoGroups(): string | undefined {
  try {
    new TestGroup(`compatfs-probe-${process.pid}`, {}).remove();
    return undefined;
  } catch (error) {
    return `control groups cannot be made (${(error as NodeJS.ErrnoException).code})`;
  }
}
