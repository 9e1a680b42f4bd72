/** Interfaces, what goes over them, and connections: systeminformation's networkInterfaces(), networkStats() and networkConnections(). */

import { prefixOf, readIpv4, readIpv6 } from './addresses.ts';
import type { Counters } from './counters.ts';
import type { Finding } from './parts.ts';
import type { ConnectionFacts, InterfaceFacts, Snapshot, TrafficFacts } from './snapshot.ts';
import { bytes, count, finite, plainName, records } from './values.ts';

/** Largest name of an interface, bytes (IFNAMSIZ less its NUL). */
const LONGEST_NAME = 15;
const LARGEST_PORT = 0xffff;
const LOOPBACK: InterfaceFacts = {
  name: 'lo',
  index: 1,
  loopback: true,
  up: true,
  state: 'unknown',
  mtu: 65536,
  address: [0, 0, 0, 0, 0, 0],
  speed: undefined,
  duplex: '',
  ipv4: { address: 0x7f000001, mask: 0xff000000 },
  ipv6: undefined,
};
const STATES: readonly string[] = ['up', 'down', 'unknown', 'dormant', 'lowerlayerdown', 'notpresent', 'testing'];
/** The states of TCP by the names that netstat and Windows have for them. */
const TCP_STATES: Readonly<Record<string, number>> = {
  ESTABLISHED: 1,
  ESTAB: 1,
  SYN_SENT: 2,
  SYN_RECV: 3,
  SYN_RECEIVED: 3,
  FIN_WAIT1: 4,
  FIN_WAIT_1: 4,
  FIN_WAIT2: 5,
  FIN_WAIT_2: 5,
  TIME_WAIT: 6,
  CLOSE: 7,
  CLOSED: 7,
  CLOSE_WAIT: 8,
  LAST_ACK: 9,
  LISTEN: 10,
  CLOSING: 11,
};
const LISTEN = 10;
const CLOSED = 7;

/** The first loopback is `lo`, whatever it is elsewhere; others keep their names as far as Linux could have such. */
function interfaceName(value: unknown): string {
  const name = plainName(value, LONGEST_NAME);
  return name === 'lo0' ? 'lo' : name === '.' || name === '..' ? '' : name;
}

export function mapInterfaces({ results }: Pick<Finding, 'results'>): Snapshot['interfaces'] {
  const found = new Map<string, Omit<InterfaceFacts, 'index'>>();
  for (const each of records(results['interfaces'])) {
    const name = interfaceName(each['iface']);
    if (name === '' || found.has(name)) continue;
    const loopback = each['internal'] === true || name === 'lo';
    const state = bytes(each['operstate']).toLowerCase();
    const address = bytes(each['mac']).split(/[:-]/).map((byte) => Number.parseInt(byte, 16));
    const speed = finite(each['speed']);
    const ip4 = readIpv4(bytes(each['ip4']));
    const ip6 = readIpv6(bytes(each['ip6']));
    const mask6 = readIpv6(bytes(each['ip6subnet']));
    found.set(name, {
      name,
      loopback,
      up: loopback || (state !== 'down' && state !== 'notpresent'),
      state: STATES.includes(state) ? state : 'unknown',
      mtu: Math.min(0x7fff_ffff, count(each['mtu'], loopback ? 65536 : 1500)) || (loopback ? 65536 : 1500),
      address: address.length === 6 && address.every((byte) => byte >= 0 && byte <= 255) ? address : [0, 0, 0, 0, 0, 0],
      speed: speed !== undefined && speed > 0 ? Math.min(0x7fff_ffff, Math.floor(speed)) : undefined,
      duplex: ['full', 'half'].find((word) => word === bytes(each['duplex']).toLowerCase()) ?? '',
      ipv4: ip4 === undefined ? undefined : { address: ip4, mask: readIpv4(bytes(each['ip4subnet'])) ?? 0xffff_ff00 },
      ipv6: ip6 === undefined ? undefined : { address: ip6, prefix: mask6 ? prefixOf(mask6) : 64 },
    });
  }
  const all = [...found.values()];
  if (!all.some(({ loopback }) => loopback)) all.unshift(LOOPBACK);
  const list = [...all.filter(({ loopback }) => loopback), ...all.filter(({ loopback }) => !loopback)].map((each, at) => ({ ...each, index: at + 1 }));
  return { list, gateway: readIpv4(bytes(results['gateway'])) };
}

export function mapTraffic({ results }: Pick<Finding, 'results'>, counters: Counters): Snapshot['traffic'] {
  const found = new Map<string, TrafficFacts>();
  for (const each of records(results['traffic'])) {
    const name = interfaceName(each['iface']);
    if (name === '' || found.has(name)) continue;
    const at = (field: string): number => counters.at(`${name}.${field}`, count(each[field], 0));
    found.set(name, {
      receivedBytes: at('rx_bytes'),
      receiveErrors: at('rx_errors'),
      receiveDropped: at('rx_dropped'),
      sentBytes: at('tx_bytes'),
      sendErrors: at('tx_errors'),
      sendDropped: at('tx_dropped'),
    });
  }
  return found;
}

export function mapConnections({ results }: Pick<Finding, 'results'>): ConnectionFacts[] {
  return records(results['connections']).flatMap((each): ConnectionFacts[] => {
    const said = bytes(each['protocol']).toLowerCase();
    const tcp = said.startsWith('tcp');
    if (!tcp && !said.startsWith('udp')) return [];
    const texts = [bytes(each['localAddress']), bytes(each['peerAddress'])];
    const six = said.includes('6') || texts.some((text) => text.includes(':'));
    const read = (text: string): ConnectionFacts['local'] | undefined => {
      if (text === '' || text === '*') return six ? [0, 0, 0, 0] : 0;
      if (!six) return readIpv4(text);
      const four = readIpv4(text);
      // An address of version 4 in a socket of version 6.
      return four === undefined ? readIpv6(text) : text === '0.0.0.0' ? [0, 0, 0, 0] : [0, 0, 0xffff, four];
    };
    const [local, remote] = texts.map(read);
    if (local === undefined || remote === undefined) return [];
    const port = (value: unknown): number => Math.min(LARGEST_PORT, count(value, 0));
    const remotePort = port(each['peerPort']);
    const state = TCP_STATES[bytes(each['state']).toUpperCase().replace('-', '_')];
    return [
      {
        protocol: tcp ? (six ? 'tcp6' : 'tcp') : six ? 'udp6' : 'udp',
        local,
        localPort: port(each['localPort']),
        remote,
        remotePort,
        state: tcp ? (state ?? (remotePort === 0 ? LISTEN : CLOSED)) : remotePort === 0 ? CLOSED : 1,
      },
    ];
  });
}
