/** net/ip_vs, net/ip_vs_conn, net/ip_vs_conn_sync, net/ip_vs_stats and net/ip_vs_stats_percpu (net/netfilter/ipvs/). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import type {
  VirtualConnection,
  VirtualServers,
  VirtualService,
  VirtualStatistics,
  VirtualStatisticsByCpu,
  VirtualTraffic,
} from '../../model/network-services.ts';
import type { Table } from '../../model/network.ts';
import { groupedAddress6 } from './addresses.ts';

const COLON = 0x3a;

/** ip_vs_info_seq_show */
export function ipVs(out: TextWriter, { version, size, services }: VirtualServers): void {
  out.text('IP Virtual Server version ').text(version).text(' (size=').signed(size).text(')\n');
  out.text('Prot LocalAddress:Port Scheduler Flags\n');
  out.text('  -> RemoteAddress:Port Forward Weight ActiveConn InActConn\n');
  for (const service of services) {
    virtualService(out, service);
    for (const { address, port, forward, weight, active, inactive } of service.destinations) {
      addressAndPort(out.text('  -> '), address, port).text('      ').textLeft(forward, 7).space();
      out.decimalLeft(weight, 6).space().decimalLeft(active, 10).space().decimalLeft(inactive, 10).newline();
    }
  }
}

function virtualService(out: TextWriter, { match, scheduler, onePacket, persistent }: VirtualService): void {
  if ('mark' in match) {
    out.text('FWM  ').hexZeroUpper(match.mark, 8).space().text(scheduler).text(onePacket ? ' ops ' : ' ');
  } else {
    addressAndPort(out.text(match.protocol).text('  '), match.address, match.port).space().text(scheduler).space();
    // Only the line of an IPv4 service has a place for flags.
    if (typeof match.address === 'number') out.text(onePacket ? 'ops  ' : ' ');
  }
  if (persistent) out.text('persistent ').signed(persistent.timeout).space().hexZeroUpper(persistent.netmask, 8);
  out.newline();
}

function addressAndPort(out: TextWriter, address: Ipv4Address | Ipv6Address, port: number): TextWriter {
  if (typeof address === 'number') out.hexZeroUpper(address, 8);
  else groupedAddress6(out.byte(0x5b), address).byte(0x5d);
  return out.byte(COLON).hexZeroUpper(port, 4);
}

/** ip_vs_conn_seq_show */
export function ipVsConn(out: TextWriter, connections: Table<VirtualConnection>): void {
  out.text('Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Expires PEName PEData\n');
  for (const connection of connections) {
    addresses(out, connection).decimalPadded(connection.expires, 7);
    const { persistence } = connection;
    if (persistence) out.space().text(persistence.engine).space().text(persistence.data);
    out.newline();
  }
}

/** ip_vs_conn_sync_seq_show */
export function ipVsConnSync(out: TextWriter, connections: Table<VirtualConnection>): void {
  out.text('Pro FromIP   FPrt ToIP     TPrt DestIP   DPrt State       Origin Expires\n');
  for (const connection of connections) {
    addresses(out, connection).textLeft(connection.origin ?? '', 6).space().decimalPadded(connection.expires, 7).newline();
  }
}

function addresses(out: TextWriter, connection: VirtualConnection): TextWriter {
  out.textLeft(connection.protocol, 3).space();
  hexAddress(out, connection.client).space().hexZeroUpper(connection.clientPort, 4).space();
  hexAddress(out, connection.virtual).space().hexZeroUpper(connection.virtualPort, 4).space();
  hexAddress(out, connection.destination).space().hexZeroUpper(connection.destinationPort, 4).space();
  return out.textLeft(connection.state, 11).space();
}

function hexAddress(out: TextWriter, address: Ipv4Address | Ipv6Address): TextWriter {
  return typeof address === 'number' ? out.hexZeroUpper(address, 8) : groupedAddress6(out, address);
}

/** ip_vs_stats_show */
export function ipVsStats(out: TextWriter, { total, rate }: VirtualStatistics): void {
  out.text('   Total Incoming Outgoing         Incoming         Outgoing\n');
  out.text('   Conns  Packets  Packets            Bytes            Bytes\n');
  traffic(out, total).text('\n Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n');
  traffic(out, rate);
}

/** ip_vs_stats_percpu_show */
export function ipVsStatsPercpu(out: TextWriter, { cpus, total, rate }: VirtualStatisticsByCpu): void {
  out.text('       Total Incoming Outgoing         Incoming         Outgoing\n');
  out.text('CPU    Conns  Packets  Packets            Bytes            Bytes\n');
  for (const cpu of cpus) traffic(upper(out, cpu.cpu, 3).space(), cpu);
  traffic(out.text('  ~ '), total).text('\n     Conns/s   Pkts/s   Pkts/s          Bytes/s          Bytes/s\n');
  traffic(out.text('    '), rate);
}

function traffic(out: TextWriter, { connections, inPackets, outPackets, inBytes, outBytes }: VirtualTraffic): TextWriter {
  upper(upper(upper(out, connections, 8).space(), inPackets, 8).space(), outPackets, 8).space();
  return upper(upper(out, inBytes, 16).space(), outBytes, 16).newline();
}

/** %*LX */
function upper(out: TextWriter, value: U64, width: number): TextWriter {
  return out.textRight(value.toString(16).toUpperCase(), width);
}
