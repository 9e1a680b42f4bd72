/** net/pppol2tp (net/l2tp/l2tp_ppp.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { L2tp, L2tpSession, L2tpTunnel, TunnelTraffic } from '../../model/network-links.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export const TRAFFIC: LineFormat<TunnelTraffic> = lineFormat(
  '%d{sentPackets}/%d{sentBytes}/%d{sendErrors} %d{receivedPackets}/%d{receivedBytes}/%d{receiveErrors}\n',
);

export const TUNNEL: LineFormat<L2tpTunnel> = lineFormat("TUNNEL '%s{name}', %(Y|N){hasSocket} %d{references}\n 00000000 ");

export const SESSION: LineFormat<L2tpSession> = lineFormat(
  "  SESSION '%s{name}' %08X{address}/%d{port} %04X{tunnel}/%04X{session} -> %04X{peerTunnel}/%04X{peerSession} " +
    '%d{state} %(Y|N){userDataValid}\n' +
    '   0/0/%(R|-){receivesSequence}/%(S|-){sendsSequence}/%(LNS|LAC){server} 00000000 %u{reorderTimeout}\n' +
    '   %u{nextReceived}/%u{nextSent} ',
);

export function pppol2tp(out: TextWriter, { version, tunnels }: L2tp): void {
  out.text('PPPoL2TP driver info, ').text(version).text('\nTUNNEL name, user-data-ok session-count\n');
  out.text(' debug tx-pkts/bytes/errs rx-pkts/bytes/errs\n');
  out.text('  SESSION name, addr/port src-tid/sid dest-tid/sid state user-data-ok\n');
  out.text('   mtu/mru/rcvseq/sendseq/lns debug reorderto\n   nr/ns tx-pkts/bytes/errs rx-pkts/bytes/errs\n');
  for (const tunnel of tunnels) {
    writeLine(writeLine(out.newline(), TUNNEL, tunnel), TRAFFIC, tunnel.traffic);
    for (const session of tunnel.sessions) {
      writeLine(writeLine(out, SESSION, session), TRAFFIC, session.traffic);
      if (session.device !== undefined) out.text('   interface ').text(session.device).newline();
    }
  }
}
