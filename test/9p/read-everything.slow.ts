/** Every file of /proc and /sys by way of 9P, in each version: nothing fails that the kernel does not refuse, and what never changes is the kernel's. */

import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ExportServer } from '../../mounts/9p/export-server.ts';
import { Client } from '../../mounts/node-9p/client.ts';
import { O_NONBLOCK, O_RDONLY, QTDIR, QTSYMLINK, type Dialect } from '../../mounts/node-9p/protocol.ts';
import type { RemoteFile } from '../../mounts/node-9p/remote-file.ts';
import { Server } from '../../mounts/node-9p/server.ts';
import { streamPair } from '../../mounts/node-9p/transports/streams.ts';
import { DEFAULT_OPTIONS } from '../../providers/linprocfs/options.ts';
import { linprocfs } from '../../providers/linprocfs/tree.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';

/** Files that say the same for as long as the machine runs. */
const STABLE = ['proc/version', 'proc/cmdline', 'proc/filesystems', 'proc/devices', 'proc/sys/kernel/ostype', 'proc/1/comm'];

interface Walked {
  directories: number;
  files: number;
  links: number;
  bytes: number;
  readonly errors: Map<string, number>;
}

async function readTree(directory: RemoteFile, depth: number, walked: Walked): Promise<void> {
  walked.directories++;
  const entries = await directory.list().catch((error: NodeJS.ErrnoException) => {
    count(walked, error);
    return [];
  });
  for (const { name } of entries) {
    // Processes come and go; one of them is enough.
    if (/^\d+$/.test(name) && depth === 1 && name !== String(process.pid)) continue;
    try {
      const node = await directory.walk(name);
      try {
        if (node.qid.type & QTDIR) await readTree(node, depth + 1, walked);
        else if (node.qid.type & QTSYMLINK) walked.links += (await node.readlink()).length > 0 ? 1 : 0;
        else walked.bytes += (await (await node.open(O_RDONLY | O_NONBLOCK)).read(0, 1 << 16)).length;
        walked.files++;
      } finally {
        await node.clunk();
      }
    } catch (error) {
      count(walked, error as NodeJS.ErrnoException);
    }
  }
}

function count({ errors }: Walked, { code = '', message }: NodeJS.ErrnoException): void {
  const what = code || message;
  errors.set(what, (errors.get(what) ?? 0) + 1);
}

for (const dialect of ['9P2000.L', '9P2000.u', '9P2000'] as const satisfies readonly Dialect[]) {
  test(dialect, async () => {
    const host = new HostSource();
    const exports = [
      { name: 'proc', fileSystem: linprocfs(host, { ...DEFAULT_OPTIONS, magic: [] }), readOnly: true },
      { name: 'sys', fileSystem: linsysfs(host), readOnly: true },
    ];
    const faults: string[] = [];
    const server = new Server(new ExportServer(exports, { identify: () => ({ uid: 0, gid: 0, groups: [] }) }), {
      encoding: 'latin1',
      log: ({ kind, text, error }) => {
        if (kind !== 'connection') faults.push(error instanceof Error ? (error.stack ?? text) : text);
      },
    });
    const [ours, theirs] = streamPair();
    server.serve(theirs, 'test');
    const client = await Client.connect(ours, { dialects: [dialect], encoding: 'latin1' });
    const root = await client.attach({ userName: 'root' });
    const walked: Walked = { directories: 0, files: 0, links: 0, bytes: 0, errors: new Map() };
    await readTree(root, 0, walked);
    console.log(JSON.stringify({ ...walked, errors: Object.fromEntries(walked.errors) }));
    assert.equal(faults, []);
    assert.ok(walked.files > 2000 && walked.bytes > 100_000 && (walked.links > 10 || dialect === '9P2000'));
    for (const code of walked.errors.keys()) {
      assert.match(code, /^(EACCES|EPERM|EINVAL|EAGAIN|EIO|ENOENT|ESRCH|ENODEV|ENXIO|EOPNOTSUPP|ENODATA|ELOOP)$/, 'a refusal');
    }
    for (const path of STABLE) assert.is(String(await root.readFile(path)), readFileSync(`/${path}`, 'utf8'), path);
    assert.is(server.counts.fids, 1, 'fids are left');
    client.close();
    await server.close();
  });
}

test.run();
