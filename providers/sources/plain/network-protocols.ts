/** net/protocols of a machine of which the numbers of sockets are known (net/core/sock.c proto_seq_printf). */

import type { Protocol } from '../../model/network-sockets.ts';

/** How many sockets a protocol has; those that are left out have none. */
export type SocketCounts = Readonly<Partial<Record<'UDPv6' | 'TCPv6' | 'UNIX-STREAM' | 'UDP' | 'TCP', number>>>;

const YES = true;
const NO = false;
/** What TCP and UDP can do (struct proto). */
const PROTOCOLS: readonly (readonly [name: keyof SocketCounts, size: number, memory: boolean, header: number, operations: readonly boolean[]])[] = [
  ['UDPv6', 1344, true, 0, [YES, YES, YES, NO, YES, YES, YES, NO, YES, YES, YES, YES, NO, NO, YES, YES, YES, NO]],
  ['TCPv6', 2496, true, 320, [YES, YES, YES, YES, YES, YES, YES, YES, YES, YES, YES, YES, NO, YES, YES, YES, YES, YES]],
  ['UNIX-STREAM', 1088, false, 0, [YES, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO, NO]],
  ['UDP', 1216, true, 0, [YES, YES, YES, NO, YES, YES, YES, NO, YES, YES, YES, YES, NO, NO, YES, YES, YES, NO]],
  ['TCP', 2368, true, 320, [YES, YES, YES, YES, YES, YES, YES, YES, YES, YES, YES, YES, NO, YES, YES, YES, YES, YES]],
];

/** The kernel's list, with as many sockets as there are, and the pages that each of them has queued. */
export function protocolsOf(counts: SocketCounts, pages: number): Protocol[] {
  return PROTOCOLS.map(([name, size, counted, maximumHeader, operations]) => ({
    name,
    size,
    sockets: counts[name] ?? 0,
    memory: counted ? (counts[name] ?? 0) * pages : -1,
    pressure: name.startsWith('TCP') ? false : undefined,
    maximumHeader,
    slab: true,
    module: 'kernel',
    operations,
  }));
}
