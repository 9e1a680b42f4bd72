/** What the serving thread of a FUSE mount does, whatever tree it has. */

import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Counters } from '../fuse/counters.ts';
import { MountError } from '../fuse/kernel-mount.ts';
import { Doorbell } from '../fuse/doorbell.ts';
import type { Announcement, Question, ServerData } from '../fuse/fuse-mount.ts';
import type { ServeOptions } from '../fuse/connection.ts';
import { serveBlocking } from '../fuse/serve.ts';
import { canServeEvents, serveEvents } from '../fuse/serve-events.ts';
import type { ServedTree } from './trees.ts';

/** How deep the stack of a mistake of ours is shown. */
const FAULT_STACK = 10;

/** Builds the tree that this thread was started with, and answers the kernel until the mount is gone. */
export async function serveThread<Description>(build: (description: Description) => Promise<ServedTree>): Promise<void> {
  // Expected failures of system calls are caught by the thousand, and nobody looks at their stacks.
  Error.stackTraceLimit = 0;
  const data = workerData as ServerData;
  const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
  let tree: ServedTree;
  try {
    tree = await build(data.tree as Description);
  } catch (error) {
    if (!(error instanceof MountError)) throw error;
    announce({ kind: 'refused', what: error.what, why: error.why });
    data.port.close();
    return;
  }
  announce({ kind: 'ready' });
  const options: ServeOptions = {
    threads: tree.threads,
    readOnly: data.readOnly,
    permitted: data.permitted,
    counters: new Counters(data.counters),
    doorbell: new Doorbell(data.doorbell),
    rung() {
      for (let message = receiveMessageOnPort(data.port); message; message = receiveMessageOnPort(data.port)) {
        const { id, question } = message.message as Question;
        announce({ kind: 'answer', id, answer: tree.ask?.(question) });
      }
      tree.wake();
    },
    forget: (names) => announce({ kind: 'gone', names }),
    failed(error) {
      announce({ kind: 'fault', report: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      // The first report lacks its stack; should the mistake come again, the next one has it.
      Error.stackTraceLimit = Error.stackTraceLimit === 0 ? FAULT_STACK : 0;
    },
  };
  if (data.polled && canServeEvents()) await serveEvents(data.fuseDescriptor, tree.fileSystem, options);
  else serveBlocking(data.fuseDescriptor, tree.fileSystem, options);
  data.port.close();
}
