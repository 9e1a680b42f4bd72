/** Resource limits (getrlimit(2)): soft and hard ones, as numbers, with Infinity for none. */

import type { MemoryLimits } from '../memory/address-space-contract.ts';

export const RLIMIT_CPU = 0;
export const RLIMIT_FSIZE = 1;
export const RLIMIT_DATA = 2;
export const RLIMIT_STACK = 3;
export const RLIMIT_CORE = 4;
export const RLIMIT_RSS = 5;
export const RLIMIT_NPROC = 6;
export const RLIMIT_NOFILE = 7;
export const RLIMIT_MEMLOCK = 8;
export const RLIMIT_AS = 9;
export const RLIMIT_LOCKS = 10;
export const RLIMIT_SIGPENDING = 11;
export const RLIMIT_MSGQUEUE = 12;
export const RLIMIT_NICE = 13;
export const RLIMIT_RTPRIO = 14;
export const RLIMIT_RTTIME = 15;
export const RLIMIT_COUNT = 16;

const NONE = Number.POSITIVE_INFINITY;
const MIB = 1 << 20;

/** What the first process has, as Linux has it (INIT_RLIMITS), with the hard limit of descriptors that distributions set. */
const DEFAULTS: readonly (readonly [soft: number, hard: number])[] = [
  [NONE, NONE],
  [NONE, NONE],
  [NONE, NONE],
  [8 * MIB, NONE],
  [0, NONE],
  [NONE, NONE],
  [4096, 4096],
  [1024, 1 << 20],
  [8 * MIB, 8 * MIB],
  [NONE, NONE],
  [NONE, NONE],
  [4096, 4096],
  [819200, 819200],
  [0, 0],
  [0, 0],
  [NONE, NONE],
];

export class ResourceLimits {
  readonly soft: number[];
  readonly hard: number[];
  /** What the address space obeys, kept as the limits are. */
  memory: MemoryLimits = { addressSpace: NONE, data: NONE, stack: NONE, locked: NONE };

  constructor(other?: ResourceLimits) {
    this.soft = other ? [...other.soft] : DEFAULTS.map(([soft]) => soft);
    this.hard = other ? [...other.hard] : DEFAULTS.map(([, hard]) => hard);
  }

  set(resource: number, soft: number, hard: number): void {
    this.soft[resource] = soft;
    this.hard[resource] = hard;
    Object.assign(this.memory, this.forMemory());
  }

  /** The limits of memory, as an object for another address space. */
  forMemory(): MemoryLimits {
    const { soft } = this;
    return { addressSpace: soft[RLIMIT_AS]!, data: soft[RLIMIT_DATA]!, stack: soft[RLIMIT_STACK]!, locked: soft[RLIMIT_MEMLOCK]! };
  }
}
