/** The times of a control group's CPUs: made of what the group has used, and never going back. */

import type { GroupCpuTimes } from '../model/control-groups.ts';
import type { ProcessorTimes } from '../model/system.ts';

/** A tick of USER_HZ in microseconds. */
const TICK = 10_000;
/** Microseconds of use that may be more than the time that passed, by CPU: clocks that are read one after another. */
const SLACK = 100_000;
/** Columns of a `cpu` line of /proc/stat, and how many there are. */
const COLUMNS = 10;
const IDLE_COLUMN = 3;

/** All CPUs get the same. */
const NO_WEIGHTS: ReadonlyMap<number, number> = new Map();

/** What a CPU has done for the group, in microseconds. */
interface Spent {
  user: number;
  nice: number;
  system: number;
  idle: number;
}

type Kind = 'user' | 'nice' | 'system';
const KINDS: readonly Kind[] = ['user', 'nice', 'system'];
const ALL: readonly (Kind | 'idle')[] = [...KINDS, 'idle'];

/**
 * Keeps the times of each CPU. Version 1 counts use by CPU, version 2 only the sum: there it is shared out among the CPUs that
 * are shown, by how busy the machine's were meanwhile. No CPU is given more than the time that passed; what is too much for one,
 * as for one that is not shown, is another's.
 */
export class GroupTimes {
  readonly #cpus = new Map<number, Spent>();
  /** Uses at the last look: in all, by CPU, and how busy the machine's CPUs were. */
  #before: GroupCpuTimes | undefined;
  readonly #busy = new Map<number, number>();

  /**
   * The times of the CPUs that are shown. `machine` gives those of the machine, which are asked for where the kernel does not
   * tell what was used by CPU. `elapsed` is how long there have been any, in microseconds.
   */
  look(used: GroupCpuTimes, machine: () => readonly ProcessorTimes[], shown: readonly number[], elapsed: number): ProcessorTimes[] {
    const first = this.#before === undefined;
    const extra: Record<Kind, number> = { user: 0, nice: 0, system: 0 };
    for (const id of shown) if (!this.#cpus.has(id)) this.#cpus.set(id, { user: 0, nice: 0, system: 0, idle: 0 });
    const change = (kind: Kind): number => Math.max(0, amount(used, kind) - (this.#before ? amount(this.#before, kind) : 0));
    if (used.perCpu) this.#giveEach(used, shown, elapsed, extra);
    else for (const kind of KINDS) extra[kind] = change(kind);
    const weights = used.perCpu ? NO_WEIGHTS : this.#weights(machine(), shown);
    const left = this.#share(extra, weights, shown, elapsed);
    for (const id of shown) {
      const spent = this.#cpus.get(id) as Spent;
      spent.idle = Math.max(spent.idle, elapsed - spent.user - spent.nice - spent.system);
    }
    // What there was no room for is there at the next look, unless it is older than what is shown.
    this.#before = first ? used : remaining(used, left, SLACK * shown.length);
    return shown.map((id) => ({ id, ticks: ticksOf(this.#cpus.get(id) as Spent) }));
  }

  /** The times of all CPUs that ever were shown: as those of CPUs that went offline stay in Linux's sum, it does not fall where a quota does. */
  all(): ProcessorTimes[] {
    return [...this.#cpus].map(([id, spent]) => ({ id, ticks: ticksOf(spent) }));
  }

  /** Room of a CPU for use. What was idle stays so. */
  #room(id: number, elapsed: number): number {
    const spent = this.#cpus.get(id) as Spent;
    return Math.max(0, elapsed - ALL.reduce((sum, kind) => sum + spent[kind], 0));
  }

  /** Gives each CPU its own; what there is no CPU or no room for goes to `extra`. */
  #giveEach(used: GroupCpuTimes, shown: readonly number[], elapsed: number, extra: Record<Kind, number>): void {
    const count = used.perCpu?.user.length ?? 0;
    for (let id = 0; id < count; id++) {
      for (const kind of ['user', 'system'] as const) {
        const before = this.#before?.perCpu?.[kind][id] ?? 0;
        const change = Math.max(0, (used.perCpu?.[kind][id] ?? 0) - before);
        const given = shown.includes(id) ? Math.min(change, this.#room(id, elapsed)) : 0;
        if (given > 0) (this.#cpus.get(id) as Spent)[kind] += given;
        extra[kind] += change - given;
      }
    }
  }

  #weights(machine: readonly ProcessorTimes[], shown: readonly number[]): Map<number, number> {
    const weights = new Map<number, number>();
    for (const { id, ticks } of machine) {
      if (!shown.includes(id)) continue;
      // User, nice and system.
      const busy = Number(ticks[0]) + Number(ticks[1]) + Number(ticks[2]);
      weights.set(id, Math.max(0, busy - (this.#busy.get(id) ?? 0)));
      this.#busy.set(id, busy);
    }
    return weights;
  }

  /** Shares use out by weight, as far as there is room. Returns what is left. */
  #share(extra: Record<Kind, number>, weights: ReadonlyMap<number, number>, shown: readonly number[], elapsed: number): Record<Kind, number> {
    let open = [...shown];
    const left = { ...extra };
    for (;;) {
      const rest = KINDS.reduce((sum, kind) => sum + left[kind], 0);
      open = open.filter((id) => this.#room(id, elapsed) > 0);
      if (rest < 1 || open.length === 0) return left;
      const total = open.reduce((sum, id) => sum + (weights.get(id) ?? 0), 0);
      const parts = { ...left };
      for (const id of open) {
        const share = total > 0 ? (weights.get(id) ?? 0) / total : 1 / open.length;
        const given = Math.min(1, this.#room(id, elapsed) / Math.max(1, rest * share)) * share;
        const spent = this.#cpus.get(id) as Spent;
        for (const kind of KINDS) {
          spent[kind] += parts[kind] * given;
          left[kind] -= parts[kind] * given;
        }
      }
      // Those that had weight are full: the others take the rest evenly.
      if (KINDS.reduce((sum, kind) => sum + left[kind], 0) > rest - 1) return left;
    }
  }
}

/** `user` counts nice time as well, and the column does not. */
function amount(used: GroupCpuTimes, kind: Kind): number {
  return kind === 'user' ? used.user - used.nice : used[kind];
}

/** Uses as if what is left had not been used yet. */
function remaining(used: GroupCpuTimes, left: Record<Kind, number>, most: number): GroupCpuTimes {
  const keep = (kind: Kind): number => Math.min(left[kind], most);
  if (used.perCpu) return used;
  return { ...used, user: used.user - keep('user') - keep('nice'), nice: used.nice - keep('nice'), system: used.system - keep('system') };
}

function ticksOf(spent: Spent): number[] {
  const ticks = new Array<number>(COLUMNS).fill(0);
  for (const [index, kind] of KINDS.entries()) ticks[index] = Math.floor(spent[kind] / TICK);
  ticks[IDLE_COLUMN] = Math.floor(spent.idle / TICK);
  return ticks;
}
