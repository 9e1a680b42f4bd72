/** What one list of processes after the other adds up to: who is still the same, and how much time each has used. */

import type { ListedProcess } from './map-processes.ts';
import type { Finding } from './parts.ts';
import type { ProcessFacts } from './process-table.ts';
import type { TimesFacts } from './snapshot.ts';

/** Of USER_HZ. */
const TICKS = 100;
/** By how much the start of a process may seem to move, in milliseconds: it is told in seconds since then. */
const START_SLACK = 3_000;

interface Known {
  readonly life: number;
  readonly started: number;
  /** Ticks. */
  user: number;
  system: number;
}

/**
 * The times that processes have used are told as parts: on Linux and Windows of what all processors did since the collector asked
 * last, or since boot where it did not see the process then; elsewhere of one processor lately, so that time counts from when a
 * process was first seen. They are added up, and never go back.
 */
export class ProcessLedger {
  #known = new Map<number, Known>();
  /** Those that the collector was told of the last time, which it tells new parts of. */
  #seen: ReadonlySet<number> = new Set();
  #lives = 0;
  #uptime = -1;
  #lastId = 0;

  /** How many processes there have been. */
  get lives(): number {
    return this.#lives;
  }

  /** The id of the youngest. */
  get lastId(): number {
    return this.#lastId;
  }

  /** Takes a list. `uptime` is when it was made, in seconds since boot; `first` whether the collector had not made any before. */
  take(list: readonly ListedProcess[], { platform, first, wall }: Pick<Finding, 'platform' | 'first' | 'wall'>, uptime: number, { bootTime, cpus }: TimesFacts): ProcessFacts[] {
    const since = first || this.#uptime < 0 ? 0 : Math.max(0, uptime - this.#uptime);
    const wasEmpty = this.#known.size === 0;
    const ofAll = platform === 'linux' || platform === 'win32';
    const capacity = (seconds: number): number => seconds * TICKS * cpus.length;
    const known = new Map<number, Known>();
    const facts = list.map((each): ProcessFacts => {
      const before = this.#known.get(each.pid);
      const same = before !== undefined && (each.started === undefined || Math.abs(each.started - before.started) <= START_SLACK);
      const started = Math.max(bootTime * 1000, Math.min(wall, each.started ?? (wasEmpty ? bootTime * 1000 : wall)));
      const now: Known = same ? before : { life: ++this.#lives, started, user: 0, system: 0 };
      if (!same) this.#lastId = wasEmpty ? Math.max(this.#lastId, each.pid) : each.pid;
      if (ofAll && !first && this.#seen.has(each.pid)) {
        now.user += (each.userPart / 100) * capacity(since);
        now.system += (each.systemPart / 100) * capacity(since);
      } else if (ofAll) {
        now.user = Math.max(now.user, (each.userPart / 100) * capacity(uptime));
        now.system = Math.max(now.system, (each.systemPart / 100) * capacity(uptime));
      } else if (same && this.#uptime >= 0) {
        now.user += (each.onePart / 100) * Math.max(0, uptime - this.#uptime) * TICKS;
      }
      known.set(each.pid, now);
      const { pid, parent, uid, gid, nice, terminal, size, resident, name, command, executable } = each;
      return {
        pid,
        life: now.life,
        parent,
        uid,
        gid,
        state: each.state.charCodeAt(0),
        nice,
        terminal,
        started: now.started,
        size,
        resident,
        userTime: Math.floor(now.user),
        systemTime: Math.floor(now.system),
        kernel: each.kernel ? 1 : 0,
        name,
        command,
        executable,
      };
    });
    this.#known = known;
    this.#seen = new Set(known.keys());
    this.#uptime = uptime;
    return facts;
  }
}
