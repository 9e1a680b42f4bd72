/** net/packet (net/packet/af_packet.c packet_seq_show). */

import type { Caller } from '../../../fs/caller.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { userSeenBy } from '../../../fs/user-namespace.ts';
import type { PacketSocket } from '../../model/network-sockets.ts';
import type { Table } from '../../model/network.ts';
import { pointer } from './addresses.ts';

export function packet(out: TextWriter, sockets: Table<PacketSocket>, hidden: boolean, caller: Caller): void {
  out.text('sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n');
  for (const socket of sockets) {
    pointer(out, socket.pointer, hidden).space().decimalLeft(socket.references, 6).space().decimalLeft(socket.type, 4).space();
    out.hexZero(socket.protocol, 4).text('   ').decimalLeft(socket.interfaceIndex, 5).text(socket.running ? ' 1 ' : ' 0 ');
    out.decimalLeft(socket.receiveMemory, 6).space().decimalLeft(userSeenBy(caller, socket.uid), 6).space().decimalLeft(socket.inode, 6).newline();
  }
}
