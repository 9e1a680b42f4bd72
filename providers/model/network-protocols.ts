/** Sockets and tables of the rarer protocols. Timers are seconds unless told otherwise. */

import type { U64 } from '../../fs/u64.ts';
import type { LinkAddress } from './network-devices.ts';
import type { Ipv4Address } from './network-routes.ts';
import type { Pointer } from './network.ts';

/** A line of net/pfkey, and of the tables of Bluetooth sockets but for the parent. */
export interface PlainSocket {
  readonly pointer: Pointer;
  readonly references: number;
  /** Bytes. */
  readonly receiveMemory: number;
  readonly sendMemory: number;
  readonly uid: number;
  readonly inode: U64;
}

/** A line of net/hci, net/l2cap, net/sco, net/rfcomm, net/bnep, net/hidp, net/cmtp or net/iso. */
export interface BluetoothSocket extends PlainSocket {
  /** The inode of the listening socket that it came from, or 0. */
  readonly parent: U64;
}

/** A line of net/phonet. */
export interface PhonetSocket {
  readonly protocol: number;
  readonly local: number;
  readonly remote: number;
  readonly resource: number;
  readonly state: number;
  readonly transmitQueue: number;
  readonly receiveQueue: number;
  readonly uid: number;
  readonly inode: U64;
  readonly references: number;
  readonly pointer: Pointer;
  readonly drops: number;
}

/** A line of net/pnresource. */
export interface PhonetResource {
  readonly resource: number;
  readonly uid: number;
  readonly inode: U64;
}

/** A line of net/llc/socket. */
export interface LlcSocket {
  readonly type: number;
  readonly localAddress: LinkAddress;
  readonly localPoint: number;
  readonly remoteAddress: LinkAddress;
  readonly remotePoint: number;
  readonly transmitQueue: number;
  readonly receiveQueue: number;
  readonly state: number;
  readonly uid: number;
  readonly link: number;
}

/** A line of net/llc/core; flags and timers are 0 or 1. */
export interface LlcConnection {
  readonly point: number;
  readonly state: string;
  readonly retries: number;
  readonly transmitWindow: number;
  readonly receiveWindow: number;
  readonly pollFlag: number;
  readonly finalFlag: number;
  readonly stateFlag: number;
  readonly dataFlag: number;
  readonly remoteBusy: number;
  readonly causeFlag: number;
  readonly acknowledgeTimer: number;
  readonly pollTimer: number;
  readonly rejectTimer: number;
  readonly busyTimer: number;
  readonly backlog: number;
  readonly owned: number;
}

/** A line of net/atalk/interface. */
export interface AtalkInterface {
  readonly device: string;
  readonly network: number;
  readonly node: number;
  readonly firstNetwork: number;
  readonly lastNetwork: number;
  readonly status: number;
}

/** A line of net/atalk/route. */
export interface AtalkRoute {
  /** Undefined: the default, which the kernel repeats before each route. */
  readonly target: { readonly network: number; readonly node: number } | undefined;
  readonly gatewayNetwork: number;
  readonly gatewayNode: number;
  readonly flags: number;
  readonly device: string;
}

/** A line of net/atalk/socket. */
export interface AtalkSocket {
  readonly type: number;
  readonly localNetwork: number;
  readonly localNode: number;
  readonly localPort: number;
  readonly remoteNetwork: number;
  readonly remoteNode: number;
  readonly remotePort: number;
  readonly transmitQueue: number;
  readonly receiveQueue: number;
  readonly state: number;
  readonly uid: number;
}

/** A line of net/atalk/arp. */
export interface AtalkNeighbour {
  readonly network: number;
  readonly node: number;
  readonly device: string;
  readonly hardwareAddress: LinkAddress;
  /** Hundredths of a second. */
  readonly expires: U64;
  /** While it is being resolved: hundredths of a second since it was asked for, and how often. */
  readonly asked: { readonly last: U64; readonly tries: number } | undefined;
  /** resolved, unresolved, proxies. */
  readonly status: string;
}

/** A line of net/ax25. Call signs are byte strings, `*` for none. */
export interface Ax25Connection {
  readonly pointer: Pointer;
  readonly device: string;
  readonly source: string;
  readonly digipeats: boolean;
  readonly destination: string;
  readonly digipeaters: readonly { readonly callSign: string; readonly repeated: boolean }[];
  /** State, vs, vr, va. */
  readonly state: number;
  readonly sendState: number;
  readonly receiveState: number;
  readonly acknowledgeState: number;
  /** What is left of a timer, and what it starts with; the idle timer in minutes. */
  readonly t1: U64;
  readonly t1Start: U64;
  readonly t2: U64;
  readonly t2Start: U64;
  readonly t3: U64;
  readonly t3Start: U64;
  readonly idle: U64;
  readonly idleStart: U64;
  readonly retries: number;
  readonly maximumRetries: number;
  readonly roundTrip: U64;
  readonly window: number;
  readonly packetLength: number;
  /** Absent where no socket belongs to it. */
  readonly socket: { readonly sendQueue: number; readonly receiveQueue: number; readonly inode: U64 } | undefined;
}

/** A line of net/ax25_route. */
export interface Ax25Route {
  /** `default` for all. */
  readonly callSign: string;
  readonly device: string;
  /** vc, dg or *. */
  readonly mode: string;
  readonly digipeaters: readonly string[];
}

/** net/ax25_calls. */
export interface Ax25Calls {
  readonly policy: number;
  readonly users: readonly { readonly uid: number; readonly callSign: string }[];
}

/** A line of net/nr. */
export interface NetromSocket {
  readonly user: string;
  readonly destination: string;
  readonly source: string;
  readonly device: string;
  readonly myIndex: number;
  readonly myId: number;
  readonly yourIndex: number;
  readonly yourId: number;
  readonly state: number;
  readonly sendState: number;
  readonly receiveState: number;
  readonly acknowledgeState: number;
  readonly t1: U64;
  readonly t1Start: U64;
  readonly t2: U64;
  readonly t2Start: U64;
  readonly t4: U64;
  readonly t4Start: U64;
  /** Minutes. */
  readonly idle: U64;
  readonly idleStart: U64;
  readonly retries: number;
  readonly maximumRetries: number;
  readonly window: number;
  readonly sendQueue: number;
  readonly receiveQueue: number;
  readonly inode: number | bigint;
}

/** A line of net/nr_nodes. */
export interface NetromNode {
  readonly callSign: string;
  readonly mnemonic: string;
  readonly which: number;
  readonly routes: readonly { readonly quality: number; readonly obsolescence: number; readonly neighbour: number }[];
}

/** A line of net/nr_neigh. */
export interface NetromNeighbour {
  readonly number: number;
  readonly callSign: string;
  readonly device: string;
  readonly quality: number;
  readonly locked: number;
  readonly count: number;
  readonly failed: number;
  readonly digipeaters: readonly string[];
}

/** A line of net/rose. */
export interface RoseSocket {
  readonly destination: string;
  readonly destinationCall: string;
  readonly source: string;
  readonly sourceCall: string;
  readonly device: string;
  readonly channel: number;
  readonly neighbour: number;
  readonly state: number;
  readonly sendState: number;
  readonly receiveState: number;
  readonly acknowledgeState: number;
  readonly timer: U64;
  readonly t1: U64;
  readonly t2: U64;
  readonly t3: U64;
  readonly holdBack: U64;
  /** Minutes. */
  readonly idle: U64;
  readonly idleStart: U64;
  readonly sendQueue: number;
  readonly receiveQueue: number;
  readonly inode: number | bigint;
}

/** A line of net/rose_nodes. */
export interface RoseNode {
  readonly address: string;
  readonly mask: number;
  readonly count: number;
  readonly neighbours: readonly number[];
}

/** A line of net/rose_neigh. */
export interface RoseNeighbour {
  readonly number: number;
  readonly callSign: string;
  readonly device: string;
  readonly count: number;
  readonly uses: number;
  /** Whether the other end is the network's (DCE). */
  readonly network: boolean;
  readonly restarted: boolean;
  readonly t0: U64;
  readonly fail: U64;
  readonly digipeaters: readonly string[];
}

/** A line of net/rose_routes; zeros and `*` where there is no neighbour. */
export interface RoseRoute {
  readonly channel1: number;
  readonly address1: string;
  readonly callSign1: string;
  readonly neighbour1: number;
  readonly channel2: number;
  readonly address2: string;
  readonly callSign2: string;
  readonly neighbour2: number;
}

/** A line of net/bpqether. */
export interface BpqDevice {
  readonly device: string;
  readonly ethernet: string;
  readonly destination: LinkAddress;
  /** Undefined: from anyone. */
  readonly accepts: LinkAddress | undefined;
}

/** A device in net/yam. */
export interface YamDevice {
  readonly name: string;
  readonly up: number;
  readonly speed: number;
  readonly ioBase: number;
  readonly baudRate: number;
  readonly interrupt: number;
  readonly transmitState: number;
  readonly duplex: number;
  readonly holdDelay: number;
  readonly transmitDelay: number;
  readonly transmitTail: number;
  readonly slotTime: number;
  readonly persistence: number;
  readonly sentFrames: U64;
  readonly receivedFrames: U64;
  readonly transmitInterrupts: number;
  readonly receiveInterrupts: number;
  readonly receiveOverruns: U64;
}

/** A line of net/x25/route. */
export interface X25Route {
  readonly address: string;
  readonly digits: number;
  readonly device: string;
}

/** A line of net/x25/socket. */
export interface X25Socket {
  readonly destination: string;
  readonly source: string;
  readonly device: string;
  readonly channel: number;
  readonly state: number;
  readonly sendState: number;
  readonly receiveState: number;
  readonly acknowledgeState: number;
  readonly timer: U64;
  readonly t2: U64;
  readonly t21: U64;
  readonly t22: U64;
  readonly t23: U64;
  readonly sendQueue: number;
  readonly receiveQueue: number;
  readonly inode: number | bigint;
}

/** A line of net/x25/forward. */
export interface X25Forward {
  readonly channel: number;
  readonly device1: string;
  readonly device2: string;
}

/** net/can/stats. */
export interface CanStatistics {
  readonly sent: number | bigint;
  readonly received: number | bigint;
  readonly matched: number | bigint;
  /** Total, current and highest: matches in percent, frames sent and received a second. Absent where they are not kept. */
  readonly rates: readonly CanRates[] | undefined;
  readonly entries: number | bigint;
  readonly maximumEntries: number | bigint;
  /** Absent: none. */
  readonly resets: number | bigint | undefined;
  readonly userResets: number | bigint | undefined;
}

export interface CanRates {
  readonly matchRatio: number | bigint;
  readonly sent: number | bigint;
  readonly received: number | bigint;
}

/** net/can/reset_stats, which does that when it is read. */
export interface CanReset {
  /** Performed at once; or scheduled. */
  readonly performed: boolean;
  readonly number: number | bigint;
}

/** net/can/rcvlist_KIND. */
export interface CanReceivers {
  /** rx_all, rx_fil, .. */
  readonly list: string;
  readonly devices: readonly CanDevice[];
}

export interface CanDevice {
  /** `any` for the list of all devices. */
  readonly device: string;
  readonly receivers: readonly CanReceiver[];
}

export interface CanReceiver {
  readonly id: number;
  /** Whether the id is of 29 bits. */
  readonly extended: boolean;
  readonly mask: number;
  readonly function: Pointer;
  readonly data: Pointer;
  readonly matches: number | bigint;
  readonly identity: string;
}

/** net/can-bcm/INODE: a broadcast manager's socket. */
export interface CanBroadcast {
  readonly socket: Pointer;
  readonly sock: Pointer;
  readonly manager: Pointer;
  readonly dropped: U64;
  readonly bound: string;
  readonly receive: readonly CanReceiveOperation[];
  readonly send: readonly CanSendOperation[];
}

export interface CanReceiveOperation {
  readonly id: number;
  readonly device: string;
  readonly flexible: boolean;
  readonly frames: number;
  readonly checksLength: boolean;
  /** Microseconds; absent where none is set. */
  readonly timeout: number | bigint | undefined;
  readonly throttle: number | bigint | undefined;
  readonly passed: number | bigint;
  readonly received: number | bigint;
  /** Percent. */
  readonly reduction: number | bigint;
}

export interface CanSendOperation {
  readonly id: number;
  readonly device: string;
  readonly flexible: boolean;
  readonly frames: number;
  /** Microseconds; absent where none is set. */
  readonly interval1: number | bigint | undefined;
  readonly interval2: number | bigint | undefined;
  readonly sent: number | bigint;
}

/** net/kcm. */
export interface Kcm {
  readonly count: number;
  readonly multiplexors: readonly KcmMultiplexor[];
}

export interface KcmTraffic {
  readonly receivedMessages: U64;
  readonly receivedBytes: U64;
  readonly sentMessages: U64;
  readonly sentBytes: U64;
}

export interface KcmMultiplexor extends KcmTraffic {
  readonly sockets: number;
  readonly transports: number;
  readonly members: readonly KcmMember[];
}

/** A socket (kcm) or a transport (psock) of a multiplexor. */
export interface KcmMember extends KcmTraffic {
  readonly kind: string;
  readonly index: number;
  readonly receiveQueue: number;
  readonly receiveMemory: number;
  readonly sendQueue: number;
  /** Undefined for sockets. */
  readonly sendMemory: number | undefined;
  /** Psck-N, TxWait, Done, RxStop, .. */
  readonly status: readonly string[];
}

/** net/kcm_stats. */
export interface KcmStatistics extends KcmTraffic {
  readonly retries: number;
  readonly attached: number;
  readonly unattachedReserved: number;
  readonly unattached: number;
  readonly readyDrops: number;
  readonly transport: KcmTransportStatistics;
}

export interface KcmTransportStatistics extends KcmTraffic {
  readonly reserved: U64;
  readonly unreserved: U64;
  readonly receiveAborts: number;
  readonly interrupted: number;
  readonly unrecoverable: number;
  readonly memoryFailures: number;
  readonly needMore: number;
  readonly badLength: number;
  readonly tooBig: number;
  readonly timeouts: number;
  readonly sendAborts: number;
}

/** Cells of an adaptation layer: sent, send errors, received, receive errors, dropped. */
export type AtmCells = readonly [number, number, number, number, number];

/** A line of net/atm/devices. */
export interface AtmDevice {
  readonly number: number;
  readonly type: string;
  readonly stationAddress: LinkAddress;
  readonly layer0: AtmCells;
  readonly layer5: AtmCells;
  readonly references: number;
}

/** A line of net/atm/pvc. */
export interface AtmPermanentCircuit {
  readonly device: number;
  readonly path: number;
  readonly channel: number;
  readonly layer: string;
  readonly receiveRate: number;
  readonly receiveClass: string;
  readonly sendRate: number;
  readonly sendClass: string;
  /** Classical IP over it. */
  readonly clip: { readonly device: string; readonly encapsulation: string } | undefined;
}

/** Where a circuit is; absent as a whole while it is not assigned. */
export interface AtmPlace {
  readonly device: number;
  readonly path: number;
  readonly channel: number;
}

/** A line of net/atm/vc. */
export interface AtmCircuit {
  readonly pointer: Pointer;
  readonly place: AtmPlace | undefined;
  /** PVC, SVC or a number. */
  readonly family: string;
  readonly flags: U64;
  readonly reply: number;
  readonly sendMemory: number;
  readonly sendBuffer: number;
  readonly receiveMemory: number;
  readonly receiveBuffer: number;
  readonly references: number;
}

/** A line of net/atm/svc. */
export interface AtmSwitchedCircuit {
  /** The circuit's pointer where it has no place. */
  readonly place: AtmPlace | { readonly pointer: Pointer };
  readonly state: string;
  readonly remote: string;
}

/** A line of net/atm/arp. */
export interface AtmNeighbour {
  readonly device: string;
  readonly type: string;
  readonly encapsulation: string;
  readonly idle: number | bigint;
  readonly address: Ipv4Address;
  /** An ATM address, or in parentheses why there is none. */
  readonly circuit: string;
}

/** A line of net/atm/lec. */
export interface AtmLanEntry {
  readonly device: string;
  readonly hardwareAddress: LinkAddress;
  readonly address: LinkAddress;
  readonly status: string;
  readonly flags: number;
  readonly circuit: { readonly path: number; readonly channel: number } | undefined;
  readonly receiveCircuit: { readonly path: number; readonly channel: number } | undefined;
}

/** net/atm/mpc. */
export interface AtmMultiProtocol {
  readonly qualities: readonly AtmQuality[];
  readonly interfaces: readonly AtmMultiProtocolInterface[];
}

export interface AtmQuality {
  readonly address: Ipv4Address;
  /** max_pcr, pcr, min_pcr, max_cdv, max_sdu. */
  readonly send: readonly number[];
  readonly receive: readonly number[];
}

export interface AtmMultiProtocolInterface {
  readonly number: number;
  readonly ingress: readonly {
    readonly address: Ipv4Address;
    readonly state: string;
    readonly holding: U64;
    readonly packets: number;
    readonly shortcut: { readonly path: number; readonly channel: number } | undefined;
  }[];
  readonly egress: readonly {
    readonly peer: LinkAddress;
    readonly cache: U64;
    readonly state: string;
    readonly holding: U64;
    readonly packets: number;
    readonly latest: Ipv4Address;
    readonly shortcut: { readonly path: number; readonly channel: number } | undefined;
  }[];
}

/** A device in net/atm/br2684. */
export interface AtmBridge {
  readonly device: string;
  readonly number: number;
  readonly hardwareAddress: LinkAddress;
  readonly addressSet: boolean;
  readonly circuits: readonly AtmBridgeCircuit[];
}

export interface AtmBridgeCircuit extends AtmPlace {
  readonly encapsulation: string;
  readonly payload: string;
  readonly copiesFailed: number;
  readonly copiesNeeded: number;
  readonly filter: { readonly prefix: Ipv4Address; readonly mask: Ipv4Address } | undefined;
}
