/** Mounts the described machine over FUSE. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FuseMount } from '../../mounts/fuse/fuse-mount.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';

/** What of a /proc the programs of util-linux want beside. */
const CPUINFO = 'processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 158\nmodel name\t: Example CPU\nstepping\t: 10\n\n';

export interface MountedFixture {
  /** Where it is: `sys` in a directory that also has a little of a `proc`. */
  readonly path: string;
  readonly root: string;
  readonly faults: readonly string[];
  end(): Promise<void>;
}

/** A mount of the described machine, until `end` is called. */
export async function mountFixture(): Promise<MountedFixture> {
  const directory = temporaryDirectory();
  const path = join(directory, 'sys');
  mkdirSync(path);
  mkdirSync(join(directory, 'proc'));
  writeFileSync(join(directory, 'proc/cpuinfo'), CPUINFO);
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
    root: directory,
    faults,
    async end() {
      await mount.unmount();
      removeDirectory(directory);
    },
  };
}
