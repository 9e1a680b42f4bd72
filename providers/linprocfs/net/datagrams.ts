/**
 * net/udp, net/udplite, net/raw, net/icmp and their IPv6 kind (net/ipv4/{udp,raw,ping}.c, net/ipv6/datagram.c
 * __ip6_dgram_sock_seq_show).
 */

import type { Caller } from '../../../fs/caller.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import type { Datagram } from '../../model/network-sockets.ts';
import type { Table } from '../../model/network.ts';
import { HEADING, HEADING6, socket4, socket6 } from './inet-socket.ts';

const MORE_COLUMNS = ' ref pointer drops';
/** How wide a line of net/udp or net/icmp is at least, without its end. */
const WIDTH = 127;

/** net/udp and net/udplite. */
export function udp(out: TextWriter, sockets: Table<Datagram<Ipv4Address>>, hidden: boolean, caller: Caller): void {
  table4(out, ` ${HEADING}${MORE_COLUMNS}`, sockets, 5, WIDTH, hidden, caller);
}

export function icmp(out: TextWriter, sockets: Table<Datagram<Ipv4Address>>, hidden: boolean, caller: Caller): void {
  table4(out, `${HEADING}${MORE_COLUMNS}`, sockets, 5, WIDTH, hidden, caller);
}

export function raw(out: TextWriter, sockets: Table<Datagram<Ipv4Address>>, hidden: boolean, caller: Caller): void {
  table4(out, `${HEADING}${MORE_COLUMNS}`, sockets, 4, 0, hidden, caller);
}

function table4(
  out: TextWriter,
  heading: string,
  sockets: Table<Datagram<Ipv4Address>>,
  slotWidth: number,
  width: number,
  hidden: boolean,
  caller: Caller,
): void {
  let start = out.length;
  out.text(heading).padTo(start + width).newline();
  for (const socket of sockets) {
    start = out.length;
    socket4(out, socket, slotWidth, hidden, caller).space().decimal(socket.drops).padTo(start + width).newline();
  }
}

/** net/udp6, net/udplite6, net/raw6 and net/icmp6. */
export function datagrams6(out: TextWriter, sockets: Table<Datagram<Ipv6Address>>, hidden: boolean, caller: Caller): void {
  out.text(HEADING6).text(MORE_COLUMNS).newline();
  for (const socket of sockets) socket6(out, socket, 5, hidden, caller).space().decimal(socket.drops).newline();
}
