/** Kernel services of a network namespace: SCTP, virtual servers, RPC and NFS, AFS and RxRPC, the packet generator. */

import type { U64 } from '../../fs/u64.ts';
import type { LinkAddress } from './network-devices.ts';
import type { Endpoint, Ipv4Address, Ipv6Address } from './network-routes.ts';
import type { Pointer } from './network.ts';

/** An address of an SCTP endpoint, and whether it is the primary one. */
export interface SctpAddress {
  readonly address: Ipv4Address | Ipv6Address;
  readonly primary: boolean;
}

/** A line of net/sctp/eps. */
export interface SctpEndpoint {
  readonly pointer: Pointer;
  readonly socket: Pointer;
  readonly type: number;
  readonly state: number;
  readonly bucket: number;
  readonly port: number;
  readonly uid: number;
  readonly inode: U64;
  readonly addresses: readonly SctpAddress[];
}

/** A line of net/sctp/assocs. */
export interface SctpAssociation {
  readonly pointer: Pointer;
  readonly socket: Pointer;
  readonly type: number;
  readonly socketState: number;
  readonly state: number;
  readonly id: number;
  readonly transmitQueue: number;
  readonly receiveQueue: number;
  readonly uid: number;
  readonly inode: U64;
  readonly localPort: number;
  readonly remotePort: number;
  readonly local: readonly SctpAddress[];
  readonly remote: readonly SctpAddress[];
  /** Kernel ticks. */
  readonly heartbeatInterval: U64;
  readonly inStreams: number;
  readonly outStreams: number;
  readonly maximumRetransmissions: number;
  readonly initialRetries: number;
  readonly shutdownRetries: number;
  readonly retransmittedChunks: number;
  readonly sendMemory: number;
  readonly sendQueued: number;
  readonly sendBuffer: number;
  readonly receiveBuffer: number;
}

/** A line of net/sctp/remaddr. */
export interface SctpRemoteAddress {
  readonly address: Ipv4Address | Ipv6Address;
  readonly association: number;
  readonly heartbeatActive: number;
  /** Kernel ticks. */
  readonly retransmissionTimeout: U64;
  readonly maximumRetransmissions: number;
  readonly state: number;
}

/** A line of net/sctp/sctp_dbg_objcnt: how many objects of a kind there are. */
export interface SctpObjectCount {
  readonly label: string;
  readonly count: number;
}

/** net/ip_vs. */
export interface VirtualServers {
  /** As `1.2.1`. */
  readonly version: string;
  /** Buckets of the connection table. */
  readonly size: number;
  readonly services: readonly VirtualService[];
}

export interface VirtualService {
  /** An address and port of a protocol, or packets with a mark. */
  readonly match:
    | { readonly protocol: string; readonly address: Ipv4Address | Ipv6Address; readonly port: number }
    | { readonly mark: number };
  readonly scheduler: string;
  readonly onePacket: boolean;
  readonly persistent: { readonly timeout: number; readonly netmask: number } | undefined;
  readonly destinations: readonly VirtualDestination[];
}

export interface VirtualDestination {
  readonly address: Ipv4Address | Ipv6Address;
  readonly port: number;
  /** Local, Tunnel, Route or Masq. */
  readonly forward: string;
  readonly weight: number;
  readonly active: number;
  readonly inactive: number;
}

/** A line of net/ip_vs_conn and net/ip_vs_conn_sync. */
export interface VirtualConnection {
  readonly protocol: string;
  readonly client: Ipv4Address | Ipv6Address;
  readonly clientPort: number;
  readonly virtual: Ipv4Address | Ipv6Address;
  readonly virtualPort: number;
  readonly destination: Ipv4Address | Ipv6Address;
  readonly destinationPort: number;
  readonly state: string;
  /** Seconds. */
  readonly expires: number;
  /** net/ip_vs_conn: what the persistence engine says. */
  readonly persistence: { readonly engine: string; readonly data: string } | undefined;
  /** net/ip_vs_conn_sync: LOCAL or SYNC. */
  readonly origin: string | undefined;
}

/** A line of net/ip_vs_app. */
export interface VirtualApplication {
  readonly protocol: string;
  readonly port: number;
  readonly users: number;
  readonly name: string;
}

/** Connections, packets and bytes in and out; or the same a second. */
export interface VirtualTraffic {
  readonly connections: U64;
  readonly inPackets: U64;
  readonly outPackets: U64;
  readonly inBytes: U64;
  readonly outBytes: U64;
}

/** net/ip_vs_stats. */
export interface VirtualStatistics {
  readonly total: VirtualTraffic;
  readonly rate: VirtualTraffic;
}

/** net/ip_vs_stats_percpu: the possible CPUs. */
export interface VirtualStatisticsByCpu extends VirtualStatistics {
  readonly cpus: readonly (VirtualTraffic & { readonly cpu: number })[];
}

/** net/rpc/nfs. */
export interface RpcClientStatistics {
  /** Packets: all, UDP, TCP, and TCP connections. */
  readonly network: readonly number[];
  /** Calls, retransmissions, refreshed credentials. */
  readonly calls: readonly number[];
  readonly procedures: readonly RpcProcedures[];
}

/** How often each procedure of a version was called. */
export interface RpcProcedures {
  readonly version: number;
  readonly counts: readonly U64[];
}

/** net/rpc/nfsd. */
export interface NfsServerStatistics {
  /** The reply cache's hits, misses and what it does not keep. */
  readonly replyCache: readonly (number | bigint)[];
  readonly staleHandles: number | bigint;
  readonly readBytes: number | bigint;
  readonly writtenBytes: number | bigint;
  readonly threads: number;
  readonly network: readonly number[];
  /** Calls, bad calls, and those of bad format, authentication, client. */
  readonly calls: readonly number[];
  readonly procedures: readonly RpcProcedures[];
  /** By NFSv4 operation; absent on kernels without NFSv4. */
  readonly operations: readonly (number | bigint)[] | undefined;
  /** Absent before Linux 6.9. */
  readonly delegationAttributes: number | bigint | undefined;
}

/** A line of net/rpc/CACHE/content: what was asked and answered. */
export interface RpcCacheEntry {
  /** Not valid, or expired. */
  readonly stale: boolean;
  /** The words that user space is asked with and answers with, escaped as it escapes them. */
  readonly words: readonly string[];
}

/** net/rpc/nfsd.export/content has a tab between path and client. */
export interface NfsExport {
  readonly stale: boolean;
  /** Byte strings. */
  readonly path: string;
  readonly client: string;
  /** Export options as exports(5) names them. */
  readonly options: readonly string[];
}

/** A line of net/nfsfs/servers. */
export interface NfsServer {
  readonly version: number;
  /** As hexadecimal words: 8 digits or 32. */
  readonly address: Ipv4Address | Ipv6Address;
  readonly port: number;
  readonly references: number;
  readonly host: string;
}

/** A line of net/nfsfs/volumes. */
export interface NfsVolume {
  readonly version: number;
  readonly address: Ipv4Address | Ipv6Address;
  readonly port: number;
  readonly deviceMajor: number;
  readonly deviceMinor: number;
  readonly fileSystemMajor: U64;
  readonly fileSystemMinor: U64;
  readonly cached: boolean;
}

/** net/pktgen/kpktgend_CPU. */
export interface PacketGeneratorThread {
  readonly running: readonly string[];
  readonly stopped: readonly string[];
  /** Undefined: there was none. */
  readonly result: string | undefined;
}

/** net/pktgen/INTERFACE. */
export interface PacketGenerator {
  readonly count: U64;
  readonly minimumSize: number;
  readonly maximumSize: number;
  /** Internet mix: sizes and their weights, and how many were sent. */
  readonly mix: readonly { readonly size: U64; readonly weight: U64; readonly sent: U64 }[];
  readonly fragments: number;
  /** Nanoseconds. */
  readonly delay: U64;
  readonly clones: number;
  readonly device: string;
  readonly flows: number;
  readonly flowLength: number;
  readonly minimumQueue: number;
  readonly maximumQueue: number;
  /** Absent: 0. */
  readonly priority: number | undefined;
  readonly addresses:
    | { readonly family: 4; readonly destination: PacketGeneratorRange; readonly source: PacketGeneratorRange }
    | { readonly family: 6; readonly source: PacketGeneratorAddresses; readonly destination: PacketGeneratorAddresses };
  readonly sourceAddress: LinkAddress;
  readonly destinationAddress: LinkAddress;
  readonly minimumSourcePort: number;
  readonly maximumSourcePort: number;
  readonly minimumDestinationPort: number;
  readonly maximumDestinationPort: number;
  readonly sourceAddressCount: number;
  readonly destinationAddressCount: number;
  readonly labels: readonly number[];
  readonly vlan: PacketGeneratorVlan | undefined;
  readonly serviceVlan: PacketGeneratorVlan | undefined;
  readonly typeOfService: number | undefined;
  readonly trafficClass: number | undefined;
  readonly burst: number | undefined;
  readonly node: number | undefined;
  /** netif_receive or xmit_queue. */
  readonly mode: string | undefined;
  readonly flags: readonly string[];
  readonly sent: U64;
  readonly errors: U64;
  /** Microseconds. */
  readonly started: U64;
  readonly stoppedAt: U64;
  readonly idle: U64;
  readonly sequence: number;
  readonly destinationOffset: number;
  readonly sourceOffset: number;
  readonly currentSource: Ipv4Address | Ipv6Address;
  readonly currentDestination: Ipv4Address | Ipv6Address;
  readonly currentDestinationPort: number;
  readonly currentSourcePort: number;
  readonly currentQueue: number;
  readonly currentFlows: number;
  /** Of the last command or run; undefined: idle. */
  readonly result: string | undefined;
}

/** The first and last address, as they were written. */
export interface PacketGeneratorRange {
  readonly minimum: string;
  readonly maximum: string;
}

export interface PacketGeneratorAddresses {
  readonly address: Ipv6Address;
  readonly minimum: Ipv6Address;
  readonly maximum: Ipv6Address;
}

export interface PacketGeneratorVlan {
  readonly id: number;
  readonly priority: number;
  readonly canonicalFormat: number;
}

/** A line of net/rxrpc/calls. */
export interface RxrpcCall {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly service: number;
  readonly connection: number;
  readonly call: number;
  /** Svc or Clt. */
  readonly end: string;
  readonly references: number;
  readonly state: string;
  readonly abort: number;
  readonly debugId: number;
  readonly acknowledged: number;
  readonly transmitWindow: number;
  readonly receiveWindowStart: number;
  readonly receiveWindow: number;
  readonly receivedSerial: number;
  readonly congestionWindow: number;
  /** Milliseconds; may be negative, which shows as 64 bits. */
  readonly timeout: U64;
}

/** A line of net/rxrpc/conns. */
export interface RxrpcConnection {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly service: number;
  readonly connection: number;
  readonly end: string;
  readonly references: number;
  readonly active: number;
  readonly state: string;
  readonly key: number;
  readonly serial: number;
  readonly highestSerial: number;
  readonly call0: number;
  readonly call1: number;
  readonly call2: number;
  readonly call3: number;
}

/** A line of net/rxrpc/bundles. */
export interface RxrpcBundle {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly service: number;
  readonly references: number;
  readonly active: number;
  /** U or -, e or -, u or -. */
  readonly flags: string;
  readonly key: number;
  readonly debugId: number;
  readonly connection0: number;
  readonly connection1: number;
  readonly connection2: number;
  readonly connection3: number;
}

/** A line of net/rxrpc/peers. */
export interface RxrpcPeer {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly references: number;
  readonly slowStartThreshold: number;
  readonly mtu: number;
  /** Seconds. */
  readonly lastUsed: number;
  /** Microseconds. */
  readonly roundTrip: number;
  readonly retransmissionTimeout: number;
}

/** A line of net/rxrpc/locals. */
export interface RxrpcLocal {
  readonly local: Endpoint;
  readonly references: number;
  readonly active: number;
  readonly queued: number;
}

/** A line of net/rxrpc/stats and its like: a label, and counters by name. */
export interface LabelledCounters {
  readonly label: string;
  readonly counters: ReadonlyMap<string, U64>;
}

/** A line of net/afs/cells. */
export interface AfsCell {
  readonly references: number;
  readonly active: number;
  /** Seconds until the name is looked up again. */
  readonly timeToLive: number | bigint;
  readonly servers: number;
  readonly state: number;
  readonly name: string;
}

/** net/afs/addr_prefs; undefined as a whole: none. */
export interface AfsAddressPreferences {
  readonly version: number;
  readonly firstIpv6: number;
  readonly maximum: number;
  readonly preferences: readonly AfsAddressPreference[];
}

export interface AfsAddressPreference {
  readonly address: Ipv4Address | Ipv6Address;
  readonly prefixLength: number;
  readonly priority: number;
}

/** An entry of net/afs/servers. */
export interface AfsServer {
  readonly uuid: string;
  readonly references: number;
  readonly active: number;
  readonly cell: string;
  readonly flags: U64;
  readonly roundTrip: number;
  readonly probed: number;
  readonly state: AfsEndpointState | undefined;
}

export interface AfsEndpointState {
  readonly sequence: number;
  readonly probing: number;
  readonly responsive: U64;
  readonly failed: U64;
  readonly version: number;
  readonly preferencesVersion: number;
  readonly addresses: readonly AfsServerAddress[];
}

export interface AfsServerAddress {
  readonly endpoint: Endpoint;
  /** `*` preferred, `!` failed, or empty. */
  readonly mark: string;
  readonly roundTrip: number;
  readonly error: number;
  readonly priority: number;
}

/** net/afs/CELL/vlservers. */
export interface AfsVolumeLocation {
  readonly source: string;
  readonly status: string;
  readonly servers: readonly AfsVolumeServer[];
}

export interface AfsVolumeServer {
  readonly name: string;
  readonly priority: number;
  readonly weight: number;
  readonly source: string;
  readonly status: string;
  readonly addresses: readonly { readonly preferred: boolean; readonly endpoint: Endpoint }[];
  readonly flags: U64;
  readonly roundTrip: number;
  readonly probeFlags: number;
  readonly probeError: number;
  readonly probeAbort: number;
  readonly outstanding: number;
}

/** A line of net/afs/CELL/volumes. */
export interface AfsVolume {
  readonly references: number;
  readonly id: U64;
  /** RW, RO or BK. */
  readonly type: string;
  readonly name: string;
}
