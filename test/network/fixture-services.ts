/** What the files of kernel services hold in the fixture. */

import { type U64, U64_MAX } from '../../fs/u64.ts';
import { ASSOCIATION, ASSOCIATION_END, ENDPOINT } from '../../providers/linprocfs/net/sctp.ts';
import {
  AFS_CELLS,
  AFS_VOLUMES,
  IP_VS_APP,
  RXRPC_BUNDLES,
  RXRPC_CALLS,
  RXRPC_CONNECTIONS,
  RXRPC_LOCALS,
  RXRPC_PEERS,
  SCTP_OBJECTS,
  SCTP_REMADDR,
} from '../../providers/linprocfs/net/tables.ts';
import { CURRENT, FLOWS, PORTS, SENT, SIZES, TIMES } from '../../providers/linprocfs/net/pktgen.ts';
import type { NetworkFiles } from '../../providers/model/network.ts';
import type { Ipv6Address } from '../../providers/model/network-routes.ts';
import type {
  PacketGenerator,
  RpcCacheEntry,
  VirtualConnection,
  VirtualDestination,
  VirtualTraffic,
} from '../../providers/model/network-services.ts';
import { type EntryFixtures, exampleRecord, exampleRows } from './examples.ts';

const S32 = -0x8000_0000;
const U32 = 0xffff_ffff;
const S64 = -(2n ** 63n);
const FOUR = 0xc0000201;
const SIX: Ipv6Address = [0x20010db8, 0, 0, 0x42];
const MAPPED: Ipv6Address = [0, 0, 0xffff, 0xc0000201];

const TRAFFIC: VirtualTraffic = {
  connections: U64_MAX,
  inPackets: U64_MAX - 1n,
  outPackets: U64_MAX - 2n,
  inBytes: U64_MAX - 3n,
  outBytes: U64_MAX - 4n,
};
const LITTLE: VirtualTraffic = { connections: 1, inPackets: 2, outPackets: 3, inBytes: 4, outBytes: 0xabcdef };

const CONNECTION: VirtualConnection = {
  protocol: 'TCP',
  client: FOUR,
  clientPort: 65535,
  virtual: 0xfffefdfc,
  virtualPort: 80,
  destination: 0x0a000001,
  destinationPort: 8080,
  state: 'ESTABLISHED',
  expires: U32,
  persistence: undefined,
  origin: undefined,
};
const CONNECTION6: VirtualConnection = {
  ...CONNECTION,
  protocol: 'IP_200',
  client: SIX,
  virtual: [0xfedcba98, 0x76543210, 1, 2],
  destination: [1, 2, 3, 4],
  state: 'NONE',
  expires: 1,
};

const DESTINATION: VirtualDestination = { address: FOUR, port: 65535, forward: 'Tunnel', weight: S32, active: S32 + 1, inactive: S32 + 2 };

const CACHE: readonly RpcCacheEntry[] = [
  { stale: false, words: ['nfsd', '192.0.2.1', '*'] },
  { stale: true, words: ['nfsd', '2001:0db8:0000:0000:0000:0000:0000:0042', '-no-domain-'] },
];

function generator(): PacketGenerator {
  return {
    ...exampleRecord(SIZES),
    ...exampleRecord(FLOWS),
    ...exampleRecord(PORTS),
    ...exampleRecord(SENT),
    ...exampleRecord(TIMES),
    ...exampleRecord(CURRENT),
    mix: [],
    priority: undefined,
    addresses: { family: 4, destination: { minimum: '10.0.0.1', maximum: '' }, source: { minimum: '', maximum: '10.9.9.9' } },
    labels: [],
    vlan: undefined,
    serviceVlan: undefined,
    typeOfService: undefined,
    trafficClass: undefined,
    burst: undefined,
    node: undefined,
    mode: undefined,
    flags: [],
    currentSource: FOUR,
    currentDestination: 0,
    result: undefined,
  };
}

export const SERVICE_FILES: Partial<NetworkFiles> = {
  'sctp/snmp': new Map<string, U64>([['SctpCurrEstab', U64_MAX]]),
  'sctp/eps': [
    { ...exampleRecord(ENDPOINT), addresses: [{ address: FOUR, primary: false }, { address: SIX, primary: true }] },
    { ...exampleRecord(ENDPOINT, false), pointer: 0x1234, socket: 0, addresses: [] },
  ],
  'sctp/assocs': [
    {
      ...exampleRecord(ASSOCIATION),
      ...exampleRecord(ASSOCIATION_END),
      local: [{ address: FOUR, primary: true }],
      remote: [{ address: SIX, primary: true }, { address: 0xfffefdfc, primary: false }],
    },
  ],
  'sctp/remaddr': exampleRows(SCTP_REMADDR),
  'sctp/sctp_dbg_objcnt': exampleRows(SCTP_OBJECTS),
  ip_vs: {
    version: '1.2.1',
    size: S32,
    services: [
      {
        match: { protocol: 'TCP', address: FOUR, port: 65535 },
        scheduler: 'rr',
        onePacket: true,
        persistent: { timeout: S32, netmask: 0xffffff00 },
        destinations: [DESTINATION, { ...DESTINATION, address: SIX, forward: 'Masq', weight: 1 }],
      },
      { match: { protocol: 'UDP', address: SIX, port: 53 }, scheduler: 'wlc', onePacket: false, persistent: { timeout: 300, netmask: 128 }, destinations: [] },
      { match: { mark: U32 }, scheduler: 'none', onePacket: true, persistent: undefined, destinations: [DESTINATION] },
      { match: { mark: 1 }, scheduler: 'sh', onePacket: false, persistent: { timeout: 1, netmask: U32 }, destinations: [] },
      { match: { protocol: 'SCTP', address: 1, port: 2 }, scheduler: 'mh', onePacket: false, persistent: undefined, destinations: [] },
    ],
  },
  ip_vs_app: exampleRows(IP_VS_APP),
  ip_vs_conn: [CONNECTION, { ...CONNECTION6, persistence: { engine: 'sip', data: 'call id@host' } }],
  ip_vs_conn_sync: [{ ...CONNECTION, origin: 'SYNC' }, { ...CONNECTION6, origin: 'LOCAL' }],
  ip_vs_stats: { total: TRAFFIC, rate: LITTLE },
  ip_vs_stats_percpu: { cpus: [{ cpu: 0, ...TRAFFIC }, { cpu: 4095, ...LITTLE }], total: LITTLE, rate: TRAFFIC },
  'rpc/nfs': {
    network: [U32, 1, 2, 3],
    calls: [U32, 4, 5],
    procedures: [
      { version: 3, counts: [U32, 1, 2] },
      { version: 4, counts: [] },
    ],
  },
  'rpc/nfsd': {
    replyCache: [S64, 1, 2],
    staleHandles: S64,
    readBytes: S64,
    writtenBytes: S64 + 1n,
    threads: U32,
    network: [U32, 1, 2, 3],
    calls: [U32, 1, 2, 3, 4],
    procedures: [{ version: 2, counts: [U64_MAX, 1] }],
    operations: [S64, 0, 1],
    delegationAttributes: S64,
  },
  'rpc/use-gss-proxy': { state: -1 },
  'rpc/gss_krb5_enctypes': [26, 2147483647],
  'rpc/auth.unix.ip/flush': U64_MAX,
  'rpc/auth.unix.gid/flush': U64_MAX,
  'rpc/auth.rpcsec.init/flush': U64_MAX,
  'rpc/auth.rpcsec.context/flush': U64_MAX,
  'rpc/nfsd.export/flush': U64_MAX,
  'rpc/nfsd.fh/flush': U64_MAX,
  'rpc/nfs4.idtoname/flush': U64_MAX,
  'rpc/nfs4.nametoid/flush': 1,
  'rpc/auth.unix.ip/content': CACHE,
  'rpc/auth.unix.gid/content': [{ stale: false, words: ['4294967295', '2:', '0', '-1'] }],
  'rpc/nfsd.export/content': [
    { stale: false, path: '/srv/a path\\with\todds', client: '10.0.0.0/8', options: ['rw', 'sync', 'uuid=00000000:ffffffff', 'sec=1:390003'] },
    { stale: true, path: '/', client: '*', options: [] },
  ],
  'rpc/nfsd.fh/content': CACHE,
  'rpc/nfs4.idtoname/content': CACHE,
  'rpc/nfs4.nametoid/content': [],
  'nfsfs/servers': [
    { version: U32, address: FOUR, port: 65535, references: S32, host: 'host.example' },
    { version: 4, address: SIX, port: 0x801, references: 1, host: 'h' },
  ],
  'nfsfs/volumes': [
    { version: 4, address: FOUR, port: 0x801, deviceMajor: U32, deviceMinor: U32, fileSystemMajor: U64_MAX, fileSystemMinor: U64_MAX, cached: true },
    { version: 3, address: SIX, port: 1, deviceMajor: 0, deviceMinor: 45, fileSystemMajor: 0, fileSystemMinor: 1, cached: false },
  ],
  'pktgen/pgctrl': { version: '2.75' },
  'rxrpc/calls': exampleRows(RXRPC_CALLS),
  'rxrpc/conns': exampleRows(RXRPC_CONNECTIONS),
  'rxrpc/bundles': exampleRows(RXRPC_BUNDLES),
  'rxrpc/peers': exampleRows(RXRPC_PEERS),
  'rxrpc/locals': exampleRows(RXRPC_LOCALS),
  'rxrpc/stats': [
    { label: 'Data', counters: new Map<string, U64>([['send', U64_MAX], ['fail', 0]]) },
    { label: 'Why-Req-A', counters: new Map<string, U64>([['retx', 1]]) },
  ],
  'afs/cells': exampleRows(AFS_CELLS),
  'afs/rootcell': ['example.org'],
  'afs/servers': [
    {
      uuid: '01234567-89ab-cdef-0123-456789abcdef',
      references: S32,
      active: S32,
      cell: 'example.org',
      flags: U64_MAX,
      roundTrip: U32,
      probed: S32,
      state: {
        sequence: U32,
        probing: U32,
        responsive: U64_MAX,
        failed: U64_MAX,
        version: U32,
        preferencesVersion: U32,
        addresses: [
          { endpoint: { address: FOUR, port: 7000 }, mark: '*', roundTrip: S32, error: S32, priority: 65535 },
          { endpoint: { address: SIX, port: 65535 }, mark: '!', roundTrip: 1, error: -113, priority: 0 },
          { endpoint: { address: MAPPED, port: 1 }, mark: '', roundTrip: 1, error: 0, priority: 0 },
        ],
      },
    },
    {
      uuid: '00000000-0000-0000-0000-000000000000',
      references: 1,
      active: 1,
      cell: 'other.example',
      flags: 0,
      roundTrip: 0,
      probed: 0,
      state: undefined,
    },
  ],
  'afs/stats': [{ label: 'dir-mgmt', counters: new Map<string, U64>([['look', U64_MAX]]) }, { label: 'file-rd', counters: new Map<string, U64>([['nb', 1]]) }],
  'afs/sysname': ['amd64_linux26', 'linux24_amd64'],
  'afs/addr_prefs': {
    version: U32,
    firstIpv6: U32,
    maximum: U32,
    preferences: [
      { address: FOUR, prefixLength: 255, priority: 65535 },
      { address: SIX, prefixLength: 64, priority: 1 },
      { address: [0xfe800000, 0, 0, 0], prefixLength: 10, priority: 2 },
      { address: [0, 0, 0, 0], prefixLength: 0, priority: 3 },
      { address: [0, 1, 0x00020000, 0x00030000], prefixLength: 0, priority: 4 },
      { address: MAPPED, prefixLength: 96, priority: 5 },
    ],
  },
};

export const SERVICE_ENTRIES: Partial<EntryFixtures> = {
  pktgen: {
    kpktgend_0: { running: ['eth0', 'eth1@3'], stopped: [], result: 'OK: add_device=eth0' },
    kpktgend_4095: { running: [], stopped: ['eth2'], result: undefined },
    eth0: generator(),
    eth1: {
      ...generator(),
      mix: [
        { size: U64_MAX, weight: U64_MAX, sent: U64_MAX },
        { size: 64, weight: 7, sent: 1 },
      ],
      priority: U32,
      addresses: {
        family: 6,
        source: { address: SIX, minimum: [0, 0, 0, 0], maximum: [0, 0, 0, 1] },
        destination: { address: [0xfedcba98, 0x76543210, 0, 0], minimum: [1, 2, 3, 4], maximum: MAPPED },
      },
      labels: [U32, 0x00a],
      vlan: { id: 4094, priority: 7, canonicalFormat: 1 },
      serviceVlan: { id: 1, priority: 0, canonicalFormat: 0 },
      typeOfService: 255,
      trafficClass: 1,
      burst: 2147483647,
      node: 2147483647,
      mode: 'xmit_queue',
      flags: ['IPV6', 'FLOW_RND', 'spi:1'],
      currentSource: SIX,
      currentDestination: [0, 0, 0, 0],
      result: 'OK: 100(c50+d50) usec, 1 (60byte,0frags)',
    } satisfies PacketGenerator,
  },
  'afs/*/vlservers': {
    'example.org': {
      source: 'dns-srv',
      status: 'good',
      servers: [
        {
          name: 'vl1.example.org',
          priority: 65535,
          weight: 65535,
          source: 'dns-a',
          status: 'no-lookup',
          addresses: [
            { preferred: true, endpoint: { address: FOUR, port: 7003 } },
            { preferred: false, endpoint: { address: SIX, port: 7003 } },
          ],
          flags: U64_MAX,
          roundTrip: S32,
          probeFlags: U32,
          probeError: S32,
          probeAbort: S32,
          outstanding: S32,
        },
        {
          name: 'vl2',
          priority: 0,
          weight: 0,
          source: '',
          status: '',
          addresses: [],
          flags: 0,
          roundTrip: 0,
          probeFlags: 0,
          probeError: 0,
          probeAbort: 0,
          outstanding: 0,
        },
      ],
    },
  },
  'afs/*/volumes': { 'example.org': exampleRows(AFS_VOLUMES) },
};
