/** net/sockstat and net/sockstat6 (net/ipv4/proc.c, net/ipv6/proc.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { SocketStatistics, SocketStatistics6 } from '../../model/network-sockets.ts';

export function sockstat(out: TextWriter, { used, tcp, udp, udplite, raw, fragments }: SocketStatistics): void {
  out.text('sockets: used ').signed(used).newline();
  out.text('TCP: inuse ').signed(tcp.inUse).text(' orphan ').signed(tcp.orphaned).text(' tw ').signed(tcp.timeWait);
  out.text(' alloc ').signed(tcp.allocated).text(' mem ').signed(tcp.memory).newline();
  out.text('UDP: inuse ').signed(udp.inUse).text(' mem ').signed(udp.memory).newline();
  if (udplite !== undefined) out.text('UDPLITE: inuse ').signed(udplite).newline();
  out.text('RAW: inuse ').signed(raw).newline();
  out.text('FRAG: inuse ').decimal(fragments.inUse).text(' memory ').decimal(fragments.memory).newline();
}

export function sockstat6(out: TextWriter, { tcp, udp, udplite, raw, fragments }: SocketStatistics6): void {
  out.text('TCP6: inuse ').signed(tcp).newline();
  out.text('UDP6: inuse ').signed(udp).newline();
  if (udplite !== undefined) out.text('UDPLITE6: inuse ').signed(udplite).newline();
  out.text('RAW6: inuse ').signed(raw).newline();
  out.text('FRAG6: inuse ').decimal(fragments.inUse).text(' memory ').decimal(fragments.memory).newline();
}
