/** Trees of 9P servers mounted over FUSE, under the conformance suite, used by a real process through the kernel. */

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { CASES } from '../../fs/testing/conformance.ts';
import { KernelProcess, kernelProcessMissing } from '../../fs/testing/kernel-process.ts';
import { testConformance } from '../../fs/testing/suite.ts';
import type { Case, Feature } from '../../fs/testing/trial.ts';
import { startDiod } from '../support/diod.ts';
import { HOST_ROOTS } from '../support/fuse-tree.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { type RemoteMount, mountRemote, serveRemote } from '../support/remote-tree.ts';
import { missingProgram, reasonNotToMount } from '../support/requirements.ts';

/** What 9P does not tell the server: a user's further groups, and so membership in the group that a set-group-id bit is for. */
const BY_GROUPS = /supplementary group|set-group-id is dropped|stays for a member|chown by the owner takes set-id bits away/;

/**
 * What costs much and says little here: mistakes in paths, which the kernel finds before it asks, and reading in every
 * way, which the programs do.
 */
const ELSEWHERE =
  /^(reading|stat|lstat|chmod|l?chown|truncate|access|statfs|setxattr|listxattr|utimensat( \(link\))?|chdir|readlink|mkfifo|mknod|mkdir|symlink|(link|rename) \((to|from)\)|openat2 of.*):/;

/** Cases that diod, which knows open files by their paths, or the test's process fails with it. */
const NOT_WITH_DIOD: Readonly<Record<string, string>> = {
  'a path through a directory that was renamed while it was the working directory': 'diod keeps paths',
  'a file that is open lives on without a name': 'diod keeps paths',
  'a listing can be resumed at any cookie, also after changes': "the test's process takes offsets above 2^53 for others",
};

/** The end of a subject: nothing is left open, and nothing failed by a mistake of ours. */
async function endOf(remote: RemoteMount, server: { kill(): Promise<void> }): Promise<void> {
  const { openFiles, faults } = remote.mount.counters.read();
  await remote.end();
  await server.kill();
  assert.is(openFiles, 0, 'open files are left');
  assert.is(faults, 0, remote.faults.join('\n'));
}

const missing = reasonNotToMount() ?? kernelProcessMissing() ?? missingProgram('diod');
if (missing) {
  console.log(`skipped: ${missing}`);
  test.skip('9P servers over FUSE', () => {});
  test.run();
} else {
  const features = new Set<Feature>(['writable', 'hardlinks', 'owners', 'resolve']);
  if (readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1') features.add('protected-hardlinks');
  const cases: readonly Case[] = CASES.filter(({ name }) => !BY_GROUPS.test(name) && !ELSEWHERE.test(name));

  const options = { ...defaultTmpfsOptions(), mode: 0o755 };
  const ours = await serveRemote({ files: { type: 'tmpfs', roots: HOST_ROOTS, options } });
  const remote = await mountRemote(ours.address);
  const directory = temporaryDirectory();
  const diod = await startDiod([directory], { anyUser: true });
  const foreign = await mountRemote(diod.address, { tree: directory });

  const all = new Set<Feature>([...features, 'special', 'xattr', 'nanoseconds']);
  testConformance('our tmpfs over 9P and FUSE', () => ({ process: new KernelProcess(remote.path), features: all }), {
    cases,
    end: () => endOf(remote, ours),
  });
  testConformance("diod's directory over FUSE", () => ({ process: new KernelProcess(foreign.path), features }), {
    cases,
    except: NOT_WITH_DIOD,
    async end() {
      await endOf(foreign, diod);
      removeDirectory(directory);
    },
  });
}
