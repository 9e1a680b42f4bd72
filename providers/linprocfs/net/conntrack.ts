/** net/nf_conntrack and net/nf_conntrack_expect (net/netfilter/nf_conntrack_standalone.c, nf_conntrack_expect.c). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { Conntrack, ConntrackExpectation, ConntrackTuple } from '../../model/network-netfilter.ts';
import type { Table } from '../../model/network.ts';
import { anyAddress } from './addresses.ts';

export function nfConntrack(out: TextWriter, connections: Table<Conntrack>): void {
  for (const connection of connections) {
    out.textLeft(connection.familyName, 8).space().decimal(connection.family).space();
    out.textLeft(connection.protocolName, 8).space().decimal(connection.protocol).space();
    if (connection.expires !== undefined) out.signed(connection.expires).space();
    if (connection.state !== undefined) out.text(connection.state).space();
    const { timeouts } = connection;
    if (timeouts) out.text('timeout=').decimal(timeouts.timeout).text(', stream_timeout=').decimal(timeouts.stream).space();
    direction(out, connection.original, 'zone-orig=');
    if (!connection.replied) out.text('[UNREPLIED] ');
    direction(out, connection.reply, 'zone-reply=');
    if (connection.status !== undefined) out.text('[').text(connection.status).text('] ');
    if (connection.mark !== undefined) out.text('mark=').decimal(connection.mark).space();
    if (connection.securityContext !== undefined) out.text('secctx=').text(connection.securityContext).space();
    if (connection.zone !== undefined) out.text('zone=').decimal(connection.zone).space();
    if (connection.age !== undefined) out.text('delta-time=').decimal(connection.age).space();
    out.text('use=').decimal(connection.references).newline();
  }
}

function direction(out: TextWriter, side: ConntrackTuple, zoneLabel: string): void {
  tuple(out, side);
  if (side.zone !== undefined) out.text(zoneLabel).decimal(side.zone).space();
  if (side.traffic) out.text('packets=').decimal(side.traffic.packets).text(' bytes=').decimal(side.traffic.bytes).space();
}

/** print_tuple */
function tuple(out: TextWriter, { source, destination, identity }: ConntrackTuple): void {
  anyAddress(out.text('src='), source).text(' dst=');
  anyAddress(out, destination).space();
  switch (identity.kind) {
    case 'ports':
      out.text('sport=').decimal(identity.source).text(' dport=').decimal(identity.destination).space();
      break;
    case 'icmp':
      out.text('type=').decimal(identity.type).text(' code=').decimal(identity.code).text(' id=').decimal(identity.id).space();
      break;
    case 'keys':
      out.text('srckey=0x').hex(identity.source).text(' dstkey=0x').hex(identity.destination).space();
      break;
    case 'none':
      break;
  }
}

export function nfConntrackExpect(out: TextWriter, expectations: Table<ConntrackExpectation>): void {
  for (const expectation of expectations) {
    out.signed(expectation.timeout).text(' l3proto = ').decimal(expectation.family);
    out.text(' proto=').decimal(expectation.protocol).space();
    tuple(out, expectation.tuple);
    const { flags, helper, policy } = expectation;
    for (let index = 0; index < flags.length; index++) out.text(index > 0 ? ',' : '').text(flags[index] as string);
    if (helper !== undefined) {
      out.text(flags.length > 0 ? ' ' : '').text(helper);
      if (policy !== undefined) out.byte(0x2f).text(policy);
    }
    out.newline();
  }
}
