/** The sockets of a network namespace. */

import type { U64 } from '../../fs/u64.ts';
import type { Pointer } from './network.ts';

/** What net/tcp, net/udp, net/raw, net/icmp and their IPv6 kind say of every socket. */
export interface InetSocket<Address> {
  /** TCP: the place in the listing. Others: the hash bucket. */
  readonly slot: number;
  readonly localAddress: Address;
  /** Raw sockets: the protocol number. */
  readonly localPort: number;
  readonly remoteAddress: Address;
  readonly remotePort: number;
  /** TCP_ESTABLISHED is 1, TCP_LISTEN 10, TCP_NEW_SYN_RECV 12 shows as 3; include/net/tcp_states.h. */
  readonly state: number;
  /** Bytes not yet acknowledged or sent. */
  readonly transmitQueue: number;
  /** Bytes not yet read; of a listener: connections not yet accepted. */
  readonly receiveQueue: number;
  /** 0 none, 1 retransmission, 2 keep-alive, 3 time-wait, 4 zero-window probe. */
  readonly timer: number;
  /** Ticks of USER_HZ until it expires. */
  readonly timerExpires: U64;
  readonly retransmissions: number;
  /** In the user namespace of the source; the kernel shows each reader the id in the reader's own. */
  readonly uid: number;
  /** Probes sent and not answered. */
  readonly probes: number;
  readonly inode: U64;
  readonly references: number;
  readonly pointer: Pointer;
}

export interface TcpSocket<Address> extends InetSocket<Address> {
  /** Absent for connections that are only requested, or only waited out. */
  readonly control: TcpControl | undefined;
}

/** A TCP connection's transmission control; times are ticks of USER_HZ. */
export interface TcpControl {
  readonly retransmissionTimeout: U64;
  readonly acknowledgementTimeout: U64;
  /** Twice the quick acknowledgements to come, plus one in interactive mode. */
  readonly quickAcknowledgement: number;
  readonly congestionWindow: number;
  /** -1 in slow start; of a listener: the length of its fast-open queue. */
  readonly slowStartThreshold: number;
}

/** A socket of net/udp and its like. */
export interface Datagram<Address> extends InetSocket<Address> {
  readonly drops: number;
}

/** A line of net/unix. */
export interface UnixSocket {
  readonly pointer: Pointer;
  readonly references: number;
  /** __SO_ACCEPTCON (0x10000) for listeners. */
  readonly flags: number;
  /** SOCK_STREAM 1, SOCK_DGRAM 2, SOCK_SEQPACKET 5. */
  readonly type: number;
  /** SS_UNCONNECTED 1, SS_CONNECTING 2, SS_CONNECTED 3, SS_DISCONNECTING 4. */
  readonly state: number;
  readonly inode: U64;
  /** The name as bytes, whatever they are, with `@` for NUL; undefined where it has none. */
  readonly path: string | undefined;
}

/** A line of net/packet. */
export interface PacketSocket {
  readonly pointer: Pointer;
  readonly references: number;
  readonly type: number;
  /** An Ethernet protocol number. */
  readonly protocol: number;
  /** 0: all. */
  readonly interfaceIndex: number;
  readonly running: boolean;
  /** Bytes. */
  readonly receiveMemory: number;
  readonly uid: number;
  readonly inode: U64;
}

/** A line of net/netlink. */
export interface NetlinkSocket {
  readonly pointer: Pointer;
  /** NETLINK_ROUTE is 0, .. */
  readonly protocol: number;
  readonly port: number;
  /** The first 32 multicast groups. */
  readonly groups: number;
  /** Bytes. */
  readonly receiveMemory: number;
  readonly sendMemory: number;
  readonly dumping: number;
  readonly references: number;
  readonly drops: number;
  readonly inode: U64;
}

/** A line of net/protocols. */
export interface Protocol {
  readonly name: string;
  /** Bytes of one socket. */
  readonly size: number;
  readonly sockets: number;
  /** Pages; -1 where it is not counted. */
  readonly memory: number | bigint;
  /** Undefined: the protocol has no notion of it. */
  readonly pressure: boolean | undefined;
  readonly maximumHeader: number;
  readonly slab: boolean;
  readonly module: string;
  /**
   * Which operations it has: close, connect, disconnect, accept, ioctl, init, destroy, shutdown, setsockopt, getsockopt,
   * sendmsg, recvmsg, bind, backlog_rcv, hash, unhash, get_port, enter_memory_pressure.
   */
  readonly operations: readonly boolean[];
}

/** net/sockstat. */
export interface SocketStatistics {
  readonly used: number;
  readonly tcp: {
    readonly inUse: number;
    readonly orphaned: number;
    readonly timeWait: number;
    readonly allocated: number;
    /** Pages. */
    readonly memory: number | bigint;
  };
  readonly udp: { readonly inUse: number; readonly memory: number | bigint };
  /** Absent on kernels without UDP-Lite. */
  readonly udplite: number | undefined;
  readonly raw: number;
  readonly fragments: { readonly inUse: number; readonly memory: U64 };
}

/** net/sockstat6. */
export interface SocketStatistics6 {
  readonly tcp: number;
  readonly udp: number;
  readonly udplite: number | undefined;
  readonly raw: number;
  readonly fragments: { readonly inUse: number; readonly memory: U64 };
}
