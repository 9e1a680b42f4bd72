/** Attributes of memory: drivers/base/memory.c, node.c, mm/. */

import {
  type SysfsTable,
  choice,
  counts,
  decimal,
  each,
  flag,
  hex,
  inUnit,
  line,
  mask,
  memory,
  mode,
  nothing,
  ranges,
  secret,
  secretWritable,
  tabular,
  trigger,
  words,
  writable,
} from './row.ts';

const HUGE_PAGES = {
  ...each(decimal(), 'free_hugepages resv_hugepages surplus_hugepages'),
  ...each(writable(decimal()), 'nr_hugepages nr_hugepages_mempolicy nr_overcommit_hugepages'),
  demote: trigger(),
  demote_size: writable(inUnit('KiB', decimal('kB'))),
};

const HUGE_STATISTICS = each(
  decimal(),
  'anon_fault_alloc anon_fault_declined anon_fault_fallback anon_fault_fallback_charge nr_anon nr_anon_partially_mapped shmem_alloc shmem_fallback shmem_fallback_charge split split_deferred split_failed swpin swpin_fallback swpin_fallback_charge swpout swpout_fallback zswpin zswpout',
);

const SLAB = {
  ...each(secret(decimal()), 'aliases align cache_dma destroy_by_rcu hwcache_align object_size objs_per_slab order poison reclaim_account red_zone sanity_checks sheaf_capacity slab_size store_user trace usersize'),
  ...each(secretWritable(decimal()), 'cpu_partial min_partial remote_node_defrag_ratio failslab skip_kfence'),
  ...each(secret(counts()), 'cpu_slabs objects objects_partial partial slabs total_objects slabs_cpu_partial'),
  ...each(
    secretWritable(counts()),
    'alloc_fastpath alloc_from_partial alloc_node_mismatch alloc_refill alloc_slab alloc_slowpath cmpxchg_double_cpu_fail cmpxchg_double_fail cpu_partial_alloc cpu_partial_drain cpu_partial_free cpu_partial_node cpuslab_flush deactivate_bypass deactivate_empty deactivate_full deactivate_remote_frees deactivate_to_head deactivate_to_tail free_add_partial free_fastpath free_frozen free_remove_partial free_slab free_slowpath order_fallback',
  ),
  ...each(secretWritable(nothing()), 'shrink validate'),
  ctor: secret({ kind: 'line', mode: 0o400 }),
};

export const MEMORY: SysfsTable = {
  'devices/system/memory': {
    auto_online_blocks: writable(line()),
    block_size_bytes: hex(1, ''),
    crash_hotplug: decimal(),
    ...each(trigger(), 'probe soft_offline_page hard_offline_page'),
  },
  '@memory': {
    online: writable(decimal()),
    phys_index: hex(8, ''),
    phys_device: decimal(),
    removable: decimal(),
    state: writable(line()),
    valid_zones: words(),
  },
  'devices/system/node': {
    ...each(ranges(), 'online possible has_cpu has_memory has_normal_memory has_high_memory has_generic_initiator'),
  },
  '@node': {
    cpumap: mask(),
    cpulist: ranges(),
    distance: words(),
    meminfo: memory(),
    numastat: tabular('%s %u'),
    vmstat: tabular('%s %u'),
    compact: trigger(),
    reclaim: trigger(),
  },
  '@node/hugepages/*': HUGE_PAGES,
  '@node/memory_side_cache/index#': each(decimal(), 'indexing line_size size write_policy'),
  '@node/access#/initiators': each(decimal(), 'read_bandwidth read_latency write_bandwidth write_latency'),
  '@memory_tiering': { nodelist: ranges() },
  'kernel/mm/hugepages/*': HUGE_PAGES,
  'kernel/mm/transparent_hugepage': {
    ...each(writable(choice()), 'defrag enabled shmem_enabled'),
    hpage_pmd_size: inUnit('bytes'),
    ...each(writable(decimal()), 'anon_beside_full shrink_underused split_underused_thp use_zero_page'),
  },
  'kernel/mm/transparent_hugepage/khugepaged': {
    ...each(decimal(), 'full_scans pages_collapsed'),
    ...each(writable(inUnit('ms')), 'alloc_sleep_millisecs scan_sleep_millisecs'),
    ...each(writable(decimal()), 'defrag max_ptes_none max_ptes_shared max_ptes_swap pages_to_scan'),
  },
  'kernel/mm/transparent_hugepage/*': each(writable(choice()), 'enabled shmem_enabled'),
  'kernel/mm/transparent_hugepage/*/stats': HUGE_STATISTICS,
  'kernel/mm/ksm': {
    ...each(
      decimal(),
      'full_scans general_profit ksm_zero_pages pages_scanned pages_shared pages_sharing pages_skipped pages_unshared pages_volatile stable_node_chains stable_node_dups',
    ),
    ...each(
      writable(decimal()),
      'advisor_max_cpu advisor_max_pages_to_scan advisor_min_pages_to_scan advisor_target_scan_time max_page_sharing merge_across_nodes pages_to_scan run sleep_millisecs smart_scan stable_node_chains_prune_millisecs use_zero_pages',
    ),
    advisor_mode: writable(choice()),
  },
  'kernel/mm/cma/*': each(decimal(), 'alloc_pages_fail alloc_pages_success available_pages release_pages_success total_pages'),
  'kernel/mm/lru_gen': { enabled: writable(hex(4)), min_ttl_ms: writable(inUnit('ms')) },
  'kernel/mm/numa': { demotion_enabled: writable(flag('true', 'false')) },
  'kernel/mm/swap': { vma_ra_enabled: writable(flag('true', 'false')) },
  'kernel/mm/page_idle': { bitmap: mode(0o600, { kind: 'binary', mode: 0o600 }) },
  'kernel/mm/mempolicy/weighted_interleave': {
    auto: mode(0o664, flag('true', 'false')),
    __auto_type: mode(0o664, flag('true', 'false')),
    'node#': writable(decimal()),
  },
  'kernel/slab/*': SLAB,
  'kernel/mm/damon/admin/kdamonds/**': {
    ...each(
      secretWritable(decimal()),
      'access_bp addr_unit age_permil aggr_us aggrs apply_interval_us bytes current_value damon_target_idx end high interval_us low max max_sample_us mid min min_sample_us ms nid nr_accesses_permil nr_contexts nr_dests nr_filters nr_goals nr_kdamonds nr_regions nr_schemes nr_targets obsolete_target pid_target addr_end addr_start refresh_ms reset_interval_ms sample_us start sz_permil target_nid target_value update_us weight id',
    ),
    ...each(
      secret(decimal()),
      'age effective_bytes nr_accesses nr_applied nr_snapshots nr_tried pid qt_exceeds sz_applied sz_filter_passed sz_ops_filter_passed sz_tried total_bytes max_nr_snapshots',
    ),
    ...each(secretWritable(flag('Y', 'N')), 'allow matching'),
    ...each(secretWritable(line()), 'action memcg_path metric operations state target_metric type path'),
    avail_operations: secret({ kind: 'words', separator: '\n', mode: 0o400 }),
  },
  'kernel/mm/damon/admin/kdamonds': { nr_kdamonds: secretWritable(decimal()) },
};
