/** Random conversations with our trees over 9P, from a seed that is different each time and printed. */

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { fuzzServer } from '../../mounts/node-9p/testing/fuzz.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { exportedSubject, hostSubject, tmpfsSubject } from './fuzz-subjects.ts';

const seed = Number(process.env['NODE_9P_SEED'] ?? Date.now() % 1_000_000_000);
const milliseconds = Number(process.env['NODE_9P_FUZZ_MS'] ?? 8_000);
console.log(`NODE_9P_SEED=${seed}`);

test('a part of a tmpfs', async () => {
  console.log(JSON.stringify(await fuzzServer(tmpfsSubject, seed, milliseconds)));
});

test('a part of a directory of the host', async () => {
  const directory = temporaryDirectory();
  try {
    const subject = (): ReturnType<typeof hostSubject> => hostSubject(mkdtempSync(join(directory, 'x')));
    console.log(JSON.stringify(await fuzzServer(subject, seed, milliseconds)));
  } finally {
    removeDirectory(directory);
  }
});

test("this machine's /proc, for nobody", async () => {
  const names = ['1', 'self', 'sys', 'kernel', 'net', 'stat', 'status', 'fd', 'task', 'osrelease', 'maps', 'kmsg'];
  const subject = (): ReturnType<typeof hostSubject> => {
    const fileSystem = linprocfs(new HostSource(), { ...DEFAULT_OPTIONS, magic: [] });
    return exportedSubject(fileSystem, '', names, new Set(), { uid: 65_534, readOnly: true });
  };
  console.log(JSON.stringify(await fuzzServer(subject, seed, milliseconds)));
});

test.run();
