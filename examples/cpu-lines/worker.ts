/** A serving thread for one of the two trees: the least that a tree of one's own takes to be mounted. */

import { workerData } from 'node:worker_threads';
import { Counters } from '../../mounts/fuse/counters.ts';
import { Doorbell } from '../../mounts/fuse/doorbell.ts';
import type { Announcement, ServerData } from '../../mounts/fuse/fuse-mount.ts';
import { serveBlocking } from '../../mounts/fuse/serve.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { fourColumnProc } from './four-columns.ts';

const data = workerData as ServerData;
const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
announce({ kind: 'ready' });
serveBlocking(data.fuseDescriptor, fourColumnProc(new HostSource()), {
  threads: { find: () => undefined, isReadingLink: () => undefined },
  readOnly: true,
  counters: new Counters(data.counters),
  doorbell: new Doorbell(data.doorbell),
  rung() {},
  failed: (error) => announce({ kind: 'fault', report: String(error) }),
});
data.port.close();
