/** Which parser reads which file of a network namespace. */

import type { NetworkDirectories, NetworkFiles } from '../../../model/network.ts';
import type { Scanner } from '../scanner.ts';
import type { U64 } from '../../../../fs/u64.ts';
import { CAN_RESET } from '../../../linprocfs/net/can.ts';
import * as tables from '../../../linprocfs/net/tables.ts';
import * as afs from './parse-afs.ts';
import * as radio from './parse-amateur-radio.ts';
import * as atm from './parse-atm.ts';
import * as can from './parse-can.ts';
import * as ipVs from './parse-ip-vs.ts';
import * as kcm from './parse-kcm.ts';
import * as pktgen from './parse-pktgen.ts';
import * as rpc from './parse-rpc.ts';
import * as sctp from './parse-sctp.ts';
import * as counters from './parse-counters.ts';
import * as devices from './parse-devices.ts';
import * as links from './parse-links.ts';
import * as multicast from './parse-multicast.ts';
import * as netfilter from './parse-netfilter.ts';
import * as routes from './parse-routes.ts';
import * as sockets from './parse-sockets.ts';
import { dotted, groupedAddress6 } from './scan-addresses.ts';
import { parseRecord, parseTable } from './scan-line.ts';

/** Makes a value of a file's bytes, which it may keep, or of a scanner over them. */
export type ParseFile<T> = (bytes: Buffer, scanner: Scanner) => T;

/** By path below PID/net. */
export const FILE_PARSERS: { readonly [K in keyof NetworkFiles]: ParseFile<NetworkFiles[K]> } = {
  dev: devices.parseDev,
  dev_mcast: devices.parseDevMcast,
  softnet_stat: devices.parseSoftnetStat,
  ptype: devices.parsePtype,
  psched: devices.parsePsched,
  connector: devices.parseConnector,
  pnp: devices.parsePnp,
  'ipconfig/ntp_servers': devices.parseNtpServers,
  tcp: sockets.parseTcp,
  tcp6: sockets.parseTcp6,
  udp: sockets.parseDatagrams,
  udp6: sockets.parseDatagrams6,
  udplite: sockets.parseDatagrams,
  udplite6: sockets.parseDatagrams6,
  raw: sockets.parseDatagrams,
  raw6: sockets.parseDatagrams6,
  icmp: sockets.parseDatagrams,
  icmp6: sockets.parseDatagrams6,
  unix: sockets.parseUnix,
  packet: sockets.parsePacket,
  netlink: sockets.parseNetlink,
  protocols: sockets.parseProtocols,
  sockstat: sockets.parseSockstat,
  sockstat6: sockets.parseSockstat6,
  arp: routes.parseArp,
  route: routes.parseRoute,
  rt_cache: () => [],
  rt_acct: routes.parseRtAcct,
  fib_trie: opaque,
  fib_triestat: opaque,
  if_inet6: routes.parseIfInet6,
  ipv6_route: routes.parseIpv6Route,
  rt6_stats: routes.parseRt6Stats,
  ip6_flowlabel: routes.parseIp6Flowlabel,
  igmp: multicast.parseIgmp,
  igmp6: multicast.parseIgmp6,
  mcfilter: multicast.parseMcfilter,
  mcfilter6: multicast.parseMcfilter6,
  anycast6: multicast.parseAnycast6,
  ip_mr_vif: multicast.parseIpMrVif,
  ip6_mr_vif: multicast.parseIp6MrVif,
  ip_mr_cache: multicast.parseIpMrCache,
  ip6_mr_cache: multicast.parseIp6MrCache,
  snmp: counters.parseMibGroups,
  netstat: counters.parseMibGroups,
  snmp6: counters.parseCounters,
  xfrm_stat: counters.parseCounters,
  tls_stat: counters.parseCounters,
  'stat/arp_cache': counters.parseNeighbourStatistics,
  'stat/ndisc_cache': counters.parseNeighbourStatistics,
  'stat/clip_arp_cache': counters.parseNeighbourStatistics,
  'stat/rt_cache': counters.parseRouteCacheStatistics,
  'stat/nf_conntrack': counters.parseConntrackStatistics,
  'stat/synproxy': counters.parseSynproxyStatistics,
  'stat/nf_flowtable': counters.parseFlowTableStatistics,
  nf_conntrack: netfilter.parseConntrack,
  nf_conntrack_expect: netfilter.parseConntrackExpect,
  'netfilter/nf_log': netfilter.parseNfLog,
  'netfilter/nfnetlink_log': netfilter.parseNfnetlinkLog,
  'netfilter/nfnetlink_queue': netfilter.parseNfnetlinkQueue,
  ip_tables_names: netfilter.parseNames,
  ip_tables_matches: netfilter.parseNames,
  ip_tables_targets: netfilter.parseNames,
  ip6_tables_names: netfilter.parseNames,
  ip6_tables_matches: netfilter.parseNames,
  ip6_tables_targets: netfilter.parseNames,
  arp_tables_names: netfilter.parseNames,
  arp_tables_matches: netfilter.parseNames,
  arp_tables_targets: netfilter.parseNames,
  'vlan/config': links.parseVlanConfig,
  wireless: links.parseWireless,
  pppoe: parseTable(tables.PPPOE),
  pppol2tp: links.parseL2tp,
  'sctp/snmp': counters.parseCounters,
  'sctp/eps': sctp.parseSctpEndpoints,
  'sctp/assocs': sctp.parseSctpAssociations,
  'sctp/remaddr': parseTable(tables.SCTP_REMADDR),
  'sctp/sctp_dbg_objcnt': parseTable(tables.SCTP_OBJECTS),
  ip_vs: ipVs.parseIpVs,
  ip_vs_app: parseTable(tables.IP_VS_APP),
  ip_vs_conn: ipVs.parseIpVsConn,
  ip_vs_conn_sync: ipVs.parseIpVsConnSync,
  ip_vs_stats: ipVs.parseIpVsStats,
  ip_vs_stats_percpu: ipVs.parseIpVsStatsPercpu,
  'rpc/nfs': rpc.parseRpcClient,
  'rpc/nfsd': rpc.parseNfsd,
  'rpc/use-gss-proxy': (_bytes, scanner) => ({ state: scanner.signed() }),
  'rpc/gss_krb5_enctypes': rpc.parseEncryptionTypes,
  'rpc/auth.unix.ip/flush': time,
  'rpc/auth.unix.gid/flush': time,
  'rpc/auth.rpcsec.init/flush': time,
  'rpc/auth.rpcsec.context/flush': time,
  'rpc/nfsd.export/flush': time,
  'rpc/nfsd.fh/flush': time,
  'rpc/nfs4.idtoname/flush': time,
  'rpc/nfs4.nametoid/flush': time,
  'rpc/auth.unix.ip/content': rpc.parseCacheContent,
  'rpc/auth.unix.gid/content': rpc.parseCacheContent,
  'rpc/nfsd.export/content': rpc.parseNfsdExports,
  'rpc/nfsd.fh/content': rpc.parseCacheContent,
  'rpc/nfs4.idtoname/content': rpc.parseCacheContent,
  'rpc/nfs4.nametoid/content': rpc.parseCacheContent,
  'nfsfs/servers': rpc.parseNfsServers,
  'nfsfs/volumes': rpc.parseNfsVolumes,
  'pktgen/pgctrl': parseRecord(tables.PKTGEN_VERSION),
  'rxrpc/calls': parseTable(tables.RXRPC_CALLS),
  'rxrpc/conns': parseTable(tables.RXRPC_CONNECTIONS),
  'rxrpc/bundles': parseTable(tables.RXRPC_BUNDLES),
  'rxrpc/peers': parseTable(tables.RXRPC_PEERS),
  'rxrpc/locals': parseTable(tables.RXRPC_LOCALS),
  'rxrpc/stats': afs.parseLabelledCounters(0),
  'afs/cells': parseTable(tables.AFS_CELLS),
  'afs/rootcell': afs.parseLines,
  'afs/servers': afs.parseAfsServers,
  'afs/stats': afs.parseLabelledCounters(1),
  'afs/sysname': afs.parseLines,
  'afs/addr_prefs': afs.parseAfsAddressPreferences,
  pfkey: parseTable(tables.PFKEY),
  hci: parseTable(tables.BLUETOOTH),
  l2cap: parseTable(tables.BLUETOOTH),
  sco: parseTable(tables.BLUETOOTH),
  rfcomm: parseTable(tables.BLUETOOTH),
  bnep: parseTable(tables.BLUETOOTH),
  hidp: parseTable(tables.BLUETOOTH),
  cmtp: parseTable(tables.BLUETOOTH),
  iso: parseTable(tables.BLUETOOTH),
  phonet: parseTable(tables.PHONET),
  pnresource: parseTable(tables.PNRESOURCE),
  'llc/socket': parseTable(tables.LLC_SOCKET),
  'llc/core': parseTable(tables.LLC_CORE),
  'atalk/interface': parseTable(tables.ATALK_INTERFACE),
  'atalk/route': radio.parseAtalkRoute,
  'atalk/socket': parseTable(tables.ATALK_SOCKET),
  'atalk/arp': radio.parseAtalkArp,
  ax25: radio.parseAx25,
  ax25_route: parseTable(tables.AX25_ROUTE),
  ax25_calls: radio.parseAx25Calls,
  nr: parseTable(tables.NR),
  nr_nodes: radio.parseNrNodes,
  nr_neigh: parseTable(tables.NR_NEIGH),
  rose: parseTable(tables.ROSE),
  rose_nodes: parseTable(tables.ROSE_NODES),
  rose_neigh: parseTable(tables.ROSE_NEIGH),
  rose_routes: parseTable(tables.ROSE_ROUTES),
  bpqether: radio.parseBpqether,
  yam: parseTable(tables.YAM),
  'x25/route': parseTable(tables.X25_ROUTE),
  'x25/socket': parseTable(tables.X25_SOCKET),
  'x25/forward': parseTable(tables.X25_FORWARD),
  'can/stats': can.parseCanStats,
  'can/reset_stats': parseRecord(CAN_RESET),
  'can/rcvlist_all': can.parseCanReceivers,
  'can/rcvlist_fil': can.parseCanReceivers,
  'can/rcvlist_inv': can.parseCanReceivers,
  'can/rcvlist_eff': can.parseCanReceivers,
  'can/rcvlist_sff': can.parseCanReceivers,
  'can/rcvlist_err': can.parseCanReceivers,
  kcm: kcm.parseKcm,
  kcm_stats: kcm.parseKcmStats,
  'atm/devices': atm.parseAtmDevices,
  'atm/pvc': atm.parseAtmPvc,
  'atm/svc': atm.parseAtmSvc,
  'atm/vc': atm.parseAtmVc,
  'atm/arp': atm.parseAtmArp,
  'atm/lec': atm.parseAtmLec,
  'atm/mpc': atm.parseAtmMpc,
  'atm/br2684': atm.parseAtmBr2684,
};

/** By directory below PID/net. */
export const ENTRY_PARSERS: { readonly [K in keyof NetworkDirectories]: ParseFile<NetworkDirectories[K]> } = {
  dev_snmp6: counters.parseCounters,
  xt_recent: netfilter.parseXtRecent,
  ipt_hashlimit: netfilter.parseHashLimits(dotted),
  ip6t_hashlimit: netfilter.parseHashLimits(groupedAddress6),
  vlan: links.parseVlanInterface,
  bonding: links.parseBond,
  pktgen: pktgen.parsePktgen,
  'can-bcm': can.parseCanBroadcast,
  'afs/*/vlservers': afs.parseAfsVolumeServers,
  'afs/*/volumes': parseTable(tables.AFS_VOLUMES),
};

function time(_bytes: Buffer, scanner: Scanner): U64 {
  return scanner.decimal();
}

function opaque(bytes: Buffer): string {
  return bytes.toString('latin1');
}
