/** Attributes of /sys/fs: fs/ext4/sysfs.c, fs/xfs/xfs_sysfs.c, fs/btrfs/sysfs.c and their relatives. */

import { CAP_SYS_ADMIN } from '../../../fs/caller.ts';
import {
  type SysfsTable,
  decimal,
  each,
  fields,
  inUnit,
  line,
  needs,
  secretWritable,
  tabular,
  trigger,
  words,
  writable,
} from './row.ts';

/** A name and as many counters as it has. */
const XFS_STATISTICS = tabular(`%s${' %u'.repeat(32)}`);

export const FILE_SYSTEMS: SysfsTable = {
  'fs/ext4/features': { '*': line() },
  'fs/ext4/*': {
    ...each(
      decimal(),
      'delayed_allocation_blocks errors_count first_error_block first_error_errcode first_error_ino first_error_line last_error_block last_error_errcode last_error_ino last_error_line lifetime_write_kbytes max_writeback_mb_bump msg_count session_write_kbytes sra_exceeded_retry_limit warning_count',
    ),
    ...each(inUnit('seconds'), 'first_error_time last_error_time'),
    ...each(line(), 'first_error_func last_error_func journal_task'),
    ...each(
      writable(decimal()),
      'err_ratelimit_burst err_ratelimit_interval_ms extent_max_zeroout_kb inode_goal inode_readahead_blks last_trim_minblks mb_best_avail_max_trim_order mb_group_prealloc mb_max_inode_prealloc mb_max_linear_groups mb_max_to_scan mb_min_to_scan mb_order2_req mb_prefetch mb_prefetch_limit mb_stats mb_stream_req msg_ratelimit_burst msg_ratelimit_interval_ms reserved_clusters sb_update_kb sb_update_sec simulate_fail warning_ratelimit_burst warning_ratelimit_interval_ms',
    ),
    ...needs(CAP_SYS_ADMIN, { trigger_fs_error: trigger() }),
  },
  'fs/erofs/features': { '*': line() },
  'fs/erofs/*': { ...each(writable(decimal()), 'sync_decompress drop_caches dir_ra_bytes') },
  'fs/btrfs/features': {
    '*': decimal(),
    ...each(words(), 'supported_checksums supported_rescue_options supported_sectorsizes'),
  },
  'fs/btrfs/*': {
    ...each(decimal(), 'clone_alignment exclusive_operation_id generation nodesize quota_override sectorsize temp_fsid'),
    ...each(writable(line()), 'label read_policy bg_reclaim_threshold'),
    ...each(line(), 'checksum exclusive_operation metadata_uuid'),
    commit_stats: tabular('%s %u'),
  },
  'fs/btrfs/*/features': { '*': decimal() },
  'fs/btrfs/*/allocation': { ...each(decimal(), 'global_rsv_reserved global_rsv_size') },
  'fs/btrfs/*/allocation/*': { '*': decimal() },
  'fs/btrfs/*/allocation/*/*': { '*': decimal() },
  'fs/btrfs/*/devinfo/#': {
    ...each(decimal(), 'in_fs_metadata missing replace_target scrub_speed_max writeable'),
    error_stats: tabular('%s %u'),
    fsid: line(),
  },
  'fs/xfs/stats': { stats: XFS_STATISTICS, stats_clear: trigger() },
  'fs/xfs/*/stats': { stats: XFS_STATISTICS, stats_clear: trigger() },
  'fs/xfs/*/log': {
    log_head_lsn: fields('%u:%u'),
    log_tail_lsn: fields('%u:%u'),
    ...each(decimal(), 'reserve_grant_head_bytes write_grant_head_bytes'),
  },
  'fs/xfs/*/error/**': { ...each(writable(decimal()), 'fail_at_unmount max_retries retry_timeout_seconds') },
  'fs/f2fs/features': { '*': line() },
  'fs/f2fs/*': { '*': secretWritable(line()) },
  'fs/tmpfs/features': { '*': line() },
  'fs/fuse/features': { '*': line() },
  'fs/nilfs2/features': { revision: line() },
};
