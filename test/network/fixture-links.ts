/** What the files of links hold in the fixture. */

import { U64_MAX } from '../../fs/u64.ts';
import { WIRELESS_DEVICE } from '../../providers/linprocfs/net/wireless.ts';
import { PPPOE } from '../../providers/linprocfs/net/tables.ts';
import type { NetworkFiles } from '../../providers/model/network.ts';
import type { Bond, LacpUnit, TunnelTraffic } from '../../providers/model/network-links.ts';
import { type EntryFixtures, exampleRecord, exampleRows } from './examples.ts';

const S32 = -0x8000_0000;
const U32 = 0xffff_ffff;
const S64 = -(2n ** 63n);

const TRAFFIC: TunnelTraffic = {
  sentPackets: S64,
  sentBytes: S64 + 1n,
  sendErrors: 1,
  receivedPackets: 2n ** 63n - 1n,
  receivedBytes: 2,
  receiveErrors: -1,
};

const UNIT: LacpUnit = {
  systemPriority: S32,
  system: [1, 2, 3, 4, 5, 0xff],
  key: 65535,
  portPriority: 255,
  port: 65534,
  state: 254,
};

const BOND: Bond = {
  version: '6.18.0-rc1',
  mode: 'fault-tolerance (active-backup)',
  failOverMac: 'follow',
  hashPolicy: undefined,
  active: { primary: { name: 'name-of-fifteen', reselect: 'better' }, current: undefined },
  up: true,
  pollInterval: S32,
  upDelay: S32 + 1,
  downDelay: S32 + 2,
  notificationDelay: S32 + 3,
  arp: {
    interval: 2147483647,
    missedMaximum: 255,
    targets: [0xc0000201, 0xfffefdfc],
    targets6: [
      [0x20010db8, 0, 0, 1],
      [0xfe800000, 0, 0x00005efe, 0xc0000201],
    ],
  },
  aggregation: undefined,
  slaves: [
    {
      name: 'eth0',
      status: 'going back',
      speed: 2147483647,
      fullDuplex: false,
      failures: U32,
      permanentAddress: [0xff, 0xfe, 0, 1, 2, 3],
      queue: S32,
      port: undefined,
    },
    {
      name: 'ib0',
      status: 'up',
      speed: undefined,
      fullDuplex: undefined,
      failures: 0,
      permanentAddress: Array.from({ length: 20 }, (_, index) => index),
      queue: 1,
      port: undefined,
    },
  ],
};

const AGGREGATING: Bond = {
  ...BOND,
  mode: 'IEEE 802.3ad Dynamic link aggregation',
  failOverMac: undefined,
  hashPolicy: { name: 'layer2+3', value: 2147483647 },
  active: undefined,
  up: false,
  arp: undefined,
  aggregation: {
    active: true,
    fast: false,
    minimumLinks: S32,
    selection: 'bandwidth',
    system: { priority: 65535, address: [1, 2, 3, 4, 5, 6] },
    aggregator: { id: 65535, ports: 65534, actorKey: 65533, partnerKey: 65532, partner: [0, 0, 0, 0, 0, 0] },
  },
  slaves: BOND.slaves.map((slave, index) => ({
    ...slave,
    port:
      index > 0
        ? null
        : {
            aggregator: S32,
            actorChurn: 'monitoring',
            partnerChurn: 'churned',
            actorChurned: U32,
            partnerChurned: 1,
            details: { actor: UNIT, partner: { ...UNIT, key: 7 } },
          },
  })),
};

const SESSION = {
  name: 'session 1',
  address: 0xc0000201,
  port: S32,
  tunnel: U32,
  session: U32 - 1,
  peerTunnel: U32 - 2,
  peerSession: U32 - 3,
  state: 255,
  userDataValid: true,
  receivesSequence: true,
  sendsSequence: false,
  server: true,
  reorderTimeout: U32,
  nextReceived: U32,
  nextSent: U32 - 1,
  traffic: TRAFFIC,
  device: 'ppp0',
};

export const LINK_FILES: Partial<NetworkFiles> = {
  'vlan/config': {
    nameType: 'VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD',
    vlans: [
      { name: 'name-of-fifteen', id: S32, device: 'name-of-fifteen' },
      { name: 'eth0.5', id: 5, device: 'eth0' },
    ],
  },
  wireless: { version: 22, devices: [exampleRecord(WIRELESS_DEVICE), { ...exampleRecord(WIRELESS_DEVICE, false), name: 'wlan0' }] },
  pppoe: exampleRows(PPPOE),
  pppol2tp: {
    version: 'V2.0',
    tunnels: [
      {
        name: 'tunl 1',
        hasSocket: true,
        references: S32,
        traffic: TRAFFIC,
        sessions: [SESSION, { ...SESSION, receivesSequence: false, server: false, device: undefined }],
      },
      { name: 'tunl 2', hasSocket: false, references: 0, traffic: TRAFFIC, sessions: [] },
    ],
  },
};

export const LINK_ENTRIES: Partial<EntryFixtures> = {
  vlan: {
    'eth0.5': {
      name: 'eth0.5',
      id: S32,
      reorderHeader: 1,
      privateFlags: U32,
      receivedFrames: U64_MAX,
      receivedBytes: U64_MAX - 1n,
      receivedMulticast: U64_MAX - 2n,
      sentFrames: U64_MAX - 3n,
      sentBytes: 1,
      device: 'eth0',
      ingress: [U32, 1, 2, 3, 4, 5, 6, 7],
      egress: [
        { priority: U32, vlanPriority: 7 },
        { priority: 1, vlanPriority: 2 },
      ],
    },
  },
  bonding: {
    bond0: BOND,
    bond1: AGGREGATING,
    bond2: { ...AGGREGATING, aggregation: { ...AGGREGATING.aggregation, aggregator: { none: 'bond2' } }, slaves: [] } as Bond,
    bond3: { ...BOND, failOverMac: undefined, active: { primary: undefined, current: 'eth0' }, arp: undefined, slaves: [] },
  },
};
