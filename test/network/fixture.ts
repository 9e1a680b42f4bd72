/** A network namespace whose values no machine has: each is as large, or as odd, as its type allows. */

import { ENOENT, type Errno } from '../../fs/errno.ts';
import { type U64, U64_MAX } from '../../fs/u64.ts';
import {
  type NetworkDirectories,
  type NetworkFileOwner,
  type NetworkFiles,
  type NetworkView,
  entryPath,
} from '../../providers/model/network.ts';
import type { ConntrackTuple } from '../../providers/model/network-netfilter.ts';
import type { Ipv4Address, Ipv6Address } from '../../providers/model/network-routes.ts';
import type { InetSocket } from '../../providers/model/network-sockets.ts';
import type { EntryFixtures } from './examples.ts';
import { LINK_ENTRIES, LINK_FILES } from './fixture-links.ts';
import { PROTOCOL_ENTRIES, PROTOCOL_FILES } from './fixture-protocols.ts';
import { SERVICE_ENTRIES, SERVICE_FILES } from './fixture-services.ts';

const U32 = 0xffff_ffff;
const S32 = -0x8000_0000;
const S64 = -(2n ** 63n);
const ADDRESS: Ipv4Address = 0xc0000201;
const OTHER: Ipv4Address = 0xfffefdfc;
const ADDRESS6: Ipv6Address = [0x20010db8, 0, 0x0000ff00, 0x00428329];
const OTHER6: Ipv6Address = [0xfedcba98, 0x76543210, 0x01234567, 0x89abcdef];

function socket<A>(local: A, remote: A): InetSocket<A> {
  return {
    slot: 2147483647,
    localAddress: local,
    localPort: 65535,
    remoteAddress: remote,
    remotePort: 0xabc,
    state: 255,
    transmitQueue: U32,
    receiveQueue: 0xfffffffe,
    timer: 254,
    timerExpires: U64_MAX,
    retransmissions: 0xfffffffd,
    uid: U32,
    probes: S32,
    inode: U64_MAX,
    references: S32,
    pointer: U64_MAX,
  };
}

const CONTROL = {
  retransmissionTimeout: U64_MAX,
  acknowledgementTimeout: U64_MAX,
  quickAcknowledgement: U32,
  congestionWindow: U32,
  slowStartThreshold: S32,
};

function tuple(source: ConntrackTuple['source'], identity: ConntrackTuple['identity'], more: Partial<ConntrackTuple> = {}): ConntrackTuple {
  const destination = typeof source === 'number' ? OTHER : OTHER6;
  return { source, destination, identity, zone: undefined, traffic: undefined, ...more };
}

const NAMES = ['NFQUEUE', 'NFQUEUE', 'a b'];

/** By file. */
export const FILES: NetworkFiles = {
  dev: [
    {
      name: 'a',
      receivedBytes: U64_MAX,
      receivedPackets: U64_MAX,
      receiveErrors: U64_MAX,
      receiveDropped: U64_MAX,
      receiveFifoErrors: U64_MAX,
      receiveFrameErrors: U64_MAX,
      receivedCompressed: U64_MAX,
      receivedMulticast: U64_MAX,
      sentBytes: U64_MAX,
      sentPackets: U64_MAX,
      sendErrors: U64_MAX,
      sendDropped: U64_MAX,
      sendFifoErrors: U64_MAX,
      collisions: U64_MAX,
      carrierErrors: U64_MAX,
      sentCompressed: U64_MAX,
    },
    {
      name: 'name-of-fifteen',
      receivedBytes: 1,
      receivedPackets: 2,
      receiveErrors: 3,
      receiveDropped: 4,
      receiveFifoErrors: 5,
      receiveFrameErrors: 6,
      receivedCompressed: 7,
      receivedMulticast: 8,
      sentBytes: 9,
      sentPackets: 10,
      sendErrors: 11,
      sendDropped: 12,
      sendFifoErrors: 13,
      collisions: 14,
      carrierErrors: 15,
      sentCompressed: 16,
    },
  ],
  dev_mcast: [
    { interfaceIndex: 2147483647, interfaceName: 'name-of-fifteen', references: 2147483647, globalUse: 123456, address: [1, 0, 94, 255, 254, 253] },
    { interfaceIndex: 1, interfaceName: 'ib', references: 1, globalUse: 0, address: Array.from({ length: 20 }, (_, index) => index) },
  ],
  softnet_stat: [
    { processed: U32, dropped: U32, squeezed: U32, steered: U32, flowLimited: U32, backlog: undefined },
    { processed: 1, dropped: 2, squeezed: 3, steered: 4, flowLimited: 5, backlog: { length: U32, cpu: U32, queues: undefined } },
    { processed: 1, dropped: 2, squeezed: 3, steered: 4, flowLimited: 5, backlog: { length: 6, cpu: 7, queues: { input: U32, process: U32 } } },
  ],
  ptype: [
    { protocol: undefined, device: 'name-of-fifteen', function: 'packet_rcv' },
    { protocol: 0xffff, device: '', function: 'handler [module]' },
    { protocol: 0x0800, device: 'eth0', function: 'ip_rcv' },
  ],
  psched: { nanosecondsPerMicrosecond: U32, nanosecondsPerTick: 64, million: U32, resolution: U32 },
  connector: [
    { name: 'cn_proc', index: U32, value: U32 },
    { name: 'a name with blanks and more', index: 0, value: 1 },
  ],
  pnp: { protocol: 'BOOTP', domain: 'example.org', nameServers: [ADDRESS, OTHER], bootServer: OTHER },
  'ipconfig/ntp_servers': [ADDRESS, OTHER],

  tcp: [
    { ...socket(ADDRESS, OTHER), control: CONTROL },
    { ...socket(0x7f000001, 0), slot: 0, state: 6, inode: 0, pointer: undefined, control: undefined },
  ],
  tcp6: [
    { ...socket(ADDRESS6, OTHER6), control: CONTROL },
    { ...socket(OTHER6, ADDRESS6), slot: 0, state: 6, inode: 0, pointer: 0, control: undefined },
  ],
  udp: [{ ...socket(ADDRESS, OTHER), drops: U32 }],
  udp6: [{ ...socket(ADDRESS6, OTHER6), drops: U32 }],
  udplite: [{ ...socket(ADDRESS, OTHER), drops: 1 }],
  udplite6: [{ ...socket(ADDRESS6, OTHER6), drops: 2 }],
  raw: [{ ...socket(ADDRESS, OTHER), drops: 3 }],
  raw6: [{ ...socket(ADDRESS6, OTHER6), drops: 4 }],
  icmp: [{ ...socket(ADDRESS, OTHER), slot: 1, drops: 5 }],
  icmp6: [{ ...socket(ADDRESS6, OTHER6), drops: 6 }],
  unix: [
    { pointer: U64_MAX, references: U32, flags: U32, type: 0xffff, state: 255, inode: U64_MAX, path: undefined },
    { pointer: undefined, references: 2, flags: 0x10000, type: 1, state: 1, inode: 7, path: '@abstract@\xff name ' },
    { pointer: 0x1234, references: 2, flags: 0, type: 5, state: 3, inode: 123456, path: '/a path\nwith two\n\nlines' },
    { pointer: 0, references: 2, flags: 0, type: 2, state: 1, inode: 8, path: '' },
  ],
  packet: [
    {
      pointer: U64_MAX,
      references: S32,
      type: 10,
      protocol: 0xffff,
      interfaceIndex: S32,
      running: true,
      receiveMemory: U32,
      uid: U32,
      inode: U64_MAX,
    },
    { pointer: 1, references: 2, type: 3, protocol: 3, interfaceIndex: 0, running: false, receiveMemory: 0, uid: 0, inode: 1 },
  ],
  netlink: [
    {
      pointer: U64_MAX,
      protocol: 22,
      port: U32,
      groups: U32,
      receiveMemory: S32,
      sendMemory: S32,
      dumping: 1,
      references: S32,
      drops: U32,
      inode: U64_MAX,
    },
  ],
  protocols: [
    {
      name: 'A-LONG-NAME',
      size: U32,
      sockets: S32,
      memory: S64,
      pressure: true,
      maximumHeader: U32,
      slab: false,
      module: 'a_long_module_name',
      operations: Array.from({ length: 18 }, (_, index) => index % 3 === 0),
    },
    {
      name: 'X',
      size: 1,
      sockets: 0,
      memory: -1,
      pressure: undefined,
      maximumHeader: 0,
      slab: true,
      module: 'kernel',
      operations: Array.from({ length: 18 }, () => true),
    },
  ],
  sockstat: {
    used: S32,
    tcp: { inUse: S32, orphaned: S32, timeWait: S32, allocated: S32, memory: S64 },
    udp: { inUse: S32, memory: S64 },
    udplite: S32,
    raw: S32,
    fragments: { inUse: U32, memory: U64_MAX },
  },
  sockstat6: { tcp: S32, udp: S32, udplite: undefined, raw: S32, fragments: { inUse: U32, memory: U64_MAX } },

  arp: [
    { address: OTHER, hardwareType: 0xffff, flags: 0xffff, hardwareAddress: [1, 2, 3, 0xff, 0xfe, 0xfd, 7, 8, 9], device: 'name-of-fifteen' },
    { address: 0x7f000001, hardwareType: 0x304, flags: 0, hardwareAddress: [], device: '*' },
    { address: ADDRESS, hardwareType: 3, flags: 2, hardwareAddress: 'CALL-15', device: 'ax0' },
  ],
  route: [
    {
      device: 'name-of-fifteen',
      destination: ADDRESS,
      gateway: OTHER,
      flags: 0xffff,
      metric: S32,
      mask: 0xffffff00,
      mtu: S32,
      window: U32,
      roundTripTime: U32,
    },
    { device: '*', destination: 0, gateway: 0, flags: 0x201, metric: 0, mask: 0, mtu: 0, window: 0, roundTripTime: 0 },
  ],
  rt_cache: [],
  rt_acct: Array.from({ length: 256 }, (_, realm) => ({
    sentBytes: U32 - realm,
    sentPackets: realm,
    receivedBytes: U32,
    receivedPackets: realm * 0x10203,
  })),
  fib_trie: 'Main:\n  +-- 0.0.0.0/0 3 0 5\n',
  fib_triestat: 'Basic info: size of leaf: 48 bytes, size of tnode: 40 bytes.\n',
  if_inet6: [
    { address: ADDRESS6, interfaceIndex: U32, prefixLength: 128, scope: 255, flags: 255, device: 'name-of-fifteen' },
    { address: OTHER6, interfaceIndex: 1, prefixLength: 0, scope: 0, flags: 0, device: 'lo' },
  ],
  ipv6_route: [
    {
      destination: ADDRESS6,
      destinationLength: 128,
      source: OTHER6,
      sourceLength: 64,
      gateway: OTHER6,
      metric: U32,
      references: U32,
      use: U32,
      flags: U32,
      device: 'name-of-fifteen',
    },
    {
      destination: [0, 0, 0, 0],
      destinationLength: 0,
      source: [0, 0, 0, 0],
      sourceLength: 0,
      gateway: [0, 0, 0, 0],
      metric: 0,
      references: 0,
      use: 0,
      flags: 0,
      device: '',
    },
  ],
  rt6_stats: { nodes: U32, routeNodes: U32, allocated: U32, entries: U32, cached: U32, destinations: 1, discarded: 0x10000 },
  ip6_flowlabel: [
    { label: 0xfffff, share: 255, owner: S32, users: S32, linger: S64, expires: S64, destination: ADDRESS6, options: S32 },
    { label: 1, share: 1, owner: 0, users: 1, linger: 6, expires: 5, destination: OTHER6, options: 8 },
  ],
  igmp: [
    {
      interfaceIndex: 2147483647,
      name: 'name-of-fifteen',
      count: S32,
      querier: 'V3',
      groups: [
        { address: 0xe00000fb, users: S32, timerRunning: 1, timer: U64_MAX, reporter: S32 },
        { address: 0xe0000001, users: 1, timerRunning: 0, timer: 0, reporter: 0 },
      ],
    },
    { interfaceIndex: 1, name: 'lo', count: 0, querier: 'NONE', groups: [] },
  ],
  igmp6: [{ interfaceIndex: 2147483647, device: 'name-of-fifteen', address: ADDRESS6, users: S32, flags: U32, timer: S64 }],
  mcfilter: [{ interfaceIndex: 2147483647, device: 'name-o', group: ADDRESS, source: OTHER, includes: U64_MAX, excludes: U64_MAX }],
  mcfilter6: [{ interfaceIndex: 1, device: 'lo', group: ADDRESS6, source: OTHER6, includes: U64_MAX, excludes: U64_MAX }],
  anycast6: [{ interfaceIndex: 2147483647, device: 'name-of-fifteen', address: ADDRESS6, users: S32 }],
  ip_mr_vif: [
    {
      index: 31,
      device: 'name-of-fifteen',
      receivedBytes: S64,
      receivedPackets: S64,
      sentBytes: S64,
      sentPackets: S64,
      flags: U32,
      local: ADDRESS,
      remote: OTHER,
    },
  ],
  ip6_mr_vif: [{ index: 0, device: 'none', receivedBytes: S64, receivedPackets: 1, sentBytes: 2, sentPackets: 3, flags: 4 }],
  ip_mr_cache: [
    {
      group: 0xefffff01,
      origin: ADDRESS,
      input: -1,
      packets: U64_MAX,
      bytes: U64_MAX,
      wrongInterface: U64_MAX,
      outputs: [
        { index: 0, threshold: 1 },
        { index: 31, threshold: 254 },
      ],
    },
  ],
  ip6_mr_cache: [{ group: ADDRESS6, origin: OTHER6, input: 32767, packets: U64_MAX, bytes: 0, wrongInterface: 1, outputs: [] }],

  snmp: [
    { name: 'Ip', counters: new Map<string, U64>([['Forwarding', 1], ['InReceives', U64_MAX]]) },
    { name: 'Tcp', counters: new Map<string, number | bigint>([['MaxConn', -1], ['InSegs', U64_MAX]]) },
  ],
  netstat: [{ name: 'TcpExt', counters: new Map<string, U64>([['SyncookiesSent', U64_MAX]]) }],
  snmp6: new Map<string, U64>([['Ip6InReceives', U64_MAX], ['ANameThatIsLongerThanTheColumnForIt', 0]]),
  xfrm_stat: new Map<string, U64>([['XfrmInError', U64_MAX], ['XfrmOutStateSeqErrorAndMore', 0]]),
  tls_stat: new Map<string, U64>([['TlsCurrTxSw', U64_MAX]]),
  'stat/arp_cache': [
    {
      entries: U32,
      allocations: U64_MAX,
      destroys: U64_MAX,
      hashGrows: U64_MAX,
      lookups: U64_MAX,
      hits: U64_MAX,
      resolutionsFailed: U64_MAX,
      multicastProbes: U64_MAX,
      unicastProbes: U64_MAX,
      periodicCollections: U64_MAX,
      forcedCollections: U64_MAX,
      unresolvedDiscards: U64_MAX,
      tableFulls: U64_MAX,
    },
  ],
  'stat/ndisc_cache': [
    {
      entries: 1,
      allocations: 2,
      destroys: 3,
      hashGrows: 4,
      lookups: 5,
      hits: 6,
      resolutionsFailed: 7,
      multicastProbes: 8,
      unicastProbes: 9,
      periodicCollections: 10,
      forcedCollections: 11,
      unresolvedDiscards: 12,
      tableFulls: 13,
    },
  ],
  'stat/clip_arp_cache': [],
  'stat/rt_cache': [
    {
      entries: U32,
      inSlowTotal: 1,
      inSlowMulticast: 2,
      inNoRoute: 3,
      inBroadcast: 4,
      inMartianDestination: 5,
      inMartianSource: 6,
      outSlowTotal: 7,
      outSlowMulticast: U32,
    },
  ],
  'stat/nf_conntrack': [
    {
      entries: U32,
      clashesResolved: 1,
      found: 2,
      invalid: 3,
      chainTooLong: 4,
      inserted: 5,
      insertFailed: 6,
      dropped: 7,
      earlyDropped: 8,
      errors: 9,
      expectationsNew: 10,
      expectationsCreated: 11,
      expectationsDeleted: 12,
      searchRestarts: U32,
    },
  ],
  'stat/synproxy': [{ synReceived: 1, cookieInvalid: 2, cookieValid: 3, cookieRetransmitted: 4, reopened: U32 }],
  'stat/nf_flowtable': [{ added: S32, deleted: 1, statistics: 2147483647 }],

  nf_conntrack: [
    {
      family: 2,
      familyName: 'ipv4',
      protocol: 6,
      protocolName: 'tcp',
      expires: S64,
      state: 'ESTABLISHED',
      timeouts: undefined,
      original: tuple(ADDRESS, { kind: 'ports', source: 65535, destination: 65534 }, { zone: 65535, traffic: { packets: U64_MAX, bytes: U64_MAX } }),
      replied: true,
      reply: tuple(OTHER, { kind: 'ports', source: 1, destination: 2 }, { zone: 65534, traffic: { packets: U64_MAX, bytes: U64_MAX } }),
      status: 'ASSURED',
      mark: U32,
      securityContext: 'system_u:object_r:unlabeled_t:s0',
      zone: 65535,
      age: U64_MAX,
      references: U32,
    },
    {
      family: 10,
      familyName: 'ipv6',
      protocol: 58,
      protocolName: 'icmpv6',
      expires: 29,
      state: undefined,
      timeouts: undefined,
      original: tuple(ADDRESS6, { kind: 'icmp', type: 255, code: 255, id: 65535 }),
      replied: false,
      reply: tuple(OTHER6, { kind: 'icmp', type: 129, code: 0, id: 65535 }),
      status: undefined,
      mark: undefined,
      securityContext: undefined,
      zone: undefined,
      age: undefined,
      references: 2,
    },
    {
      family: 2,
      familyName: 'ipv4',
      protocol: 47,
      protocolName: 'gre',
      expires: undefined,
      state: undefined,
      timeouts: { timeout: U32, stream: U32 },
      original: tuple(ADDRESS, { kind: 'keys', source: 0xffff, destination: 0 }),
      replied: true,
      reply: tuple(ADDRESS, { kind: 'keys', source: 1, destination: 2 }),
      status: 'OFFLOAD',
      mark: 0,
      securityContext: undefined,
      zone: undefined,
      age: undefined,
      references: 1,
    },
    {
      family: 2,
      familyName: 'unknown',
      protocol: 255,
      protocolName: 'unknown',
      expires: 599,
      state: undefined,
      timeouts: undefined,
      original: tuple(ADDRESS, { kind: 'none' }),
      replied: false,
      reply: tuple(OTHER, { kind: 'none' }),
      status: undefined,
      mark: 0,
      securityContext: undefined,
      zone: 7,
      age: undefined,
      references: 1,
    },
  ],
  nf_conntrack_expect: [
    {
      timeout: 2147483647,
      family: 2,
      protocol: 6,
      tuple: tuple(ADDRESS, { kind: 'ports', source: 0, destination: 65535 }),
      flags: ['PERMANENT', 'INACTIVE', 'USERSPACE'],
      helper: 'ftp',
      policy: 'ftp policy',
    },
    { timeout: 0, family: 10, protocol: 17, tuple: tuple(ADDRESS6, { kind: 'none' }), flags: [], helper: 'sip', policy: undefined },
    { timeout: 1, family: 2, protocol: 17, tuple: tuple(ADDRESS, { kind: 'none' }), flags: ['INACTIVE'], helper: undefined, policy: undefined },
  ],
  'netfilter/nf_log': [
    { family: 0, active: undefined, available: ['nfnetlink_log'] },
    { family: 2, active: 'nf_log_ipv4', available: ['nf_log_ipv4', 'nfnetlink_log'] },
    { family: 10, active: undefined, available: [] },
  ],
  'netfilter/nfnetlink_log': [
    { group: 65535, port: U32, queued: U32, copyMode: 255, copyRange: U32, flushTimeout: U32, references: U32 },
  ],
  'netfilter/nfnetlink_queue': [
    { queue: 65535, port: U32, queued: U32, copyMode: 255, copyRange: U32, dropped: U32, userDropped: U32, lastId: U32 },
    { queue: 1, port: 2, queued: 3, copyMode: 2, copyRange: 4, dropped: 5, userDropped: 6, lastId: 7 },
  ],
  ip_tables_names: NAMES,
  ip_tables_matches: NAMES,
  ip_tables_targets: NAMES,
  ip6_tables_names: NAMES,
  ip6_tables_matches: NAMES,
  ip6_tables_targets: NAMES,
  arp_tables_names: NAMES,
  arp_tables_matches: NAMES,
  arp_tables_targets: NAMES,
  ...LINK_FILES,
  ...SERVICE_FILES,
  ...PROTOCOL_FILES,
} as NetworkFiles;

/** By directory and name. */
export const ENTRIES: EntryFixtures = {
  dev_snmp6: { lo: new Map<string, U64>([['ifIndex', 1], ['Ip6InReceives', U64_MAX]]), 'name-of-fifteen': new Map<string, U64>([['ifIndex', 2]]), eth0: new Map<string, U64>() },
  xt_recent: {
    ssh: [
      { source: ADDRESS, timeToLive: 255, lastSeen: U64_MAX, next: U32, stamps: [U64_MAX, 1] },
      { source: ADDRESS6, timeToLive: 0, lastSeen: 0, next: 0, stamps: [] },
    ],
  },
  ipt_hashlimit: {
    table: [
      {
        expires: S64,
        source: ADDRESS,
        sourcePort: 65535,
        destination: OTHER,
        destinationPort: 0,
        credit: U64_MAX,
        creditLimit: U64_MAX,
        cost: U64_MAX,
      },
    ],
  },
  ip6t_hashlimit: {
    table: [
      { expires: 1, source: ADDRESS6, sourcePort: 65535, destination: OTHER6, destinationPort: 80, credit: 1, creditLimit: 2, cost: U64_MAX },
    ],
  },
  ...LINK_ENTRIES,
  ...SERVICE_ENTRIES,
  ...PROTOCOL_ENTRIES,
} as EntryFixtures;

/** A namespace of given content. */
export class FixtureNetwork implements NetworkView {
  readonly #files: Partial<NetworkFiles>;
  readonly #entries: typeof ENTRIES;
  truePointers = false;

  constructor(files: Partial<NetworkFiles> = FILES, entries: typeof ENTRIES = ENTRIES) {
    this.#files = files;
    this.#entries = entries;
  }

  exists(): boolean {
    return true;
  }

  owner(path: string): NetworkFileOwner | undefined {
    const found = [...Object.keys(this.#files), ...this.#entryPaths()].some((file) => file === path || file.startsWith(`${path}/`));
    return found ? { uid: 0, gid: 0 } : undefined;
  }

  #entryPaths(): string[] {
    const directories = Object.keys(this.#entries) as (keyof NetworkDirectories)[];
    return directories.flatMap((directory) => Object.keys(this.#entries[directory]).map((name) => entryPath(directory, name)));
  }

  read<K extends keyof NetworkFiles>(file: K): NetworkFiles[K] | Errno {
    const files: Partial<NetworkFiles> = this.#files;
    return file in files ? (files[file] as NetworkFiles[K]) : ENOENT;
  }

  names(directory: string): readonly string[] {
    const below = [...Object.keys(this.#files), ...this.#entryPaths()].filter((path) => path.startsWith(`${directory}/`));
    return [...new Set(below.map((path) => path.slice(directory.length + 1).split('/')[0] ?? ''))];
  }

  readEntry<K extends keyof NetworkDirectories>(directory: K, name: string): NetworkDirectories[K] | Errno {
    return this.#entries[directory][name] ?? ENOENT;
  }

  write(): number | Errno {
    return ENOENT;
  }
}
