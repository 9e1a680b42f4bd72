/** Parsers of net/pktgen. */

import type { U64 } from '../../../../fs/u64.ts';
import { CURRENT, FLOWS, PORTS, SENT, SIZES, TIMES } from '../../../linprocfs/net/pktgen.ts';
import type { Ipv6Address } from '../../../model/network-routes.ts';
import type { PacketGenerator, PacketGeneratorThread, PacketGeneratorVlan } from '../../../model/network-services.ts';
import type { Scanner } from '../scanner.ts';
import { compressedAddress6, compressedOrDotted } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const COMMA = 0x2c;

/** The words on the rest of the line. */
function words(scanner: Scanner): string[] {
  const found: string[] = [];
  while (!scanner.lineDone()) found.push(scanner.word());
  scanner.nextLine();
  return found;
}

/** net/pktgen/kpktgend_CPU */
function parsePktgenThread(_bytes: Buffer, scanner: Scanner): PacketGeneratorThread {
  scanner.takeText('Running: ');
  const running = words(scanner);
  scanner.takeText('Stopped: ');
  const stopped = words(scanner);
  scanner.takeText('Result: ');
  const result = scanner.line();
  return { running, stopped, result: result === 'NA' ? undefined : result };
}

/** net/pktgen: a thread's file or an interface's. */
export function parsePktgen(bytes: Buffer, scanner: Scanner): PacketGenerator | PacketGeneratorThread {
  return scanner.nextIs('Running: ') ? parsePktgenThread(bytes, scanner) : parsePktgenInterface(bytes, scanner);
}

/** The rest of a line with that label, if it is next. */
function labelled(scanner: Scanner, label: string): string | undefined {
  return scanner.takeText(label) ? scanner.line() : undefined;
}

function labelledNumber(scanner: Scanner, label: string): number | undefined {
  const text = labelled(scanner, label);
  return text === undefined ? undefined : Number(text);
}

/** net/pktgen/INTERFACE */
function parsePktgenInterface(_bytes: Buffer, scanner: Scanner): PacketGenerator {
  const sizes = scanLine(scanner, SIZES);
  const weights = mix(scanner, '     imix_weights: ');
  const flows = scanLine(scanner, FLOWS);
  const priority = labelledNumber(scanner, '     skb_priority: ');
  const addresses = addressRanges(scanner);
  const ports = scanLine(scanner, PORTS);
  const labels = labelled(scanner, '     mpls: ')?.split(', ').map((label) => Number.parseInt(label, 16)) ?? [];
  const options = {
    priority,
    addresses,
    labels,
    vlan: vlan(scanner, '     vlan_id: '),
    serviceVlan: vlan(scanner, '     svlan_id: '),
    typeOfService: labelledNumber(scanner, '     tos: '),
    trafficClass: labelledNumber(scanner, '     traffic_class: '),
    burst: labelledNumber(scanner, '     burst: '),
    node: labelledNumber(scanner, '     node: '),
    mode: labelled(scanner, '     xmit_mode: '),
    flags: (labelled(scanner, '     Flags: ') ?? '').split('  ').filter(Boolean),
  };
  const sent = scanLine(scanner, SENT);
  const counts = mix(scanner, '     imix_size_counts: ');
  const times = scanLine(scanner, TIMES);
  scanner.takeText('     cur_saddr: ');
  const currentSource = compressedOrDotted(scanner);
  scanner.takeText('  cur_daddr: ');
  const currentDestination = compressedOrDotted(scanner);
  scanner.nextLine();
  const current = scanLine(scanner, CURRENT);
  const result = labelled(scanner, 'Result: ');
  return {
    ...sizes,
    ...flows,
    ...ports,
    ...options,
    ...sent,
    ...times,
    ...current,
    mix: weights.map(([size, weight], index) => ({ size, weight, sent: counts[index]?.[1] ?? 0 })),
    currentSource,
    currentDestination,
    result: result === 'Idle' ? undefined : result,
  };
}

function mix(scanner: Scanner, label: string): [U64, U64][] {
  const pairs: [U64, U64][] = [];
  if (!scanner.takeText(label)) return pairs;
  while (!scanner.lineDone()) {
    const size = scanner.decimal();
    scanner.take(COMMA);
    pairs.push([size, scanner.decimal()]);
  }
  scanner.nextLine();
  return pairs;
}

function vlan(scanner: Scanner, label: string): PacketGeneratorVlan | undefined {
  if (!scanner.takeText(label)) return undefined;
  const id = scanner.number();
  scanner.takeText('  vlan_p: ');
  const priority = scanner.number();
  scanner.takeText('  vlan_cfi: ');
  const canonicalFormat = scanner.number();
  scanner.nextLine();
  return { id, priority, canonicalFormat };
}

function addressRanges(scanner: Scanner): PacketGenerator['addresses'] {
  if (!scanner.nextIs('     saddr: ')) {
    const range = (letters: string): { minimum: string; maximum: string } => {
      scanner.takeText(`     ${letters}_min: `);
      const line = scanner.line();
      const middle = line.indexOf(`  ${letters}_max: `);
      return { minimum: line.slice(0, middle), maximum: line.slice(middle + letters.length + 8) };
    };
    const destination = range('dst');
    return { family: 4, destination, source: range('src') };
  }
  const line = (letter: string): { address: Ipv6Address; minimum: Ipv6Address; maximum: Ipv6Address } => {
    scanner.takeText(`     ${letter}addr: `);
    const address = compressedAddress6(scanner);
    scanner.takeText(`  min_${letter}addr: `);
    const minimum = compressedAddress6(scanner);
    scanner.takeText(`  max_${letter}addr: `);
    const maximum = compressedAddress6(scanner);
    scanner.nextLine();
    return { address, minimum, maximum };
  };
  const source = line('s');
  return { family: 6, source, destination: line('d') };
}
