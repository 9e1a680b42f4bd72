/** net/ax25, net/ax25_calls, net/nr_nodes, net/bpqether, and AppleTalk's net/atalk/route and net/atalk/arp. */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { AtalkNeighbour, AtalkRoute, Ax25Calls, Ax25Connection, BpqDevice, NetromNode } from '../../model/network-protocols.ts';
import type { Table } from '../../model/network.ts';
import { linkAddress } from './addresses.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export const AX25_BEGIN: LineFormat<Ax25Connection> = lineFormat('%p{pointer} %s{device} %s{source}%(*|){digipeats} ');

export const AX25_STATE: LineFormat<Ax25Connection> = lineFormat(
  ' %d{state} %d{sendState} %d{receiveState} %d{acknowledgeState} %u{t1} %u{t1Start} %u{t2} %u{t2Start} %u{t3} %u{t3Start} ' +
    '%u{idle} %u{idleStart} %d{retries} %d{maximumRetries} %u{roundTrip} %d{window} %d{packetLength}',
);

/** net/ax25/af_ax25.c ax25_info_show */
export function ax25(out: TextWriter, connections: Table<Ax25Connection>, hidden: boolean): void {
  for (const connection of connections) {
    writeLine(out, AX25_BEGIN, connection, hidden).text(connection.destination);
    for (const { callSign, repeated } of connection.digipeaters) out.text(',').text(callSign).text(repeated ? '*' : '');
    writeLine(out, AX25_STATE, connection);
    const { socket } = connection;
    if (!socket) out.text(' * * *\n');
    else out.space().signed(socket.sendQueue).space().signed(socket.receiveQueue).space().decimal(socket.inode).newline();
  }
}

/** net/ax25/ax25_uid.c ax25_uid_seq_show */
export function ax25Calls(out: TextWriter, { policy, users }: Ax25Calls): void {
  out.text('Policy: ').signed(policy).newline();
  for (const { uid, callSign } of users) out.signedPadded(uid, 6).space().text(callSign).newline();
}

/** net/netrom/nr_route.c nr_node_show */
export function nrNodes(out: TextWriter, nodes: Table<NetromNode>): void {
  out.text('callsign  mnemonic w n qual obs neigh qual obs neigh qual obs neigh\n');
  for (const { callSign, mnemonic, which, routes } of nodes) {
    out.textLeft(callSign, 9).space().textLeft(mnemonic, 7).text('  ').signed(which).space().signed(routes.length);
    for (const { quality, obsolescence, neighbour } of routes) {
      out.text('  ').signedPadded(quality, 3).text('   ').signed(obsolescence).space().decimalZero(neighbour, 5);
    }
    out.newline();
  }
}

/** drivers/net/hamradio/bpqether.c bpq_seq_show */
export function bpqether(out: TextWriter, devices: readonly BpqDevice[]): void {
  out.text('dev   ether      destination        accept from\n');
  for (const { device, ethernet, destination, accepts } of devices) {
    linkAddress(out.textLeft(device, 5).space().textLeft(ethernet, 10).space(), destination, ':').text('  ');
    (accepts ? linkAddress(out, accepts, ':') : out.text('*')).newline();
  }
}

/** net/appletalk/atalk_proc.c atalk_seq_route_show */
export function atalkRoute(out: TextWriter, routes: readonly AtalkRoute[]): void {
  out.text('Target        Router  Flags Dev\n');
  for (const { target, gatewayNetwork, gatewayNode, flags, device } of routes) {
    if (target) out.hexZeroUpper(target.network, 4).text(':').hexZeroUpper(target.node, 2);
    else out.text('Default');
    out.text('     ').hexZeroUpper(gatewayNetwork, 4).text(':').hexZeroUpper(gatewayNode, 2).text('  ');
    out.decimalLeft(flags, 4).text('  ').text(device).newline();
  }
}

export const ATALK_NEIGHBOUR: LineFormat<AtalkNeighbour> = lineFormat(
  '%04X{network}:%02X{node}  %-12s{device}%m{hardwareAddress} %8h{expires}',
);

/** While an address is being asked for. */
export const ATALK_ASKED: LineFormat<{ last: number | bigint; tries: number }> = lineFormat(' %8h{last} %6u{tries}');

/** net/appletalk/aarp.c aarp_seq_show */
export function atalkArp(out: TextWriter, neighbours: Table<AtalkNeighbour>): void {
  out.text('Address  Interface   Hardware Address   Expires LastSend  Retry Status\n');
  for (const neighbour of neighbours) {
    writeLine(out, ATALK_NEIGHBOUR, neighbour);
    if (neighbour.asked) writeLine(out, ATALK_ASKED, neighbour.asked);
    else out.repeat(0x20, 16);
    out.space().text(neighbour.status).newline();
  }
}
