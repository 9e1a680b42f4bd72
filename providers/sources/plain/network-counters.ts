/** What the network stack counted, of a machine of which little of it is told: net/snmp, netstat, snmp6 and softnet_stat (net/ipv4/proc.c). */

import type { Counters, MibGroup } from '../../model/network-counters.ts';
import type { SoftnetCpu } from '../../model/network-devices.ts';
import { ICMP_COUNTERS, IPV6_COUNTERS, IP_COUNTERS, IP_EXTENDED_COUNTERS, TCP_COUNTERS, TCP_EXTENDED_COUNTERS, UDP_COUNTERS } from './counter-names.ts';

/** Counters by their names. */
export type Counted = Readonly<Record<string, number>>;

/** What every Linux begins with. */
const IP: Counted = { Forwarding: 2, DefaultTTL: 64 };
const TCP: Counted = { RtoAlgorithm: 1, RtoMin: 200, RtoMax: 120_000, MaxConn: -1 };
const NOTHING: Counted = {};

/** Counters in the kernel's order; those that are not given are 0. */
function group(name: string, names: readonly string[], values: Counted): MibGroup {
  return { name, counters: new Map(names.map((counter) => [counter, values[counter] ?? 0])) };
}

/** The groups of net/snmp. `IcmpMsg` has no line where no message was counted. */
export function snmpGroups(of: { readonly ip?: Counted; readonly tcp?: Counted; readonly udp?: Counted }): MibGroup[] {
  return [
    group('Ip', IP_COUNTERS, { ...IP, ...of.ip }),
    group('Icmp', ICMP_COUNTERS, NOTHING),
    group('Tcp', TCP_COUNTERS, { ...TCP, ...of.tcp }),
    group('Udp', UDP_COUNTERS, of.udp ?? NOTHING),
    group('UdpLite', UDP_COUNTERS, NOTHING),
  ];
}

/** The groups of net/netstat. */
export function netstatGroups(of: { readonly ip?: Counted; readonly tcp?: Counted }): MibGroup[] {
  return [group('TcpExt', TCP_EXTENDED_COUNTERS, of.tcp ?? NOTHING), group('IpExt', IP_EXTENDED_COUNTERS, of.ip ?? NOTHING)];
}

/** The rows of net/snmp6 where nothing was counted. */
export function zeroIpv6Counters(): Counters {
  return new Map(IPV6_COUNTERS.map((name) => [name, 0]));
}

/** The lines of net/softnet_stat: packets that so many processors share evenly, with no trouble. */
export function softnetOf(cpus: number, packets: number): SoftnetCpu[] {
  return Array.from({ length: cpus }, (_, cpu) => ({
    processed: Math.floor((packets + cpus - 1 - cpu) / cpus) % 2 ** 32,
    dropped: 0,
    squeezed: 0,
    steered: 0,
    flowLimited: 0,
    backlog: { length: 0, cpu, queues: { input: 0, process: 0 } },
  }));
}
