/** A network namespace as /proc/net shows it. */

import type { Errno } from '../../fs/errno.ts';
import type { U64 } from '../../fs/u64.ts';
import type { Counters, MibGroup, ConntrackCpu, NeighbourCpu, RouteCacheCpu, SynproxyCpu, FlowTableCpu } from './network-counters.ts';
import type {
  ConnectorCallback,
  DeviceMulticast,
  DeviceTraffic,
  PacketHandler,
  PacketSchedulerClock,
  BootConfiguration,
  SoftnetCpu,
} from './network-devices.ts';
import type {
  Conntrack,
  ConntrackExpectation,
  HashLimit,
  NetfilterLog,
  NetfilterLogInstance,
  NetfilterQueue,
  RecentAddress,
} from './network-netfilter.ts';
import type {
  Anycast6,
  ArpEntry,
  FlowLabel,
  Igmp6Group,
  IgmpDevice,
  Inet6Address,
  Ipv4Address,
  Ipv6Address,
  MulticastInterface,
  MulticastInterface4,
  MulticastRoute,
  RealmTraffic,
  Route,
  Route6,
  RouteStatistics6,
  SourceFilter,
} from './network-routes.ts';
import type {
  Datagram,
  NetlinkSocket,
  PacketSocket,
  Protocol,
  SocketStatistics,
  SocketStatistics6,
  TcpSocket,
  UnixSocket,
} from './network-sockets.ts';

/** Rows of a table that may be long: they come one by one, and may be walked any number of times. */
export type Table<T> = Iterable<T>;

/**
 * A kernel address in one of the tables. The kernel prints hashes or zeros for most readers (%pK, kptr_restrict);
 * undefined: it had no key to hash with yet, early after boot.
 */
export type Pointer = U64 | undefined;

/** What the files of PID/net hold, by path below it. A namespace has the files that its kernel and configuration give it. */
export interface NetworkFiles {
  readonly dev: readonly DeviceTraffic[];
  readonly dev_mcast: Table<DeviceMulticast>;
  readonly softnet_stat: readonly SoftnetCpu[];
  readonly ptype: readonly PacketHandler[];
  readonly psched: PacketSchedulerClock;
  readonly connector: readonly ConnectorCallback[];
  readonly pnp: BootConfiguration;
  readonly 'ipconfig/ntp_servers': readonly Ipv4Address[];

  readonly tcp: Table<TcpSocket<Ipv4Address>>;
  readonly tcp6: Table<TcpSocket<Ipv6Address>>;
  readonly udp: Table<Datagram<Ipv4Address>>;
  readonly udp6: Table<Datagram<Ipv6Address>>;
  readonly udplite: Table<Datagram<Ipv4Address>>;
  readonly udplite6: Table<Datagram<Ipv6Address>>;
  readonly raw: Table<Datagram<Ipv4Address>>;
  readonly raw6: Table<Datagram<Ipv6Address>>;
  readonly icmp: Table<Datagram<Ipv4Address>>;
  readonly icmp6: Table<Datagram<Ipv6Address>>;
  readonly unix: Table<UnixSocket>;
  readonly packet: Table<PacketSocket>;
  readonly netlink: Table<NetlinkSocket>;
  readonly protocols: readonly Protocol[];
  readonly sockstat: SocketStatistics;
  readonly sockstat6: SocketStatistics6;

  readonly arp: Table<ArpEntry>;
  readonly route: Table<Route>;
  /** Empty since Linux 3.6, which has no route cache. */
  readonly rt_cache: readonly never[];
  /** By realm, 0 to 255. */
  readonly rt_acct: readonly RealmTraffic[];
  /** The kernel's drawing of its tries, which has no grammar to speak of: a byte string. */
  readonly fib_trie: string;
  /** Likewise. */
  readonly fib_triestat: string;
  readonly if_inet6: readonly Inet6Address[];
  readonly ipv6_route: Table<Route6>;
  readonly rt6_stats: RouteStatistics6;
  readonly ip6_flowlabel: readonly FlowLabel[];
  readonly igmp: readonly IgmpDevice[];
  readonly igmp6: Table<Igmp6Group>;
  readonly mcfilter: Table<SourceFilter<Ipv4Address>>;
  readonly mcfilter6: Table<SourceFilter<Ipv6Address>>;
  readonly anycast6: readonly Anycast6[];
  readonly ip_mr_vif: readonly MulticastInterface4[];
  readonly ip6_mr_vif: readonly MulticastInterface[];
  readonly ip_mr_cache: Table<MulticastRoute<Ipv4Address>>;
  readonly ip6_mr_cache: Table<MulticastRoute<Ipv6Address>>;

  readonly snmp: readonly MibGroup[];
  readonly netstat: readonly MibGroup[];
  readonly snmp6: Counters;
  readonly xfrm_stat: Counters;
  readonly tls_stat: Counters;
  readonly 'stat/arp_cache': readonly NeighbourCpu[];
  readonly 'stat/ndisc_cache': readonly NeighbourCpu[];
  readonly 'stat/clip_arp_cache': readonly NeighbourCpu[];
  readonly 'stat/rt_cache': readonly RouteCacheCpu[];
  readonly 'stat/nf_conntrack': readonly ConntrackCpu[];
  readonly 'stat/synproxy': readonly SynproxyCpu[];
  readonly 'stat/nf_flowtable': readonly FlowTableCpu[];

  readonly nf_conntrack: Table<Conntrack>;
  readonly nf_conntrack_expect: Table<ConntrackExpectation>;
  readonly 'netfilter/nf_log': readonly NetfilterLog[];
  readonly 'netfilter/nfnetlink_log': readonly NetfilterLogInstance[];
  readonly 'netfilter/nfnetlink_queue': readonly NetfilterQueue[];
  /** Names, in the kernel's order; a match of several revisions appears once for each. */
  readonly ip_tables_names: readonly string[];
  readonly ip_tables_matches: readonly string[];
  readonly ip_tables_targets: readonly string[];
  readonly ip6_tables_names: readonly string[];
  readonly ip6_tables_matches: readonly string[];
  readonly ip6_tables_targets: readonly string[];
  readonly arp_tables_names: readonly string[];
  readonly arp_tables_matches: readonly string[];
  readonly arp_tables_targets: readonly string[];
}

/** What the files in those directories hold whose files come and go with devices and rules; by directory. */
export interface NetworkDirectories {
  /** By interface. The first counter is the interface's index, `ifIndex`. */
  readonly dev_snmp6: Counters;
  /** By list name. */
  readonly xt_recent: Table<RecentAddress>;
  /** By table name. */
  readonly ipt_hashlimit: Table<HashLimit<Ipv4Address>>;
  readonly ip6t_hashlimit: Table<HashLimit<Ipv6Address>>;
}

/** Who owns a file of a namespace: the root of the user namespace that the network namespace belongs to. */
export interface NetworkFileOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A network namespace, as a task in it sees it. Reads give ENOENT for a file that the namespace does not have, or does
 * not have any more.
 */
export interface NetworkView {
  /** Whether the task is in a namespace at all: a zombie is in none. */
  exists(): boolean;
  /** The owner of a file or directory by its path below PID/net; undefined where the namespace has none of that name. */
  owner(path: string): NetworkFileOwner | undefined;
  /** What a file holds. */
  read<K extends keyof NetworkFiles>(file: K): NetworkFiles[K] | Errno;
  /** The names in a directory whose files come and go, in any order. */
  names(directory: keyof NetworkDirectories): readonly string[];
  /** What a file in such a directory holds. */
  readEntry<K extends keyof NetworkDirectories>(directory: K, name: string): NetworkDirectories[K] | Errno;
  /** Writes to a file that takes commands. Returns how much was taken. */
  write(path: string, value: Uint8Array): number | Errno;
  /** Whether pointers are true addresses, which only holders of CAP_SYSLOG may see (kptr_restrict 1). */
  readonly truePointers: boolean;
}
