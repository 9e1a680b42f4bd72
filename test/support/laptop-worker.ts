/** A serving thread whose tree is the /sys of a machine that the fixtures of the source portable have: `tree` is its name. */

import { workerData } from 'node:worker_threads';
import { Counters } from '../../mounts/fuse/counters.ts';
import { Doorbell } from '../../mounts/fuse/doorbell.ts';
import type { Announcement, ServerData } from '../../mounts/fuse/fuse-mount.ts';
import { serveBlocking } from '../../mounts/fuse/serve.ts';
import { linsysfs } from '../../providers/linsysfs/tree.ts';
import { PortableSource } from '../../providers/sources/portable/portable-source.ts';
import { FixedFeed } from '../portable/fixed-feed.ts';
import { MACHINES } from '../portable/machines.ts';

const data = workerData as ServerData;
const machine = MACHINES[String(data.tree)];
if (!machine) throw new Error(`${String(data.tree)}: no such machine`);
const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
announce({ kind: 'ready' });
serveBlocking(data.fuseDescriptor, linsysfs(new PortableSource(new FixedFeed(machine))), {
  threads: { find: () => undefined, isReadingLink: () => undefined },
  readOnly: false,
  counters: new Counters(data.counters),
  doorbell: new Doorbell(data.doorbell),
  rung() {},
  failed: (error) => announce({ kind: 'fault', report: String(error) }),
});
data.port.close();
