/** Mounts a tree over FUSE for a test, served by a thread as the command line's are. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import type { TreeDescription } from '../../mounts/cli/trees.ts';
import { kernelFlags } from '../../mounts/cli/types/all.ts';
import { removeDirectory, temporaryDirectory } from './mounts.ts';

export interface MountedTree {
  readonly mount: FuseMount;
  /** Where it is mounted. */
  readonly path: string;
  /** What the server complained about. */
  readonly faults: readonly string[];
  /** Unmounts and clears up. */
  end(): Promise<void>;
}

export interface TreeOptions {
  /** Whether the serving thread polls, rather than waits in read(2). */
  readonly polled?: boolean;
  /** The thread's module, where it has a tree that no description has. */
  readonly worker?: URL;
}

/** Mounts a tree that everyone may use. */
export async function mountTree(tree: TreeDescription, options: TreeOptions = {}): Promise<MountedTree> {
  const { polled = false, worker = new URL('../../mounts/cli/worker.js', import.meta.url) } = options;
  const directory = temporaryDirectory();
  const path = join(directory, 'mount');
  mkdirSync(path);
  const faults: string[] = [];
  const mount = await FuseMount.start({
    target: path,
    label: `test-${tree.type}`,
    type: tree.type,
    readOnly: false,
    allowOther: true,
    worker,
    tree,
    polled,
    flags: kernelFlags(tree.type),
    onFault: (report) => faults.push(report),
  });
  return {
    mount,
    path,
    faults,
    async end() {
      await mount.unmount();
      removeDirectory(directory);
    },
  };
}

/** Where the callers of a test's mounts are looked up. */
export const HOST_ROOTS = { proc: '/proc/', sys: '/sys/' } as const;
