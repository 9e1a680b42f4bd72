/** /proc/PID/net: the network namespace of a process (fs/proc/proc_net.c). */

import type { DirectorySpec } from '../../../fs/generated/spec.ts';
import { ENOENT, EPERM } from '../../../fs/errno.ts';
import type { TaskView } from '../../model/task.ts';
import { directory } from '../directory.ts';
import { nfConntrack, nfConntrackExpect } from './conntrack.ts';
import {
  conntrackStatistics,
  counters24,
  counters32,
  flowTableStatistics,
  mibGroups,
  neighbourStatistics,
  routeCacheStatistics,
  synproxyStatistics,
} from './counters.ts';
import { datagrams6, icmp, raw, udp } from './datagrams.ts';
import { dev } from './dev.ts';
import { connector, devMcast, ntpServers, pnp, psched, ptype, softnetStat } from './devices.ts';
import { NAME_MS, type SubjectOf, namedDirectory, namedFile, namespaceRequired, netDirectory, netFile } from './files.ts';
import { anycast6, igmp, igmp6, ip6MrCache, ip6MrVif, ipMrCache, ipMrVif, mcfilter, mcfilter6 } from './multicast.ts';
import { hashLimits, nfLog, nfnetlinkLog, nfnetlinkQueue, tableNames, xtRecent } from './netfilter.ts';
import { netlink } from './netlink.ts';
import { packet } from './packet.ts';
import { links } from './tree-links.ts';
import { protocolTables } from './tree-protocols.ts';
import { services } from './tree-services.ts';
import { protocols } from './protocols.ts';
import { arp, ifInet6, ip6Flowlabel, ipv6Route, route, rt6Stats, rtAcct, rtCache } from './routes.ts';
import { sockstat, sockstat6 } from './sockstat.ts';
import { tcp, tcp6 } from './tcp.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import { unix } from './unix.ts';

/** The directory. All that is in it depends on which namespace the task is in. */
export function net(subjectOf: SubjectOf): DirectorySpec<TaskView> {
  return directory<TaskView>(
    {
      dev: netFile('dev', 'table', dev),
      dev_mcast: netFile('dev_mcast', 'table', devMcast),
      softnet_stat: netFile('softnet_stat', 'plain', softnetStat),
      ptype: netFile('ptype', 'table', ptype),
      psched: netFile('psched', 'plain', psched),
      connector: netFile('connector', 'plain', connector),
      pnp: netFile('pnp', 'plain', pnp),
      ipconfig: netDirectory('ipconfig', { ntp_servers: netFile('ipconfig/ntp_servers', 'plain', ntpServers) }),

      tcp: netFile('tcp', 'table', tcp),
      tcp6: netFile('tcp6', 'table', tcp6),
      udp: netFile('udp', 'table', udp),
      udp6: netFile('udp6', 'table', datagrams6),
      udplite: netFile('udplite', 'table', udp),
      udplite6: netFile('udplite6', 'table', datagrams6),
      raw: netFile('raw', 'table', raw),
      raw6: netFile('raw6', 'table', datagrams6),
      icmp: netFile('icmp', 'table', icmp),
      icmp6: netFile('icmp6', 'table', datagrams6),
      unix: netFile('unix', 'table', unix),
      packet: netFile('packet', 'table', packet),
      netlink: netFile('netlink', 'table', netlink),
      protocols: netFile('protocols', 'table', protocols),
      sockstat: netFile('sockstat', 'single', sockstat),
      sockstat6: netFile('sockstat6', 'single', sockstat6),

      arp: netFile('arp', 'table', arp),
      route: netFile('route', 'table', route),
      rt_cache: netFile('rt_cache', 'plain', rtCache),
      rt_acct: netFile('rt_acct', 'plain', rtAcct),
      fib_trie: netFile('fib_trie', 'table', opaque),
      fib_triestat: netFile('fib_triestat', 'single', opaque),
      if_inet6: netFile('if_inet6', 'table', ifInet6),
      ipv6_route: netFile('ipv6_route', 'table', ipv6Route),
      rt6_stats: netFile('rt6_stats', 'single', rt6Stats),
      ip6_flowlabel: netFile('ip6_flowlabel', 'table', ip6Flowlabel),
      igmp: netFile('igmp', 'table', igmp),
      igmp6: netFile('igmp6', 'table', igmp6),
      mcfilter: netFile('mcfilter', 'table', mcfilter),
      mcfilter6: netFile('mcfilter6', 'table', mcfilter6),
      anycast6: netFile('anycast6', 'table', anycast6),
      ip_mr_vif: netFile('ip_mr_vif', 'table', ipMrVif),
      ip6_mr_vif: netFile('ip6_mr_vif', 'table', ip6MrVif),
      ip_mr_cache: netFile('ip_mr_cache', 'table', ipMrCache),
      ip6_mr_cache: netFile('ip6_mr_cache', 'table', ip6MrCache),

      snmp: netFile('snmp', 'single', mibGroups),
      netstat: netFile('netstat', 'single', mibGroups),
      snmp6: netFile('snmp6', 'single', counters32),
      dev_snmp6: namedDirectory('dev_snmp6', subjectOf, namedFile('dev_snmp6', 'plain', counters32)),
      xfrm_stat: netFile('xfrm_stat', 'single', counters24),
      tls_stat: netFile('tls_stat', 'single', counters32),
      stat: netDirectory('stat', {
        arp_cache: netFile('stat/arp_cache', 'plain', neighbourStatistics),
        ndisc_cache: netFile('stat/ndisc_cache', 'plain', neighbourStatistics),
        clip_arp_cache: netFile('stat/clip_arp_cache', 'plain', neighbourStatistics),
        rt_cache: netFile('stat/rt_cache', 'plain', routeCacheStatistics),
        nf_conntrack: netFile('stat/nf_conntrack', 'table', conntrackStatistics),
        synproxy: netFile('stat/synproxy', 'table', synproxyStatistics),
        nf_flowtable: netFile('stat/nf_flowtable', 'table', flowTableStatistics),
      }),

      nf_conntrack: netFile('nf_conntrack', 'table', nfConntrack, 0o440),
      nf_conntrack_expect: netFile('nf_conntrack_expect', 'table', nfConntrackExpect, 0o440),
      netfilter: netDirectory('netfilter', {
        nf_log: netFile('netfilter/nf_log', 'table', nfLog),
        nfnetlink_log: netFile('netfilter/nfnetlink_log', 'table', nfnetlinkLog, 0o440),
        nfnetlink_queue: netFile('netfilter/nfnetlink_queue', 'table', nfnetlinkQueue, 0o440),
      }),
      ip_tables_names: netFile('ip_tables_names', 'table', tableNames, 0o440),
      ip_tables_matches: netFile('ip_tables_matches', 'plain', tableNames, 0o440),
      ip_tables_targets: netFile('ip_tables_targets', 'plain', tableNames, 0o440),
      ip6_tables_names: netFile('ip6_tables_names', 'table', tableNames, 0o440),
      ip6_tables_matches: netFile('ip6_tables_matches', 'plain', tableNames, 0o440),
      ip6_tables_targets: netFile('ip6_tables_targets', 'plain', tableNames, 0o440),
      arp_tables_names: netFile('arp_tables_names', 'table', tableNames, 0o440),
      arp_tables_matches: netFile('arp_tables_matches', 'plain', tableNames, 0o440),
      arp_tables_targets: netFile('arp_tables_targets', 'plain', tableNames, 0o440),
      xt_recent: namedDirectory('xt_recent', subjectOf, namedFile('xt_recent', 'commands', xtRecent, 0o644)),
      ipt_hashlimit: namedDirectory('ipt_hashlimit', subjectOf, namedFile('ipt_hashlimit', 'plain', hashLimits)),
      ip6t_hashlimit: namedDirectory('ip6t_hashlimit', subjectOf, namedFile('ip6t_hashlimit', 'plain', hashLimits)),

      ...links(subjectOf),
      ...services(subjectOf),
      ...protocolTables(subjectOf),
    },
    {
      dynamic: namespaceRequired,
      nameMilliseconds: NAME_MS,
      whenGone: ENOENT,
      // The files are not the process's own, so their attributes change as those of /proc's own files do.
      changes: (change) => (change.mode === undefined ? 'ignored' : EPERM),
      changesBelow: () => 'kept',
    },
  );
}

/** What has no grammar is the kernel's own text. */
function opaque(out: TextWriter, text: string): void {
  out.text(text);
}
