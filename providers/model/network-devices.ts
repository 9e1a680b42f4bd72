/** The parts of a network namespace that are about devices and packet reception. */

import type { U64 } from '../../fs/u64.ts';
import type { Ipv4Address } from './network-routes.ts';

/** A line of net/dev: what an interface received and sent. */
export interface DeviceTraffic {
  readonly name: string;
  readonly receivedBytes: U64;
  readonly receivedPackets: U64;
  readonly receiveErrors: U64;
  readonly receiveDropped: U64;
  readonly receiveFifoErrors: U64;
  readonly receiveFrameErrors: U64;
  readonly receivedCompressed: U64;
  readonly receivedMulticast: U64;
  readonly sentBytes: U64;
  readonly sentPackets: U64;
  readonly sendErrors: U64;
  readonly sendDropped: U64;
  readonly sendFifoErrors: U64;
  readonly collisions: U64;
  readonly carrierErrors: U64;
  readonly sentCompressed: U64;
}

/** A line of net/dev_mcast: a link-layer multicast address that an interface listens to. */
export interface DeviceMulticast {
  readonly interfaceIndex: number;
  readonly interfaceName: string;
  readonly references: number;
  readonly globalUse: number;
  readonly address: LinkAddress;
}

/** A link-layer address: its bytes, as many as the device has. */
export type LinkAddress = readonly number[];

/** A line of net/softnet_stat: an online CPU's packet reception. All are 32 bits wide. */
export interface SoftnetCpu {
  readonly processed: number;
  readonly dropped: number;
  /** Times that the softirq stopped with work left. */
  readonly squeezed: number;
  /** Packets that other CPUs handed over (receive packet steering). */
  readonly steered: number;
  readonly flowLimited: number;
  /** Absent before Linux 5.10. */
  readonly backlog: SoftnetBacklog | undefined;
}

export interface SoftnetBacklog {
  /** Both queues together. */
  readonly length: number;
  readonly cpu: number;
  /** Absent before Linux 6.6. */
  readonly queues: { readonly input: number; readonly process: number } | undefined;
}

/** A line of net/ptype: a handler of received packets. */
export interface PacketHandler {
  /** An Ethernet protocol number; undefined: all packets. */
  readonly protocol: number | undefined;
  /** Empty: every device. */
  readonly device: string;
  /** The kernel function's symbol. */
  readonly function: string;
}

/** net/psched: the packet schedulers' clock. */
export interface PacketSchedulerClock {
  readonly nanosecondsPerMicrosecond: number;
  readonly nanosecondsPerTick: number;
  readonly million: number;
  /** Timer ticks a second. */
  readonly resolution: number;
}

/** A line of net/connector: who listens to which messages. */
export interface ConnectorCallback {
  readonly name: string;
  readonly index: number;
  readonly value: number;
}

/** net/pnp: what the kernel was told about the network when it booted over it. */
export interface BootConfiguration {
  /** How: by protocol, or undefined for by hand. */
  readonly protocol: string | undefined;
  readonly domain: string;
  readonly nameServers: readonly Ipv4Address[];
  readonly bootServer: Ipv4Address | undefined;
}
