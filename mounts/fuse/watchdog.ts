/**
 * Takes a mount away when its server dies, however it dies: a shell that waits for the end of a pipe from us and then
 * detaches the mount. Without it a killed server leaves a mount point at which every access fails with ENOTCONN.
 */

import { type ChildProcess, spawn } from 'node:child_process';

/** $1 is the mount point, $2 its device number as mountinfo shows it: somebody else's later mount is left alone. */
const SCRIPT = `
trap '' INT TERM HUP
read -r done && exit 0
while read -r id parent device root point rest; do
  if [ "$device" = "$2" ]; then umount -l "$1" 2>/dev/null || fusermount3 -u -z "$1" 2>/dev/null; exit 0; fi
done </proc/self/mountinfo
`;

export class Watchdog {
  readonly #shell: ChildProcess;

  /** Watches over the mount with this `major:minor` number. */
  constructor(mountPoint: string, device: string) {
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'compatfs-watchdog', mountPoint, device], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    this.#shell.on('error', () => {});
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
    const pipe = this.#shell.stdin as unknown as { unref?: () => void } | null;
    pipe?.unref?.();
  }

  /** Sends it home: the mount is gone already. */
  dismiss(): void {
    this.#shell.stdin?.end('done\n');
  }
}
