/** Builds devfs to be served. */

import { constants, openSync } from 'node:fs';
import { runDevfsCommand } from '../../../providers/devfs/command.ts';
import { Devfs } from '../../../providers/devfs/devfs.ts';
import { standardDevfs } from '../../../providers/devfs/standard.ts';
import type { HostRoots } from '../../../providers/sources/linux-host/host-files.ts';
import { HostSource } from '../../../providers/sources/linux-host/host-source.ts';
import { HostThreads } from '../host-threads.ts';
import { NOT_PLAYED, type SourceDescription, isHost } from '../sources.ts';
import type { ServedTree } from '../trees.ts';
import { Users } from '../users.ts';
import { openSource } from './opened-source.ts';

export interface DevfsDescription extends SourceDescription {
  readonly type: 'devfs';
  readonly form: 'nodes' | 'files';
  readonly ruleset: number;
  /** The text of a devfs.rules(5). */
  readonly rules: string;
}

/** What the command devfs asks: its own words. */
export interface DevfsQuestion {
  readonly words: readonly string[];
}

/** What can change while it is served. */
export type DevfsChanges = Pick<SourceDescription, 'playback'>;

/**
 * A devfs of any source's devices, which takes `DevfsQuestion`s and `DevfsChanges`. Whoever asks is of this machine in every case.
 * Throws a MountError where the source cannot be opened.
 */
export async function buildDevfs(description: DevfsDescription): Promise<ServedTree> {
  const { roots, source: word, form, ruleset, rules } = description;
  const host = new HostSource(withLog(roots));
  const opened = isHost(word) ? undefined : await openSource(description);
  const users = new Users();
  const names = { user: (name: string) => users.userId(name), group: (name: string) => users.groupId(name) };
  const devfs = standardDevfs({ source: host, ...(opened && { model: opened.source }), names, form, ruleset, rules });
  if (!(devfs instanceof Devfs)) throw new Error(devfs.message);
  return {
    fileSystem: devfs,
    threads: new HostThreads(host, { exact: true }),
    ask(question) {
      if ('words' in (question as DevfsQuestion | DevfsChanges)) return runDevfsCommand(devfs, (question as DevfsQuestion).words, names);
      return opened ? opened.change(question as DevfsChanges) : NOT_PLAYED;
    },
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
