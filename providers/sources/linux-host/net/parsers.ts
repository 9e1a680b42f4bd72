/** Which parser reads which file of a network namespace. */

import type { NetworkDirectories, NetworkFiles } from '../../../model/network.ts';
import type { Scanner } from '../scanner.ts';
import * as counters from './parse-counters.ts';
import * as devices from './parse-devices.ts';
import * as multicast from './parse-multicast.ts';
import * as netfilter from './parse-netfilter.ts';
import * as routes from './parse-routes.ts';
import { dotted, groupedAddress6 } from './scan-addresses.ts';
import * as sockets from './parse-sockets.ts';

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
};

/** By directory below PID/net. */
export const ENTRY_PARSERS: { readonly [K in keyof NetworkDirectories]: ParseFile<NetworkDirectories[K]> } = {
  dev_snmp6: counters.parseCounters,
  xt_recent: netfilter.parseXtRecent,
  ipt_hashlimit: netfilter.parseHashLimits(dotted),
  ip6t_hashlimit: netfilter.parseHashLimits(groupedAddress6),
};

function opaque(bytes: Buffer): string {
  return bytes.toString('latin1');
}
