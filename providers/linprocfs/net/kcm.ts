/** net/kcm and net/kcm_stats (net/kcm/kcmproc.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Kcm, KcmMember, KcmMultiplexor, KcmStatistics, KcmTransportStatistics } from '../../model/network-protocols.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

const TRAFFIC = '%-10u{receivedMessages} %-16u{receivedBytes} %-10u{sentMessages} %-16u{sentBytes} ';

export const KCM_MULTIPLEXOR: LineFormat<KcmMultiplexor> = lineFormat(
  `mux            ${TRAFFIC}${'-        '.repeat(4)}KCMs: %d{sockets}, Psocks %d{transports}\n`,
);

export const KCM_MEMBER: LineFormat<KcmMember & { readonly name: string }> = lineFormat(
  `   %-11s{name} ${TRAFFIC}%-8d{receiveQueue} %-8d{receiveMemory} %-8d{sendQueue} `,
);

export function kcm(out: TextWriter, { count, multiplexors }: Kcm): void {
  out.text('*** KCM statistics (').signed(count).text(' MUX) ****\n');
  out.text('Object         RX-Msgs    RX-Bytes         TX-Msgs    TX-Bytes         Recv-Q   Rmem     Send-Q   Smem     Status\n');
  for (const multiplexor of multiplexors) {
    writeLine(out, KCM_MULTIPLEXOR, multiplexor);
    for (const member of multiplexor.members) {
      writeLine(out, KCM_MEMBER, { ...member, name: `${member.kind}-${member.index}` });
      out.textLeft(member.sendMemory === undefined ? '-' : String(member.sendMemory), 8).space();
      for (const word of member.status) out.text(word).space();
      out.newline();
    }
  }
}

export const KCM_STATISTICS: LineFormat<KcmStatistics> = lineFormat(
  'MUX      RX-Msgs    RX-Bytes         TX-Msgs    TX-Bytes         TX-Retries Attach     Unattach   UnattchRsvd RX-RdyDrops\n' +
    `         ${TRAFFIC}%-10u{retries} %-10u{attached} %-10u{unattachedReserved} %-10u{unattached} %-10u{readyDrops}\n`,
);

export const KCM_TRANSPORT: LineFormat<KcmTransportStatistics> = lineFormat(
  'Psock    RX-Msgs    RX-Bytes         TX-Msgs    TX-Bytes         Reserved   Unreserved RX-Aborts  RX-Intr    RX-Unrecov ' +
    'RX-MemFail RX-NeedMor RX-BadLen  RX-TooBig  RX-Timeout TX-Aborts \n' +
    `         ${TRAFFIC}%-10u{reserved} %-10u{unreserved} %-10u{receiveAborts} %-10u{interrupted} %-10u{unrecoverable} ` +
    '%-10u{memoryFailures} %-10u{needMore} %-10u{badLength} %-10u{tooBig} %-10u{timeouts} %-10u{sendAborts}\n',
);

export function kcmStats(out: TextWriter, statistics: KcmStatistics): void {
  writeLine(out, KCM_STATISTICS, statistics);
  writeLine(out, KCM_TRANSPORT, statistics.transport);
}
