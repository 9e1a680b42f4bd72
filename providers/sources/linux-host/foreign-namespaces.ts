/** Kernel parameters of namespaces other than ours, read and written by programs that nsenter(1) puts into them. */

import { spawnSync } from 'node:child_process';
import type { Caller } from '../../../fs/caller.ts';
import { EPERM, type Errno, errnoByMessage, isErrno } from '../../../fs/errno.ts';
import { S_IFDIR, S_IFMT } from '../../../fs/stat.ts';
import type { SysctlEntry, SysctlName } from '../../model/sysctl.ts';
import type { SysctlNamespace } from '../../model/sysctl/row.ts';
import type { HostRoots } from './host-files.ts';
import type { HostSource } from './host-source.ts';

/**
 * How long what was read holds, in milliseconds. Differs: a caller in another namespace may see a value of a second
 * ago, unless it was changed through us. One reading fetches the whole subtree, and takes as long as 200 files of ours.
 */
const VALID_MS = 1000;
/** How many namespaces are remembered. */
const REMEMBERED = 64;

/** What differs between namespaces of each type, below /proc/sys. */
const SUBTREES: Readonly<Record<SysctlNamespace, readonly string[]>> = {
  net: ['net'],
  user: ['user'],
  uts: ['arch', 'domainname', 'hostname', 'osrelease', 'ostype', 'version'].map((name) => `kernel/${name}`),
  ipc: [
    'fs/mqueue',
    ...['auto_msgmni', 'msg_next_id', 'msgmax', 'msgmnb', 'msgmni', 'sem', 'sem_next_id', 'shm_next_id'].map((name) => `kernel/${name}`),
    ...['shm_rmid_forced', 'shmall', 'shmmax', 'shmmni'].map((name) => `kernel/${name}`),
  ],
  pid: ['kernel/cad_pid', 'kernel/ns_last_pid', 'kernel/pid_max', 'vm/memfd_noexec'],
};

/** Prints the attributes of everything below its arguments, an empty line, and every line of every readable file. */
const READER = 'find "$@" -exec stat -c "%f %u %g %n" {} + 2>/dev/null; echo; grep -rsH "" "$@"';

/** The namespaces of callers, as far as they are not ours. */
export class ForeignNamespaces {
  readonly #source: HostSource;
  readonly #own = new Map<SysctlNamespace, string | undefined>();
  readonly #known = new Map<string, ForeignSysctl>();
  /** The namespace found last, for which thread and when: one program asks many times in a row. */
  readonly #last = new Map<SysctlNamespace, { threadId: number; epoch: number; link: string | undefined }>();

  constructor(source: HostSource) {
    this.#source = source;
  }

  /** The identity of the caller's namespace, as in the link's text; undefined when it is ours or nobody knows. */
  #linkOf(space: SysctlNamespace, caller: Caller): string | undefined {
    const { threadId } = caller;
    if (threadId === undefined || !this.#source.files.calls.live) return undefined;
    const { epoch, files } = this.#source;
    const last = this.#last.get(space);
    if (last && last.threadId === threadId && last.epoch === epoch) return last.link;
    if (!this.#own.has(space)) this.#own.set(space, orUndefined(files.readlink(`self/ns/${space}`)));
    const theirs = orUndefined(files.readlink(`${threadId}/ns/${space}`));
    const link = theirs === this.#own.get(space) ? undefined : theirs;
    this.#last.set(space, { threadId, epoch, link });
    return link;
  }

  isForeign(space: SysctlNamespace, caller: Caller): boolean {
    return this.#linkOf(space, caller) !== undefined;
  }

  /** The parameters of the caller's namespace; undefined when it is ours, or cannot be entered. */
  of(space: SysctlNamespace, caller: Caller): ForeignSysctl | undefined {
    const link = this.#linkOf(space, caller);
    if (link === undefined) return undefined;
    let known = this.#known.get(link);
    const now = performance.now();
    if (!known || now - known.at >= VALID_MS) {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      known = new ForeignSysctl(this.#source.files.roots, space, caller.threadId as number, now);
      this.#known.set(link, known);
    }
    return known.entered ? known : undefined;
  }

  /** Reads everything anew: something was written. */
  forget(): void {
    this.#known.clear();
  }
}

function orUndefined(value: string | Errno): string | undefined {
  return isErrno(value) ? undefined : value;
}

/** The parameters of one namespace at one moment. Paths are relative to /proc/sys. */
export class ForeignSysctl {
  readonly at: number;
  /** Whether the namespace could be entered. */
  readonly entered: boolean;
  readonly #prefix: string;
  /** Where the host's /proc is for the program, and the words that change its root to that place. */
  readonly #proc: string;
  readonly #enter: readonly string[];
  readonly #space: SysctlNamespace;
  readonly #entries = new Map<string, SysctlEntry>();
  readonly #texts = new Map<string, string>();

  /** A relative path to the host's /proc keeps its meaning, since the mount namespace stays the same. */
  constructor({ proc, uncovered }: HostRoots, space: SysctlNamespace, threadId: number, at: number) {
    this.at = at;
    this.#proc = uncovered === undefined ? proc : '/proc/';
    this.#enter = uncovered === undefined ? [] : ['unshare', `--root=${proc}${uncovered}`, '--'];
    this.#prefix = `${this.#proc}sys/`;
    this.#space = space;
    const paths = SUBTREES[space].map((path) => this.#prefix + path);
    const done = this.#run(threadId, ['sh', '-c', READER, 'sh', ...paths]);
    const [attributes = '', ...lines] = done.stdout.split('\n\n');
    this.#takeAttributes(attributes);
    this.#takeLines(lines.join('\n\n'));
    this.entered = this.#entries.size > 0;
  }

  /** Runs a program in the namespace of a thread, which is waiting for us and so cannot go away. */
  #run(threadId: number, command: readonly string[], input?: Buffer): { stdout: string; stderr: string } {
    const space = `--${this.#space}=${this.#proc}${threadId}/ns/${this.#space}`;
    const enter = this.#space === 'user' ? [space, '--preserve-credentials'] : [space];
    const [program = '', ...args] = [...this.#enter, 'nsenter', ...enter, '--', ...command];
    const done = spawnSync(program, args, {
      ...(input && { input }),
      encoding: 'latin1',
      maxBuffer: 1 << 26,
      env: { PATH: process.env['PATH'] ?? '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' },
    });
    return { stdout: done.stdout ?? '', stderr: done.stderr ?? '' };
  }

  /** Lines of hexadecimal mode, owner, group and path. */
  #takeAttributes(text: string): void {
    for (const line of text.split('\n')) {
      const [mode = '', uid = '', gid = '', path = ''] = line.split(' ');
      if (!path.startsWith(this.#prefix)) continue;
      const bits = Number.parseInt(mode, 16);
      this.#entries.set(path.slice(this.#prefix.length), {
        directory: (bits & S_IFMT) === S_IFDIR,
        mode: bits & 0o7777,
        uid: Number(uid),
        gid: Number(gid),
      });
    }
  }

  /** Lines of path, colon and a line of the file. The names of parameters and interfaces have no colon. */
  #takeLines(text: string): void {
    for (const line of text.split('\n')) {
      const colon = line.indexOf(':');
      if (colon < 0) continue;
      const path = line.slice(this.#prefix.length, colon);
      this.#texts.set(path, `${this.#texts.get(path) ?? ''}${line.slice(colon + 1)}\n`);
    }
  }

  entry(path: string): SysctlEntry | undefined {
    return this.#entries.get(path);
  }

  list(directory: string): SysctlName[] {
    const names: SysctlName[] = [];
    for (const [path, entry] of this.#entries) {
      const slash = path.lastIndexOf('/');
      if (path.slice(0, Math.max(0, slash)) === directory && slash > 0) {
        names.push({ name: path.slice(slash + 1), directory: entry.directory });
      }
    }
    return names.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A file's text; undefined where it cannot be read. */
  text(path: string): string | undefined {
    return this.#texts.get(path);
  }

  /** Errors: those of the kernel, as tee(1) tells them. */
  write(path: string, bytes: Buffer, threadId: number): Errno | 0 {
    const { stderr } = this.#run(threadId, ['sh', '-c', 'exec tee "$1" >/dev/null', 'sh', this.#prefix + path], bytes);
    if (stderr === '') return 0;
    return errnoByMessage(stderr.trim().split(': ').at(-1) ?? '') ?? EPERM;
  }
}
