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
  Bond,
  L2tp,
  PppoeSession,
  VlanConfiguration,
  VlanInterface,
  Wireless,
} from './network-links.ts';
import type {
  AtalkInterface,
  AtalkNeighbour,
  AtalkRoute,
  AtalkSocket,
  AtmBridge,
  AtmCircuit,
  AtmDevice,
  AtmLanEntry,
  AtmMultiProtocol,
  AtmNeighbour,
  AtmPermanentCircuit,
  AtmSwitchedCircuit,
  Ax25Calls,
  Ax25Connection,
  Ax25Route,
  BluetoothSocket,
  BpqDevice,
  CanBroadcast,
  CanReceivers,
  CanReset,
  CanStatistics,
  Kcm,
  KcmStatistics,
  LlcConnection,
  LlcSocket,
  NetromNeighbour,
  NetromNode,
  NetromSocket,
  PhonetResource,
  PhonetSocket,
  PlainSocket,
  RoseNeighbour,
  RoseNode,
  RoseRoute,
  RoseSocket,
  X25Forward,
  X25Route,
  X25Socket,
  YamDevice,
} from './network-protocols.ts';
import type {
  AfsAddressPreferences,
  AfsCell,
  AfsServer,
  AfsVolume,
  AfsVolumeLocation,
  LabelledCounters,
  NfsExport,
  NfsServer,
  NfsServerStatistics,
  NfsVolume,
  PacketGenerator,
  PacketGeneratorThread,
  RpcCacheEntry,
  RpcClientStatistics,
  RxrpcBundle,
  RxrpcCall,
  RxrpcConnection,
  RxrpcLocal,
  RxrpcPeer,
  SctpAssociation,
  SctpEndpoint,
  SctpObjectCount,
  SctpRemoteAddress,
  VirtualApplication,
  VirtualConnection,
  VirtualServers,
  VirtualStatistics,
  VirtualStatisticsByCpu,
} from './network-services.ts';
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
  /** Undefined in a namespace that has never had a route: there is no table. */
  readonly route: Table<Route> | undefined;
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

  readonly 'vlan/config': VlanConfiguration;
  readonly wireless: Wireless;
  readonly pppoe: Table<PppoeSession>;
  readonly pppol2tp: L2tp;

  readonly 'sctp/snmp': Counters;
  readonly 'sctp/eps': Table<SctpEndpoint>;
  readonly 'sctp/assocs': Table<SctpAssociation>;
  readonly 'sctp/remaddr': Table<SctpRemoteAddress>;
  readonly 'sctp/sctp_dbg_objcnt': Table<SctpObjectCount>;
  readonly ip_vs: VirtualServers;
  readonly ip_vs_app: Table<VirtualApplication>;
  readonly ip_vs_conn: Table<VirtualConnection>;
  readonly ip_vs_conn_sync: Table<VirtualConnection>;
  readonly ip_vs_stats: VirtualStatistics;
  readonly ip_vs_stats_percpu: VirtualStatisticsByCpu;
  readonly 'rpc/nfs': RpcClientStatistics;
  readonly 'rpc/nfsd': NfsServerStatistics;
  /** 1 on, 0 off, -1 not decided. */
  readonly 'rpc/use-gss-proxy': { readonly state: number };
  /** Numbers of Kerberos encryption types. */
  readonly 'rpc/gss_krb5_enctypes': readonly number[];
  /** When the cache was flushed: seconds since the epoch. */
  readonly 'rpc/auth.unix.ip/flush': U64;
  readonly 'rpc/auth.unix.gid/flush': U64;
  readonly 'rpc/auth.rpcsec.init/flush': U64;
  readonly 'rpc/auth.rpcsec.context/flush': U64;
  readonly 'rpc/nfsd.export/flush': U64;
  readonly 'rpc/nfsd.fh/flush': U64;
  readonly 'rpc/nfs4.idtoname/flush': U64;
  readonly 'rpc/nfs4.nametoid/flush': U64;
  readonly 'rpc/auth.unix.ip/content': Table<RpcCacheEntry>;
  readonly 'rpc/auth.unix.gid/content': Table<RpcCacheEntry>;
  readonly 'rpc/nfsd.export/content': Table<NfsExport>;
  readonly 'rpc/nfsd.fh/content': Table<RpcCacheEntry>;
  readonly 'rpc/nfs4.idtoname/content': Table<RpcCacheEntry>;
  readonly 'rpc/nfs4.nametoid/content': Table<RpcCacheEntry>;
  readonly 'nfsfs/servers': readonly NfsServer[];
  readonly 'nfsfs/volumes': readonly NfsVolume[];
  readonly 'pktgen/pgctrl': { readonly version: string };
  readonly 'rxrpc/calls': Table<RxrpcCall>;
  readonly 'rxrpc/conns': Table<RxrpcConnection>;
  readonly 'rxrpc/bundles': Table<RxrpcBundle>;
  readonly 'rxrpc/peers': Table<RxrpcPeer>;
  readonly 'rxrpc/locals': Table<RxrpcLocal>;
  readonly 'rxrpc/stats': readonly LabelledCounters[];
  readonly 'afs/cells': Table<AfsCell>;
  /** At most one. */
  readonly 'afs/rootcell': readonly string[];
  readonly 'afs/servers': readonly AfsServer[];
  readonly 'afs/stats': readonly LabelledCounters[];
  readonly 'afs/sysname': readonly string[];
  /** Null: there are none. */
  readonly 'afs/addr_prefs': AfsAddressPreferences | null;

  readonly pfkey: Table<PlainSocket>;
  readonly hci: Table<BluetoothSocket>;
  readonly l2cap: Table<BluetoothSocket>;
  readonly sco: Table<BluetoothSocket>;
  readonly rfcomm: Table<BluetoothSocket>;
  readonly bnep: Table<BluetoothSocket>;
  readonly hidp: Table<BluetoothSocket>;
  readonly cmtp: Table<BluetoothSocket>;
  readonly iso: Table<BluetoothSocket>;
  readonly phonet: Table<PhonetSocket>;
  readonly pnresource: Table<PhonetResource>;
  readonly 'llc/socket': Table<LlcSocket>;
  readonly 'llc/core': Table<LlcConnection>;
  readonly 'atalk/interface': Table<AtalkInterface>;
  readonly 'atalk/route': readonly AtalkRoute[];
  readonly 'atalk/socket': Table<AtalkSocket>;
  readonly 'atalk/arp': Table<AtalkNeighbour>;
  readonly ax25: Table<Ax25Connection>;
  readonly ax25_route: Table<Ax25Route>;
  readonly ax25_calls: Ax25Calls;
  readonly nr: Table<NetromSocket>;
  readonly nr_nodes: Table<NetromNode>;
  readonly nr_neigh: Table<NetromNeighbour>;
  readonly rose: Table<RoseSocket>;
  readonly rose_nodes: Table<RoseNode>;
  readonly rose_neigh: Table<RoseNeighbour>;
  readonly rose_routes: Table<RoseRoute>;
  readonly bpqether: readonly BpqDevice[];
  readonly yam: Table<YamDevice>;
  readonly 'x25/route': Table<X25Route>;
  readonly 'x25/socket': Table<X25Socket>;
  readonly 'x25/forward': Table<X25Forward>;
  readonly 'can/stats': CanStatistics;
  readonly 'can/reset_stats': CanReset;
  readonly 'can/rcvlist_all': CanReceivers;
  readonly 'can/rcvlist_fil': CanReceivers;
  readonly 'can/rcvlist_inv': CanReceivers;
  readonly 'can/rcvlist_eff': CanReceivers;
  readonly 'can/rcvlist_sff': CanReceivers;
  readonly 'can/rcvlist_err': CanReceivers;
  readonly kcm: Kcm;
  readonly kcm_stats: KcmStatistics;
  readonly 'atm/devices': readonly AtmDevice[];
  readonly 'atm/pvc': Table<AtmPermanentCircuit>;
  readonly 'atm/svc': Table<AtmSwitchedCircuit>;
  readonly 'atm/vc': Table<AtmCircuit>;
  readonly 'atm/arp': Table<AtmNeighbour>;
  readonly 'atm/lec': Table<AtmLanEntry>;
  readonly 'atm/mpc': AtmMultiProtocol;
  readonly 'atm/br2684': readonly AtmBridge[];
}

/**
 * What the files in those directories hold whose files come and go with devices and rules; by directory. A star stands
 * for the name of a directory that comes and goes.
 */
export interface NetworkDirectories {
  /** By interface. The first counter is the interface's index, `ifIndex`. */
  readonly dev_snmp6: Counters;
  /** By list name. */
  readonly xt_recent: Table<RecentAddress>;
  /** By table name. */
  readonly ipt_hashlimit: Table<HashLimit<Ipv4Address>>;
  readonly ip6t_hashlimit: Table<HashLimit<Ipv6Address>>;
  /** By interface; `config` is a file of its own. */
  readonly vlan: VlanInterface;
  readonly bonding: Bond;
  /** By interface, or `kpktgend_` and a CPU's number; `pgctrl` is a file of its own. */
  readonly pktgen: PacketGenerator | PacketGeneratorThread;
  /** By the socket's inode number. */
  readonly 'can-bcm': CanBroadcast;
  /** By cell, which stands for the star. */
  readonly 'afs/*/vlservers': AfsVolumeLocation;
  readonly 'afs/*/volumes': Table<AfsVolume>;
}

/** The path of a file that comes and goes. */
export function entryPath(directory: keyof NetworkDirectories, name: string): string {
  return directory.includes('*') ? directory.replace('*', name) : `${directory}/${name}`;
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
  /** The names in a directory whose files come and go, by its path, in any order. */
  names(directory: string): readonly string[];
  /** What a file in such a directory holds. */
  readEntry<K extends keyof NetworkDirectories>(directory: K, name: string): NetworkDirectories[K] | Errno;
  /** Writes to a file that takes commands, by its path. Returns how much was taken. */
  write(path: string, value: Uint8Array): number | Errno;
  /** Whether pointers are true addresses, which only holders of CAP_SYSLOG may see (kptr_restrict 1). */
  readonly truePointers: boolean;
}
