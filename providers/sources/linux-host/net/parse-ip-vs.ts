/** Parsers of net/ip_vs and its like. */

import type { Ipv4Address, Ipv6Address } from '../../../model/network-routes.ts';
import type {
  VirtualConnection,
  VirtualDestination,
  VirtualServers,
  VirtualService,
  VirtualStatistics,
  VirtualStatisticsByCpu,
  VirtualTraffic,
} from '../../../model/network-services.ts';
import type { Scanner } from '../scanner.ts';
import { Rows } from './rows.ts';
import { fixedHex, groupedAddress6 } from './scan-addresses.ts';

const BLANK = 0x20;
const COLON = 0x3a;
const BRACKET = 0x5b;

/** net/ip_vs */
export function parseIpVs(_bytes: Buffer, scanner: Scanner): VirtualServers {
  scanner.takeText('IP Virtual Server version ');
  const version = scanner.word();
  scanner.blanks().takeText('(size=');
  const size = scanner.signed();
  scanner.nextLine().nextLine().nextLine();
  const services: VirtualService[] = [];
  let destinations: VirtualDestination[] = [];
  while (!scanner.done) {
    if (scanner.takeText('  -> ')) {
      destinations.push(virtualDestination(scanner));
    } else {
      destinations = [];
      services.push({ ...virtualService(scanner), destinations });
    }
    scanner.nextLine();
  }
  return { version, size, services };
}

/** An IPv4 address as a hexadecimal number, or an IPv6 address in brackets. */
function bracketedAddress(scanner: Scanner): Ipv4Address | Ipv6Address {
  scanner.blanks();
  if (!scanner.take(BRACKET)) return fixedHex(scanner, 8);
  const address = groupedAddress6(scanner);
  scanner.skip(1);
  return address;
}

function virtualService(scanner: Scanner): Omit<VirtualService, 'destinations'> {
  const protocol = scanner.word();
  const match = protocol === 'FWM' ? { mark: Number(scanner.hex()) } : { protocol, ...addressAndPort(scanner) };
  const scheduler = scanner.word();
  const onePacket = scanner.blanks().takeText('ops ');
  const persistent = scanner.blanks().takeText('persistent ')
    ? { timeout: scanner.signed(), netmask: fixedHex(scanner, 8) }
    : undefined;
  return { match, scheduler, onePacket, persistent };
}

function addressAndPort(scanner: Scanner): { address: Ipv4Address | Ipv6Address; port: number } {
  const address = bracketedAddress(scanner);
  scanner.take(COLON);
  return { address, port: fixedHex(scanner, 4) };
}

function virtualDestination(scanner: Scanner): VirtualDestination {
  return {
    ...addressAndPort(scanner),
    forward: scanner.word(),
    weight: scanner.signed(),
    active: scanner.signed(),
    inactive: scanner.signed(),
  };
}

/** Eight hexadecimal digits, or the groups of an IPv6 address. */
function hexOrGroups(scanner: Scanner): Ipv4Address | Ipv6Address {
  scanner.blanks();
  return scanner.bytes[scanner.at + 4] === COLON ? groupedAddress6(scanner) : fixedHex(scanner, 8);
}

function virtualAddresses(scanner: Scanner): Omit<VirtualConnection, 'expires' | 'persistence' | 'origin'> {
  return {
    protocol: scanner.word(),
    client: hexOrGroups(scanner),
    clientPort: fixedHex(scanner, 4),
    virtual: hexOrGroups(scanner),
    virtualPort: fixedHex(scanner, 4),
    destination: hexOrGroups(scanner),
    destinationPort: fixedHex(scanner, 4),
    state: scanner.word(),
  };
}

/** net/ip_vs_conn */
export function parseIpVsConn(bytes: Buffer): Iterable<VirtualConnection> {
  return new Rows(bytes, 1, (scanner) => {
    const head = { ...virtualAddresses(scanner), expires: scanner.number() };
    const persistence = scanner.take(BLANK) ? { engine: scanner.until(BLANK), data: scanner.line() } : undefined;
    if (!persistence) scanner.nextLine();
    return { ...head, persistence, origin: undefined };
  });
}

/** net/ip_vs_conn_sync */
export function parseIpVsConnSync(bytes: Buffer): Iterable<VirtualConnection> {
  return new Rows(bytes, 1, (scanner) => {
    const row = { ...virtualAddresses(scanner), origin: scanner.word(), expires: scanner.number(), persistence: undefined };
    scanner.nextLine();
    return row;
  });
}

function virtualTraffic(scanner: Scanner): VirtualTraffic {
  const traffic: VirtualTraffic = {
    connections: scanner.hex(),
    inPackets: scanner.hex(),
    outPackets: scanner.hex(),
    inBytes: scanner.hex(),
    outBytes: scanner.hex(),
  };
  scanner.nextLine();
  return traffic;
}

/** net/ip_vs_stats */
export function parseIpVsStats(_bytes: Buffer, scanner: Scanner): VirtualStatistics {
  scanner.nextLine().nextLine();
  const total = virtualTraffic(scanner);
  scanner.nextLine().nextLine();
  return { total, rate: virtualTraffic(scanner) };
}

/** net/ip_vs_stats_percpu */
export function parseIpVsStatsPercpu(_bytes: Buffer, scanner: Scanner): VirtualStatisticsByCpu {
  scanner.nextLine().nextLine();
  const cpus: (VirtualTraffic & { cpu: number })[] = [];
  while (!scanner.done && !scanner.takeText('  ~ ')) cpus.push({ cpu: Number(scanner.hex()), ...virtualTraffic(scanner) });
  const total = virtualTraffic(scanner);
  scanner.nextLine().nextLine();
  return { cpus, total, rate: virtualTraffic(scanner) };
}
