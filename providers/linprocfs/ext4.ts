/** /proc/fs/ext4/DEVICE (fs/ext4/sysfs.c, mballoc.c, extents_status.c, fast_commit.c). */

import { EIO, type Errno } from '../../fs/errno.ts';
import { type DirectorySpec, type FileSpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { Ext4, Statistic } from '../model/file-systems.ts';
import { type Named, directory } from './directory.ts';

const TAB = 0x09;

/** A file about one file system. */
function about(name: string, print: (out: TextWriter, ext4: Ext4) => void): FileSpec<Named> {
  const fill = (out: TextWriter, { kernel, name: device }: Named): Errno | 0 => {
    const ext4 = kernel.ext4(device);
    if (!ext4) return EIO;
    print(out, ext4);
    return 0;
  };
  return file<Named>(0o444, fill, { exists: ({ kernel, name: device }) => kernel.ext4(device)?.has(name) ?? false });
}

function options(out: TextWriter, ext4: Ext4): void {
  for (const option of ext4.options()) out.text(option).newline();
}

function extentStatus(out: TextWriter, ext4: Ext4): void {
  const status = ext4.extentStatus();
  out.text('stats:\n  ').signed(status.objects).text(' objects\n  ').signed(status.reclaimable);
  out.text(' reclaimable objects\n  ').signed(status.hits).byte(0x2f).signed(status.misses).text(' cache hits/misses\n');
  if (status.inodes !== undefined) out.text('  ').signed(status.inodes).text(' inodes on list\n');
  out.text('average:\n  ').decimal(status.scanTime).text(' us scan time\n  ').decimal(status.shrunk).text(' shrunk objects\n');
  const { largest } = status;
  if (!largest) return;
  out.text('maximum:\n  ').decimal(largest.inode).text(' inode (').decimal(largest.objects).text(' objects, ');
  out.decimal(largest.reclaimable).text(' reclaimable)\n  ').decimal(largest.scanTime).text(' us max scan time\n');
}

function fastCommits(out: TextWriter, ext4: Ext4): void {
  const { commits, ineligible, blocks, averageTime, reasons } = ext4.fastCommits();
  out.text('fc stats:\n').decimal(commits).text(' commits\n').decimal(ineligible).text(' ineligible\n');
  out.decimal(blocks).text(' numblks\n').decimal(averageTime).text('us avg_commit_time\nIneligible reasons:\n');
  for (const [reason, count] of reasons) out.byte(0x22).text(reason).text('":\t').signed(count).newline();
}

/** The header goes as far as the orders that the kernel counts at most. */
function blockGroups(out: TextWriter, ext4: Ext4): void {
  const groups = ext4.blockGroups();
  out.text('#group: free  frags first [ 2^0   2^1   2^2   2^3   2^4   2^5   2^6  ');
  out.text(' 2^7   2^8   2^9   2^10  2^11  2^12  2^13  ]\n');
  for (const group of groups) {
    out.byte(0x23).decimalLeft(group.number, 5).text(': ');
    if (group.error !== undefined) {
      out.text(group.error).newline();
      continue;
    }
    out.decimalLeft(group.free, 5).space().decimalLeft(group.fragments, 5).space().decimalLeft(group.first, 5).text(' [');
    for (const count of group.counts) out.space().decimalLeft(count, 5);
    out.text(group.corrupt ? ' ] Block bitmap corrupted!\n' : ' ]\n');
  }
}

function statistics(out: TextWriter, lines: readonly Statistic[]): void {
  for (const { depth, name, values } of lines) {
    out.repeat(TAB, depth).text(name).byte(0x3a);
    for (let index = 0; index < values.length; index++) {
      out.byte(index === 0 ? 0x20 : 0x2f).decimal(values[index] as number);
    }
    out.newline();
  }
}

function allocator(out: TextWriter, ext4: Ext4): void {
  out.text('mballoc:\n');
  const lines = ext4.allocator();
  if (lines) statistics(out, lines);
  else out.text('\tmb stats collection turned off.\n\tTo enable, please write "1" to sysfs file mb_stats.\n');
}

/** The directory of one file system. */
export const ext4Directory: DirectorySpec<Named> = directory<Named>({
  options: about('options', options),
  es_shrinker_info: about('es_shrinker_info', extentStatus),
  fc_info: about('fc_info', fastCommits),
  mb_groups: about('mb_groups', blockGroups),
  mb_stats: about('mb_stats', allocator),
  mb_structs_summary: about('mb_structs_summary', (out, ext4) => statistics(out, ext4.allocatorLists())),
});
