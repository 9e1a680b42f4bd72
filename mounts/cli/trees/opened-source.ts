/** Opens the source of a tree that shows a machine's state. */

import type { KernelSource } from '../../../providers/kernel-view.ts';
import { HostSource } from '../../../providers/sources/linux-host/host-source.ts';
import type { ThreadDirectory } from '../../fuse/fuse-caller.ts';
import { HostThreads } from '../host-threads.ts';
import { FILE_SOURCES, NOT_PLAYED, type OpenedFile, type SourceDescription, isHost, isPortable } from '../sources.ts';

/** A source that can be shown. */
export interface OpenedSource {
  readonly source: KernelSource;
  /** Finds the callers. In what is not of this machine they have no process. */
  readonly threads: ThreadDirectory;
  /** Makes the next caller see everything anew, with changes of the source. Returns why those cannot be made. */
  change(changes: Pick<SourceDescription, 'playback'>): string | undefined;
}

/** Opens it. Throws a MountError. */
export async function openSource(description: SourceDescription): Promise<OpenedSource> {
  const { source: word, roots } = description;
  const host = new HostSource(roots);
  const change = (changes: Pick<SourceDescription, 'playback'>, made?: OpenedFile): string | undefined => {
    if (changes.playback && !made?.change) return NOT_PLAYED;
    made?.change?.(changes);
    host.invalidate();
    return undefined;
  };
  if (isHost(word)) return { source: host, threads: new HostThreads(host), change };
  if (isPortable(word)) {
    const source = await (await import('../portable.ts')).openPortable(roots);
    return { source, threads: new HostThreads(host, { strangers: true }), change };
  }
  const colon = word.indexOf(':');
  const kind = FILE_SOURCES[word.slice(0, colon)];
  if (!kind) throw new Error(`unknown source ${word}`);
  const made = await kind.open(word.slice(colon + 1), description);
  return { source: made.source, threads: new HostThreads(host, { strangers: true }), change: (changes) => change(changes, made) };
}
