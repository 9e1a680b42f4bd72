/**
 * What the tables of Internet sockets have in common: all but the end of a line.
 * Differs: user ids in the tables of the rarer protocols are not translated into the reader's user namespace.
 */

import type { Caller } from '../../../fs/caller.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { userSeenBy } from '../../../fs/user-namespace.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import type { InetSocket } from '../../model/network-sockets.ts';
import { memoryAddress, memoryAddress6, pointer } from './addresses.ts';

const COLON = 0x3a;
/** The timer of a TCP connection that is only waited out. It has no owner: Linux prints a zero, to every reader. */
const TIME_WAIT = 3;

/** The columns behind the addresses. */
const COLUMNS = 'st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
/** The heading of the IPv4 tables, without line end. */
export const HEADING: string = `  sl  local_address rem_address   ${COLUMNS}`;
/** The heading of the IPv6 tables. */
export const HEADING6: string = `  sl  ${'local_address'.padEnd(38)}${'remote_address'.padEnd(38)}${COLUMNS}`;

/** A line of an IPv4 table up to the pointer; `width` is that of the slot. */
export function socket4(out: TextWriter, socket: InetSocket<Ipv4Address>, width: number, hidden: boolean, caller: Caller): TextWriter {
  out.signedPadded(socket.slot, width).byte(COLON).space();
  memoryAddress(out, socket.localAddress).byte(COLON).hexZeroUpper(socket.localPort, 4).space();
  memoryAddress(out, socket.remoteAddress).byte(COLON).hexZeroUpper(socket.remotePort, 4);
  return common(out, socket, hidden, caller);
}

/** A line of an IPv6 table up to the pointer. */
export function socket6(out: TextWriter, socket: InetSocket<Ipv6Address>, width: number, hidden: boolean, caller: Caller): TextWriter {
  out.signedPadded(socket.slot, width).byte(COLON).space();
  memoryAddress6(out, socket.localAddress).byte(COLON).hexZeroUpper(socket.localPort, 4).space();
  memoryAddress6(out, socket.remoteAddress).byte(COLON).hexZeroUpper(socket.remotePort, 4);
  return common(out, socket, hidden, caller);
}

function common(out: TextWriter, socket: InetSocket<unknown>, hidden: boolean, caller: Caller): TextWriter {
  out.space().hexZeroUpper(socket.state, 2).space();
  out.hexZeroUpper(socket.transmitQueue, 8).byte(COLON).hexZeroUpper(socket.receiveQueue, 8).space();
  out.hexZeroUpper(socket.timer, 2).byte(COLON).hexZeroUpper(socket.timerExpires, 8).space();
  const uid = socket.timer === TIME_WAIT ? socket.uid : userSeenBy(caller, socket.uid);
  out.hexZeroUpper(socket.retransmissions, 8).space().decimalPadded(uid, 5).space();
  out.signedPadded(socket.probes, 8).space().decimal(socket.inode).space().signed(socket.references).space();
  return pointer(out, socket.pointer, hidden);
}
