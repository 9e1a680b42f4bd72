/** Parsers of the files about devices and packet reception. */

import type {
  BootConfiguration,
  ConnectorCallback,
  DeviceMulticast,
  DeviceTraffic,
  PacketHandler,
  PacketSchedulerClock,
  SoftnetBacklog,
  SoftnetCpu,
} from '../../../model/network-devices.ts';
import type { Ipv4Address } from '../../../model/network-routes.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { dotted, fixedHex } from './scan-addresses.ts';

const COLON = 0x3a;
const SPACE = 0x20;

/** net/dev */
export function parseDev(bytes: Buffer): readonly DeviceTraffic[] {
  return rowsOf(bytes, 2, (scanner) => {
    const device: DeviceTraffic = {
      name: scanner.blanks().until(COLON),
      receivedBytes: scanner.decimal(),
      receivedPackets: scanner.decimal(),
      receiveErrors: scanner.decimal(),
      receiveDropped: scanner.decimal(),
      receiveFifoErrors: scanner.decimal(),
      receiveFrameErrors: scanner.decimal(),
      receivedCompressed: scanner.decimal(),
      receivedMulticast: scanner.decimal(),
      sentBytes: scanner.decimal(),
      sentPackets: scanner.decimal(),
      sendErrors: scanner.decimal(),
      sendDropped: scanner.decimal(),
      sendFifoErrors: scanner.decimal(),
      collisions: scanner.decimal(),
      carrierErrors: scanner.decimal(),
      sentCompressed: scanner.decimal(),
    };
    scanner.nextLine();
    return device;
  });
}

/** net/dev_mcast */
export function parseDevMcast(bytes: Buffer): Iterable<DeviceMulticast> {
  return new Rows(bytes, 0, (scanner) => {
    const interfaceIndex = scanner.number();
    const interfaceName = scanner.word();
    const references = scanner.number();
    const globalUse = scanner.number();
    const address: number[] = [];
    while (!scanner.lineDone()) address.push(fixedHex(scanner, 2));
    scanner.nextLine();
    return { interfaceIndex, interfaceName, references, globalUse, address };
  });
}

/** net/softnet_stat: 11 columns at first, 13 since Linux 5.10, 15 since 6.6. */
export function parseSoftnetStat(bytes: Buffer): readonly SoftnetCpu[] {
  return rowsOf(bytes, 0, (scanner) => {
    const columns: number[] = [];
    while (!scanner.lineDone()) columns.push(fixedHex(scanner, 8));
    scanner.nextLine();
    const [processed = 0, dropped = 0, squeezed = 0] = columns;
    const [steered = 0, flowLimited = 0] = columns.slice(9);
    return { processed, dropped, squeezed, steered, flowLimited, backlog: softnetBacklog(columns.slice(11)) };
  });
}

function softnetBacklog([length, cpu, input, process]: readonly number[]): SoftnetBacklog | undefined {
  if (length === undefined || cpu === undefined) return undefined;
  return { length, cpu, queues: input === undefined || process === undefined ? undefined : { input, process } };
}

/** net/ptype */
export function parsePtype(bytes: Buffer): readonly PacketHandler[] {
  return rowsOf(bytes, 1, (scanner) => {
    const protocol = scanner.takeText('ALL') ? undefined : fixedHex(scanner, 4);
    if (protocol === undefined) scanner.take(SPACE);
    scanner.take(SPACE);
    // The device's column is blank where there is none.
    const device = scanner.peek() === SPACE ? '' : scanner.word();
    return { protocol, device, function: scanner.blanks().line() };
  });
}

/** net/psched */
export function parsePsched(_bytes: Buffer, scanner: Scanner): PacketSchedulerClock {
  return {
    nanosecondsPerMicrosecond: fixedHex(scanner, 8),
    nanosecondsPerTick: fixedHex(scanner, 8),
    million: fixedHex(scanner, 8),
    resolution: fixedHex(scanner, 8),
  };
}

/** net/connector. A name may have blanks: what is behind the last one is the id. */
export function parseConnector(bytes: Buffer): readonly ConnectorCallback[] {
  return rowsOf(bytes, 1, (scanner) => {
    const line = scanner.line();
    const blank = line.lastIndexOf(' ');
    const [index = '', value = ''] = line.slice(blank + 1).split(':');
    return { name: line.slice(0, blank).trimEnd(), index: Number(index), value: Number(value) };
  });
}

/** net/pnp */
export function parsePnp(_bytes: Buffer, scanner: Scanner): BootConfiguration {
  let protocol: string | undefined;
  let domain = '';
  let bootServer: Ipv4Address | undefined;
  const nameServers: Ipv4Address[] = [];
  while (!scanner.done) {
    const key = scanner.word();
    if (key === '#PROTO:') protocol = scanner.word();
    else if (key === 'domain') domain = scanner.blanks().line();
    else if (key === 'nameserver') nameServers.push(dotted(scanner));
    else if (key === 'bootserver') bootServer = dotted(scanner);
    if (key !== 'domain') scanner.nextLine();
  }
  return { protocol, domain, nameServers, bootServer };
}

/** net/ipconfig/ntp_servers */
export function parseNtpServers(bytes: Buffer): readonly Ipv4Address[] {
  return rowsOf(bytes, 0, (scanner) => {
    const address = dotted(scanner);
    scanner.nextLine();
    return address;
  });
}
