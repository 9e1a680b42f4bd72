/** net/unix (net/unix/af_unix.c unix_seq_show). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { UnixSocket } from '../../model/network-sockets.ts';
import type { Table } from '../../model/network.ts';
import { pointer } from './addresses.ts';

export function unix(out: TextWriter, sockets: Table<UnixSocket>, hidden: boolean): void {
  out.text('Num       RefCount Protocol Flags    Type St Inode Path\n');
  for (const socket of sockets) {
    pointer(out, socket.pointer, hidden).byte(0x3a).space().hexZeroUpper(socket.references, 8).text(' 00000000 ');
    out.hexZeroUpper(socket.flags, 8).space().hexZeroUpper(socket.type, 4).space().hexZeroUpper(socket.state, 2).space();
    out.decimalPadded(socket.inode, 5);
    if (socket.path !== undefined) out.space().text(socket.path);
    out.newline();
  }
}
