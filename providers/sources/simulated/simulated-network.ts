/** The network of a simulated machine: its interfaces and what goes over them. */

import type { DeviceTraffic } from '../../model/network-devices.ts';
import type { MibGroup } from '../../model/network-counters.ts';
import type { Protocol } from '../../model/network-sockets.ts';
import type { Route } from '../../model/network-routes.ts';
import { netstatGroups, snmpGroups, softnetOf, zeroIpv6Counters } from '../plain/network-counters.ts';
import { protocolsOf } from '../plain/network-protocols.ts';
import { LOOPBACK, PlainNetwork } from '../plain/plain-network.ts';
import { scramble } from './chance.ts';
import type { Interface } from './machine.ts';
import type { Simulation } from './simulation.ts';
import type { Sockets } from './sockets.ts';

/** Bytes and packets of an interface so far. */
export interface Traffic {
  readonly receivedBytes: number;
  readonly receivedPackets: number;
  readonly sentBytes: number;
  readonly sentPackets: number;
}

/** Bytes of each second that a loopback interface has for each connection. */
const LOCAL_BYTES = 200;

export function trafficOf({ time }: Simulation, { up, receive, send, packetSize }: Interface): Traffic {
  if (!up) return { receivedBytes: 0, receivedPackets: 0, sentBytes: 0, sentPackets: 0 };
  const [received, sent] = [receive.until(time), send.until(time)];
  const packets = (bytes: number): number => Math.floor(bytes / packetSize);
  return { receivedBytes: Math.floor(received), receivedPackets: packets(received), sentBytes: Math.floor(sent), sentPackets: packets(sent) };
}

function loopback({ machine, time }: Simulation): Traffic {
  const bytes = Math.floor(machine.templates.length * LOCAL_BYTES * time);
  const packets = Math.floor(bytes / 100);
  return { receivedBytes: bytes, receivedPackets: packets, sentBytes: bytes, sentPackets: packets };
}

function lines(simulation: Simulation): DeviceTraffic[] {
  return [
    { ...LOOPBACK, ...loopback(simulation) },
    ...simulation.machine.interfaces.map((each) => ({ ...LOOPBACK, name: each.text.name, ...trafficOf(simulation, each) })),
  ];
}

function maskOf(prefix: number): number {
  return prefix === 0 ? 0 : (0xffff_ffff << (32 - prefix)) >>> 0;
}

function routes({ machine }: Simulation): Route[] {
  const result: Route[] = [];
  const rest = { mtu: 0, window: 0, roundTripTime: 0 };
  for (const { text, gateway, up } of machine.interfaces) {
    if (up && gateway !== undefined) result.push({ device: text.name, destination: 0, gateway, flags: 3, metric: 100, mask: 0, ...rest });
  }
  for (const { text, ipv4, up } of machine.interfaces) {
    if (!up || !ipv4) continue;
    const mask = maskOf(ipv4.prefix);
    result.push({ device: text.name, destination: (ipv4.address & mask) >>> 0, gateway: 0, flags: 1, metric: 100, mask, ...rest });
  }
  return result;
}

function sum(simulation: Simulation): Traffic {
  const all = [loopback(simulation), ...simulation.machine.interfaces.map((each) => trafficOf(simulation, each))];
  const add = (key: keyof Traffic): number => all.reduce((total, each) => total + each[key], 0);
  return { receivedBytes: add('receivedBytes'), receivedPackets: add('receivedPackets'), sentBytes: add('sentBytes'), sentPackets: add('sentPackets') };
}

/** Most of what goes over the network is TCP, and some is UDP. */
const TCP_PART = 0.95;

function snmp(simulation: Simulation, sockets: Sockets): MibGroup[] {
  const { receivedPackets, sentPackets } = sum(simulation);
  const opened = Math.floor(receivedPackets / 400);
  const tcp = {
    ActiveOpens: Math.floor(opened / 2),
    PassiveOpens: opened,
    EstabResets: Math.floor(opened / 100),
    CurrEstab: sockets.connectionCount(),
    InSegs: Math.floor(receivedPackets * TCP_PART),
    OutSegs: Math.floor(sentPackets * TCP_PART),
    RetransSegs: Math.floor(sentPackets / 5000),
    OutRsts: Math.floor(opened / 50),
  };
  const udp = { InDatagrams: receivedPackets - tcp.InSegs, OutDatagrams: sentPackets - tcp.OutSegs };
  const ip = { Forwarding: 1, InReceives: receivedPackets, InDelivers: receivedPackets, OutRequests: sentPackets, OutTransmits: sentPackets };
  return snmpGroups({ ip, tcp, udp });
}

function netstat(simulation: Simulation): MibGroup[] {
  const { receivedPackets, receivedBytes, sentBytes } = sum(simulation);
  return netstatGroups({
    tcp: { TW: Math.floor(receivedPackets / 800), DelayedACKs: Math.floor(receivedPackets / 30), TCPHPHits: Math.floor(receivedPackets / 3), TCPPureAcks: Math.floor(receivedPackets / 5) },
    ip: { InOctets: receivedBytes, OutOctets: sentBytes, InNoECTPkts: receivedPackets },
  });
}

/** Pages that a socket has queued. */
const SOCKET_PAGES = 2;

function protocols(sockets: Sockets): Protocol[] {
  return protocolsOf(
    {
      UDPv6: sockets.count(['udp6']),
      TCPv6: sockets.count(['tcp6']),
      'UNIX-STREAM': sockets.count(['unix']),
      UDP: sockets.count(['udp']),
      TCP: sockets.count(['tcp']) + sockets.connectionCount(),
    },
    SOCKET_PAGES,
  );
}

/** The files of /proc/net. */
export function networkOf(simulation: Simulation, sockets: Sockets): PlainNetwork {
  const { machine } = simulation;
  const none = (): readonly never[] => [];
  return new PlainNetwork({
    dev: () => lines(simulation),
    dev_mcast: none,
    softnet_stat: () => softnetOf(machine.topology.cpus, sum(simulation).receivedPackets),
    arp: () =>
      machine.interfaces.flatMap(({ text, gateway, index, up }) =>
        gateway === undefined || !up
          ? []
          : [{ address: gateway, hardwareType: 1, flags: 2, hardwareAddress: [2, 0, 0, 255, index, scramble(machine.seed, gateway, index) & 255], device: text.name }],
      ),
    route: () => routes(simulation),
    if_inet6: () => [
      { address: [0, 0, 0, 1], interfaceIndex: 1, prefixLength: 128, scope: 0x10, flags: 0x80, device: 'lo' },
      ...machine.interfaces.flatMap(({ text, ipv6, index, up }) =>
        ipv6 && up ? [{ address: ipv6.address, interfaceIndex: index, prefixLength: ipv6.prefix, scope: 0, flags: 0x80, device: text.name }] : [],
      ),
    ],
    tcp: () => [...sockets.tcp()],
    tcp6: () => [...sockets.tcp6()],
    udp: () => [...sockets.udp()],
    udp6: () => [...sockets.udp6()],
    raw: none,
    raw6: none,
    unix: () => [...sockets.unix()],
    packet: none,
    netlink: none,
    snmp: () => snmp(simulation, sockets),
    netstat: () => netstat(simulation),
    snmp6: zeroIpv6Counters,
    protocols: () => protocols(sockets),
    sockstat: () => {
      const tcp = sockets.connectionCount() + sockets.count(['tcp']);
      const udp = sockets.count(['udp']);
      return {
        used: tcp + udp + sockets.count(['tcp6', 'udp6', 'unix']),
        tcp: { inUse: tcp, orphaned: 0, timeWait: Math.floor(tcp / 20), allocated: tcp, memory: tcp * 2 },
        udp: { inUse: udp, memory: udp },
        udplite: 0,
        raw: 0,
        fragments: { inUse: 0, memory: 0 },
      };
    },
    sockstat6: () => ({ tcp: sockets.count(['tcp6']), udp: sockets.count(['udp6']), udplite: 0, raw: 0, fragments: { inUse: 0, memory: 0 } }),
  });
}
