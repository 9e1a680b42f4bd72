/** The serving thread of a 9P mount: connects to the server and hands it the kernel's requests until the mount is gone. */

import { hostname } from 'node:os';
import { receiveMessageOnPort, workerData } from 'node:worker_threads';
import { connectTo, reason } from '../9p-proxy/connect.ts';
import type { ProxyOptions } from '../9p-proxy/options.ts';
import { Proxy } from '../9p-proxy/proxy.ts';
import { Counters } from '../fuse/counters.ts';
import { Doorbell } from '../fuse/doorbell.ts';
import type { Announcement, Question, ServerData } from '../fuse/fuse-mount.ts';
import { serveRequests } from '../fuse/serve-events.ts';

const data = workerData as ServerData;
const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
const options = data.tree as ProxyOptions;
const connected = await connectTo(options);
if ('why' in connected) {
  announce({ kind: 'refused', ...connected });
} else {
  const { root, user, attach } = connected;
  void root.client.closed.then((error) => {
    if (error) announce({ kind: 'notice', notice: `${options.address} is gone (${reason(error)}); every access fails from now on` });
  });
  const doorbell = new Doorbell(data.doorbell);
  const proxy = new Proxy(data.fuseDescriptor, root, user, attach, connected.options, {
    counters: new Counters(data.counters),
    doorbell,
    clientId: hostname(),
    rung() {
      // There is nothing that can be changed.
      for (let message = receiveMessageOnPort(data.port); message; message = receiveMessageOnPort(data.port))
        announce({ kind: 'answer', id: (message.message as Question).id, answer: true });
    },
    failed(error) {
      announce({ kind: 'fault', report: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    },
  });
  announce({ kind: 'ready' });
  await serveRequests(data.fuseDescriptor, proxy, doorbell);
}
data.port.close();
