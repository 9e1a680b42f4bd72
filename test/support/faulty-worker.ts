/** A serving thread whose tree makes mistakes: it throws when a name is looked up, and it may not survive that. */

import { workerData } from 'node:worker_threads';
import { ENOENT } from '../../fs/errno.ts';
import { dir } from '../../fs/generated/spec.ts';
import { generatedTree } from '../../fs/generated/tree.ts';
import { Counters } from '../../mounts/fuse/counters.ts';
import { Doorbell } from '../../mounts/fuse/doorbell.ts';
import type { Announcement, ServerData } from '../../mounts/fuse/fuse-mount.ts';
import { serveBlocking } from '../../mounts/fuse/serve.ts';

const data = workerData as ServerData;
const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
announce({ kind: 'ready' });
const lookup = (name: string): undefined => {
  if (name === 'faulty') throw new Error('on purpose');
};
const tree = generatedTree<object>({
  type: 'faulty',
  magic: 0,
  root: dir<object>(0o555, {}, { dynamic: { lookup, list: () => ENOENT, directories: () => 0 } }),
  subject: { context: () => ({}) },
  fileSize: 0,
  blockSize: 4096,
  changes: () => 'ignored',
  declaredMilliseconds: 0,
});
serveBlocking(data.fuseDescriptor, tree, {
  threads: { find: () => undefined, isReadingLink: () => undefined },
  readOnly: false,
  counters: new Counters(data.counters),
  doorbell: new Doorbell(data.doorbell),
  rung() {},
  failed(error) {
    if (data.tree === 'crash') throw error;
    announce({ kind: 'fault', report: String(error) });
  },
});
data.port.close();
