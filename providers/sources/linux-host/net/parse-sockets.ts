/** Parsers of the tables of sockets. */

import type { Ipv4Address, Ipv6Address } from '../../../model/network-routes.ts';
import type {
  Datagram,
  InetSocket,
  NetlinkSocket,
  PacketSocket,
  Protocol,
  SocketStatistics,
  SocketStatistics6,
  TcpControl,
  TcpSocket,
  UnixSocket,
} from '../../../model/network-sockets.ts';
import type { Scanner } from '../scanner.ts';
import { Rows, rowsOf } from './rows.ts';
import { fixedHex, memoryAddress, memoryAddress6, pointer } from './scan-addresses.ts';

const COLON = 0x3a;
const NEWLINE = 0x0a;
const SPACE = 0x20;
const YES = 0x79;

/** net/tcp */
export function parseTcp(bytes: Buffer): Iterable<TcpSocket<Ipv4Address>> {
  return new Rows(bytes, 1, (scanner) => tcpSocket(scanner, memoryAddress));
}

/** net/tcp6 */
export function parseTcp6(bytes: Buffer): Iterable<TcpSocket<Ipv6Address>> {
  return new Rows(bytes, 1, (scanner) => tcpSocket(scanner, memoryAddress6));
}

/** net/udp, net/udplite, net/raw, net/icmp */
export function parseDatagrams(bytes: Buffer): Iterable<Datagram<Ipv4Address>> {
  return new Rows(bytes, 1, (scanner) => datagram(scanner, memoryAddress));
}

/** net/udp6, net/udplite6, net/raw6, net/icmp6 */
export function parseDatagrams6(bytes: Buffer): Iterable<Datagram<Ipv6Address>> {
  return new Rows(bytes, 1, (scanner) => datagram(scanner, memoryAddress6));
}

function tcpSocket<A>(scanner: Scanner, address: (scanner: Scanner) => A): TcpSocket<A> {
  const socket: Building<TcpSocket<A>> = inetSocket(scanner, address);
  socket.control = scanner.lineDone() ? undefined : control(scanner);
  scanner.nextLine();
  return socket as TcpSocket<A>;
}

function datagram<A>(scanner: Scanner, address: (scanner: Scanner) => A): Datagram<A> {
  const socket: Building<Datagram<A>> = inetSocket(scanner, address);
  socket.drops = scanner.number();
  scanner.nextLine();
  return socket as Datagram<A>;
}

/** A row that still lacks what only its kind has: copying the rest would cost as much as parsing it. */
type Building<T> = { -readonly [K in keyof T]?: T[K] };

function inetSocket<A>(scanner: Scanner, address: (scanner: Scanner) => A): InetSocket<A> {
  const slot = scanner.signed();
  scanner.take(COLON);
  const localAddress = address(scanner);
  scanner.take(COLON);
  const localPort = fixedHex(scanner, 4);
  const remoteAddress = address(scanner);
  scanner.take(COLON);
  const remotePort = fixedHex(scanner, 4);
  const state = fixedHex(scanner, 2);
  const transmitQueue = fixedHex(scanner, 8);
  scanner.take(COLON);
  const receiveQueue = fixedHex(scanner, 8);
  const timer = fixedHex(scanner, 2);
  scanner.take(COLON);
  return {
    slot,
    localAddress,
    localPort,
    remoteAddress,
    remotePort,
    state,
    transmitQueue,
    receiveQueue,
    timer,
    timerExpires: scanner.hex(),
    retransmissions: fixedHex(scanner, 8),
    uid: scanner.number(),
    probes: scanner.signed(),
    inode: scanner.decimal(),
    references: scanner.signed(),
    pointer: pointer(scanner),
  };
}

function control(scanner: Scanner): TcpControl {
  return {
    retransmissionTimeout: scanner.decimal(),
    acknowledgementTimeout: scanner.decimal(),
    quickAcknowledgement: scanner.number(),
    congestionWindow: scanner.number(),
    slowStartThreshold: scanner.signed(),
  };
}

/** net/unix */
export function parseUnix(bytes: Buffer): Iterable<UnixSocket> {
  return new Rows(bytes, 1, unixSocket);
}

function unixSocket(scanner: Scanner): UnixSocket {
  const address = pointer(scanner);
  scanner.take(COLON);
  const references = fixedHex(scanner, 8);
  fixedHex(scanner, 8);
  const flags = fixedHex(scanner, 8);
  const type = fixedHex(scanner, 4);
  const state = fixedHex(scanner, 2);
  const inode = scanner.decimal();
  const path = scanner.take(SPACE) ? unixPath(scanner) : undefined;
  if (path === undefined) scanner.nextLine();
  return { pointer: address, references, flags, type, state, inode, path };
}

/** A name ends where the line does, but for line ends that are part of it: behind the last one, a socket begins. */
function unixPath(scanner: Scanner): string {
  const start = scanner.at;
  do scanner.nextLine();
  while (!scanner.done && !beginsUnixSocket(scanner));
  const end = scanner.bytes[scanner.at - 1] === NEWLINE ? scanner.at - 1 : scanner.at;
  return scanner.bytes.toString('latin1', start, end);
}

/** Whether a line begins as those of net/unix do: a pointer of 16 digits or as many other characters, a colon, a blank, ... */
function beginsUnixSocket({ bytes, at, end }: Scanner): boolean {
  // POINTER: REFERENC PROTOCOL FLAGS    TYPE ST INODE
  return (
    at + 56 < end &&
    bytes[at + 16] === COLON &&
    bytes[at + 17] === SPACE &&
    bytes[at + 26] === SPACE &&
    bytes.toString('latin1', at + 27, at + 35) === '00000000' &&
    bytes[at + 35] === SPACE &&
    bytes[at + 44] === SPACE &&
    bytes[at + 49] === SPACE &&
    bytes[at + 52] === SPACE
  );
}

/** net/packet */
export function parsePacket(bytes: Buffer): Iterable<PacketSocket> {
  return new Rows(bytes, 1, (scanner) => {
    const socket: PacketSocket = {
      pointer: pointer(scanner),
      references: scanner.signed(),
      type: scanner.signed(),
      protocol: fixedHex(scanner, 4),
      interfaceIndex: scanner.signed(),
      running: scanner.number() === 1,
      receiveMemory: scanner.number(),
      uid: scanner.number(),
      inode: scanner.decimal(),
    };
    scanner.nextLine();
    return socket;
  });
}

/** net/netlink */
export function parseNetlink(bytes: Buffer): Iterable<NetlinkSocket> {
  return new Rows(bytes, 1, (scanner) => {
    const socket: NetlinkSocket = {
      pointer: pointer(scanner),
      protocol: scanner.signed(),
      port: scanner.number(),
      groups: fixedHex(scanner, 8),
      receiveMemory: scanner.signed(),
      sendMemory: scanner.signed(),
      dumping: scanner.signed(),
      references: scanner.signed(),
      drops: scanner.number(),
      inode: scanner.decimal(),
    };
    scanner.nextLine();
    return socket;
  });
}

/** net/protocols. A name may have no blanks: the columns are words. */
export function parseProtocols(bytes: Buffer): readonly Protocol[] {
  return rowsOf(bytes, 1, (scanner) => {
    const name = scanner.word();
    const size = scanner.number();
    const sockets = scanner.signed();
    const memory = scanner.signedDecimal();
    const pressure = scanner.word();
    const maximumHeader = scanner.number();
    const slab = scanner.word() === 'yes';
    const module = scanner.word();
    const operations: boolean[] = [];
    while (!scanner.lineDone()) {
      operations.push(scanner.peek() === YES);
      scanner.skip(1);
    }
    scanner.nextLine();
    return {
      name,
      size,
      sockets,
      memory,
      pressure: pressure === 'NI' ? undefined : pressure === 'yes',
      maximumHeader,
      slab,
      module,
      operations,
    };
  });
}

/** The numbers of lines like `TCP: inuse 1 orphan 0`, by `TCP inuse`. */
function statistics(scanner: Scanner): Map<string, number | bigint> {
  const values = new Map<string, number | bigint>();
  while (!scanner.done) {
    const group = scanner.until(COLON);
    while (!scanner.lineDone()) {
      const name = scanner.word();
      values.set(`${group} ${name}`, scanner.signedDecimal());
    }
    scanner.nextLine();
  }
  return values;
}

/** net/sockstat */
export function parseSockstat(_bytes: Buffer, scanner: Scanner): SocketStatistics {
  const values = statistics(scanner);
  const number = (name: string): number => Number(values.get(name) ?? 0);
  return {
    used: number('sockets used'),
    tcp: {
      inUse: number('TCP inuse'),
      orphaned: number('TCP orphan'),
      timeWait: number('TCP tw'),
      allocated: number('TCP alloc'),
      memory: values.get('TCP mem') ?? 0,
    },
    udp: { inUse: number('UDP inuse'), memory: values.get('UDP mem') ?? 0 },
    udplite: values.has('UDPLITE inuse') ? number('UDPLITE inuse') : undefined,
    raw: number('RAW inuse'),
    fragments: { inUse: number('FRAG inuse'), memory: values.get('FRAG memory') ?? 0 },
  };
}

/** net/sockstat6 */
export function parseSockstat6(_bytes: Buffer, scanner: Scanner): SocketStatistics6 {
  const values = statistics(scanner);
  const number = (name: string): number => Number(values.get(name) ?? 0);
  return {
    tcp: number('TCP6 inuse'),
    udp: number('UDP6 inuse'),
    udplite: values.has('UDPLITE6 inuse') ? number('UDPLITE6 inuse') : undefined,
    raw: number('RAW6 inuse'),
    fragments: { inUse: number('FRAG6 inuse'), memory: values.get('FRAG6 memory') ?? 0 },
  };
}
