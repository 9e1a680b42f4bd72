/**
 * The package's entry: what a program can do with compatfs.
 *
 *     import { mountFuse, trees } from 'compatfs';
 *     const mount = await mountFuse({ target: '/mnt/proc', tree: trees.linprocfs({ hidePid: 2 }) });
 *     await mount.unmount();
 *
 * The process goes on as long as something is mounted. Nothing in it may make a synchronous call into the mount from a
 * worker that serves one; its own threads are not such workers.
 */

import { realpathSync } from 'node:fs';
import { DEFAULT_OPTIONS, type LinprocfsOptions } from '../../providers/linprocfs/options.ts';
import type { Overrides } from '../../providers/overrides.ts';
import { HOST_ROOTS } from '../../providers/sources/linux-host/host-files.ts';
import type { Counts } from '../fuse/counters.ts';
import { FuseMount } from '../fuse/fuse-mount.ts';
import { MountError } from '../fuse/kernel-mount.ts';
import type { TreeDescription } from './trees.ts';
import type { LinprocfsChanges } from './trees/linprocfs.ts';
import { splitOverrides } from './types/overrides.ts';
import { type Sourced, describeSource } from './types/sourced.ts';
import { SOURCE_WORDS, USUAL_SOURCE, isHost, readSource } from './sources.ts';

export { MountError } from '../fuse/kernel-mount.ts';
export type { Counts } from '../fuse/counters.ts';
export type { LinprocfsOptions } from '../../providers/linprocfs/options.ts';
export type { Overrides } from '../../providers/overrides.ts';
export type { TreeDescription } from './trees.ts';
export type { LinprocfsChanges } from './trees/linprocfs.ts';

/** The trees that can be mounted, each described by plain data. `source` is as in `compatfs mount -o source=`. Throw a MountError for another. */
export const trees: {
  readonly linprocfs: (options?: Partial<LinprocfsOptions & Sourced> & Overrides) => TreeDescription;
  readonly linsysfs: (options?: Partial<Sourced> & Overrides) => TreeDescription;
} = {
  /** A Linux /proc, of this machine unless something else is said. */
  linprocfs({ source, at, speed, ...own } = {}) {
    const { options, overrides } = splitOverrides(own);
    const found = sourceOf({ source, at, speed });
    const magic = isHost(found.source) ? {} : { magic: [] };
    return { type: 'linprocfs', ...found, roots: HOST_ROOTS, options: { ...DEFAULT_OPTIONS, ...magic, ...options }, overrides: overrides as Overrides };
  },
  /** A Linux /sys likewise. */
  linsysfs: ({ source, at, speed, ...overrides } = {}) => ({ type: 'linsysfs', ...sourceOf({ source, at, speed }), roots: HOST_ROOTS, overrides }),
};

function sourceOf({ source = USUAL_SOURCE, at, speed }: { [Field in keyof Sourced]?: Sourced[Field] | undefined }): ReturnType<typeof describeSource> {
  const found = readSource(source);
  if (found === undefined) throw new MountError(source, `the sources are: ${SOURCE_WORDS}`);
  return describeSource({ source: found, ...(at !== undefined && { at }), ...(speed !== undefined && { speed }) });
}

export interface MountFuseOptions {
  /** An existing directory. It must not cover /proc or /sys, where the data comes from; `compatfs mount` can do that. */
  readonly target: string;
  readonly tree: TreeDescription;
  /** What mount tables show as the source. */
  readonly label?: string;
  readonly readOnly?: boolean;
  /** Whether other users may use it; the default is true for root. */
  readonly allowOther?: boolean;
  /** Hears of requests that failed by a mistake of compatfs; by default they are printed. */
  readonly onFault?: (report: string) => void;
}

/** A mount of this process's. */
export interface Mount {
  /** The mount point, without symbolic links. */
  readonly target: string;
  /** Resolves when the mount is gone, whoever took it away; rejects when serving it failed. */
  readonly ended: Promise<void>;
  /** How much it has been used. */
  counts(): Counts;
  /** Changes options and overrides of a linprocfs. Throws a MountError if the mount refuses or does not answer. */
  change(changes: LinprocfsChanges): Promise<void>;
  /** Takes the mount away, even if files in it are open: they fail from then on. */
  unmount(): Promise<void>;
}

/** Mounts a tree through FUSE; resolves once it answers. Needs root, or the right to mount. Throws a MountError. */
export async function mountFuse(options: MountFuseOptions): Promise<Mount> {
  const target = resolved(options.target);
  if (['/proc', '/sys'].some((place) => covers(target, place) || covers(place, target))) {
    throw new MountError(target, 'would cover the /proc or /sys that the data comes from; compatfs mount can do that');
  }
  const mount = await FuseMount.start({
    target,
    label: options.label ?? 'linproc',
    type: options.tree.type,
    readOnly: options.readOnly ?? false,
    allowOther: options.allowOther ?? process.getuid?.() === 0,
    flags: ['nosuid', 'nodev', 'noexec'],
    worker: new URL('./worker.js', import.meta.url),
    tree: options.tree,
    onFault: options.onFault ?? ((report) => console.error(`compatfs: ${target}: ${report}`)),
  });
  return {
    target,
    ended: mount.ended,
    counts: () => mount.counters.read(),
    async change(changes) {
      const refusal = await mount.ask(changes);
      if (typeof refusal === 'string') throw new MountError(target, refusal);
    },
    unmount: () => mount.unmount(),
  };
}

function resolved(target: string): string {
  try {
    return realpathSync(target);
  } catch (error) {
    throw new MountError(
      target,
      (error as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'no such directory'
        : String((error as NodeJS.ErrnoException).code),
    );
  }
}

/** Whether something mounted at `place` hides `path`. */
function covers(place: string, path: string): boolean {
  return path === place || path.startsWith(place === '/' ? '/' : `${place}/`);
}
