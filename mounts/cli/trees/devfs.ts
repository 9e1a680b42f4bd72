/** Builds devfs to be served. */

import { constants, openSync } from 'node:fs';
import { runDevfsCommand } from '../../../providers/devfs/command.ts';
import { Devfs } from '../../../providers/devfs/devfs.ts';
import { standardDevfs } from '../../../providers/devfs/standard.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import { HostSource } from '../../../providers/sources/linux-host/host-source.ts';
import { HostThreads } from '../host-threads.ts';
import type { ServedTree } from '../trees.ts';
import { Users } from '../users.ts';

export interface DevfsDescription {
  readonly type: 'devfs';
  readonly roots: HostRoots;
  readonly form: 'nodes' | 'files';
  readonly ruleset: number;
  /** The text of a devfs.rules(5). */
  readonly rules: string;
}

/** What the command devfs asks: its own words. */
export interface DevfsQuestion {
  readonly words: readonly string[];
}

/** A devfs of this machine's devices, which takes `DevfsQuestion`s. */
export function buildDevfs({ roots, ...options }: DevfsDescription): ServedTree {
  const host = new HostSource(withLog(roots));
  const users = new Users();
  const names = { user: (name: string) => users.userId(name), group: (name: string) => users.groupId(name) };
  const devfs = standardDevfs({ source: host, names, ...options });
  if (!(devfs instanceof Devfs)) throw new Error(devfs.message);
  return {
    fileSystem: devfs,
    threads: new HostThreads(host, { exact: true }),
    ask: (question) => runDevfsCommand(devfs, (question as DevfsQuestion).words, names),
    wake: () => devfs.wake(),
  };
}

/** The mount may be at /dev itself: the log is opened before, and from then on by its descriptor. */
function withLog(roots: HostRoots): HostRoots {
  try {
    return { ...roots, log: `${roots.proc}self/fd/${openSync('/dev/kmsg', constants.O_RDONLY | constants.O_NONBLOCK)}` };
  } catch {
    return roots;
  }
}
