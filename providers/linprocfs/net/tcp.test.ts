import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Caller, FixedCaller } from '../../../fs/caller.ts';
import { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Ipv4Address } from '../../model/network-routes.ts';
import type { TcpSocket } from '../../model/network-sockets.ts';
import { tcp } from './tcp.ts';

const LISTENS: TcpSocket<Ipv4Address> = {
  slot: 0,
  localAddress: 0x7f000001,
  localPort: 22,
  remoteAddress: 0,
  remotePort: 0,
  state: 10,
  transmitQueue: 0,
  receiveQueue: 0,
  timer: 0,
  timerExpires: 0,
  retransmissions: 0,
  uid: 0,
  probes: 0,
  inode: 0,
  references: 1,
  pointer: 0,
  control: undefined,
};

test('the reader of another user namespace sees its own ids, but for connections that nobody owns any more', () => {
  const reader: Caller = Object.assign(new FixedCaller({ uid: 1000, gid: 1000 }), {
    foreignNamespace: () => ({ users: [{ inside: 0, outside: 1000, count: 1 }], groups: [], projects: [], capabilities: 0 }),
  });
  const out = new TextWriter();
  tcp(out, [LISTENS, { ...LISTENS, uid: 1000 }, { ...LISTENS, state: 6, timer: 3 }], true, reader);
  const lines = out.toString().split('\n').slice(1, -1);
  assert.equal(lines.map((line) => line.trim().split(/ +/)[7]), ['65534', '0', '0']);
});

test.run();
