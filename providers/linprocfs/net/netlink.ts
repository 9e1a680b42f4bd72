/** net/netlink (net/netlink/af_netlink.c netlink_native_seq_show). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { NetlinkSocket } from '../../model/network-sockets.ts';
import type { Table } from '../../model/network.ts';
import { pointer } from './addresses.ts';

export function netlink(out: TextWriter, sockets: Table<NetlinkSocket>, hidden: boolean): void {
  out.text('sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode\n');
  for (const socket of sockets) {
    pointer(out, socket.pointer, hidden).space().decimalLeft(socket.protocol, 3).space().decimalLeft(socket.port, 10).space();
    out.hexZero(socket.groups, 8).space().decimalLeft(socket.receiveMemory, 8).space().decimalLeft(socket.sendMemory, 8).space();
    out.decimalLeft(socket.dumping, 5).space().decimalLeft(socket.references, 8).space();
    out.decimalLeft(socket.drops, 8).space().decimalLeft(socket.inode, 8).newline();
  }
}
