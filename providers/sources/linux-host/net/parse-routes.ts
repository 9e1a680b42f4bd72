/** Parsers of addresses, neighbours and routes. */

import type {
  ArpEntry,
  FlowLabel,
  Inet6Address,
  RealmTraffic,
  Route,
  Route6,
  RouteStatistics6,
} from '../../../model/network-routes.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { dotted, fixedHex, hexAddress6, memoryAddress } from './scan-addresses.ts';

const COLON = 0x3a;
const SPACE = 0x20;
const STAR = 0x2a;
/** How wide the column of flags is; the hardware address follows at once. */
const FLAGS_WIDTH = 10;
const ARPHRD_NETROM = 0;
const ARPHRD_AX25 = 3;

/** net/arp */
export function parseArp(bytes: Buffer): Iterable<ArpEntry> {
  return new Rows(bytes, 1, (scanner) => {
    const address = dotted(scanner);
    scanner.blanks().takeText('0x');
    const hardwareType = Number(scanner.hex());
    scanner.blanks().takeText('0x');
    const flagsAt = scanner.at;
    const flags = Number(scanner.hex());
    scanner.at = Math.max(scanner.at, flagsAt + FLAGS_WIDTH);
    const radio = hardwareType === ARPHRD_NETROM || hardwareType === ARPHRD_AX25;
    const hardwareAddress = radio ? scanner.until(SPACE) : colonAddress(scanner);
    scanner.blanks().take(STAR);
    return { address, hardwareType, flags, hardwareAddress, device: scanner.blanks().line() };
  });
}

/** Hexadecimal bytes with colons between them, or nothing. */
function colonAddress(scanner: Scanner): number[] {
  const address: number[] = [];
  while (scanner.peek() !== SPACE && !scanner.done) {
    address.push(fixedHex(scanner, 2));
    scanner.take(COLON);
  }
  return address;
}

/** net/route */
export function parseRoute(bytes: Buffer): Iterable<Route> | undefined {
  if (bytes.length === 0) return undefined;
  return new Rows(bytes, 1, (scanner) => {
    const device = scanner.word();
    const destination = memoryAddress(scanner);
    const gateway = memoryAddress(scanner);
    const flags = Number(scanner.hex());
    scanner.signed();
    scanner.number();
    const route: Route = {
      device,
      destination,
      gateway,
      flags,
      metric: scanner.signed(),
      mask: memoryAddress(scanner),
      mtu: scanner.signed(),
      window: scanner.number(),
      roundTripTime: scanner.number(),
    };
    scanner.nextLine();
    return route;
  });
}

/** net/rt_acct: 256 times four little-endian words of 32 bits. */
export function parseRtAcct(bytes: Buffer): readonly RealmTraffic[] {
  const realms: RealmTraffic[] = [];
  for (let at = 0; at + 16 <= bytes.length; at += 16) {
    realms.push({
      sentBytes: bytes.readUInt32LE(at),
      sentPackets: bytes.readUInt32LE(at + 4),
      receivedBytes: bytes.readUInt32LE(at + 8),
      receivedPackets: bytes.readUInt32LE(at + 12),
    });
  }
  return realms;
}

/** net/if_inet6 */
export function parseIfInet6(bytes: Buffer): readonly Inet6Address[] {
  return rowsOf(bytes, 0, (scanner) => ({
    address: hexAddress6(scanner),
    interfaceIndex: Number(scanner.hex()),
    prefixLength: Number(scanner.hex()),
    scope: Number(scanner.hex()),
    flags: Number(scanner.hex()),
    device: scanner.blanks().line(),
  }));
}

/** net/ipv6_route */
export function parseIpv6Route(bytes: Buffer): Iterable<Route6> {
  return new Rows(bytes, 0, (scanner) => ({
    destination: hexAddress6(scanner),
    destinationLength: Number(scanner.hex()),
    source: hexAddress6(scanner),
    sourceLength: Number(scanner.hex()),
    gateway: hexAddress6(scanner),
    metric: fixedHex(scanner, 8),
    references: fixedHex(scanner, 8),
    use: fixedHex(scanner, 8),
    flags: fixedHex(scanner, 8),
    device: scanner.blanks().line(),
  }));
}

/** net/rt6_stats */
export function parseRt6Stats(_bytes: Buffer, scanner: Scanner): RouteStatistics6 {
  const column = (): number => Number(scanner.hex());
  return {
    nodes: column(),
    routeNodes: column(),
    allocated: column(),
    entries: column(),
    cached: column(),
    destinations: column(),
    discarded: column(),
  };
}

/** net/ip6_flowlabel */
export function parseIp6Flowlabel(bytes: Buffer): readonly FlowLabel[] {
  return rowsOf(bytes, 1, (scanner) => {
    const label: FlowLabel = {
      label: Number(scanner.hex()),
      share: scanner.number(),
      owner: scanner.signed(),
      users: scanner.signed(),
      linger: scanner.signedDecimal(),
      expires: scanner.signedDecimal(),
      destination: hexAddress6(scanner),
      options: scanner.signed(),
    };
    scanner.nextLine();
    return label;
  });
}
