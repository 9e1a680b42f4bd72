/** Parsers of net/afs and of net/rxrpc/stats. */

import type { U64 } from '../../../../fs/u64.ts';
import type {
  AfsAddressPreference,
  AfsAddressPreferences,
  AfsEndpointState,
  AfsServer,
  AfsServerAddress,
  AfsVolumeLocation,
  AfsVolumeServer,
  LabelledCounters,
} from '../../../model/network-services.ts';
import type { Scanner } from '../scanner.ts';
import { rowsOf } from './rows.ts';
import { compressedOrDotted, endpoint } from './scan-addresses.ts';

const COLON = 0x3a;
const COMMA = 0x2c;
const STAR = 0x2a;
const SLASH = 0x2f;
const EQUALS = 0x3d;

/** net/rxrpc/stats, and net/afs/stats behind its first line. */
export function parseLabelledCounters(headingLines: number): (bytes: Buffer) => readonly LabelledCounters[] {
  return (bytes) =>
    rowsOf(bytes, headingLines, (scanner) => {
      const label = scanner.until(COLON).trimEnd();
      const counters = new Map<string, U64>();
      while (!scanner.lineDone()) {
        const name = scanner.until(EQUALS);
        counters.set(name, scanner.decimal());
      }
      scanner.nextLine();
      return { label, counters };
    });
}

/** net/afs/rootcell, net/afs/sysname */
export function parseLines(bytes: Buffer): readonly string[] {
  return rowsOf(bytes, 0, (scanner) => scanner.line());
}

/** net/afs/addr_prefs */
export function parseAfsAddressPreferences(bytes: Buffer, scanner: Scanner): AfsAddressPreferences | null {
  if (scanner.takeText('NO PREFS')) return null;
  const [, version = '0', firstIpv6 = '0', maximum = '0'] = /\(v=(\d+) n=(\d+)\/\d+\/(\d+)\)/.exec(scanner.line()) ?? [];
  const preferences = rowsOf(bytes.subarray(scanner.at), 0, (rows): AfsAddressPreference => {
    rows.word();
    const address = compressedOrDotted(rows);
    rows.take(SLASH);
    const preference = { address, prefixLength: rows.number(), priority: rows.number() };
    rows.nextLine();
    return preference;
  });
  return { version: Number(version), firstIpv6: Number(firstIpv6), maximum: Number(maximum), preferences };
}

/** net/afs/servers */
export function parseAfsServers(_bytes: Buffer, scanner: Scanner): readonly AfsServer[] {
  const servers: AfsServer[] = [];
  scanner.nextLine();
  while (!scanner.done) {
    const head = {
      uuid: scanner.word(),
      references: scanner.signed(),
      active: scanner.signed(),
      cell: scanner.skip(1).line(),
    };
    scanner.takeText('  - info: fl=');
    const flags = scanner.hex();
    scanner.takeText(' rtt=');
    const roundTrip = scanner.number();
    scanner.nextLine().takeText('  - probe: last=');
    const probed = scanner.signed();
    scanner.nextLine();
    servers.push({ ...head, flags, roundTrip, probed, state: scanner.takeText('  - ESTATE pq=') ? afsState(scanner) : undefined });
  }
  return servers;
}

function afsState(scanner: Scanner): AfsEndpointState {
  const sequence = Number(scanner.hex());
  scanner.takeText(' np=');
  const probing = scanner.number();
  scanner.takeText(' rsp=');
  const responsive = scanner.hex();
  scanner.takeText(' f=');
  const failed = scanner.hex();
  scanner.nextLine().takeText('  - ALIST v=');
  const version = scanner.number();
  scanner.takeText(' ap=');
  const preferencesVersion = scanner.number();
  scanner.nextLine();
  const addresses: AfsServerAddress[] = [];
  while (scanner.takeText('    [')) addresses.push(afsAddress(scanner));
  return { sequence, probing, responsive, failed, version, preferencesVersion, addresses };
}

function afsAddress(scanner: Scanner): AfsServerAddress {
  scanner.until(0x5d);
  const place = endpoint(scanner);
  const mark = scanner.take(STAR) ? '*' : scanner.take(0x21) ? '!' : '';
  scanner.takeText(' rtt=');
  const roundTrip = scanner.signed();
  scanner.takeText(' err=');
  const error = scanner.signed();
  scanner.takeText(' p=');
  const priority = scanner.number();
  scanner.nextLine();
  return { endpoint: place, mark, roundTrip, error, priority };
}

/** net/afs/CELL/vlservers */
export function parseAfsVolumeServers(_bytes: Buffer, scanner: Scanner): AfsVolumeLocation {
  scanner.takeText('# source ');
  const source = scanner.until(COMMA);
  scanner.takeText(' status ');
  const status = scanner.line();
  const servers: AfsVolumeServer[] = [];
  while (!scanner.done) servers.push(afsVolumeServer(scanner));
  return { source, status, servers };
}

function afsVolumeServer(scanner: Scanner): AfsVolumeServer {
  const [, name = '', priority = '0', weight = '0', source = '', status = ''] =
    /^(.*) \[p=(\d+) w=(\d+) s=([^,]*),(.*)\]:$/.exec(scanner.line()) ?? [];
  const addresses: { preferred: boolean; endpoint: ReturnType<typeof endpoint> }[] = [];
  while (scanner.nextIs(' > ') || scanner.nextIs(' - ')) {
    const preferred = scanner.skip(1).peek() === 0x3e;
    addresses.push({ preferred, endpoint: endpoint(scanner.skip(2)) });
    scanner.nextLine();
  }
  scanner.takeText(' info: fl=');
  const flags = scanner.hex();
  scanner.takeText(' rtt=');
  const roundTrip = scanner.signed();
  scanner.nextLine().takeText(' probe: fl=');
  const probeFlags = Number(scanner.hex());
  scanner.takeText(' e=');
  const probeError = scanner.signed();
  scanner.takeText(' ac=');
  const probeAbort = scanner.signed();
  scanner.takeText(' out=');
  const outstanding = scanner.signed();
  scanner.nextLine();
  return {
    name,
    priority: Number(priority),
    weight: Number(weight),
    source,
    status,
    addresses,
    flags,
    roundTrip,
    probeFlags,
    probeError,
    probeAbort,
    outstanding,
  };
}
