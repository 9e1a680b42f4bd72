/** Packet filtering and connection tracking of a network namespace. */

import type { U64 } from '../../fs/u64.ts';
import type { Ipv4Address, Ipv6Address } from './network-routes.ts';

/** One direction of a tracked connection. */
export interface ConntrackTuple {
  readonly source: Ipv4Address | Ipv6Address;
  readonly destination: Ipv4Address | Ipv6Address;
  /** What tells connections of the protocol apart. */
  readonly identity:
    | { readonly kind: 'ports'; readonly source: number; readonly destination: number }
    | { readonly kind: 'icmp'; readonly type: number; readonly code: number; readonly id: number }
    | { readonly kind: 'keys'; readonly source: number; readonly destination: number }
    | { readonly kind: 'none' };
  /** A zone of this direction alone. */
  readonly zone: number | undefined;
  /** Absent where traffic is not accounted. */
  readonly traffic: { readonly packets: U64; readonly bytes: U64 } | undefined;
}

/** A line of net/nf_conntrack. */
export interface Conntrack {
  /** AF_INET or AF_INET6, and the kernel's name of it. */
  readonly family: number;
  readonly familyName: string;
  readonly protocol: number;
  readonly protocolName: string;
  /** Seconds; absent for offloaded flows. */
  readonly expires: number | bigint | undefined;
  /** TCP, SCTP, DCCP: the state's name. */
  readonly state: string | undefined;
  /** GRE: seconds. */
  readonly timeouts: { readonly timeout: number; readonly stream: number } | undefined;
  readonly original: ConntrackTuple;
  readonly replied: boolean;
  readonly reply: ConntrackTuple;
  /** ASSURED, OFFLOAD or HW_OFFLOAD. */
  readonly status: string | undefined;
  readonly mark: number | undefined;
  readonly securityContext: string | undefined;
  readonly zone: number | undefined;
  /** Seconds since it began. */
  readonly age: U64 | undefined;
  readonly references: number;
}

/** A line of net/nf_conntrack_expect. */
export interface ConntrackExpectation {
  /** Seconds. */
  readonly timeout: number;
  readonly family: number;
  readonly protocol: number;
  readonly tuple: ConntrackTuple;
  /** PERMANENT, INACTIVE, USERSPACE. */
  readonly flags: readonly string[];
  readonly helper: string | undefined;
  readonly policy: string | undefined;
}

/** A line of net/netfilter/nf_log: which logger a protocol family uses, and which there are. */
export interface NetfilterLog {
  readonly family: number;
  /** Undefined: none. */
  readonly active: string | undefined;
  readonly available: readonly string[];
}

/** A line of net/netfilter/nfnetlink_log. */
export interface NetfilterLogInstance {
  readonly group: number;
  readonly port: number;
  readonly queued: number;
  readonly copyMode: number;
  readonly copyRange: number;
  /** Hundredths of a second. */
  readonly flushTimeout: number;
  readonly references: number;
}

/** A line of net/netfilter/nfnetlink_queue. */
export interface NetfilterQueue {
  readonly queue: number;
  readonly port: number;
  readonly queued: number;
  readonly copyMode: number;
  readonly copyRange: number;
  readonly dropped: number;
  readonly userDropped: number;
  readonly lastId: number;
}

/** A line of a file in net/xt_recent. Time stamps are kernel ticks. */
export interface RecentAddress {
  readonly source: Ipv4Address | Ipv6Address;
  readonly timeToLive: number;
  readonly lastSeen: U64;
  /** Where in the ring of time stamps the next one goes. */
  readonly next: number;
  readonly stamps: readonly U64[];
}

/** A line of a file in net/ipt_hashlimit or net/ip6t_hashlimit. */
export interface HashLimit<Address> {
  /** Seconds until it is forgotten. */
  readonly expires: number | bigint;
  readonly source: Address;
  readonly sourcePort: number;
  readonly destination: Address;
  readonly destinationPort: number;
  readonly credit: U64;
  readonly creditLimit: U64;
  readonly cost: U64;
}
