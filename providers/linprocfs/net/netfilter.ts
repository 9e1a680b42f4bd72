/** net/netfilter/*, net/ip_tables_* and its like, net/xt_recent/*, net/ipt_hashlimit/* and net/ip6t_hashlimit/*. */

import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type {
  HashLimit,
  NetfilterLog,
  NetfilterLogInstance,
  NetfilterQueue,
  RecentAddress,
} from '../../model/network-netfilter.ts';
import type { Ipv4Address, Ipv6Address } from '../../model/network-routes.ts';
import type { Table } from '../../model/network.ts';
import { anyAddress } from './addresses.ts';

/** net/netfilter/nf_log.c seq_show */
export function nfLog(out: TextWriter, families: readonly NetfilterLog[]): void {
  for (const { family, active, available } of families) {
    out.signedPadded(family, 2).space().text(active ?? 'NONE').text(' (');
    for (let index = 0; index < available.length; index++) out.text(index > 0 ? ',' : '').text(available[index] as string);
    out.text(')\n');
  }
}

/** net/netfilter/nfnetlink_log.c seq_show */
export function nfnetlinkLog(out: TextWriter, instances: readonly NetfilterLogInstance[]): void {
  for (const instance of instances) {
    out.decimalPadded(instance.group, 5).space().decimalPadded(instance.port, 6).space();
    out.decimalPadded(instance.queued, 5).space().decimal(instance.copyMode).space().decimalPadded(instance.copyRange, 5).space();
    out.decimalPadded(instance.flushTimeout, 6).space().decimalPadded(instance.references, 2).newline();
  }
}

/** net/netfilter/nfnetlink_queue.c seq_show; the last column is always 1. */
export function nfnetlinkQueue(out: TextWriter, queues: readonly NetfilterQueue[]): void {
  for (const queue of queues) {
    out.decimalPadded(queue.queue, 5).space().decimalPadded(queue.port, 6).space().decimalPadded(queue.queued, 5).space();
    out.decimal(queue.copyMode).space().decimalPadded(queue.copyRange, 5).space().decimalPadded(queue.dropped, 5).space();
    out.decimalPadded(queue.userDropped, 5).space().decimalPadded(queue.lastId, 8).text('  1\n');
  }
}

/** net/netfilter/x_tables.c xt_table_seq_show, xt_match_seq_show, xt_target_seq_show */
export function tableNames(out: TextWriter, names: readonly string[]): void {
  for (const name of names) out.text(name).newline();
}

/** net/netfilter/xt_recent.c recent_seq_show */
export function xtRecent(out: TextWriter, addresses: Table<RecentAddress>): void {
  for (const entry of addresses) {
    anyAddress(out.text('src='), entry.source).text(' ttl: ').decimal(entry.timeToLive);
    out.text(' last_seen: ').decimal(entry.lastSeen).text(' oldest_pkt: ').decimal(entry.next);
    for (let index = 0; index < entry.stamps.length; index++) {
      out.text(index > 0 ? ', ' : ' ').decimal(entry.stamps[index] as number | bigint);
    }
    out.newline();
  }
}

/** net/netfilter/xt_hashlimit.c dl_seq_print */
export function hashLimits(out: TextWriter, limits: Table<HashLimit<Ipv4Address | Ipv6Address>>): void {
  for (const limit of limits) {
    anyAddress(out.signed(limit.expires).space(), limit.source).byte(0x3a).decimal(limit.sourcePort).text('->');
    anyAddress(out, limit.destination).byte(0x3a).decimal(limit.destinationPort).space();
    out.decimal(limit.credit).space().decimal(limit.creditLimit).space().decimal(limit.cost).newline();
  }
}
