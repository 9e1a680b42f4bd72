/** The network of guests: a loopback interface on which nothing happens. */

import { ENOENT, EPERM, type Errno } from '../../../fs/errno.ts';
import type { DeviceTraffic } from '../../../providers/model/network-devices.ts';
import type { NetworkDirectories, NetworkFileOwner, NetworkFiles, NetworkView } from '../../../providers/model/network.ts';

const LOOPBACK: DeviceTraffic = {
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

/** What the files hold; a file that is not here does not exist. */
const FILES: Partial<NetworkFiles> = {
  dev: [LOOPBACK],
  arp: [],
  route: [],
  tcp: [],
  udp: [],
  raw: [],
  unix: [],
};

export class GuestNetwork implements NetworkView {
  readonly truePointers = false;

  exists(): boolean {
    return true;
  }

  owner(path: string): NetworkFileOwner | undefined {
    return path in FILES ? { uid: 0, gid: 0 } : undefined;
  }

  read<K extends keyof NetworkFiles>(file: K): NetworkFiles[K] | Errno {
    return FILES[file] ?? ENOENT;
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
