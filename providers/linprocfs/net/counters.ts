/** Lists of named counters, and the per-CPU tables of net/stat. */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  ConntrackCpu,
  Counters,
  FlowTableCpu,
  MibGroup,
  NeighbourCpu,
  RouteCacheCpu,
  SynproxyCpu,
} from '../../model/network-counters.ts';

const TAB = 0x09;
const COLON = 0x3a;

/** net/snmp and net/netstat (net/ipv4/proc.c): of each group the names, then the values. */
export function mibGroups(out: TextWriter, groups: readonly MibGroup[]): void {
  for (const { name, counters } of groups) {
    out.text(name).byte(COLON);
    for (const counter of counters.keys()) out.space().text(counter);
    out.newline().text(name).byte(COLON);
    for (const value of counters.values()) out.space().signed(value);
    out.newline();
  }
}

function counterLines(out: TextWriter, counters: Counters, width: number): void {
  for (const [name, value] of counters) out.textLeft(name, width).byte(TAB).decimal(value).newline();
}

/** net/snmp6, net/dev_snmp6/IF (net/ipv6/proc.c), net/tls_stat (net/tls/tls_proc.c), net/sctp/snmp (net/sctp/proc.c). */
export function counters32(out: TextWriter, counters: Counters): void {
  counterLines(out, counters, 32);
}

/** net/xfrm_stat (net/xfrm/xfrm_proc.c) */
export function counters24(out: TextWriter, counters: Counters): void {
  counterLines(out, counters, 24);
}

/** net/stat/arp_cache and the other neighbour tables (net/core/neighbour.c neigh_stat_seq_show). */
export function neighbourStatistics(out: TextWriter, cpus: readonly NeighbourCpu[]): void {
  out.text('entries  allocs   destroys hash_grows lookups  hits     res_failed rcv_probes_mcast rcv_probes_ucast ');
  out.text('periodic_gc_runs forced_gc_runs unresolved_discards table_fulls\n');
  for (const cpu of cpus) {
    out.hexZero(cpu.entries, 8).space().hexZero(cpu.allocations, 8).space().hexZero(cpu.destroys, 8).space();
    out.hexZero(cpu.hashGrows, 8).text('   ').hexZero(cpu.lookups, 8).space().hexZero(cpu.hits, 8).space();
    out.hexZero(cpu.resolutionsFailed, 8).text('   ').hexZero(cpu.multicastProbes, 8).text('         ');
    out.hexZero(cpu.unicastProbes, 8).text('         ').hexZero(cpu.periodicCollections, 8).text('         ');
    out.hexZero(cpu.forcedCollections, 8).text('       ').hexZero(cpu.unresolvedDiscards, 8).text('            ');
    out.hexZero(cpu.tableFulls, 8).newline();
  }
}

/** net/stat/rt_cache (net/ipv4/route.c rt_cpu_seq_show). */
export function routeCacheStatistics(out: TextWriter, cpus: readonly RouteCacheCpu[]): void {
  out.text('entries  in_hit   in_slow_tot in_slow_mc in_no_route in_brd   in_martian_dst in_martian_src out_hit  ');
  out.text('out_slow_tot out_slow_mc gc_total gc_ignored gc_goal_miss gc_dst_overflow in_hlist_search out_hlist_search\n');
  for (const cpu of cpus) {
    out.hexZero(cpu.entries, 8).text(' 00000000 ').hexZero(cpu.inSlowTotal, 8).text('    ');
    out.hexZero(cpu.inSlowMulticast, 8).text('   ').hexZero(cpu.inNoRoute, 8).text('    ').hexZero(cpu.inBroadcast, 8).space();
    out.hexZero(cpu.inMartianDestination, 8).text('       ').hexZero(cpu.inMartianSource, 8).text('       00000000 ');
    out.hexZero(cpu.outSlowTotal, 8).text('     ').hexZero(cpu.outSlowMulticast, 8);
    out.text('    00000000 00000000   00000000     00000000        00000000        00000000\n');
  }
}

/** net/stat/nf_conntrack (net/netfilter/nf_conntrack_standalone.c ct_cpu_seq_show). */
export function conntrackStatistics(out: TextWriter, cpus: readonly ConntrackCpu[]): void {
  out.text('entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  ');
  out.text('expect_new expect_create expect_delete search_restart\n');
  for (const cpu of cpus) {
    out.hexZero(cpu.entries, 8).text('  ').hexZero(cpu.clashesResolved, 8).space().hexZero(cpu.found, 8).text(' 00000000 ');
    out.hexZero(cpu.invalid, 8).text(' 00000000 00000000 ').hexZero(cpu.chainTooLong, 8).space();
    out.hexZero(cpu.inserted, 8).space().hexZero(cpu.insertFailed, 8).space().hexZero(cpu.dropped, 8).space();
    out.hexZero(cpu.earlyDropped, 8).space().hexZero(cpu.errors, 8).text('  ').hexZero(cpu.expectationsNew, 8).space();
    out.hexZero(cpu.expectationsCreated, 8).space().hexZero(cpu.expectationsDeleted, 8).space();
    out.hexZero(cpu.searchRestarts, 8).newline();
  }
}

/** net/stat/synproxy (net/netfilter/nf_synproxy_core.c synproxy_cpu_seq_show). */
export function synproxyStatistics(out: TextWriter, cpus: readonly SynproxyCpu[]): void {
  out.text('entries\t\tsyn_received\tcookie_invalid\tcookie_valid\tcookie_retrans\tconn_reopened\n');
  for (const cpu of cpus) {
    out.text('00000000\t').hexZero(cpu.synReceived, 8).byte(TAB).hexZero(cpu.cookieInvalid, 8).byte(TAB);
    out.hexZero(cpu.cookieValid, 8).byte(TAB).hexZero(cpu.cookieRetransmitted, 8).byte(TAB).hexZero(cpu.reopened, 8).newline();
  }
}

/** net/stat/nf_flowtable (net/netfilter/nf_flow_table_procfs.c). */
export function flowTableStatistics(out: TextWriter, cpus: readonly FlowTableCpu[]): void {
  out.text('wq_add   wq_del   wq_stats\n');
  for (const cpu of cpus) {
    out.signedPadded(cpu.added, 8).space().signedPadded(cpu.deleted, 8).space().signedPadded(cpu.statistics, 8).newline();
  }
}
