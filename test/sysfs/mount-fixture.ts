/** Mounts the described machine over FUSE. */

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';

/** A mount of the described machine, until `end` is called. */
export async function mountFixture(): Promise<{ readonly path: string; readonly faults: readonly string[]; end(): Promise<void> }> {
  const directory = temporaryDirectory();
  const path = join(directory, 'sys');
  mkdirSync(path);
  const faults: string[] = [];
  const mount = await FuseMount.start({
    target: path,
    label: 'test-linsysfs',
    type: 'linsysfs',
    readOnly: false,
    allowOther: true,
    worker: new URL('./fixture-worker.js', import.meta.url),
    tree: null,
    onFault: (report) => faults.push(report),
  });
  return {
    path,
    faults,
    async end() {
      await mount.unmount();
      removeDirectory(directory);
    },
  };
}
