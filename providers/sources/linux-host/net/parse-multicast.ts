/** Parsers of multicast groups, source filters and the multicast router's tables. */

import type {
  Anycast6,
  Igmp6Group,
  IgmpDevice,
  IgmpGroup,
  Ipv4Address,
  Ipv6Address,
  MulticastInterface,
  MulticastInterface4,
  MulticastRoute,
  SourceFilter,
} from '../../../model/network-routes.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { fixedHex, groupedAddress6, hexAddress6, memoryAddress } from './scan-addresses.ts';

const COLON = 0x3a;
const TAB = 0x09;

/** net/igmp */
export function parseIgmp(_bytes: Buffer, scanner: Scanner): readonly IgmpDevice[] {
  const devices: IgmpDevice[] = [];
  let groups: IgmpGroup[] = [];
  scanner.nextLine();
  while (!scanner.done) {
    if (scanner.peek() === TAB) {
      groups.push(igmpGroup(scanner));
    } else {
      const interfaceIndex = scanner.number();
      const name = scanner.blanks().until(COLON).trimEnd();
      groups = [];
      devices.push({ interfaceIndex, name, count: scanner.signed(), querier: scanner.word(), groups });
    }
    scanner.nextLine();
  }
  return devices;
}

function igmpGroup(scanner: Scanner): IgmpGroup {
  const address = memoryAddress(scanner);
  const users = scanner.signed();
  const timerRunning = scanner.signed();
  scanner.take(COLON);
  return { address, users, timerRunning, timer: scanner.hex(), reporter: scanner.signed() };
}

/** net/igmp6 */
export function parseIgmp6(bytes: Buffer): Iterable<Igmp6Group> {
  return new Rows(bytes, 0, (scanner) => {
    const group: Igmp6Group = {
      interfaceIndex: scanner.number(),
      device: scanner.word(),
      address: hexAddress6(scanner),
      users: scanner.signed(),
      flags: fixedHex(scanner, 8),
      timer: scanner.signedDecimal(),
    };
    scanner.nextLine();
    return group;
  });
}

/** net/mcfilter */
export function parseMcfilter(bytes: Buffer): Iterable<SourceFilter<Ipv4Address>> {
  const address = (scanner: Scanner): Ipv4Address => {
    scanner.blanks().takeText('0x');
    return fixedHex(scanner, 8);
  };
  return new Rows(bytes, 1, (scanner) => sourceFilter(scanner, address));
}

/** net/mcfilter6 */
export function parseMcfilter6(bytes: Buffer): Iterable<SourceFilter<Ipv6Address>> {
  return new Rows(bytes, 1, (scanner) => sourceFilter(scanner, hexAddress6));
}

function sourceFilter<A>(scanner: Scanner, address: (scanner: Scanner) => A): SourceFilter<A> {
  const filter: SourceFilter<A> = {
    interfaceIndex: scanner.number(),
    device: scanner.word(),
    group: address(scanner),
    source: address(scanner),
    includes: scanner.decimal(),
    excludes: scanner.decimal(),
  };
  scanner.nextLine();
  return filter;
}

/** net/anycast6 */
export function parseAnycast6(bytes: Buffer): readonly Anycast6[] {
  return rowsOf(bytes, 0, (scanner) => {
    const entry: Anycast6 = {
      interfaceIndex: scanner.number(),
      device: scanner.word(),
      address: hexAddress6(scanner),
      users: scanner.signed(),
    };
    scanner.nextLine();
    return entry;
  });
}

function multicastInterface(scanner: Scanner): MulticastInterface {
  return {
    index: scanner.signed(),
    device: scanner.word(),
    receivedBytes: scanner.signedDecimal(),
    receivedPackets: scanner.signedDecimal(),
    sentBytes: scanner.signedDecimal(),
    sentPackets: scanner.signedDecimal(),
    flags: Number(scanner.hex()),
  };
}

/** net/ip_mr_vif */
export function parseIpMrVif(bytes: Buffer): readonly MulticastInterface4[] {
  return rowsOf(bytes, 1, (scanner) => {
    const entry: MulticastInterface4 = {
      ...multicastInterface(scanner),
      local: memoryAddress(scanner),
      remote: memoryAddress(scanner),
    };
    scanner.nextLine();
    return entry;
  });
}

/** net/ip6_mr_vif */
export function parseIp6MrVif(bytes: Buffer): readonly MulticastInterface[] {
  return rowsOf(bytes, 1, (scanner) => {
    const entry = multicastInterface(scanner);
    scanner.nextLine();
    return entry;
  });
}

/** net/ip_mr_cache */
export function parseIpMrCache(bytes: Buffer): Iterable<MulticastRoute<Ipv4Address>> {
  return new Rows(bytes, 1, (scanner) => multicastRoute(scanner, memoryAddress));
}

/** net/ip6_mr_cache */
export function parseIp6MrCache(bytes: Buffer): Iterable<MulticastRoute<Ipv6Address>> {
  return new Rows(bytes, 1, (scanner) => multicastRoute(scanner, groupedAddress6));
}

function multicastRoute<A>(scanner: Scanner, address: (scanner: Scanner) => A): MulticastRoute<A> {
  const group = address(scanner);
  const origin = address(scanner);
  const input = scanner.signed();
  const packets = scanner.decimal();
  const bytes = scanner.decimal();
  const wrongInterface = scanner.decimal();
  const outputs: { index: number; threshold: number }[] = [];
  while (!scanner.lineDone()) {
    const index = scanner.signed();
    scanner.take(COLON);
    outputs.push({ index, threshold: scanner.signed() });
  }
  scanner.nextLine();
  return { group, origin, input, packets, bytes, wrongInterface, outputs };
}
