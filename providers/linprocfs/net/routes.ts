/** net/arp, net/route, net/rt_cache, net/rt_acct, net/if_inet6, net/ipv6_route, net/rt6_stats and net/ip6_flowlabel. */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  ArpEntry,
  FlowLabel,
  Inet6Address,
  RealmTraffic,
  Route,
  Route6,
  RouteStatistics6,
} from '../../model/network-routes.ts';
import type { Table } from '../../model/network.ts';
import { dotted, hexAddress6, linkAddress, memoryAddress } from './addresses.ts';

const TAB = 0x09;
/** How wide a line of net/route or net/rt_cache is at least, without its end. */
const WIDTH = 127;

/** net/ipv4/arp.c arp_format_neigh_entry, arp_format_pneigh_entry */
export function arp(out: TextWriter, entries: Table<ArpEntry>): void {
  out.text('IP address       HW type     Flags       HW address            Mask     Device\n');
  for (const entry of entries) {
    let start = out.length;
    dotted(out, entry.address).padTo(start + 16).text(' 0x');
    start = out.length;
    out.hex(entry.hardwareType).padTo(start + 10).text('0x');
    start = out.length;
    out.hex(entry.flags).padTo(start + 10);
    start = out.length;
    if (typeof entry.hardwareAddress === 'string') out.text(entry.hardwareAddress);
    else linkAddress(out, entry.hardwareAddress, ':');
    out.padTo(start + 17).text('     *        ').text(entry.device).newline();
  }
}

/** net/ipv4/fib_trie.c fib_route_seq_start, fib_route_seq_show. RefCnt and Use are always 0. */
export function route(out: TextWriter, routes: Table<Route> | undefined): void {
  // Without a table there is no heading either.
  if (routes === undefined) return;
  let start = out.length;
  out.text('Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT').padTo(start + WIDTH).newline();
  for (const entry of routes) {
    start = out.length;
    memoryAddress(out.text(entry.device).byte(TAB), entry.destination).byte(TAB);
    memoryAddress(out, entry.gateway).byte(TAB).hexZeroUpper(entry.flags, 4).text('\t0\t0\t').signed(entry.metric).byte(TAB);
    memoryAddress(out, entry.mask).byte(TAB).signed(entry.mtu).byte(TAB).decimal(entry.window).byte(TAB);
    out.decimal(entry.roundTripTime).padTo(start + WIDTH).newline();
  }
}

/** net/ipv4/route.c rt_cache_seq_show */
export function rtCache(out: TextWriter): void {
  const start = out.length;
  out.text('Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst');
  out.padTo(start + WIDTH).newline();
}

/** net/ipv4/route.c rt_acct_proc_show: binary, 256 times four little-endian words of 32 bits. */
export function rtAcct(out: TextWriter, realms: readonly RealmTraffic[]): void {
  for (const realm of realms) {
    word(out, realm.sentBytes);
    word(out, realm.sentPackets);
    word(out, realm.receivedBytes);
    word(out, realm.receivedPackets);
  }
}

function word(out: TextWriter, value: number): void {
  out.byte(value & 255).byte((value >>> 8) & 255).byte((value >>> 16) & 255).byte(value >>> 24);
}

/** net/ipv6/addrconf.c if6_seq_show */
export function ifInet6(out: TextWriter, addresses: readonly Inet6Address[]): void {
  for (const entry of addresses) {
    hexAddress6(out, entry.address).space().hexZero(entry.interfaceIndex, 2).space().hexZero(entry.prefixLength, 2).space();
    out.hexZero(entry.scope, 2).space().hexZero(entry.flags, 2).space().textRight(entry.device, 8).newline();
  }
}

/** net/ipv6/ip6_fib.c ipv6_route_native_seq_show */
export function ipv6Route(out: TextWriter, routes: Table<Route6>): void {
  for (const entry of routes) {
    hexAddress6(out, entry.destination).space().hexZero(entry.destinationLength, 2).space();
    hexAddress6(out, entry.source).space().hexZero(entry.sourceLength, 2).space();
    hexAddress6(out, entry.gateway).space().hexZero(entry.metric, 8).space().hexZero(entry.references, 8).space();
    out.hexZero(entry.use, 8).space().hexZero(entry.flags, 8).space().textRight(entry.device, 8).newline();
  }
}

/** net/ipv6/route.c rt6_stats_seq_show */
export function rt6Stats(out: TextWriter, statistics: RouteStatistics6): void {
  out.hexZero(statistics.nodes, 4).space().hexZero(statistics.routeNodes, 4).space().hexZero(statistics.allocated, 4).space();
  out.hexZero(statistics.entries, 4).space().hexZero(statistics.cached, 4).space();
  out.hexZero(statistics.destinations, 4).space().hexZero(statistics.discarded, 4).newline();
}

/** net/ipv6/ip6_flowlabel.c ip6fl_seq_show */
export function ip6Flowlabel(out: TextWriter, labels: readonly FlowLabel[]): void {
  out.text('Label S Owner  Users  Linger Expires  Dst                              Opt\n');
  for (const label of labels) {
    out.hexZeroUpper(label.label, 5).space().decimalLeft(label.share, 1).space().decimalLeft(label.owner, 6).space();
    out.decimalLeft(label.users, 6).space().decimalLeft(label.linger, 6).space().decimalLeft(label.expires, 8).space();
    hexAddress6(out, label.destination).space().decimalLeft(label.options, 4).newline();
  }
}
