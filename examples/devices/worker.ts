/** A serving thread for a /dev with two devices more. */

import { writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { S_IFCHR } from '../../fs/stat.ts';
import { Counters } from '../../mounts/fuse/counters.ts';
import { Doorbell } from '../../mounts/fuse/doorbell.ts';
import type { Announcement, ServerData } from '../../mounts/fuse/fuse-mount.ts';
import { serveBlocking } from '../../mounts/fuse/serve.ts';
import { Devfs } from '../../providers/devfs/devfs.ts';
import { standardDevfs } from '../../providers/devfs/standard.ts';
import { counter } from './counter.ts';
import { framebuffer } from './framebuffer.ts';
import { encodePng } from './png.ts';

/** What the main thread says: where the picture goes, and how large it is. */
export interface Screen {
  readonly picture: string;
  readonly width: number;
  readonly height: number;
}

const data = workerData as ServerData;
const { picture, width, height } = data.tree as Screen;
const devfs = standardDevfs({ form: 'files' });
if (!(devfs instanceof Devfs)) throw new Error(devfs.message);
devfs.devices.add({ type: S_IFCHR, major: 240, minor: 0, name: 'counter', mode: 0o666, driver: counter() });
const memory = Buffer.alloc(width * height * 4);
const screen = framebuffer(memory, () => writeFileSync(picture, encodePng(memory, width, height)));
devfs.devices.add({ type: S_IFCHR, major: 29, minor: 0, name: 'fb0', mode: 0o660, driver: screen });

const announce = (announcement: Announcement): void => data.port.postMessage(announcement);
announce({ kind: 'ready' });
serveBlocking(data.fuseDescriptor, devfs, {
  threads: { find: () => undefined, isReadingLink: () => undefined },
  readOnly: false,
  permitted: data.permitted,
  counters: new Counters(data.counters),
  doorbell: new Doorbell(data.doorbell),
  rung() {},
  failed: (error) => announce({ kind: 'fault', report: String(error) }),
});
data.port.close();
