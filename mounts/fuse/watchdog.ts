/**
 * Takes a mount away when its server dies, however it dies: a shell that waits for the end of a pipe from us and then
 * detaches the mount. Without it a killed server leaves a mount point at which every access fails with ENOTCONN.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import type { Writable } from 'node:stream';
import { DETACH, detachArguments, noFile } from './kernel-mount.ts';

/**
 * $1 and $2 are as in DETACH. $3 is the mount point as mountinfo writes it and $4 its file system type, $5 the place of
 * a procfs that the mount does not cover, $6 and $7 where a procfs of the kernel's is that goes with the mount, if any, and the
 * same as mountinfo writes it. Lines come in from the server: `device MAJOR:MINOR` once it has mounted, and
 * `done` when there is nothing left to do. A server that died before it could tell the device left a mount that nobody
 * serves. Somebody else's mount on top of ours is left alone. A mount that has come to another place, because a directory
 * above it was renamed, is taken away there. The kernel gives a device number out again once its mount is gone, so a mount
 * that can be listed is not ours: nobody serves ours any more.
 */
const SCRIPT = `
trap '' INT TERM HUP
device=
while read -r word rest; do
  case $word in
    device) device=$rest ;;
    done) exit 0 ;;
  esac
done
top= kind= moved= companion=
while read -r id parent number root point rest; do
  if [ "$point" = "$3" ]; then top=$number; kind=\${rest#* - }; kind=\${kind%% *}; fi
  if [ "$number" = "$device" ]; then moved=$point; fi
  if [ "$point" = "$7" ]; then case $rest in *' - proc '*) companion=$6 ;; esac; fi
done <"$5self/mountinfo"
if [ -z "$device" ]; then
  [ -n "$top" ] && [ "$kind" = "$4" ] || exit 0
elif [ "$top" != "$device" ]; then
  case $moved in '' | "$3" | *\\\\*) exit 0 ;; esac
  set -- "$moved" "$2"
fi
ls -- "$1" && exit 0
${DETACH}
[ -n "$companion" ] || exit 0
set -- "$companion" "$2"
${DETACH}
`;

export class Watchdog {
  readonly #shell: ChildProcess;

  /**
   * Watches over a mount that is about to be made. `procfs` is the path prefix of a /proc that the mount does not cover,
   * relative to the working directory if need be. `companion` is where a procfs of the kernel's is that goes with it.
   */
  constructor(mountPoint: string, type: string, procfs: string, companion = '') {
    const values = [...detachArguments(mountPoint), escaped(mountPoint), `fuse.${type}`, procfs, companion, escaped(companion)];
    this.#shell = spawn('/bin/sh', ['-c', SCRIPT, 'compatfs-watchdog', ...values], {
      stdio: ['pipe', noFile(), noFile()],
      detached: true,
      ...(procfs.startsWith('/') && { cwd: '/' }),
    });
    this.#shell.on('error', () => {});
    this.#shell.stdin?.on('error', () => {});
    this.#shell.unref();
    (this.pipe as unknown as { unref?: () => void }).unref?.();
  }

  /** Its end, however many processes hold it, is what the watchdog waits for. */
  get pipe(): Writable {
    return this.#shell.stdin as Writable;
  }

  /** Tells it which mount is ours. */
  watch(device: string): void {
    this.pipe.write(`device ${device}\n`);
  }

  /** Sends it home: the mount is gone already. */
  dismiss(): void {
    this.pipe.end('done\n');
  }
}

/** A path as mountinfo writes it. */
function escaped(path: string): string {
  return path.replace(/[ \t\n\\]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
