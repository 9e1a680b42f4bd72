/** Parsers of named counters and of the per-CPU tables of net/stat. */

import type { U64 } from '../../../../fs/u64.ts';
import type {
  ConntrackCpu,
  Counters,
  FlowTableCpu,
  MibGroup,
  NeighbourCpu,
  RouteCacheCpu,
  SynproxyCpu,
} from '../../../model/network-counters.ts';
import type { Scanner } from '../scanner.ts';
import { rowsOf } from './rows.ts';

const COLON = 0x3a;

/** net/snmp, net/netstat */
export function parseMibGroups(_bytes: Buffer, scanner: Scanner): readonly MibGroup[] {
  const groups: MibGroup[] = [];
  while (!scanner.done) {
    const name = scanner.until(COLON);
    const names: string[] = [];
    while (!scanner.lineDone()) names.push(scanner.word());
    scanner.nextLine();
    scanner.until(COLON);
    const counters = new Map<string, number | bigint>();
    for (const counter of names) counters.set(counter, scanner.signedDecimal());
    scanner.nextLine();
    groups.push({ name, counters });
  }
  return groups;
}

/** net/snmp6 and everything else that is lines of a name and a number. */
export function parseCounters(_bytes: Buffer, scanner: Scanner): Counters {
  const counters = new Map<string, U64>();
  while (!scanner.done) {
    counters.set(scanner.word(), scanner.decimal());
    scanner.nextLine();
  }
  return counters;
}

/** The hexadecimal numbers on the rest of the line. */
function hexColumns(scanner: Scanner): U64[] {
  const columns: U64[] = [];
  while (!scanner.lineDone()) columns.push(scanner.hex());
  scanner.nextLine();
  return columns;
}

/** net/stat/arp_cache and the other neighbour tables. */
export function parseNeighbourStatistics(bytes: Buffer): readonly NeighbourCpu[] {
  return rowsOf(bytes, 1, (scanner) => {
    const [entries = 0, allocations = 0, destroys = 0, hashGrows = 0, lookups = 0, hits = 0, ...rest] = hexColumns(scanner);
    const [resolutionsFailed = 0, multicastProbes = 0, unicastProbes = 0, periodicCollections = 0, ...last] = rest;
    const [forcedCollections = 0, unresolvedDiscards = 0, tableFulls = 0] = last;
    return {
      entries: Number(entries),
      allocations,
      destroys,
      hashGrows,
      lookups,
      hits,
      resolutionsFailed,
      multicastProbes,
      unicastProbes,
      periodicCollections,
      forcedCollections,
      unresolvedDiscards,
      tableFulls,
    };
  });
}

/** net/stat/rt_cache */
export function parseRouteCacheStatistics(bytes: Buffer): readonly RouteCacheCpu[] {
  return rowsOf(bytes, 1, (scanner) => {
    const column = hexColumns(scanner).map(Number);
    const at = (index: number): number => column[index] ?? 0;
    return {
      entries: at(0),
      inSlowTotal: at(2),
      inSlowMulticast: at(3),
      inNoRoute: at(4),
      inBroadcast: at(5),
      inMartianDestination: at(6),
      inMartianSource: at(7),
      outSlowTotal: at(9),
      outSlowMulticast: at(10),
    };
  });
}

/** net/stat/nf_conntrack */
export function parseConntrackStatistics(bytes: Buffer): readonly ConntrackCpu[] {
  return rowsOf(bytes, 1, (scanner) => {
    const column = hexColumns(scanner).map(Number);
    const at = (index: number): number => column[index] ?? 0;
    return {
      entries: at(0),
      clashesResolved: at(1),
      found: at(2),
      invalid: at(4),
      chainTooLong: at(7),
      inserted: at(8),
      insertFailed: at(9),
      dropped: at(10),
      earlyDropped: at(11),
      errors: at(12),
      expectationsNew: at(13),
      expectationsCreated: at(14),
      expectationsDeleted: at(15),
      searchRestarts: at(16),
    };
  });
}

/** net/stat/synproxy */
export function parseSynproxyStatistics(bytes: Buffer): readonly SynproxyCpu[] {
  return rowsOf(bytes, 1, (scanner) => {
    const [, synReceived = 0, cookieInvalid = 0, cookieValid = 0, cookieRetransmitted = 0, reopened = 0] =
      hexColumns(scanner).map(Number);
    return { synReceived, cookieInvalid, cookieValid, cookieRetransmitted, reopened };
  });
}

/** net/stat/nf_flowtable */
export function parseFlowTableStatistics(bytes: Buffer): readonly FlowTableCpu[] {
  return rowsOf(bytes, 1, (scanner) => {
    const row: FlowTableCpu = { added: scanner.signed(), deleted: scanner.signed(), statistics: scanner.signed() };
    scanner.nextLine();
    return row;
  });
}
