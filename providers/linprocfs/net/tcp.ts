/** net/tcp and net/tcp6 (net/ipv4/tcp_ipv4.c tcp4_seq_show, net/ipv6/tcp_ipv6.c tcp6_seq_show). */

import type { Caller } from '../../../fs/caller.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import type { TcpControl, TcpSocket } from '../../model/network-sockets.ts';
import type { Table } from '../../model/network.ts';
import { HEADING, HEADING6, socket4, socket6 } from './inet-socket.ts';

/** How wide a line of net/tcp is at least, without its end. */
const WIDTH = 149;

export function tcp(out: TextWriter, sockets: Table<TcpSocket<Ipv4Address>>, hidden: boolean, caller: Caller): void {
  let start = out.length;
  out.text(HEADING).padTo(start + WIDTH).newline();
  for (const socket of sockets) {
    start = out.length;
    control(socket4(out, socket, 4, hidden, caller), socket.control).padTo(start + WIDTH).newline();
  }
}

export function tcp6(out: TextWriter, sockets: Table<TcpSocket<Ipv6Address>>, hidden: boolean, caller: Caller): void {
  out.text(HEADING6).newline();
  for (const socket of sockets) control(socket6(out, socket, 4, hidden, caller), socket.control).newline();
}

function control(out: TextWriter, state: TcpControl | undefined): TextWriter {
  if (!state) return out;
  out.space().decimal(state.retransmissionTimeout).space().decimal(state.acknowledgementTimeout).space();
  return out.decimal(state.quickAcknowledgement).space().decimal(state.congestionWindow).space().signed(state.slowStartThreshold);
}
