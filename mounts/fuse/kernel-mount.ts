/** Making and removing mounts with the programs that every Linux has for it: mount(8), umount(8), fusermount3(1). */

import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import type { Writable } from 'node:stream';

/** A failure that the user is told in one line: what it is about, and why. */
export class MountError extends Error {
  readonly what: string;
  readonly why: string;

  constructor(what: string, why: string) {
    super(`${what}: ${why}`);
    this.name = 'MountError';
    this.what = what;
    this.why = why;
  }
}

/** What mount(8) is told. */
export interface KernelMount {
  /** An absolute path without symbolic links. */
  readonly target: string;
  /** What mount tables show as the source, and as the type behind `fuse.`. */
  readonly label: string;
  readonly type: string;
  /** Options of the kernel's: `ro`, `allow_other`, `nosuid`. */
  readonly flags: readonly string[];
}

/** Opens /dev/fuse. Throws a MountError. */
export function openFuseDevice(): number {
  try {
    return openSync('/dev/fuse', 'r+');
  } catch (error) {
    throw new MountError('/dev/fuse', deviceProblem((error as NodeJS.ErrnoException).code ?? String(error)));
  }
}

/** Why /dev/fuse cannot be used, and what would help. */
function deviceProblem(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'no such file; load the kernel module (modprobe fuse), or start the container with --device /dev/fuse';
    case 'ENODEV':
    case 'ENXIO':
      return 'the kernel has no FUSE; load its module (modprobe fuse)';
    case 'EACCES':
      return 'permission denied; run as root, or let this user read and write it (chmod 666 /dev/fuse)';
    case 'EPERM':
      return 'not permitted here; start the container with --device /dev/fuse';
    default:
      return `cannot be opened (${code})`;
  }
}

/** The outcome of a program. */
export interface Outcome {
  /** undefined where it could not be started or died of a signal. */
  readonly status: number | undefined;
  readonly stderr: string;
  /** Why it could not be started. */
  readonly error: NodeJS.ErrnoException | undefined;
}

/** A descriptor of /dev/null, opened before a mount can hide it; `ignore` where there is none. */
let nothing: number | 'ignore' | undefined;

/** What a program gets as input or output that is nobody's. */
export function noFile(): number | 'ignore' {
  if (nothing !== undefined) return nothing;
  try {
    return (nothing = openSync('/dev/null', 'r+'));
  } catch {
    return 'ignore';
  }
}

/** Runs a program to its end without blocking this thread. The keys of a terminal that end us do not end it. */
export function run(command: string, args: readonly string[], more: readonly (number | Writable)[] = []): Promise<Outcome> {
  return new Promise((resolve) => {
    const stdio = [noFile(), noFile(), 'pipe' as const, ...more];
    const child: ChildProcess = spawn(command, args, { stdio, detached: true });
    let stderr = '';
    child.stderr?.setEncoding('latin1').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => resolve({ status: undefined, stderr, error }));
    child.on('close', (status) => resolve({ status: status ?? undefined, stderr, error: undefined }));
  });
}

/**
 * Mounts an open /dev/fuse. `alive` is a pipe that mount(8) holds open while it runs, so that a watcher at its other end
 * does not look for the mount before it is made. Throws a MountError.
 */
export async function mountDevice(descriptor: number, mount: KernelMount, alive: Writable): Promise<void> {
  const [command, args] = mountCommand(mount);
  const { status, stderr, error } = await run(command, args, [descriptor, alive]);
  if (status === 0) return;
  if (error) throw new MountError(command === 'mount' ? 'mount(8)' : command, programProblem(error));
  const said = /^mount: (?:.*?: )?(.*?)\.?$/m.exec(stderr)?.[1] ?? `exit status ${status}`;
  const denied = /permission denied|not permitted|must be superuser|only root can/i.test(said);
  throw new MountError(
    mount.target,
    denied
      ? 'no permission to mount: CAP_SYS_ADMIN is needed (run as root; start a container with --cap-add SYS_ADMIN --device /dev/fuse)'
      : said,
  );
}

/** Why a program could not be run. */
function programProblem(error: NodeJS.ErrnoException): string {
  return error.code === 'ENOENT' ? 'not found in PATH; install util-linux' : `cannot be run (${error.code})`;
}

/** Takes a mount away unless somebody uses it. Returns what umount(8) said, or undefined when it is gone. */
export async function unmountUnused(target: string): Promise<string | undefined> {
  const { status, stderr, error } = await runUmount(target);
  if (status === 0) return undefined;
  if (error && error.code !== 'ENOENT') return programProblem(error);
  // Without privileges it takes the program that made the mount.
  const helper = await run('fusermount3', ['-u', '--', target]);
  if (helper.status === 0) return undefined;
  const said = /^(?:umount|fusermount3?): (?:.*?: )?(.*?)\.?$/m.exec(`${stderr}\n${helper.stderr}`)?.[1];
  return said ?? programProblem(error ?? helper.error ?? new Error('unknown'));
}

/**
 * Runs umount(8). Without -c, which is root's alone and which BusyBox does not know, it looks at the file system first, and
 * waits for a server that may never answer.
 */
async function runUmount(target: string): Promise<Outcome> {
  if (process.getuid?.() === 0) {
    const outcome = await run('umount', ['-c', '--', target]);
    if (outcome.status === 0 || !/invalid option|unrecognized option/.test(outcome.stderr)) return outcome;
  }
  return run('umount', ['--', target]);
}

/** mount(2)'s number by `process.arch`, and the flags of it that are not data. */
const MOUNT: { readonly [arch: string]: number } = {
  x64: 165,
  arm64: 40,
  riscv64: 40,
  loong64: 40,
  ia32: 21,
  arm: 21,
  ppc64: 21,
  s390x: 21,
};
const MOUNT_FLAGS: { readonly [flag: string]: number } = { ro: 1, nosuid: 2, nodev: 4, noexec: 8 };
const MOUNT_SCRIPT = `
($number, $flags, @texts) = @ARGV;
exit(0) if syscall($number + 0, @texts[0..2], $flags + 0, $texts[3]) == 0;
print STDERR "mount: $!\\n";
exit(1);
`;

/** MS_BIND and MS_REC of mount(2). */
const RECURSIVE_BIND = 0x5000;

/** Shows a directory with all that is mounted below it at another place too. Returns whether it could. */
export async function bind(from: string, to: string): Promise<boolean> {
  const perl = ['-e', MOUNT_SCRIPT, '--', String(MOUNT[process.arch] ?? 165), String(RECURSIVE_BIND), from, to, 'none', ''];
  const { status } = process.getuid?.() === 0 ? await run('mount', ['-c', '--rbind', '--', from, to]) : await run('perl', perl);
  return status === 0;
}

/** The command line that mounts descriptor 3. */
function mountCommand(mount: KernelMount): readonly [string, readonly string[]] {
  const device = ['fd=3', 'rootmode=40000', `user_id=${process.getuid?.() ?? 0}`, `group_id=${process.getgid?.() ?? 0}`];
  const type = `fuse.${mount.type}`;
  const { label, target, flags } = mount;
  if (process.getuid?.() === 0) {
    return ['mount', ['-i', '-t', type, '-o', [...device, ...flags].join(','), '--', label, target]];
  }
  // mount(8) serves root only, whatever rights an ordinary user has in its namespace.
  const bits = flags.reduce((sum, flag) => sum | (MOUNT_FLAGS[flag] ?? 0), 0);
  const data = [...device, ...flags.filter((flag) => !(flag in MOUNT_FLAGS))].join(',');
  const number = MOUNT[process.arch] ?? 165;
  return ['perl', ['-e', MOUNT_SCRIPT, '--', String(number), String(bits), label, target, type, data]];
}

/** umount2(2)'s number by `process.arch`, for the one case in which no program will call it for us. */
const UMOUNT2: { readonly [arch: string]: number } = {
  x64: 166,
  arm64: 39,
  riscv64: 39,
  loong64: 39,
  ia32: 52,
  arm: 52,
  ppc64: 52,
  s390x: 52,
};

/**
 * A line of shell that detaches the mount at `$1`, in use or not; `$2` is the number of umount2(2). umount(8) cannot
 * when a dead mount covers /proc, whose mountinfo it wants to read; fusermount3 can, and so can Perl. What they say goes
 * to standard error: a dead mount may cover /dev/null, which Perl opens for a script on its command line.
 */
export const DETACH: string = `{ ${[
  'umount -l -- "$1"',
  'fusermount3 -u -z -- "$1"',
  'fusermount -u -z -- "$1"',
  `echo 'exit(syscall($ARGV[1] + 0, $ARGV[0], 2) != 0)' | perl - "$1" "$2"`,
].join(' || ')}; }`;

/** What `DETACH` takes as `$1` and `$2`. */
export function detachArguments(target: string): string[] {
  return [target, String(UMOUNT2[process.arch] ?? 166)];
}

/** Removes a mount from the tree at once, in use or not. Returns whether something was removed. */
export async function detach(target: string): Promise<boolean> {
  return (await run('/bin/sh', ['-c', DETACH, 'compatfs', ...detachArguments(target)])).status === 0;
}
