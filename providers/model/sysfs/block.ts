/** Attributes of block devices: block/genhd.c, blk-sysfs.c, partitions/core.c, mm/backing-dev.c, drivers/block. */

import {
  type SysfsTable,
  bare,
  choice,
  closedChoice,
  decimal,
  device,
  each,
  fields,
  hex,
  inUnit,
  line,
  mode,
  notifying,
  ranges,
  secret,
  tabular,
  trigger,
  words,
  writable,
} from './row.ts';

/** Reads, writes, discards and flushes; on older kernels without the last ones. */
const STATISTICS = fields('%8u %8u %8u %8u %8u %8u %8u %8u %8u %8u %8u %8u %8u %8u %8u %8u %8u');

const QUEUE = {
  ...each(
    decimal(),
    'atomic_write_boundary_bytes atomic_write_max_bytes atomic_write_unit_max_bytes atomic_write_unit_min_bytes chunk_sectors dax discard_granularity discard_max_hw_bytes discard_zeroes_data dma_alignment fua hw_sector_size logical_block_size max_active_zones max_discard_segments max_hw_sectors_kb max_hw_wzeroes_unmap_sectors max_integrity_segments max_open_zones max_segment_size max_segments max_write_streams minimum_io_size nr_zones optimal_io_size physical_block_size virt_boundary_mask write_same_max_bytes write_stream_granularity write_zeroes_max_bytes write_zeroes_unmap_max_hw_bytes zone_append_max_bytes zone_write_granularity zoned_qd1_writes',
  ),
  ...each(
    writable(decimal()),
    'add_random async_depth discard_max_bytes io_poll io_poll_delay io_timeout iostats iostats_passthrough max_sectors_kb nomerges nr_requests read_ahead_kb rotational rq_affinity stable_writes throttle_sample_time wbt_lat_usec write_zeroes_unmap_max_bytes',
  ),
  scheduler: writable(closedChoice()),
  write_cache: writable(line()),
  zoned: line(),
};

const SCHEDULER = {
  ...each(
    writable(decimal()),
    'async_depth back_seek_max back_seek_penalty fifo_batch fifo_expire_async fifo_expire_sync front_merges low_latency max_budget prio_aging_expire read_expire read_lat_nsec slice_idle slice_idle_us strict_guarantees timeout_sync write_expire write_lat_nsec writes_starved',
  ),
};

export const BLOCK: SysfsTable = {
  '@block': {
    ...each(decimal(), 'alignment_offset discard_alignment diskseq ext_range hidden partition partscan range removable ro start'),
    size: inUnit('sectors'),
    start: inUnit('sectors'),
    capability: hex(1, ''),
    stat: STATISTICS,
    inflight: fields('%8u %8u'),
    ...each(line(), 'events events_async'),
    events_poll_msecs: writable(decimal()),
    'make-it-fail': writable(decimal()),
    badblocks: line(),
    // virtio_blk
    serial: bare(line()),
    cache_type: line(),
    // zram
    ...each(writable(decimal()), 'disksize writeback_limit_enable writeback_limit'),
    ...each(mode(0o200, { kind: 'nothing', mode: 0o200 }), 'algorithm_params compact idle mem_limit mem_used_max recomp_algorithm recompress reset writeback'),
    initstate: decimal(),
    comp_algorithm: writable(closedChoice()),
    recomp_algorithm: writable(tabular('#%u: %s')),
    io_stat: fields('%8u %8u %u %8u'),
    mm_stat: fields('%8u %8u %8u %8u %8u %8u %8u %8u %8u'),
    bd_stat: fields('%8u %8u %8u'),
    debug_stat: tabular('%u %8u', 'version: 1'),
    backing_dev: writable(line()),
    // nvme
    ...each(line(), 'nguid uuid wwid'),
    eui: line(),
    nsid: decimal(),
    csi: decimal(),
    metadata_bytes: decimal(),
    nuse: decimal(),
    ...each(decimal(), 'passthru_err_log_enabled'),
    queue_depth: decimal(),
    numa_nodes: ranges(),
  },
  '@block/queue': QUEUE,
  '@block/queue/iosched': SCHEDULER,
  '@block/queue/crypto': each(decimal(), 'max_dun_bits num_keyslots'),
  '@block/queue/crypto/modes': { '*': hex() },
  '@block/queue/independent_access_ranges/#': each(inUnit('sectors'), 'nr_sectors sector'),
  '@block/mq/#': { nr_reserved_tags: decimal(), nr_tags: decimal(), cpu_list: words(', ') },
  '@block/trace': {
    enable: writable(decimal()),
    ...each(writable(line()), 'act_mask pid start_lba end_lba'),
  },
  '@block/integrity': {
    ...each(decimal(), 'device_is_integrity_capable protection_interval_bytes tag_size'),
    ...each(writable(decimal()), 'read_verify write_generate'),
    format: line(),
  },
  '@block/loop': {
    ...each(decimal(), 'autoclear dio offset partscan sizelimit'),
    backing_file: line(),
  },
  '@block/dm': {
    ...each(line(), 'name uuid'),
    suspended: decimal(),
    use_blk_mq: decimal(),
    rq_based_seq_io_merge_deadline: writable(decimal()),
  },
  '@block/md': {
    ...each(
      writable(line()),
      'array_size bitmap_set_bits component_size consistency_policy fail_last_dev layout level metadata_version new_dev raid_disks reshape_direction reshape_position resync_start safe_mode_delay chunk_size serialize_policy logical_block_size',
    ),
    ...each(line(), 'mismatch_cnt last_sync_action uuid'),
    ...each(notifying(line()), 'degraded sync_completed'),
    ...each(notifying(writable(line())), 'array_state sync_action'),
    ...each(writable(line()), 'sync_force_parallel sync_max sync_min sync_speed_max sync_speed_min suspend_hi suspend_lo stripe_cache_size group_thread_cnt preread_bypass_threshold rmw_level skip_copy stripe_size'),
    ...each(line(), 'stripe_cache_active sync_speed'),
  },
  '@bdi': {
    ...each(writable(decimal()), 'max_bytes max_ratio max_ratio_fine min_bytes min_ratio min_ratio_fine strict_limit'),
    read_ahead_kb: writable(inUnit('KiB')),
    stable_pages_required: decimal(),
  },
  '@nvme': {
    ...each(decimal(), 'cntlid numa_node queue_count sqsize kato nuse'),
    ...each(line(), 'address cntrltype dctype firmware_rev model serial state subsysnqn transport hostid hostnqn'),
    ...each(trigger(), 'rescan_controller reset_controller delete_controller'),
    ...each(writable(line()), 'cmb cmbloc cmbsz hmb ctrl_loss_tmo reconnect_delay fast_io_fail_tmo passthru_err_log_enabled adm_passthru_err_log_enabled'),
    dev: device(),
  },
  '@nvme-subsystem': {
    ...each(line(), 'firmware_rev model serial state subsysnqn subsystype'),
    iopolicy: writable(choice()),
  },
  'class/zram-control': { hot_add: secret(decimal()), hot_remove: trigger() },
  '@mmc': {
    ...each(
      line(),
      'cid csd date fwrev hwrev manfid name oemid ocr prv raw_rpmb_size_mult rel_sectors serial ssr type scr dsr preferred_erase_size erase_size enhanced_area_offset enhanced_area_size ffu_capable life_time pre_eol_info rca cmdq_en',
    ),
  },
  '@mmc_host': { ...each(writable(decimal()), 'claim') },
  '@ubi': { ...each(decimal(), 'avail_eraseblocks bad_peb_count bgt_enabled eraseblock_size max_ec max_vol_count min_io_size mtd_num reserved_for_bad ro_mode total_eraseblocks volumes_count') },
  '@mtd': {
    ...each(decimal(), 'bitflip_threshold ecc_step_size ecc_strength erasesize numeraseregions oobavail oobsize size subpagesize writesize bad_blocks bbt_blocks corrected_bits ecc_failures'),
    flags: hex(),
    ...each(line(), 'name type'),
  },
};
