/**
 * The files that are a heading and lines of one form. A heading goes with the lines of the function named, of which
 * `*_seq_show` is left out where the file's name says it.
 */

import type { PppoeSession } from '../../model/network-links.ts';
import type {
  AtalkInterface,
  AtalkSocket,
  Ax25Route,
  BluetoothSocket,
  LlcConnection,
  LlcSocket,
  NetromNeighbour,
  NetromSocket,
  PhonetResource,
  PhonetSocket,
  PlainSocket,
  RoseNeighbour,
  RoseNode,
  RoseRoute,
  RoseSocket,
  X25Forward,
  X25Route,
  X25Socket,
  YamDevice,
} from '../../model/network-protocols.ts';
import type {
  AfsCell,
  AfsVolume,
  RxrpcBundle,
  RxrpcCall,
  RxrpcConnection,
  RxrpcLocal,
  RxrpcPeer,
  SctpObjectCount,
  SctpRemoteAddress,
  VirtualApplication,
} from '../../model/network-services.ts';
import { type LineFormat, type LineTable, lineFormat, lineTable } from './line-format.ts';

/** net/key/af_key.c */
export const PFKEY: LineTable<PlainSocket> = lineTable(
  'sk       RefCnt Rmem   Wmem   User   Inode',
  '%p{pointer} %-6d{references} %-6u{receiveMemory} %-6u{sendMemory} %-6u{uid} %-6u{inode}',
);

/** net/bluetooth/af_bluetooth.c bt_seq_show */
export const BLUETOOTH: LineTable<BluetoothSocket> = lineTable(
  'sk               RefCnt Rmem   Wmem   User   Inode  Parent',
  '%p{pointer} %-6d{references} %-6u{receiveMemory} %-6u{sendMemory} %-6u{uid} %-6u{inode} %-6u{parent}',
);

/** net/phonet/socket.c */
export const PHONET: LineTable<PhonetSocket> = lineTable(
  'pt  loc  rem rs st tx_queue rx_queue   uid inode ref pointer drops',
  '%2d{protocol} %04X{local}:%04X{remote}:%02X{resource} %02X{state} %08X{transmitQueue}:%08X{receiveQueue} %5d{uid} ' +
    '%u{inode} %d{references} %p{pointer} %u{drops}',
  127,
);

export const PNRESOURCE: LineTable<PhonetResource> = lineTable('rs   uid inode', '%02X{resource} %5u{uid} %u{inode}', 63);

/** net/llc/llc_proc.c; the second column is always 0. */
export const LLC_SOCKET: LineTable<LlcSocket> = lineTable(
  'SKt Mc local_mac_sap        remote_mac_sap       tx_queue rx_queue st uid link',
  '%2X{type}   0 %m{localAddress}@%02X{localPoint} %m{remoteAddress}@%02X{remotePoint} ' +
    '%8d{transmitQueue} %8d{receiveQueue} %2d{state} %3u{uid} %4d{link}',
);

export const LLC_CORE: LineTable<LlcConnection> = lineTable(
  'Connection list:\ndsap state      retr txw rxw pf ff sf df rs cs tack tpfc trs tbs blog busr',
  ' %02X{point}  %-10s{state} %3d{retries}  %3d{transmitWindow} %3d{receiveWindow} %2d{pollFlag} %2d{finalFlag} ' +
    '%2d{stateFlag} %2d{dataFlag} %2d{remoteBusy} %2d{causeFlag} %4d{acknowledgeTimer} %4d{pollTimer} ' +
    '%3d{rejectTimer} %3d{busyTimer} %4d{backlog} %4d{owned}',
);

/** net/appletalk/atalk_proc.c */
export const ATALK_INTERFACE: LineTable<AtalkInterface> = lineTable(
  'Interface        Address   Networks  Status',
  '%-16s{device} %04X{network}:%02X{node}  %04X{firstNetwork}-%04X{lastNetwork}  %d{status}',
);

export const ATALK_SOCKET: LineTable<AtalkSocket> = lineTable(
  'Type Local_addr  Remote_addr Tx_queue Rx_queue St UID',
  '%02X{type}   %04X{localNetwork}:%02X{localNode}:%02X{localPort}  %04X{remoteNetwork}:%02X{remoteNode}:%02X{remotePort}  ' +
    '%08X{transmitQueue}:%08X{receiveQueue} %02X{state} %u{uid}',
);

/** net/ax25/ax25_route.c */
export const AX25_ROUTE: LineTable<Ax25Route> = lineTable(
  'callsign  dev  mode digipeaters',
  '%-9s{callSign} %-4s{device}%5s{mode}%*s{digipeaters}',
);

/** net/netrom/af_netrom.c nr_info_show */
export const NR: LineTable<NetromSocket> = lineTable(
  'user_addr dest_node src_node  dev    my  your  st  vs  vr  va    t1     t2     t4      idle   n2  wnd Snd-Q Rcv-Q inode',
  '%-9s{user} %-9s{destination} %-9s{source} %-3s{device}  %02X{myIndex}/%02X{myId} %02X{yourIndex}/%02X{yourId} ' +
    '%2d{state} %3d{sendState} %3d{receiveState} %3d{acknowledgeState} %3u{t1}/%03u{t1Start} %2u{t2}/%02u{t2Start} ' +
    '%3u{t4}/%03u{t4Start} %3u{idle}/%03u{idleStart} %2d{retries}/%02d{maximumRetries} %3d{window} ' +
    '%5d{sendQueue} %5d{receiveQueue} %d{inode}',
);

/** net/netrom/nr_route.c nr_neigh_show */
export const NR_NEIGH: LineTable<NetromNeighbour> = lineTable(
  'addr  callsign  dev  qual lock count failed digipeaters',
  '%05d{number} %-9s{callSign} %-4s{device}  %3d{quality}    %d{locked}   %3d{count}    %3d{failed}%*s{digipeaters}',
);

/** net/rose/af_rose.c rose_info_show */
export const ROSE: LineTable<RoseSocket> = lineTable(
  'dest_addr  dest_call src_addr   src_call  dev   lci neigh st vs vr va   t  t1  t2  t3  hb    idle Snd-Q Rcv-Q inode',
  '%-10s{destination} %-9s{destinationCall} %-10s{source} %-9s{sourceCall} %-5s{device} %03X{channel} %05d{neighbour}  ' +
    '%d{state}  %d{sendState}  %d{receiveState}  %d{acknowledgeState} %3u{timer} %3u{t1} %3u{t2} %3u{t3} %3u{holdBack} ' +
    '%3u{idle}/%03u{idleStart} %5d{sendQueue} %5d{receiveQueue} %d{inode}',
);

/** net/rose/rose_route.c */
export const ROSE_NODES: LineTable<RoseNode> = lineTable(
  'address    mask n neigh neigh neigh',
  '%-10s{address} %04d{mask} %d{count}%*05d{neighbours}',
);

export const ROSE_NEIGH: LineTable<RoseNeighbour> = lineTable(
  'addr  callsign  dev  count use mode restart  t0  tf digipeaters',
  '%05d{number} %-9s{callSign} %-4s{device}   %3d{count} %3d{uses}  %3(DCE|DTE){network}     %3(yes|no){restarted} ' +
    '%3u{t0} %3u{fail}%*s{digipeaters}',
);

export const ROSE_ROUTES: LineTable<RoseRoute> = lineTable(
  'lci  address     callsign   neigh  <-> lci  address     callsign   neigh',
  '%03X{channel1}  %-10s{address1}  %-9s{callSign1}  %05d{neighbour1}      ' +
    '%03X{channel2}  %-10s{address2}  %-9s{callSign2}  %05d{neighbour2}',
);

/** drivers/net/hamradio/yam.c */
export const YAM: LineTable<YamDevice> = lineTable(
  '',
  'Device %s{name}\n  Up       %d{up}\n  Speed    %u{speed}\n  IoBase   0x%x{ioBase}\n  BaudRate %u{baudRate}\n' +
    '  IRQ      %u{interrupt}\n  TxState  %u{transmitState}\n  Duplex   %u{duplex}\n  HoldDly  %u{holdDelay}\n' +
    '  TxDelay  %u{transmitDelay}\n  TxTail   %u{transmitTail}\n  SlotTime %u{slotTime}\n  Persist  %u{persistence}\n' +
    '  TxFrames %u{sentFrames}\n  RxFrames %u{receivedFrames}\n  TxInt    %u{transmitInterrupts}\n' +
    '  RxInt    %u{receiveInterrupts}\n  RxOver   %u{receiveOverruns}\n',
);

/** net/x25/x25_proc.c */
export const X25_ROUTE: LineTable<X25Route> = lineTable('Address          Digits  Device', '%-15s{address}  %-6d{digits}  %-5s{device}');

export const X25_SOCKET: LineTable<X25Socket> = lineTable(
  'dest_addr  src_addr   dev   lci st vs vr va   t  t2 t21 t22 t23 Snd-Q Rcv-Q inode',
  '%-10s{destination} %-10s{source} %-5s{device} %03X{channel}  %d{state}  %d{sendState}  %d{receiveState}  ' +
    '%d{acknowledgeState} %3u{timer} %3u{t2} %3u{t21} %3u{t22} %3u{t23} %5d{sendQueue} %5d{receiveQueue} %d{inode}',
);

export const X25_FORWARD: LineTable<X25Forward> = lineTable('lci dev1       dev2', '%d{channel} %-10s{device1} %-10s{device2}');

/** drivers/net/ppp/pppoe.c */
export const PPPOE: LineTable<PppoeSession> = lineTable('Id       Address              Device', '%08X{session} %m{remote} %8s{device}');

/** net/sctp/proc.c; the fifth and sixth column are always 0. */
export const SCTP_REMADDR: LineTable<SctpRemoteAddress> = lineTable(
  'ADDR ASSOC_ID HB_ACT RTO MAX_PATH_RTX REM_ADDR_RTX START STATE',
  '%a{address}  %d{association} %d{heartbeatActive} %u{retransmissionTimeout} %d{maximumRetransmissions} 0 0 %d{state}',
);

/** net/sctp/objcnt.c */
export const SCTP_OBJECTS: LineTable<SctpObjectCount> = lineTable('', '%s{label}: %d{count}', 127);

/** net/netfilter/ipvs/ip_vs_app.c */
export const IP_VS_APP: LineTable<VirtualApplication> = lineTable(
  'prot port    usecnt name',
  '%-3s{protocol}  %-7u{port} %-6d{users} %-17s{name}',
);

const RXRPC_ADDRESSES = `Proto ${'Local'.padEnd(47)} `;

/** net/rxrpc/proc.c */
export const RXRPC_CALLS: LineTable<RxrpcCall> = lineTable(
  `${RXRPC_ADDRESSES}${'Remote'.padEnd(47)} SvID ConnID   CallID   End Use State    Abort    DebugId  TxSeq    TW RxSeq    RW RxSerial CW RxTimo`,
  'UDP   %-47e{local} %-47e{remote} %4x{service} %08x{connection} %08x{call} %s{end} %3u{references} %-8s{state} ' +
    '%08x{abort} %08x{debugId} %08x{acknowledged} %02x{transmitWindow} %08x{receiveWindowStart} %02x{receiveWindow} ' +
    '%08x{receivedSerial} %02x{congestionWindow} %06x{timeout}',
);

export const RXRPC_CONNECTIONS: LineTable<RxrpcConnection> = lineTable(
  `${RXRPC_ADDRESSES}${'Remote'.padEnd(47)} SvID ConnID   End Ref Act State    Key      Serial   ISerial  CallId0  CallId1  CallId2  CallId3`,
  'UDP   %-47e{local} %-47e{remote} %4x{service} %08x{connection} %s{end} %3u{references} %3d{active} %-8s{state} ' +
    '%08x{key} %08x{serial} %08x{highestSerial} %08x{call0} %08x{call1} %08x{call2} %08x{call3}',
);

export const RXRPC_BUNDLES: LineTable<RxrpcBundle> = lineTable(
  `${RXRPC_ADDRESSES}${'Remote'.padEnd(47)} SvID Ref Act Flg Key      | Bundle   Conn_0   Conn_1   Conn_2   Conn_3`,
  'UDP   %-47e{local} %-47e{remote} %4x{service} %3u{references} %3d{active} %s{flags} %08x{key} | ' +
    '%08x{debugId} %08x{connection0} %08x{connection1} %08x{connection2} %08x{connection3}',
);

export const RXRPC_PEERS: LineTable<RxrpcPeer> = lineTable(
  `${RXRPC_ADDRESSES}${'Remote'.padEnd(47)} Use SST   MTU LastUse      RTT      RTO`,
  'UDP   %-47e{local} %-47e{remote} %3u{references} %3u{slowStartThreshold} %5u{mtu} %6d{lastUsed}s ' +
    '%8d{roundTrip} %8d{retransmissionTimeout}',
);

export const RXRPC_LOCALS: LineTable<RxrpcLocal> = lineTable(
  `${RXRPC_ADDRESSES}Use Act RxQ`,
  'UDP   %-47e{local} %3u{references} %3u{active} %3u{queued}',
);

/** fs/afs/proc.c */
export const AFS_CELLS: LineTable<AfsCell> = lineTable(
  'USE ACT    TTL SV ST NAME',
  '%3u{references} %3u{active} %6d{timeToLive} %2u{servers} %2u{state} %s{name}',
);

export const AFS_VOLUMES: LineTable<AfsVolume> = lineTable(
  'USE VID      TY NAME',
  '%3d{references} %08x{id} %s{type} %s{name}',
);

/** net/core/pktgen.c pgctrl_show */
export const PKTGEN_VERSION: LineFormat<{ readonly version: string }> = lineFormat(
  'Packet Generator for packet performance testing. Version: %s{version}\n',
);
