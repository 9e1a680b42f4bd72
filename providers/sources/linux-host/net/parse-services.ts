/** Parsers of SCTP, virtual servers, RPC and NFS, AFS, and the packet generator. */

import type { U64 } from '../../../../fs/u64.ts';
import { CURRENT, FLOWS, PORTS, SENT, SIZES, TIMES } from '../../../linprocfs/net/pktgen.ts';
import { ASSOCIATION, ASSOCIATION_END, ENDPOINT } from '../../../linprocfs/net/sctp.ts';
import type { Ipv4Address, Ipv6Address } from '../../../model/network-routes.ts';
import type {
  AfsAddressPreference,
  AfsAddressPreferences,
  AfsEndpointState,
  AfsServer,
  AfsServerAddress,
  AfsVolumeLocation,
  AfsVolumeServer,
  LabelledCounters,
  NfsExport,
  NfsServer,
  NfsServerStatistics,
  NfsVolume,
  PacketGenerator,
  PacketGeneratorThread,
  PacketGeneratorVlan,
  RpcCacheEntry,
  RpcClientStatistics,
  RpcProcedures,
  SctpAddress,
  SctpAssociation,
  SctpEndpoint,
  VirtualConnection,
  VirtualDestination,
  VirtualServers,
  VirtualService,
  VirtualStatistics,
  VirtualStatisticsByCpu,
  VirtualTraffic,
} from '../../../model/network-services.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { anyAddress, anySigned, compressedAddress6, dotted, endpoint, fixedHex, groupedAddress6, hexAddress6 } from './scan-addresses.ts';
import { scanLine } from './scan-line.ts';

const BLANK = 0x20;
const TAB = 0x09;
const COLON = 0x3a;
const COMMA = 0x2c;
const STAR = 0x2a;
const LESS = 0x3c;
const SLASH = 0x2f;
const EQUALS = 0x3d;
const OPEN = 0x28;
const BRACKET = 0x5b;

/** Whether a text is next, which is not taken. */
function startsWith(scanner: Scanner, text: string): boolean {
  const { at } = scanner;
  const found = scanner.takeText(text);
  scanner.at = at;
  return found;
}

/** net/sctp/eps */
export function parseSctpEndpoints(bytes: Buffer): Iterable<SctpEndpoint> {
  return new Rows(bytes, 1, (scanner) => {
    const head = scanLine(scanner, ENDPOINT);
    const row = { ...head, addresses: sctpAddresses(scanner) };
    scanner.nextLine();
    return row;
  });
}

function sctpAddresses(scanner: Scanner): SctpAddress[] {
  const addresses: SctpAddress[] = [];
  // A tab ends the addresses of an association.
  for (;;) {
    while (scanner.take(BLANK));
    const next = scanner.peek();
    if (next === LESS || next === TAB || next === 0x0a || next < 0) return addresses;
    const primary = scanner.take(STAR);
    addresses.push({ address: anyAddress(scanner), primary });
  }
}

/** net/sctp/assocs; the sixth column is always 0. */
export function parseSctpAssociations(bytes: Buffer): Iterable<SctpAssociation> {
  return new Rows(bytes, 1, (scanner) => {
    const head = scanLine(scanner, ASSOCIATION);
    const local = sctpAddresses(scanner);
    scanner.takeText('<-> ');
    const remote = sctpAddresses(scanner);
    return { ...head, ...scanLine(scanner, ASSOCIATION_END), local, remote };
  });
}

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

/** The numbers of a line behind its label. */
function numbers(scanner: Scanner, label: string): (number | bigint)[] {
  const values: (number | bigint)[] = [];
  if (!scanner.takeText(label)) return values;
  while (!scanner.lineDone()) values.push(anySigned(scanner));
  scanner.nextLine();
  return values;
}

function procedures(scanner: Scanner): RpcProcedures[] {
  const found: RpcProcedures[] = [];
  while (!startsWith(scanner, 'proc4ops') && scanner.takeText('proc')) {
    const version = scanner.number();
    found.push({ version, counts: numbers(scanner, '').slice(1) as U64[] });
  }
  return found;
}

/** net/rpc/nfs */
export function parseRpcClient(_bytes: Buffer, scanner: Scanner): RpcClientStatistics {
  const network = numbers(scanner, 'net').map(Number);
  return { network, calls: numbers(scanner, 'rpc').map(Number), procedures: procedures(scanner) };
}

/** net/rpc/nfsd */
export function parseNfsd(_bytes: Buffer, scanner: Scanner): NfsServerStatistics {
  const replyCache = numbers(scanner, 'rc');
  const [staleHandles = 0] = numbers(scanner, 'fh');
  const [readBytes = 0, writtenBytes = 0] = numbers(scanner, 'io');
  scanner.takeText('th ');
  const threads = scanner.number();
  scanner.nextLine();
  numbers(scanner, 'ra');
  const network = numbers(scanner, 'net').map(Number);
  const calls = numbers(scanner, 'rpc').map(Number);
  const procedureCounts = procedures(scanner);
  const operations = startsWith(scanner, 'proc4ops') ? numbers(scanner, 'proc4ops').slice(1) : undefined;
  const [delegationAttributes] = numbers(scanner, 'wdeleg_getattr');
  return {
    replyCache,
    staleHandles,
    readBytes,
    writtenBytes,
    threads,
    network,
    calls,
    procedures: procedureCounts,
    operations,
    delegationAttributes,
  };
}

/** net/rpc/CACHE/content */
export function parseCacheContent(bytes: Buffer): Iterable<RpcCacheEntry> {
  return new Rows(bytes, 1, (scanner) => {
    const stale = scanner.takeText('# ');
    return { stale, words: scanner.line().split(' ') };
  });
}

/** net/rpc/nfsd.export/content */
export function parseNfsdExports(bytes: Buffer): Iterable<NfsExport> {
  return new Rows(bytes, 1, (scanner) => {
    const stale = scanner.takeText('# ');
    const path = unescaped(scanner.until(TAB));
    const client = unescaped(scanner.until(OPEN));
    const options = scanner.line().slice(0, -1);
    return { stale, path, client, options: options === '' ? [] : options.split(',') };
  });
}

/** What the octal escapes of seq_escape stand for. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_whole, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Eight hexadecimal digits, or 32. */
function plainHexAddress(scanner: Scanner): Ipv4Address | Ipv6Address {
  const { at } = scanner.blanks();
  return scanner.bytes[at + 8] === BLANK ? fixedHex(scanner, 8) : hexAddress6(scanner);
}

/** net/nfsfs/servers */
export function parseNfsServers(bytes: Buffer): readonly NfsServer[] {
  return rowsOf(bytes, 1, (scanner) => {
    scanner.skip(1);
    return {
      version: scanner.number(),
      address: plainHexAddress(scanner),
      port: Number(scanner.hex()),
      references: scanner.signed(),
      host: scanner.skip(1).line(),
    };
  });
}

/** net/nfsfs/volumes */
export function parseNfsVolumes(bytes: Buffer): readonly NfsVolume[] {
  return rowsOf(bytes, 1, (scanner) => {
    scanner.skip(1);
    const version = scanner.number();
    const address = plainHexAddress(scanner);
    const port = Number(scanner.hex());
    const deviceMajor = scanner.number();
    scanner.take(COLON);
    const deviceMinor = scanner.number();
    const fileSystemMajor = scanner.hex();
    scanner.take(COLON);
    const fileSystemMinor = scanner.hex();
    const cached = scanner.word() === 'yes';
    scanner.nextLine();
    return { version, address, port, deviceMajor, deviceMinor, fileSystemMajor, fileSystemMinor, cached };
  });
}

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
  return startsWith(scanner, 'Running: ') ? parsePktgenThread(bytes, scanner) : parsePktgenInterface(bytes, scanner);
}

/** net/rpc/gss_krb5_enctypes */
export function parseEncryptionTypes(_bytes: Buffer, scanner: Scanner): readonly number[] {
  const types: number[] = [];
  if (scanner.done) return types;
  do types.push(scanner.number());
  while (scanner.take(COMMA));
  return types;
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
  if (!startsWith(scanner, '     saddr: ')) {
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

function compressedOrDotted(scanner: Scanner): Ipv4Address | Ipv6Address {
  scanner.blanks();
  const { bytes, at } = scanner;
  for (let index = at; index < at + 5; index++) if (bytes[index] === COLON) return compressedAddress6(scanner);
  return dotted(scanner);
}

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
  while (startsWith(scanner, ' > ') || startsWith(scanner, ' - ')) {
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
