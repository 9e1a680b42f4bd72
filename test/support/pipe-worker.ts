/** A serving thread for a tree with a pipe-like file, in either form of serving. */

import { workerData } from 'node:worker_threads';
import type { ServeOptions } from '../../mounts/fuse/connection.ts';
import { Counters } from '../../mounts/fuse/counters.ts';
import { Doorbell } from '../../mounts/fuse/doorbell.ts';
import type { Announcement, Question, ServerData } from '../../mounts/fuse/fuse-mount.ts';
import { serveBlocking } from '../../mounts/fuse/serve.ts';
import { serveEvents } from '../../mounts/fuse/serve-events.ts';
import { PipeTree } from '../../mounts/fuse/testing/pipe-tree.ts';

const data = workerData as ServerData;
const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
announce({ kind: 'ready' });
const tree = new PipeTree(data.tree as number);
const options: ServeOptions = {
  threads: { find: () => undefined, isReadingLink: () => undefined },
  readOnly: false,
  counters: new Counters(data.counters),
  doorbell: new Doorbell(data.doorbell),
  rung() {},
  failed: (error) => announce({ kind: 'fault', report: String(error) }),
};
if (data.polled) {
  // What the blocking form cannot: this thread has a life of its own meanwhile.
  data.port.on('message', ({ id, question }: Question) => {
    announce({ kind: 'answer', id, answer: true });
    setTimeout(() => tree.pipe.put(Buffer.from(String(question))), 1);
  });
  await serveEvents(data.fuseDescriptor, tree, options);
} else {
  serveBlocking(data.fuseDescriptor, tree, options);
}
data.port.close();
