/** What is written to files of a process that cannot take it: it is remembered and shown instead, as long as the mount and the process live. */

import { modernAdjustment } from './plain/plain-accounting.ts';
import { DEFAULT_SLACK } from './plain/plain-scheduling.ts';

/** What a file says then. */
export interface Remembered {
  readonly file: string;
  readonly text: string;
  /** Whether all threads of the process have it alike. */
  readonly ofProcess: boolean;
}

/** Each file that is remembered: what was written, and what it said before, makes what it says. */
const FILES: Readonly<Record<string, (written: string, before: () => string) => Remembered | undefined>> = {
  oom_score_adj: (written) => ({ file: 'oom_score_adj', text: `${written}\n`, ofProcess: true }),
  oom_adj: (written) => ({ file: 'oom_score_adj', text: `${modernAdjustment(Number(written))}\n`, ofProcess: true }),
  coredump_filter: (written) => ({ file: 'coredump_filter', text: `${Number(written).toString(16).padStart(8, '0')}\n`, ofProcess: true }),
  timerslack_ns: (written) => ({ file: 'timerslack_ns', text: `${written === '0' ? DEFAULT_SLACK : written}\n`, ofProcess: false }),
  loginuid: (written) => ({ file: 'loginuid', text: written, ofProcess: false }),
  autogroup(written, before) {
    const [, group] = /^(\/autogroup-\d+ nice )-?\d+\n$/.exec(before()) ?? [];
    return group === undefined ? undefined : { file: 'autogroup', text: `${group}${written}\n`, ofProcess: true };
  },
};

/** What a write comes to; undefined where it cannot be. */
export function rememberedWrite(file: string, written: string, before: () => string): Remembered | undefined {
  return Object.hasOwn(FILES, file) ? FILES[file]?.(written, before) : undefined;
}
