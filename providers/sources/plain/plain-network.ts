/** A network of which only few files are known. */

import { ENOENT, EPERM, type Errno } from '../../../fs/errno.ts';
import type { DeviceTraffic } from '../../model/network-devices.ts';
import type { NetworkDirectories, NetworkFileOwner, NetworkFiles, NetworkView } from '../../model/network.ts';

/** A loopback interface on which nothing happened. */
export const LOOPBACK: DeviceTraffic = {
  name: 'lo',
  receivedBytes: 0,
  receivedPackets: 0,
  receiveErrors: 0,
  receiveDropped: 0,
  receiveFifoErrors: 0,
  receiveFrameErrors: 0,
  receivedCompressed: 0,
  receivedMulticast: 0,
  sentBytes: 0,
  sentPackets: 0,
  sendErrors: 0,
  sendDropped: 0,
  sendFifoErrors: 0,
  collisions: 0,
  carrierErrors: 0,
  sentCompressed: 0,
};

/** Shows the files that it is given; a file that is not among them does not exist. Values are asked for when they are read. */
export class PlainNetwork implements NetworkView {
  readonly truePointers = false;
  readonly #files: Partial<{ readonly [K in keyof NetworkFiles]: () => NetworkFiles[K] }>;

  constructor(files: Partial<{ readonly [K in keyof NetworkFiles]: () => NetworkFiles[K] }>) {
    this.#files = files;
  }

  exists(): boolean {
    return true;
  }

  owner(path: string): NetworkFileOwner | undefined {
    return path in this.#files ? { uid: 0, gid: 0 } : undefined;
  }

  read<K extends keyof NetworkFiles>(file: K): NetworkFiles[K] | Errno {
    return this.#files[file]?.() ?? ENOENT;
  }

  names(): readonly string[] {
    return [];
  }

  readEntry<K extends keyof NetworkDirectories>(): NetworkDirectories[K] | Errno {
    return ENOENT;
  }

  write(): Errno {
    return EPERM;
  }
}
