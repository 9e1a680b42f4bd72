/** The counters of a network namespace. */

import type { U64 } from '../../fs/u64.ts';

/** Counters by the kernel's name, in its order. */
export type Counters = ReadonlyMap<string, U64>;

/** A pair of lines of net/snmp or net/netstat. */
export interface MibGroup {
  /** `Tcp`, `TcpExt`, .. */
  readonly name: string;
  /** Only `MaxConn` may be negative: no limit. */
  readonly counters: ReadonlyMap<string, number | bigint>;
}

/** A CPU's line of net/stat/arp_cache and the like; every line repeats the number of entries. */
export interface NeighbourCpu {
  readonly entries: number;
  readonly allocations: U64;
  readonly destroys: U64;
  readonly hashGrows: U64;
  readonly lookups: U64;
  readonly hits: U64;
  readonly resolutionsFailed: U64;
  readonly multicastProbes: U64;
  readonly unicastProbes: U64;
  readonly periodicCollections: U64;
  readonly forcedCollections: U64;
  readonly unresolvedDiscards: U64;
  readonly tableFulls: U64;
}

/** A CPU's line of net/stat/rt_cache, all 32 bits; the columns that are always zero since the cache is gone are left out. */
export interface RouteCacheCpu {
  readonly entries: number;
  readonly inSlowTotal: number;
  readonly inSlowMulticast: number;
  readonly inNoRoute: number;
  readonly inBroadcast: number;
  readonly inMartianDestination: number;
  readonly inMartianSource: number;
  readonly outSlowTotal: number;
  readonly outSlowMulticast: number;
}

/** A CPU's line of net/stat/nf_conntrack, all 32 bits; without the columns that are always zero. */
export interface ConntrackCpu {
  readonly entries: number;
  readonly clashesResolved: number;
  readonly found: number;
  readonly invalid: number;
  readonly chainTooLong: number;
  readonly inserted: number;
  readonly insertFailed: number;
  readonly dropped: number;
  readonly earlyDropped: number;
  readonly errors: number;
  readonly expectationsNew: number;
  readonly expectationsCreated: number;
  readonly expectationsDeleted: number;
  readonly searchRestarts: number;
}

/** A CPU's line of net/stat/synproxy, all 32 bits. */
export interface SynproxyCpu {
  readonly synReceived: number;
  readonly cookieInvalid: number;
  readonly cookieValid: number;
  readonly cookieRetransmitted: number;
  readonly reopened: number;
}

/** A CPU's line of net/stat/nf_flowtable. */
export interface FlowTableCpu {
  readonly added: number;
  readonly deleted: number;
  readonly statistics: number;
}
