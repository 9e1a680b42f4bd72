/** A serving thread for the described machine. */

import { workerData } from 'node:worker_threads';
import { Counters } from '../../mounts/fuse/counters.ts';
import { Doorbell } from '../../mounts/fuse/doorbell.ts';
import type { Announcement, ServerData } from '../../mounts/fuse/fuse-mount.ts';
import { serveBlocking } from '../../mounts/fuse/serve.ts';
import { HostThreads } from '../../mounts/cli/host-threads.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import { HostSource } from '../../providers/sources/linux-host/host-source.ts';
import { fixtureSource } from './fixture.ts';

const data = workerData as ServerData;
const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
announce({ kind: 'ready' });
serveBlocking(data.fuseDescriptor, linsysfs(fixtureSource()), {
  threads: new HostThreads(new HostSource()),
  readOnly: false,
  counters: new Counters(data.counters),
  doorbell: new Doorbell(data.doorbell),
  rung() {},
  failed: (error) => announce({ kind: 'fault', report: String(error) }),
});
data.port.close();
