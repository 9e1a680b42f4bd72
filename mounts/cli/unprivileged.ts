/** Mounting without being root: through fusermount3, or in a user namespace of one's own. */

import { accessSync, constants, readFileSync } from 'node:fs';
import { run } from '../fuse/kernel-mount.ts';
import { Failure } from './failure.ts';
import { findProgram } from './programs.ts';
import type { MountPlan } from './mount-server.ts';
import { kernelFlags } from './types/all.ts';

/** The environment variable in which the helper tells which descriptors are mounted, in the order of the plans. */
export const MOUNTED_VARIABLE = 'COMPATFS_MOUNTED';

/**
 * fusermount3 sends the descriptor that it mounted over a socket, which Node cannot receive. Arguments: a descriptor on which
 * somebody waits to be told of a failure, or nothing; a target and options for each mount, `--`, and the command that is run in
 * its place with the descriptors open. Python is told to look at its own modules only, not at those of the working directory.
 */
const HELPER = `
import os, socket, subprocess, sys
cut = sys.argv.index('--')
notify, pairs, command = sys.argv[1], sys.argv[2:cut], sys.argv[cut + 1:]
mounted, descriptors = [], []
for target, options in zip(pairs[::2], pairs[1::2]):
    ours, theirs = socket.socketpair()
    environment = dict(os.environ, _FUSE_COMMFD=str(theirs.fileno()))
    program = ['fusermount3', '-o', options, '--', target]
    child = subprocess.Popen(program, pass_fds=[theirs.fileno()], env=environment, stderr=subprocess.PIPE)
    theirs.close()
    ancillary = ours.recvmsg(1, socket.CMSG_LEN(4))[1]
    said = child.communicate()[1].decode('utf-8', 'replace').strip().split('\\n')[-1]
    if not ancillary:
        for other in mounted:
            subprocess.run(['fusermount3', '-u', '-z', '--', other])
        line = os.fsencode('%s: %s\\n' % (target, said.replace('fusermount3: ', '', 1) or 'fusermount3 failed'))
        if notify:
            os.write(int(notify), line)
        sys.stderr.buffer.write(b'compatfs: ' + line)
        sys.exit(1)
    descriptor = int.from_bytes(ancillary[0][2][:4], sys.byteorder)
    os.set_inheritable(descriptor, True)
    mounted.append(target)
    descriptors.append(str(descriptor))
os.environ['${MOUNTED_VARIABLE}'] = ','.join(descriptors)
os.execvp(command[0], command)
`;

/** Whether /dev/fuse is open to this user. */
function deviceProblem(): string | undefined {
  try {
    accessSync('/dev/fuse', constants.R_OK | constants.W_OK);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT'
      ? '/dev/fuse does not exist (modprobe fuse; in a container: --device /dev/fuse)'
      : '/dev/fuse is closed to this user (chmod 666 /dev/fuse)';
  }
}

/** What is missing for a mount through fusermount3, or undefined when nothing is. */
export function fusermountProblem(): string | undefined {
  if (!findProgram('fusermount3')) return 'fusermount3 is not installed (package fuse3)';
  if (!findProgram('python3')) return 'python3, which receives the descriptor from fusermount3, is not installed';
  return deviceProblem() ?? rightsProblem();
}

/** CAP_SYS_ADMIN, as a mask. */
const SYS_ADMIN = 1n << 21n;

/** Why fusermount3, which is set-uid, would get no right to mount from us. */
function rightsProblem(): string | undefined {
  let status: string;
  try {
    status = readFileSync('/proc/self/status', 'latin1');
  } catch {
    return undefined;
  }
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\t(\\w+)$`, 'm').exec(status)?.[1];
  const lacks = (set: string): boolean => (BigInt(`0x${field(set) ?? 'f'.repeat(16)}`) & SYS_ADMIN) === 0n;
  if (lacks('CapBnd')) return 'fusermount3 may get no CAP_SYS_ADMIN (in a container: --cap-add SYS_ADMIN)';
  if (field('NoNewPrivs') === '1' && lacks('CapEff'))
    return 'fusermount3 may get no rights here (no_new_privs; in a container: allow privilege escalation)';
  return undefined;
}

/** What is missing for a mount in a namespace of one's own, or undefined when nothing is. */
export async function namespaceProblem(): Promise<string | undefined> {
  if (!findProgram('unshare')) return 'unshare is not installed (package util-linux)';
  const isRoot = process.getuid?.() === 0;
  const closed = deviceProblem();
  if (closed !== undefined) return closed;
  const [program = '', ...args] = inNamespace(['true']);
  const { status, stderr, error } = await run(program, args);
  if (status === 0) return undefined;
  const said =
    error?.message ??
    stderr
      .trim()
      .split('\n')
      .at(-1)
      ?.replace(/^unshare: /, '');
  return isRoot
    ? `a mount namespace cannot be made (${said}); CAP_SYS_ADMIN is needed`
    : `a user namespace cannot be made (${said}); the system may forbid them to users (user.max_user_namespaces, AppArmor, seccomp)`;
}

/** Refuses to mount where an ordinary user cannot. Throws a Failure. */
export function requireFusermount(target: string): void {
  const problem = fusermountProblem();
  if (problem !== undefined) throw new Failure(target, `not root, and ${problem}; run as root, or see compatfs exec --help`);
}

/**
 * The command line that mounts the plans through fusermount3 and then runs another command line. `notify` is a descriptor on which
 * a failure is told too.
 */
export function throughFusermount(plans: readonly MountPlan[], command: readonly string[], notify?: number): string[] {
  const pairs = plans.flatMap(({ target, label, type, options }) => {
    const name = label.replace(/[\\,]/g, '\\$&');
    const flags = [`fsname=${name}`, `subtype=${type}`, ...kernelFlags(type), ...options.flags.filter((flag) => flag === 'noexec')];
    if (options.readOnly) flags.push('ro');
    if (options.allowOther) flags.push('allow_other');
    return [target, flags.join(',')];
  });
  return [findProgram('python3') ?? 'python3', '-I', '-c', HELPER, String(notify ?? ''), ...pairs, '--', ...command];
}

/**
 * The command line that runs another one in a mount namespace of its own. Without privileges that takes a user
 * namespace as well, in which the user keeps its ids and has the right to mount; mount(8) does not serve such users, so
 * `mountDevice` then calls mount(2) through Perl. Where Perl is missing, the user is root in its namespace.
 */
export function inNamespace(command: readonly string[]): string[] {
  const unshare = findProgram('unshare') ?? 'unshare';
  if (process.getuid?.() === 0) return [unshare, '--mount', '--propagation', 'slave', '--', ...command];
  const ids = findProgram('perl') ? ['--map-current-user', '--keep-caps'] : ['--map-root-user'];
  return [unshare, '--user', ...ids, '--mount', '--', ...command];
}

/** The command line that runs a program without the rights that it took to mount. */
export function withoutRights(command: readonly string[]): string[] {
  if (process.getuid?.() === 0) return [...command];
  return [findProgram('setpriv') ?? 'setpriv', '--ambient-caps=-all', '--inh-caps=-all', '--', ...command];
}
