/** /proc/fs: what file systems tell of themselves. */

import { EIO, type Errno } from '../../fs/errno.ts';
import { type DirectorySpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import { type Named, directory, fixedLink, namedEntries } from './directory.ts';
import { ext4Directory } from './ext4.ts';

/** /proc/fs/jbd2/NAME/info (fs/jbd2/journal.c jbd2_seq_info_show). */
function journalInfo(out: TextWriter, { kernel, name }: Named): Errno | 0 {
  const journal = kernel.journal(name);
  if (!journal) return EIO;
  out.decimal(journal.transactions).text(' transactions (').decimal(journal.requested);
  out.text(' requested), each up to ').decimal(journal.largest).text(' blocks\n');
  const { averages } = journal;
  if (!averages) return 0;
  out.text('average: \n  ').decimal(averages.waiting).text('ms waiting for transaction\n  ');
  out.decimal(averages.requestDelay).text('ms request delay\n  ');
  out.decimal(averages.running).text('ms running transaction\n  ');
  out.decimal(averages.locked).text('ms transaction was being locked\n  ');
  out.decimal(averages.flushing).text('ms flushing data (in ordered mode)\n  ');
  out.decimal(averages.logging).text('ms logging transaction\n  ');
  out.decimal(averages.commit).text('us average transaction commit time\n  ');
  out.decimal(averages.handles).text(' handles per transaction\n  ');
  out.decimal(averages.blocks).text(' blocks per transaction\n  ');
  out.decimal(averages.loggedBlocks).text(' logged blocks per transaction\n');
  return 0;
}

/**
 * The directory. A file system that tells nothing of itself that is known has an empty directory, which may be a place
 * to mount at.
 */
export function fs(source: KernelSource): DirectorySpec<KernelView> {
  const ext4 = namedEntries(
    source,
    { list: (kernel) => kernel.ext4Devices(), has: (kernel, name) => kernel.ext4(name) !== undefined },
    ext4Directory,
  );
  const journals = namedEntries(
    source,
    { list: (kernel) => kernel.journals(), has: (kernel, name) => kernel.journal(name) !== undefined },
    directory<Named>({ info: file(0o444, journalInfo) }),
  );
  const known = new Set(['ext4', 'jbd2', 'nfsd', 'xfs']);
  // What FS-Cache tells moved in Linux 6.8.
  const moved = (kernel: KernelView): boolean => kernel.has('fs/netfs') && kernel.has('fs/fscache');
  const isOther = (kernel: KernelView, name: string): boolean => !known.has(name) && !(name === 'fscache' && moved(kernel));
  const others = namedEntries(
    source,
    {
      list: (kernel) => kernel.fileSystemDirectories().filter((name) => isOther(kernel, name)),
      has: (kernel, name) => isOther(kernel, name) && kernel.fileSystemDirectories().includes(name),
    },
    directory<Named>({}),
  );
  const named = (name: string): { exists: (kernel: KernelView) => boolean } => ({ exists: (kernel) => kernel.has(`fs/${name}`) });
  return directory<KernelView>(
    {
      ext4: directory<KernelView>({}, { dynamic: ext4, ...named('ext4') }),
      jbd2: directory<KernelView>({}, { dynamic: journals, ...named('jbd2') }),
      fscache: fixedLink('netfs', { exists: moved }),
      // A place to mount at, which has blocks of a page (make_empty_dir_inode).
      nfsd: directory<KernelView>({}, { attributes: (into) => void (into.blksize = 4096), ...named('nfsd') }),
      xfs: directory<KernelView>({ stat: fixedLink('/sys/fs/xfs/stats/stats') }, named('xfs')),
    },
    { dynamic: others, exists: (kernel) => kernel.has('fs') },
  );
}
