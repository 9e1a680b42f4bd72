/** net/sctp/eps and net/sctp/assocs (net/sctp/proc.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { SctpAddress, SctpAssociation, SctpEndpoint } from '../../model/network-services.ts';
import type { Table } from '../../model/network.ts';
import { anyAddress } from './addresses.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export const ENDPOINT: LineFormat<SctpEndpoint> = lineFormat(
  '%8p{pointer} %8p{socket} %-3d{type} %-3d{state} %-4d{bucket} %-5d{port} %5u{uid} %5u{inode} ',
);

export const ASSOCIATION: LineFormat<SctpAssociation> = lineFormat(
  '%8p{pointer} %8p{socket} %-3d{type} %-3d{socketState} %-2d{state} 0    %4d{id} %8d{transmitQueue} %8d{receiveQueue} ' +
    '%7u{uid} %5u{inode} %-5d{localPort} %5d{remotePort}  ',
);

export const ASSOCIATION_END: LineFormat<SctpAssociation> = lineFormat(
  '\t%8u{heartbeatInterval} %5d{inStreams} %5d{outStreams} %4d{maximumRetransmissions} %4d{initialRetries} ' +
    '%4d{shutdownRetries} %8d{retransmittedChunks} %8d{sendMemory} %8d{sendQueued} %8d{sendBuffer} %8d{receiveBuffer}\n',
);

export function sctpEndpoints(out: TextWriter, endpoints: Table<SctpEndpoint>, hidden: boolean): void {
  out.text(' ENDPT     SOCK   STY SST HBKT LPORT   UID INODE LADDRS\n');
  for (const endpoint of endpoints) addresses(writeLine(out, ENDPOINT, endpoint, hidden), endpoint.addresses).newline();
}

export function sctpAssociations(out: TextWriter, associations: Table<SctpAssociation>, hidden: boolean): void {
  out.text(' ASSOC     SOCK   STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS ');
  out.text('HBINT INS OUTS MAXRT T1X T2X RTXC wmema wmemq sndbuf rcvbuf\n');
  for (const association of associations) {
    addresses(writeLine(out, ASSOCIATION, association, hidden), association.local).text('<-> ');
    writeLine(addresses(out, association.remote), ASSOCIATION_END, association);
  }
}

/** A star is before the primary one, and a blank behind each. */
function addresses(out: TextWriter, list: readonly SctpAddress[]): TextWriter {
  for (const { address, primary } of list) anyAddress(primary ? out.byte(0x2a) : out, address).space();
  return out;
}
