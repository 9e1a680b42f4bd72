/** /proc/PID/ksm_merging_pages and ksm_stat (fs/proc/base.c proc_pid_ksm_stat). */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { TextWriter } from '../../../fs/generated/text-writer.ts';
import type { TaskView } from '../../model/task.ts';

export function ksmMergingPages(out: TextWriter, task: TaskView): Errno | 0 {
  const pages = task.addressSpace.mergingPages();
  if (isErrno(pages)) return pages;
  if (pages !== undefined) out.decimal(pages).newline();
  return 0;
}

export function ksmStat(out: TextWriter, task: TaskView): Errno | 0 {
  const merging = task.addressSpace.samePageMerging();
  if (merging === undefined) return 0;
  if (isErrno(merging)) return merging;
  out.text('ksm_rmap_items ').decimal(merging.reverseMappings).newline();
  if (merging.zeroPages !== undefined) out.text('ksm_zero_pages ').signed(merging.zeroPages).newline();
  if (merging.mergingPages !== undefined) out.text('ksm_merging_pages ').decimal(merging.mergingPages).newline();
  if (merging.profit !== undefined) out.text('ksm_process_profit ').signed(merging.profit).newline();
  if (merging.mergeAny !== undefined) out.text('ksm_merge_any: ').text(merging.mergeAny ? 'yes' : 'no').newline();
  if (merging.mergeable !== undefined) out.text('ksm_mergeable: ').text(merging.mergeable ? 'yes' : 'no').newline();
  return 0;
}
