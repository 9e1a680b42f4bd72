/** Links that drivers and tunnels make: VLANs, bonds, wireless, PPP. */

import type { U64 } from '../../fs/u64.ts';
import type { LinkAddress } from './network-devices.ts';
import type { Ipv4Address, Ipv6Address } from './network-routes.ts';

/** net/vlan/config. */
export interface VlanConfiguration {
  /** How names are made: VLAN_NAME_TYPE_.. */
  readonly nameType: string;
  readonly vlans: readonly Vlan[];
}

export interface Vlan {
  readonly name: string;
  readonly id: number;
  readonly device: string;
}

/** net/vlan/INTERFACE. */
export interface VlanInterface {
  readonly name: string;
  readonly id: number;
  readonly reorderHeader: number;
  readonly privateFlags: number;
  readonly receivedFrames: U64;
  readonly receivedBytes: U64;
  readonly receivedMulticast: U64;
  readonly sentFrames: U64;
  readonly sentBytes: U64;
  readonly device: string;
  /** The priorities that the eight VLAN priorities become. */
  readonly ingress: readonly number[];
  /** Which priority becomes which VLAN priority. */
  readonly egress: readonly { readonly priority: number; readonly vlanPriority: number }[];
}

/** net/bonding/INTERFACE. What is absent does not apply to the mode. */
export interface Bond {
  /** The kernel's release. */
  readonly version: string;
  readonly mode: string;
  readonly failOverMac: string | undefined;
  readonly hashPolicy: { readonly name: string; readonly value: number } | undefined;
  readonly active:
    | {
        /** Undefined: none. */
        readonly primary: { readonly name: string; readonly reselect: string } | undefined;
        readonly current: string | undefined;
      }
    | undefined;
  readonly up: boolean;
  /** Milliseconds. */
  readonly pollInterval: number;
  readonly upDelay: number;
  readonly downDelay: number;
  readonly notificationDelay: number;
  readonly arp: BondArp | undefined;
  readonly aggregation: BondAggregation | undefined;
  readonly slaves: readonly BondSlave[];
}

/** Link monitoring by ARP. */
export interface BondArp {
  /** Milliseconds. */
  readonly interval: number;
  readonly missedMaximum: number;
  readonly targets: readonly Ipv4Address[];
  /** Absent on kernels without IPv6. */
  readonly targets6: readonly Ipv6Address[] | undefined;
}

/** IEEE 802.3ad. */
export interface BondAggregation {
  readonly active: boolean;
  readonly fast: boolean;
  readonly minimumLinks: number;
  readonly selection: string;
  /** Only holders of CAP_NET_ADMIN are shown it; a source that is not one has none. */
  readonly system: { readonly priority: number; readonly address: LinkAddress } | undefined;
  /** Absent where no aggregator is active, in which case the bond's name is told instead. */
  readonly aggregator: BondAggregator | { readonly none: string } | undefined;
}

export interface BondAggregator {
  readonly id: number;
  readonly ports: number;
  readonly actorKey: number;
  readonly partnerKey: number;
  readonly partner: LinkAddress;
}

export interface BondSlave {
  readonly name: string;
  /** up, going down, down, going back. */
  readonly status: string;
  /** Mb/s; undefined: not known. */
  readonly speed: number | undefined;
  /** Undefined: not known. */
  readonly fullDuplex: boolean | undefined;
  readonly failures: number;
  readonly permanentAddress: LinkAddress;
  readonly queue: number;
  /** In IEEE 802.3ad mode: the port, or null where it has no aggregator. */
  readonly port: BondPort | null | undefined;
}

export interface BondPort {
  readonly aggregator: number;
  /** monitoring, churned, none or unknown. */
  readonly actorChurn: string;
  readonly partnerChurn: string;
  readonly actorChurned: number;
  readonly partnerChurned: number;
  /** Only for holders of CAP_NET_ADMIN. */
  readonly details: { readonly actor: LacpUnit; readonly partner: LacpUnit } | undefined;
}

/** What a side says of itself in LACP. */
export interface LacpUnit {
  readonly systemPriority: number;
  readonly system: LinkAddress;
  readonly key: number;
  readonly portPriority: number;
  readonly port: number;
  readonly state: number;
}

/** net/wireless. */
export interface Wireless {
  /** The version of the wireless extensions. */
  readonly version: number;
  readonly devices: readonly WirelessDevice[];
}

export interface WirelessDevice {
  readonly name: string;
  readonly status: number;
  readonly quality: number;
  readonly qualityUpdated: boolean;
  /** dBm or the driver's unit. */
  readonly level: number;
  readonly levelUpdated: boolean;
  readonly noise: number;
  readonly noiseUpdated: boolean;
  readonly discardedNetwork: number;
  readonly discardedCrypt: number;
  readonly discardedFragment: number;
  readonly discardedRetries: number;
  readonly discardedOther: number;
  readonly missedBeacons: number;
}

/** A line of net/pppoe. */
export interface PppoeSession {
  readonly session: number;
  readonly remote: LinkAddress;
  readonly device: string;
}

/** Packets, bytes and errors. */
export interface TunnelTraffic {
  readonly sentPackets: number | bigint;
  readonly sentBytes: number | bigint;
  readonly sendErrors: number | bigint;
  readonly receivedPackets: number | bigint;
  readonly receivedBytes: number | bigint;
  readonly receiveErrors: number | bigint;
}

/** net/pppol2tp. */
export interface L2tp {
  readonly version: string;
  readonly tunnels: readonly L2tpTunnel[];
}

export interface L2tpTunnel {
  readonly name: string;
  readonly hasSocket: boolean;
  readonly references: number;
  readonly traffic: TunnelTraffic;
  readonly sessions: readonly L2tpSession[];
}

export interface L2tpSession {
  readonly name: string;
  readonly address: Ipv4Address;
  readonly port: number;
  readonly tunnel: number;
  readonly session: number;
  readonly peerTunnel: number;
  readonly peerSession: number;
  readonly state: number;
  readonly userDataValid: boolean;
  readonly receivesSequence: boolean;
  readonly sendsSequence: boolean;
  /** Whether it is the network server (LNS), not the access concentrator (LAC). */
  readonly server: boolean;
  /** Milliseconds. */
  readonly reorderTimeout: number;
  readonly nextReceived: number;
  readonly nextSent: number;
  readonly traffic: TunnelTraffic;
  /** The PPP interface, where there is one. */
  readonly device: string | undefined;
}
