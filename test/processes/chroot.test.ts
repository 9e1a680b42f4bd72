/** Paths as those in a chroot see them: compared with the kernel's own /proc, asked by the same process. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { mounting } from '../support/command-line.ts';

/** Asks a /proc, its first argument, about the asking shell and about one outside. */
const QUESTIONS = `
ask() {
  for link in exe cwd root fd/9; do readlink $1/$$/$link; done
  for link in exe cwd root; do readlink $1/$2/$link; done
  readlink $1/$$/map_files/* | sort
  while read -r range mode offset device inode name; do echo "$name"; done <$1/$$/maps
  grep '^[0-9a-f]*-' $1/$$/smaps | while read -r range mode offset device inode name; do echo "$name"; done
  grep -o 'file=[^ ]*' $1/$$/numa_maps
}
cd /usr
exec 9</etc/passwd
`;

mounting(
  'paths begin at the root of who asks',
  async (line) => {
    const script = `
      exec 2>&1
      mkdir root && mount --bind / root && mount --bind /proc root/proc || exit
      $compatfs mount -d $target && mount --bind $target root/mnt || exit
      for place in /proc /mnt; do
        echo "== $place"
        chroot root sh -c "$questions ask $place $$"
      done
      umount root/mnt
      $compatfs umount $target`;
    line.environment.questions = QUESTIONS;
    line.environment.target = line.target;
    const { stdout } = await line.shell(script, true);
    const [head, kernel, ours] = stdout.split(/^== .*\n/m);
    assert.is(head, '');
    assert.ok(kernel?.startsWith('/usr/bin/') && kernel.includes('\n/usr\n/\n/etc/passwd\n'), kernel);
    assert.is(ours, kernel);
  },
  'unshare',
  'chroot',
);

test.run();
