/** What the files of the rarer protocols hold in the fixture. */

import { U64_MAX } from '../../fs/u64.ts';
import { AX25_BEGIN, AX25_STATE } from '../../providers/linprocfs/net/amateur-radio.ts';
import { ATM_CIRCUIT, ATM_NEIGHBOUR, ATM_PVC } from '../../providers/linprocfs/net/atm.ts';
import { CAN_BROADCAST, CAN_ENTRIES, CAN_FRAMES } from '../../providers/linprocfs/net/can.ts';
import { KCM_STATISTICS, KCM_TRANSPORT } from '../../providers/linprocfs/net/kcm.ts';
import {
  ATALK_INTERFACE,
  ATALK_SOCKET,
  BLUETOOTH,
  LLC_CORE,
  LLC_SOCKET,
  NR,
  NR_NEIGH,
  PFKEY,
  PHONET,
  PNRESOURCE,
  ROSE,
  ROSE_NEIGH,
  ROSE_NODES,
  ROSE_ROUTES,
  X25_FORWARD,
  X25_ROUTE,
  X25_SOCKET,
  YAM,
} from '../../providers/linprocfs/net/tables.ts';
import type { NetworkFiles } from '../../providers/model/network.ts';
import type { CanReceiver, CanReceivers } from '../../providers/model/network-protocols.ts';
import { type EntryFixtures, exampleRecord, exampleRows } from './examples.ts';

const S32 = -0x8000_0000;
const U32 = 0xffff_ffff;
const S64 = -(2n ** 63n);
const PLACE = { device: S32, path: 255, channel: 65535 };
const MAC = [0xff, 0xfe, 0, 1, 2, 3];

const RECEIVER: CanReceiver = {
  id: 0x7ff,
  extended: false,
  mask: U32,
  function: U64_MAX,
  data: U64_MAX - 1n,
  matches: S64,
  identity: 'raw',
};
const RECEIVERS: CanReceivers = {
  list: 'rx_all',
  devices: [
    { device: 'any', receivers: [RECEIVER, { ...RECEIVER, id: 0x98765432, extended: true, matches: 1, identity: 'a name' }] },
    { device: 'vcan0', receivers: [] },
    { device: 'name-of-fifteen', receivers: [{ ...RECEIVER, function: undefined, data: 0 }] },
  ],
};

const AX25 = { ...exampleRecord(AX25_BEGIN), ...exampleRecord(AX25_STATE), destination: 'CALL-15' };

const MEMBER = {
  receivedMessages: U64_MAX,
  receivedBytes: U64_MAX - 1n,
  sentMessages: U64_MAX - 2n,
  sentBytes: 1,
  receiveQueue: S32,
  receiveMemory: S32 + 1,
  sendQueue: S32 + 2,
};

export const PROTOCOL_FILES: Partial<NetworkFiles> = {
  pfkey: exampleRows(PFKEY),
  hci: exampleRows(BLUETOOTH),
  l2cap: exampleRows(BLUETOOTH),
  sco: exampleRows(BLUETOOTH),
  rfcomm: exampleRows(BLUETOOTH),
  bnep: exampleRows(BLUETOOTH),
  hidp: exampleRows(BLUETOOTH),
  cmtp: exampleRows(BLUETOOTH),
  iso: exampleRows(BLUETOOTH),
  phonet: exampleRows(PHONET),
  pnresource: exampleRows(PNRESOURCE),
  'llc/socket': exampleRows(LLC_SOCKET),
  'llc/core': exampleRows(LLC_CORE),
  'atalk/interface': exampleRows(ATALK_INTERFACE),
  'atalk/route': [
    { target: undefined, gatewayNetwork: 65535, gatewayNode: 255, flags: S32, device: 'name-of-fifteen' },
    { target: { network: 65534, node: 254 }, gatewayNetwork: 0, gatewayNode: 0, flags: 1, device: 'eth0' },
  ],
  'atalk/socket': exampleRows(ATALK_SOCKET),
  'atalk/arp': [
    { network: 65535, node: 255, device: 'eth0', hardwareAddress: MAC, expires: U64_MAX, asked: undefined, status: 'resolved' },
    { network: 1, node: 2, device: 'name-twelve1', hardwareAddress: MAC, expires: 5, asked: { last: U64_MAX, tries: 65535 }, status: 'unresolved' },
  ],
  ax25: [
    {
      ...AX25,
      digipeaters: [
        { callSign: 'DIGI-1', repeated: true },
        { callSign: 'DIGI-2', repeated: false },
      ],
      socket: { sendQueue: S32, receiveQueue: S32 + 1, inode: U64_MAX },
    },
    { ...AX25, digipeats: false, destination: '*', digipeaters: [], socket: undefined },
  ],
  ax25_route: [
    { callSign: 'CALL-15', device: 'name-of-fifteen', mode: 'vc', digipeaters: ['DIGI-1', 'DIGI-2'] },
    { callSign: 'default', device: '???', mode: '*', digipeaters: [] },
  ],
  ax25_calls: {
    policy: S32,
    users: [
      { uid: S32, callSign: 'CALL-15' },
      { uid: 7, callSign: '*' },
    ],
  },
  nr: exampleRows(NR),
  nr_nodes: [
    {
      callSign: 'CALL-15',
      mnemonic: 'MNEMON',
      which: S32,
      routes: [
        { quality: 255, obsolescence: 255, neighbour: 65535 },
        { quality: 0, obsolescence: 0, neighbour: 1 },
      ],
    },
    { callSign: 'X', mnemonic: '*', which: 1, routes: [] },
  ],
  nr_neigh: exampleRows(NR_NEIGH),
  rose: exampleRows(ROSE),
  rose_nodes: exampleRows(ROSE_NODES),
  rose_neigh: exampleRows(ROSE_NEIGH),
  rose_routes: exampleRows(ROSE_ROUTES),
  bpqether: [
    { device: 'bpq0', ethernet: 'eth0', destination: MAC, accepts: undefined },
    { device: 'name-of-fifteen', ethernet: 'name-of-fifteen', destination: MAC, accepts: MAC },
  ],
  yam: exampleRows(YAM),
  'x25/route': exampleRows(X25_ROUTE),
  'x25/socket': exampleRows(X25_SOCKET),
  'x25/forward': exampleRows(X25_FORWARD),
  'can/stats': {
    ...exampleRecord(CAN_FRAMES),
    ...exampleRecord(CAN_ENTRIES),
    rates: [
      { matchRatio: S64, sent: S64 + 1n, received: S64 + 2n },
      { matchRatio: 1, sent: 2, received: 3 },
      { matchRatio: 4, sent: 5, received: 6 },
    ],
    resets: S64,
    userResets: S64 + 1n,
  },
  'can/reset_stats': { performed: true, number: S64 },
  'can/rcvlist_all': RECEIVERS,
  'can/rcvlist_fil': { ...RECEIVERS, list: 'rx_fil' },
  'can/rcvlist_inv': { list: 'rx_inv', devices: [] },
  'can/rcvlist_eff': { list: 'rx_eff', devices: [{ device: 'any', receivers: [] }] },
  'can/rcvlist_sff': { ...RECEIVERS, list: 'rx_sff' },
  'can/rcvlist_err': { list: 'rx_err', devices: [{ device: 'any', receivers: [{ ...RECEIVER, id: 0x20000004 }] }] },
  kcm: {
    count: S32,
    multiplexors: [
      {
        receivedMessages: U64_MAX,
        receivedBytes: U64_MAX - 1n,
        sentMessages: U64_MAX - 2n,
        sentBytes: U64_MAX - 3n,
        sockets: S32,
        transports: S32 + 1,
        members: [
          { ...MEMBER, kind: 'kcm', index: U32, sendMemory: undefined, status: ['Psck-1', 'TxWait'] },
          { ...MEMBER, kind: 'psock', index: 1, sendMemory: S32, status: [] },
        ],
      },
      { receivedMessages: 1, receivedBytes: 2, sentMessages: 3, sentBytes: 4, sockets: 0, transports: 0, members: [] },
    ],
  },
  kcm_stats: { ...exampleRecord(KCM_STATISTICS), transport: exampleRecord(KCM_TRANSPORT) },
  'atm/devices': [
    { number: S32, type: 'type', stationAddress: MAC, layer0: [S32, 1, 2, 3, 4], layer5: [5, 6, 7, 8, S32], references: S32 },
    { number: 1, type: 'tcp', stationAddress: [0, 0, 0, 0, 0, 0], layer0: [0, 0, 0, 0, 0], layer5: [0, 0, 0, 0, 0], references: 1 },
  ],
  'atm/pvc': [
    { ...exampleRecord(ATM_PVC), sendClass: 'UBR', clip: { device: 'atm0', encapsulation: 'LLC/SNAP' } },
    { ...exampleRecord(ATM_PVC, false), sendClass: 'class7', clip: undefined },
  ],
  'atm/svc': [
    { place: PLACE, state: 'CONNECTED', remote: '+4700918100000000613e5bfe010000613e5bfe0100' },
    { place: { pointer: U64_MAX }, state: 'IDLE', remote: '' },
  ],
  'atm/vc': [
    { ...exampleRecord(ATM_CIRCUIT), pointer: U64_MAX, place: PLACE },
    { ...exampleRecord(ATM_CIRCUIT, false), pointer: undefined, place: undefined },
  ],
  'atm/arp': [
    { ...exampleRecord(ATM_NEIGHBOUR), device: 'atm0', type: 'SVC', encapsulation: 'LLC', circuit: '(expired, ref 3)' },
    { ...exampleRecord(ATM_NEIGHBOUR, false), device: 'atm1', type: 'PVC', encapsulation: 'NULL', circuit: '0.1.32' },
  ],
  'atm/lec': [
    {
      device: 'lec0',
      hardwareAddress: MAC,
      address: Array.from({ length: 20 }, (_, index) => 255 - index),
      status: 'ESI_FORWARD_DIRECT',
      flags: 65535,
      circuit: { path: 255, channel: 65535 },
      receiveCircuit: { path: 1, channel: 2 },
    },
    {
      device: 'lec0',
      hardwareAddress: MAC,
      address: Array.from({ length: 20 }, () => 0),
      status: 'ESI_UNKNOWN',
      flags: 0,
      circuit: undefined,
      receiveCircuit: { path: 1, channel: 2 },
    },
    {
      device: 'lec1',
      hardwareAddress: MAC,
      address: Array.from({ length: 20 }, () => 1),
      status: '<Undefined>',
      flags: 1,
      circuit: { path: 1, channel: 2 },
      receiveCircuit: undefined,
    },
  ],
  'atm/mpc': {
    qualities: [{ address: 0xfffefdfc, send: [S32, 1, 2, 3, 4], receive: [5, 6, 7, 8, S32] }],
    interfaces: [
      {
        number: S32,
        ingress: [
          { address: 0xfffefdfc, state: 'resolving', holding: 9999999999999, packets: U32, shortcut: { path: 255, channel: 65535 } },
          { address: 1, state: 'invalid', holding: 0, packets: 0, shortcut: undefined },
        ],
        egress: [
          {
            peer: Array.from({ length: 20 }, (_, index) => index),
            cache: U32,
            state: 'purge',
            holding: 9999999999999,
            packets: U32,
            latest: 0xfffefdfc,
            shortcut: { path: 255, channel: 65535 },
          },
        ],
      },
      { number: 1, ingress: [], egress: [] },
    ],
  },
  'atm/br2684': [
    {
      device: 'nas0',
      number: S32,
      hardwareAddress: MAC,
      addressSet: true,
      circuits: [
        { device: 2147483647, path: 255, channel: 65535, encapsulation: 'LLC', payload: 'bridged', copiesFailed: U32, copiesNeeded: U32, filter: { prefix: 0x0a000000, mask: 0xff000000 } },
        { device: 0, path: 0, channel: 32, encapsulation: 'VC', payload: 'routed', copiesFailed: 0, copiesNeeded: 0, filter: undefined },
      ],
    },
    { device: 'nas1', number: 1, hardwareAddress: MAC, addressSet: false, circuits: [] },
  ],
};

export const PROTOCOL_ENTRIES: Partial<EntryFixtures> = {
  'can-bcm': {
    '12345': {
      ...exampleRecord(CAN_BROADCAST),
      receive: [
        {
          id: 0x7ff,
          device: 'vcan0',
          flexible: true,
          frames: U32,
          checksLength: true,
          timeout: S64,
          throttle: S64,
          passed: S64,
          received: S64,
          reduction: 100,
        },
        {
          id: 1,
          device: 'any',
          flexible: false,
          frames: 1,
          checksLength: false,
          timeout: undefined,
          throttle: undefined,
          passed: 1,
          received: 2,
          reduction: 50,
        },
      ],
      send: [
        { id: 0x9fffffff, device: 'vcan0', flexible: false, frames: U32, interval1: S64, interval2: S64, sent: S64 },
        { id: 2, device: 'vcan1', flexible: true, frames: 1, interval1: undefined, interval2: undefined, sent: 1 },
      ],
    },
  },
};
