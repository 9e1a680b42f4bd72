/** The serving thread of a FUSE mount: builds its tree and answers the kernel until the mount is gone. */

import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Counters } from '../fuse/counters.ts';
import { Doorbell } from '../fuse/doorbell.ts';
import type { ServerData } from '../fuse/fuse-mount.ts';
import { serveBlocking } from '../fuse/serve.ts';
import { type TreeDescription, buildTree } from './trees.ts';

// Expected failures of system calls are caught by the thousand, and nobody looks at their stacks.
Error.stackTraceLimit = 0;

const data = workerData as ServerData;
const tree = buildTree(data.tree as TreeDescription);
serveBlocking(data.fuseDescriptor, tree.fileSystem, {
  threads: tree.threads,
  readOnly: data.readOnly,
  counters: new Counters(data.counters),
  doorbell: new Doorbell(data.doorbell),
  rung() {
    for (let message = receiveMessageOnPort(data.port); message; message = receiveMessageOnPort(data.port)) {
      const { id } = message.message as { id: number };
      data.port.postMessage({ id, answer: undefined });
    }
  },
});
data.port.close();
