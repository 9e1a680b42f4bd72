/** net/igmp, net/igmp6, net/mcfilter, net/mcfilter6, net/anycast6, and the multicast router's net/ip_mr_* and net/ip6_mr_*. */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  Anycast6,
  Igmp6Group,
  IgmpDevice,
  Ipv4Address,
  Ipv6Address,
  MulticastInterface,
  MulticastInterface4,
  MulticastRoute,
  SourceFilter,
} from '../../model/network-routes.ts';
import type { Table } from '../../model/network.ts';
import { groupedAddress6, hexAddress6, memoryAddress } from './addresses.ts';

/** net/ipv4/igmp.c igmp_mc_seq_show */
export function igmp(out: TextWriter, devices: readonly IgmpDevice[]): void {
  out.text('Idx\tDevice    : Count Querier\tGroup    Users Timer\tReporter\n');
  for (const device of devices) {
    out.signed(device.interfaceIndex).byte(0x09).textLeft(device.name, 10).text(': ');
    out.signedPadded(device.count, 5).space().textRight(device.querier, 7).newline();
    for (const group of device.groups) {
      memoryAddress(out.text('\t\t\t\t'), group.address).space().signedPadded(group.users, 5).space();
      out.signed(group.timerRunning).byte(0x3a).hexZeroUpper(group.timer, 8).text('\t\t').signed(group.reporter).newline();
    }
  }
}

/** net/ipv6/mcast.c igmp6_mc_seq_show */
export function igmp6(out: TextWriter, groups: Table<Igmp6Group>): void {
  for (const group of groups) {
    out.decimalLeft(group.interfaceIndex, 4).space().textLeft(group.device, 15).space();
    hexAddress6(out, group.address).space().signedPadded(group.users, 5).space();
    out.hexZeroUpper(group.flags, 8).space().signed(group.timer).newline();
  }
}

/** net/ipv4/igmp.c igmp_mcf_seq_show */
export function mcfilter(out: TextWriter, filters: Table<SourceFilter<Ipv4Address>>): void {
  out.text('Idx Device        MCA        SRC    INC    EXC\n');
  for (const filter of filters) {
    out.signedPadded(filter.interfaceIndex, 3).space().textRight(filter.device, 6).text(' 0x').hexZero(filter.group, 8);
    out.text(' 0x').hexZero(filter.source, 8).space().decimalPadded(filter.includes, 6).space();
    out.decimalPadded(filter.excludes, 6).newline();
  }
}

/** net/ipv6/mcast.c igmp6_mcf_seq_show */
export function mcfilter6(out: TextWriter, filters: Table<SourceFilter<Ipv6Address>>): void {
  out.text('Idx Device                Multicast Address                   Source Address    INC    EXC\n');
  for (const filter of filters) {
    out.signedPadded(filter.interfaceIndex, 3).space().textRight(filter.device, 6).space();
    hexAddress6(out, filter.group).space();
    hexAddress6(out, filter.source).space().decimalPadded(filter.includes, 6).space();
    out.decimalPadded(filter.excludes, 6).newline();
  }
}

/** net/ipv6/anycast.c ac6_seq_show */
export function anycast6(out: TextWriter, addresses: readonly Anycast6[]): void {
  for (const entry of addresses) {
    out.decimalLeft(entry.interfaceIndex, 4).space().textLeft(entry.device, 15).space();
    hexAddress6(out, entry.address).space().signedPadded(entry.users, 5).newline();
  }
}

/** net/ipv4/ipmr.c ipmr_vif_seq_show */
export function ipMrVif(out: TextWriter, interfaces: readonly MulticastInterface4[]): void {
  out.text('Interface      BytesIn  PktsIn  BytesOut PktsOut Flags Local    Remote\n');
  for (const entry of interfaces) {
    memoryAddress(multicastInterface(out, entry).space(), entry.local).space();
    memoryAddress(out, entry.remote).newline();
  }
}

/** net/ipv6/ip6mr.c ip6mr_vif_seq_show */
export function ip6MrVif(out: TextWriter, interfaces: readonly MulticastInterface[]): void {
  out.text('Interface      BytesIn  PktsIn  BytesOut PktsOut Flags\n');
  for (const entry of interfaces) multicastInterface(out, entry).newline();
}

function multicastInterface(out: TextWriter, entry: MulticastInterface): TextWriter {
  out.signedPadded(entry.index, 2).space().textLeft(entry.device, 10).space().signedPadded(entry.receivedBytes, 8).space();
  out.signedPadded(entry.receivedPackets, 7).text('  ').signedPadded(entry.sentBytes, 8).space();
  return out.signedPadded(entry.sentPackets, 7).space().hexZeroUpper(entry.flags, 5);
}

/** net/ipv4/ipmr.c ipmr_mfc_seq_show */
export function ipMrCache(out: TextWriter, routes: Table<MulticastRoute<Ipv4Address>>): void {
  out.text('Group    Origin   Iif     Pkts    Bytes    Wrong Oifs\n');
  for (const entry of routes) {
    memoryAddress(out, entry.group).space();
    multicastRoute(memoryAddress(out, entry.origin), entry);
  }
}

/** net/ipv6/ip6mr.c ipmr_mfc_seq_show */
export function ip6MrCache(out: TextWriter, routes: Table<MulticastRoute<Ipv6Address>>): void {
  out.text('Group                            Origin                           Iif      Pkts  Bytes     Wrong  Oifs\n');
  for (const entry of routes) {
    groupedAddress6(out, entry.group).space();
    multicastRoute(groupedAddress6(out, entry.origin), entry);
  }
}

function multicastRoute(out: TextWriter, entry: MulticastRoute<unknown>): void {
  out.space().decimalLeft(entry.input, 3).space().decimalPadded(entry.packets, 8).space();
  out.decimalPadded(entry.bytes, 8).space().decimalPadded(entry.wrongInterface, 8);
  for (const { index, threshold } of entry.outputs) {
    out.space().signedPadded(index, 2).byte(0x3a).decimalLeft(threshold, 3);
  }
  out.newline();
}
