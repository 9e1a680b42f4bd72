/** net/pktgen/kpktgend_CPU and net/pktgen/INTERFACE (net/core/pktgen.c pktgen_thread_show, pktgen_if_show). */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { PacketGenerator, PacketGeneratorAddresses, PacketGeneratorThread, PacketGeneratorVlan } from '../../model/network-services.ts';
import { compressedAddress6, dotted } from './addresses.ts';
import { type LineFormat, lineFormat, writeLine } from './line-format.ts';

export function pktgenThread(out: TextWriter, { running, stopped, result }: PacketGeneratorThread): void {
  out.text('Running: ');
  for (const name of running) out.text(name).space();
  out.text('\nStopped: ');
  for (const name of stopped) out.text(name).space();
  out.text('\nResult: ').text(result ?? 'NA').newline();
}

export const SIZES: LineFormat<PacketGenerator> = lineFormat(
  'Params: count %u{count}  min_pkt_size: %u{minimumSize}  max_pkt_size: %u{maximumSize}\n',
);

export const FLOWS: LineFormat<PacketGenerator> = lineFormat(
  '     frags: %d{fragments}  delay: %u{delay}  clone_skb: %d{clones}  ifname: %s{device}\n' +
    '     flows: %u{flows} flowlen: %u{flowLength}\n' +
    '     queue_map_min: %u{minimumQueue}  queue_map_max: %u{maximumQueue}\n',
);

export const PORTS: LineFormat<PacketGenerator> = lineFormat(
  '     src_mac: %m{sourceAddress} dst_mac: %m{destinationAddress}\n' +
    '     udp_src_min: %d{minimumSourcePort}  udp_src_max: %d{maximumSourcePort}  ' +
    'udp_dst_min: %d{minimumDestinationPort}  udp_dst_max: %d{maximumDestinationPort}\n' +
    '     src_mac_count: %d{sourceAddressCount}  dst_mac_count: %d{destinationAddressCount}\n',
);

export const SENT: LineFormat<PacketGenerator> = lineFormat('Current:\n     pkts-sofar: %u{sent}  errors: %u{errors}\n');

export const TIMES: LineFormat<PacketGenerator> = lineFormat(
  '     started: %u{started}us  stopped: %u{stoppedAt}us idle: %u{idle}us\n' +
    '     seq_num: %d{sequence}  cur_dst_mac_offset: %d{destinationOffset}  cur_src_mac_offset: %d{sourceOffset}\n',
);

export const CURRENT: LineFormat<PacketGenerator> = lineFormat(
  '     cur_udp_dst: %d{currentDestinationPort}  cur_udp_src: %d{currentSourcePort}\n' +
    '     cur_queue_map: %u{currentQueue}\n     flows: %u{currentFlows}\n',
);

export function pktgenInterface(out: TextWriter, generator: PacketGenerator): void {
  writeLine(out, SIZES, generator);
  mix(out, '     imix_weights: ', generator.mix.map(({ size, weight }) => [size, weight]));
  writeLine(out, FLOWS, generator);
  option(out, '     skb_priority: ', generator.priority);
  addressRanges(out, generator.addresses);
  writeLine(out, PORTS, generator);
  if (generator.labels.length > 0) {
    out.text('     mpls: ');
    generator.labels.forEach((label, index) => out.text(index > 0 ? ', ' : '').hexZero(label, 8));
    out.newline();
  }
  vlan(out, '     vlan_id: ', generator.vlan);
  vlan(out, '     svlan_id: ', generator.serviceVlan);
  if (generator.typeOfService !== undefined) out.text('     tos: 0x').hexZero(generator.typeOfService, 2).newline();
  if (generator.trafficClass !== undefined) out.text('     traffic_class: 0x').hexZero(generator.trafficClass, 2).newline();
  option(out, '     burst: ', generator.burst);
  option(out, '     node: ', generator.node);
  if (generator.mode !== undefined) out.text('     xmit_mode: ').text(generator.mode).newline();
  out.text('     Flags: ');
  for (const flag of generator.flags) out.text(flag).text('  ');
  writeLine(out.newline(), SENT, generator);
  mix(out, '     imix_size_counts: ', generator.mix.map(({ size, sent }) => [size, sent]));
  writeLine(out, TIMES, generator);
  currentAddresses(out, generator);
  writeLine(out, CURRENT, generator).text('Result: ').text(generator.result ?? 'Idle').newline();
}

function mix(out: TextWriter, label: string, pairs: readonly (readonly [U64, U64])[]): void {
  if (pairs.length === 0) return;
  out.text(label);
  for (const [size, amount] of pairs) out.decimal(size).byte(0x2c).decimal(amount).space();
  out.newline();
}

function option(out: TextWriter, label: string, value: number | undefined): void {
  if (value !== undefined) out.text(label).signed(value).newline();
}

function vlan(out: TextWriter, label: string, value: PacketGeneratorVlan | undefined): void {
  if (!value) return;
  out.text(label).decimal(value.id).text('  vlan_p: ').decimal(value.priority);
  out.text('  vlan_cfi: ').decimal(value.canonicalFormat).newline();
}

function addressRanges(out: TextWriter, addresses: PacketGenerator['addresses']): void {
  if (addresses.family === 4) {
    const { source, destination } = addresses;
    out.text('     dst_min: ').text(destination.minimum).text('  dst_max: ').text(destination.maximum);
    out.text('\n     src_min: ').text(source.minimum).text('  src_max: ').text(source.maximum).newline();
    return;
  }
  addresses6(out, 's', addresses.source);
  addresses6(out, 'd', addresses.destination);
}

function addresses6(out: TextWriter, letter: string, { address, minimum, maximum }: PacketGeneratorAddresses): void {
  compressedAddress6(out.text(`     ${letter}addr: `), address).text(`  min_${letter}addr: `);
  compressedAddress6(out, minimum).text(`  max_${letter}addr: `);
  compressedAddress6(out, maximum).newline();
}

function currentAddresses(out: TextWriter, { currentSource, currentDestination }: PacketGenerator): void {
  for (const [label, address] of [['     cur_saddr: ', currentSource], ['  cur_daddr: ', currentDestination]] as const) {
    out.text(label);
    if (typeof address === 'number') dotted(out, address);
    else compressedAddress6(out, address);
  }
  out.newline();
}
