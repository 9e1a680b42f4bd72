/** The network of a portable machine: its interfaces, what goes over them, routes and sockets. */

import type { DeviceTraffic } from '../../model/network-devices.ts';
import type { Ipv4Address, Ipv6Address, Route } from '../../model/network-routes.ts';
import type { Datagram, InetSocket, TcpSocket } from '../../model/network-sockets.ts';
import { netstatGroups, snmpGroups, softnetOf, zeroIpv6Counters } from '../plain/network-counters.ts';
import { protocolsOf } from '../plain/network-protocols.ts';
import { LOOPBACK, PlainNetwork } from '../plain/plain-network.ts';
import type { Feed } from './feed.ts';
import type { ConnectionFacts, Snapshot } from './snapshot.ts';

/** RTF_UP, with RTF_GATEWAY. */
const ROUTE = 1;
const TO_GATEWAY = 3;
/** States of TCP, of which the first and the second count as established in net/snmp. */
const [ESTABLISHED, CLOSE_WAIT, LISTEN] = [1, 8, 10];
/** Scopes of addresses: of the host, of the link, of all the world. */
const [OF_HOST, OF_LINK, GLOBAL] = [0x10, 0x20, 0x00];
const PERMANENT = 0x80;

export function networkOf(feed: Feed): PlainNetwork {
  const read = <P extends 'interfaces' | 'traffic' | 'connections' | 'times'>(part: P): Snapshot[P] => {
    feed.want(part);
    return feed.now()[part];
  };
  const sockets = (protocol: ConnectionFacts['protocol']): ConnectionFacts[] => read('connections').filter((each) => each.protocol === protocol);
  const none = (): readonly never[] => [];
  const inUse = (protocol: ConnectionFacts['protocol']): number => sockets(protocol).length;
  return new PlainNetwork({
    dev: () => lines(read('interfaces'), read('traffic')),
    dev_mcast: none,
    softnet_stat: () => softnetOf(read('times').cpus.length, 0),
    arp: none,
    route: () => routes(read('interfaces')),
    if_inet6: () =>
      read('interfaces').list.flatMap(({ name, index, loopback, ipv6 }) =>
        ipv6
          ? [{ address: ipv6.address, interfaceIndex: index, prefixLength: ipv6.prefix, scope: loopback ? OF_HOST : isLinkLocal(ipv6.address) ? OF_LINK : GLOBAL, flags: PERMANENT, device: name }]
          : [],
      ),
    tcp: () => sockets('tcp').map((each, slot): TcpSocket<Ipv4Address> => ({ ...socket<Ipv4Address>(each, slot), control: control(each) })),
    tcp6: () => sockets('tcp6').map((each, slot): TcpSocket<Ipv6Address> => ({ ...socket<Ipv6Address>(each, slot), control: control(each) })),
    udp: () => sockets('udp').map((each, slot): Datagram<Ipv4Address> => ({ ...socket<Ipv4Address>(each, slot), drops: 0 })),
    udp6: () => sockets('udp6').map((each, slot): Datagram<Ipv6Address> => ({ ...socket<Ipv6Address>(each, slot), drops: 0 })),
    raw: none,
    raw6: none,
    unix: none,
    packet: none,
    netlink: none,
    snmp: () => snmpGroups({ tcp: { CurrEstab: established(read('connections')) } }),
    netstat: () => netstatGroups({ ip: octets(read('traffic')) }),
    snmp6: zeroIpv6Counters,
    protocols: () => protocolsOf({ UDPv6: inUse('udp6'), TCPv6: inUse('tcp6'), UDP: inUse('udp'), TCP: inUse('tcp') }, 0),
    sockstat: () => {
      const [tcp, udp] = [inUse('tcp'), inUse('udp')];
      return {
        used: tcp + udp + inUse('tcp6') + inUse('udp6'),
        tcp: { inUse: tcp, orphaned: 0, timeWait: 0, allocated: tcp, memory: 0 },
        udp: { inUse: udp, memory: 0 },
        udplite: 0,
        raw: 0,
        fragments: { inUse: 0, memory: 0 },
      };
    },
    sockstat6: () => ({ tcp: inUse('tcp6'), udp: inUse('udp6'), udplite: 0, raw: 0, fragments: { inUse: 0, memory: 0 } }),
  });
}

/** How many connections there are, over either protocol, that both sides could still use (net/ipv4/tcp.c tcp_set_state). */
function established(connections: Snapshot['connections']): number {
  return connections.filter(({ protocol, state }) => protocol.startsWith('tcp') && (state === ESTABLISHED || state === CLOSE_WAIT)).length;
}

/** Bytes of all interfaces together. Differs: headers of the links count too, which nobody tells apart. */
function octets(traffic: Snapshot['traffic']): { readonly InOctets: number; readonly OutOctets: number } {
  const all = [...traffic.values()];
  const sum = (key: 'receivedBytes' | 'sentBytes'): number => all.reduce((total, each) => total + each[key], 0);
  return { InOctets: sum('receivedBytes'), OutOctets: sum('sentBytes') };
}

/** An interface for each that is known, with what is known of its traffic. */
function lines({ list }: Snapshot['interfaces'], traffic: Snapshot['traffic']): DeviceTraffic[] {
  const names = [...new Set([...list.map(({ name }) => name), ...traffic.keys()])];
  return names.map((name) => ({ ...LOOPBACK, name, ...traffic.get(name) }));
}

function routes({ list, gateway }: Snapshot['interfaces']): Route[] {
  const rest = { metric: 0, mtu: 0, window: 0, roundTripTime: 0 };
  const own = list.flatMap(({ name, loopback, up, ipv4 }): Route[] =>
    loopback || !up || !ipv4 ? [] : [{ device: name, destination: (ipv4.address & ipv4.mask) >>> 0, gateway: 0, flags: ROUTE, mask: ipv4.mask, ...rest }],
  );
  const to = gateway === undefined ? undefined : own.find(({ destination, mask }) => (gateway & mask) >>> 0 === destination);
  return to && gateway !== undefined ? [{ device: to.device, destination: 0, gateway, flags: TO_GATEWAY, mask: 0, ...rest }, ...own] : own;
}

function isLinkLocal([first]: Ipv6Address): boolean {
  return first >>> 22 === 0xfe80 >>> 6;
}

function socket<Address extends Ipv4Address | Ipv6Address>({ local, localPort, remote, remotePort, state }: ConnectionFacts, slot: number): InetSocket<Address> {
  return {
    slot,
    // The protocol says of which kind they are.
    localAddress: local as Address,
    localPort,
    remoteAddress: remote as Address,
    remotePort,
    state,
    transmitQueue: 0,
    receiveQueue: 0,
    timer: 0,
    timerExpires: 0,
    retransmissions: 0,
    uid: 0,
    probes: 0,
    inode: 0,
    references: 1,
    pointer: 0,
  };
}

function control({ state }: ConnectionFacts): TcpSocket<Ipv4Address>['control'] {
  return { retransmissionTimeout: 100, acknowledgementTimeout: 0, quickAcknowledgement: 0, congestionWindow: 10, slowStartThreshold: state === LISTEN ? 0 : -1 };
}
