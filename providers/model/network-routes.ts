/** Addresses, neighbours, routes and groups of a network namespace. */

import type { U64 } from '../../fs/u64.ts';
import type { LinkAddress } from './network-devices.ts';

/** An IPv4 address as a number in reading order: 127.0.0.1 is 0x7f000001. */
export type Ipv4Address = number;

/** An IPv6 address as four 32-bit words in reading order. */
export type Ipv6Address = readonly [number, number, number, number];

/** An address with a port; a word where there is none, as `no_local`. */
export type Endpoint = { readonly address: Ipv4Address | Ipv6Address; readonly port: number } | string;

/** A line of net/arp. */
export interface ArpEntry {
  readonly address: Ipv4Address;
  /** ARPHRD_ETHER is 1. */
  readonly hardwareType: number;
  /** ATF_COM 2, ATF_PERM 4, ATF_PUBL 8. */
  readonly flags: number;
  /** Nine bytes at most are shown. The call sign of an amateur radio station (hardware types 0 and 3) is a string. */
  readonly hardwareAddress: LinkAddress | string;
  readonly device: string;
}

/** A line of net/route. */
export interface Route {
  /** `*` for none. */
  readonly device: string;
  readonly destination: Ipv4Address;
  readonly gateway: Ipv4Address;
  /** RTF_UP 1, RTF_GATEWAY 2, RTF_HOST 4, RTF_REJECT 0x200. */
  readonly flags: number;
  readonly metric: number;
  readonly mask: Ipv4Address;
  /** The advertised segment size plus 40, or 0. */
  readonly mtu: number;
  readonly window: number;
  readonly roundTripTime: number;
}

/** What packets of one realm amount to (net/rt_acct); all 32 bits. */
export interface RealmTraffic {
  readonly sentBytes: number;
  readonly sentPackets: number;
  readonly receivedBytes: number;
  readonly receivedPackets: number;
}

/** A line of net/if_inet6. */
export interface Inet6Address {
  readonly address: Ipv6Address;
  readonly interfaceIndex: number;
  readonly prefixLength: number;
  readonly scope: number;
  /** The low eight IFA_F_ flags. */
  readonly flags: number;
  readonly device: string;
}

/** A line of net/ipv6_route. */
export interface Route6 {
  readonly destination: Ipv6Address;
  readonly destinationLength: number;
  readonly source: Ipv6Address;
  readonly sourceLength: number;
  readonly gateway: Ipv6Address;
  readonly metric: number;
  readonly references: number;
  readonly use: number;
  readonly flags: number;
  /** Empty for none. */
  readonly device: string;
}

/** net/rt6_stats. */
export interface RouteStatistics6 {
  readonly nodes: number;
  readonly routeNodes: number;
  readonly allocated: number;
  readonly entries: number;
  readonly cached: number;
  readonly destinations: number;
  readonly discarded: number;
}

/** A line of net/ip6_flowlabel; seconds. */
export interface FlowLabel {
  readonly label: number;
  /** IPV6_FL_S_: 1 exclusive, 2 of a process, 3 of a user, 255 anyone's. */
  readonly share: number;
  /** The process or user id, or 0. */
  readonly owner: number;
  readonly users: number;
  readonly linger: number | bigint;
  readonly expires: number | bigint;
  readonly destination: Ipv6Address;
  /** Bytes of options. */
  readonly options: number;
}

/** An interface in net/igmp with the groups that it is in. */
export interface IgmpDevice {
  readonly interfaceIndex: number;
  readonly name: string;
  readonly count: number;
  /** Which version the querier speaks: V1, V2, V3 or NONE. */
  readonly querier: string;
  readonly groups: readonly IgmpGroup[];
}

export interface IgmpGroup {
  readonly address: Ipv4Address;
  readonly users: number;
  readonly timerRunning: number;
  /** Ticks of USER_HZ. */
  readonly timer: U64;
  readonly reporter: number;
}

/** A line of net/igmp6. */
export interface Igmp6Group {
  readonly interfaceIndex: number;
  readonly device: string;
  readonly address: Ipv6Address;
  readonly users: number;
  /** MAF_ bits. */
  readonly flags: number;
  /** Ticks of USER_HZ. */
  readonly timer: number | bigint;
}

/** A line of net/mcfilter or net/mcfilter6: a source that is wanted, or not. */
export interface SourceFilter<Address> {
  readonly interfaceIndex: number;
  /** The first six bytes of the name. */
  readonly device: string;
  readonly group: Address;
  readonly source: Address;
  readonly includes: U64;
  readonly excludes: U64;
}

/** A line of net/anycast6. */
export interface Anycast6 {
  readonly interfaceIndex: number;
  readonly device: string;
  readonly address: Ipv6Address;
  readonly users: number;
}

/** A line of net/ip6_mr_vif: an interface of the multicast router. */
export interface MulticastInterface {
  readonly index: number;
  readonly device: string;
  readonly receivedBytes: number | bigint;
  readonly receivedPackets: number | bigint;
  readonly sentBytes: number | bigint;
  readonly sentPackets: number | bigint;
  /** VIFF_TUNNEL 1, VIFF_REGISTER 4. */
  readonly flags: number;
}

/** A line of net/ip_mr_vif. */
export interface MulticastInterface4 extends MulticastInterface {
  readonly local: Ipv4Address;
  readonly remote: Ipv4Address;
}

/** A line of net/ip_mr_cache or net/ip6_mr_cache. */
export interface MulticastRoute<Address> {
  readonly group: Address;
  readonly origin: Address;
  /** The interface that packets come in by; -1 where it is not known. */
  readonly input: number;
  readonly packets: U64;
  readonly bytes: U64;
  readonly wrongInterface: U64;
  /** Those that packets go out by, with the time to live from which they do. */
  readonly outputs: readonly { readonly index: number; readonly threshold: number }[];
}
