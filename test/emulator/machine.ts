/** A machine for tests: programs run in the emulator, with a tmpfs as their tree and directories of the host in it. */

import { readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { FixedCaller } from '../../fs/caller.ts';
import { openDevice } from '../../fs/devices/device-file.ts';
import { DeviceTable } from '../../fs/devices/device-table.ts';
import { MEMORY_DEVICES } from '../../fs/devices/drivers/memory.ts';
import { errnoName, isErrno } from '../../fs/errno.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { Passthrough } from '../../fs/passthrough/passthrough.ts';
import { S_IFIFO, makeDevice } from '../../fs/stat.ts';
import { Vfs } from '../../fs/vfs.ts';
import { Processor } from '../../emulator/cpu/processor.ts';
import { GivenInput, GivenOutput } from '../../emulator/host/given-files.ts';
import { HostLoop } from '../../emulator/host/host-loop.ts';
import { spawn } from '../../emulator/kernel/exec.ts';
import { Kernel, type KernelOptions, type Unsupported } from '../../emulator/kernel/kernel.ts';
import { openFifo } from '../../emulator/kernel/pipe.ts';
import type { ExitStatus } from '../../emulator/kernel/process.ts';
import { prepareExec } from '../../emulator/loader/exec.ts';
import { MappedFiles } from '../../emulator/memory/mapped-files.ts';
import { LINUX_X64 } from '../../emulator/syscalls/table-x64.ts';

const ROOT = new FixedCaller({ uid: 0, gid: 0, umask: 0 });

/** A machine, its tree, and what programs asked for that is not done. */
export interface Machine {
  readonly kernel: Kernel;
  readonly vfs: Vfs;
  readonly unsupported: Unsupported[];
  /** Ends the machine's ticks. */
  dispose(): void;
}

/** Whether the kernel that programs are compared with protects links. */
function isProtected(what: string): boolean {
  try {
    return readFileSync(`/proc/sys/fs/protected_${what}`, 'latin1').trim() === '1';
  } catch {
    return true;
  }
}

/** Makes a machine; `directories` are of the host, by where they are in the tree. */
export function makeMachine(directories: Readonly<Record<string, string>> = {}, options: Partial<KernelOptions> = {}): Machine {
  const devices = new DeviceTable();
  for (const device of MEMORY_DEVICES) devices.add(device);
  const vfs = new Vfs(new Tmpfs({ pages: 0, inodes: 0, mode: 0o755, uid: 0, gid: 0 }), {
    protectedSymlinks: isProtected('symlinks'),
    protectedHardlinks: isProtected('hardlinks'),
    openSpecial: (vnode, flags, caller) => (vnode.type === S_IFIFO ? openFifo(vnode, flags) : openDevice(devices, vnode, flags, caller)),
  });
  vfs.mkdir('/tmp', 0o1777, ROOT);
  vfs.mkdir('/dev', 0o755, ROOT);
  for (const { name, type, major, minor, mode } of MEMORY_DEVICES) {
    vfs.mknod(`/dev/${name}`, type | (mode ?? 0o600), makeDevice(major, minor), ROOT);
  }
  for (const [target, source] of Object.entries(directories)) {
    for (let at = target.indexOf('/', 1); at > 0; at = target.indexOf('/', at + 1)) vfs.mkdir(target.slice(0, at), 0o755, ROOT);
    vfs.mkdir(target, 0o755, ROOT);
    const mounted = vfs.mount(new Passthrough(source, { readOnly: true }), target, { flags: 1 }, ROOT);
    if (isErrno(mounted)) throw new Error(`${target}: ${errnoName(mounted)}`);
  }
  const unsupported: Unsupported[] = [];
  const events = new HostLoop(() => false);
  const kernel = new Kernel({
    events,
    vfs,
    engine: {
      execute: prepareExec,
      createProcessor: (space, host) => new Processor(space.memory, host),
      mappedFiles: new MappedFiles(),
      brands: new Map([[LINUX_X64.name, LINUX_X64]]),
    },
    unsupported: (event) => unsupported.push(event),
    ...options,
  });
  return { kernel, vfs, unsupported, dispose: () => events.dispose() };
}

/** What became of a program. */
export interface Outcome {
  readonly status: ExitStatus;
  readonly output: string;
  readonly errors: string;
}

/** How a program is run. */
export interface RunOptions {
  readonly path?: string;
  readonly env?: readonly string[];
  readonly input?: string;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

/** Runs a program to its end. */
export function runProgram(kernel: Kernel, argv: readonly string[], options: RunOptions = {}): Outcome {
  const chunks: [Buffer[], Buffer[]] = [[], []];
  const output = chunks.map((list) => new GivenOutput((bytes) => void list.push(Buffer.from(bytes))).open(1));
  const input = new GivenInput(Buffer.from(options.input ?? '', 'latin1')).open(0);
  let status: ExitStatus | undefined;
  const { path = argv[0]!, env = ['PATH=/bin:/usr/bin'], cwd, uid, gid } = options;
  const process = spawn(kernel, {
    path,
    argv,
    env,
    files: [input, ...output],
    nice: getPriority(),
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid }),
    ...(gid !== undefined && { gid }),
    ended: (ended) => {
      status = ended.status;
    },
  });
  if (isErrno(process)) throw new Error(`${path}: ${errnoName(process)}`);
  if (!('pid' in process)) return { status: { code: 0, signal: process.signal, core: false }, output: '', errors: '' };
  kernel.scheduler.run(() => status !== undefined);
  const [out, err] = chunks.map((list) => Buffer.concat(list).toString('latin1')) as [string, string];
  return { status: status!, output: out, errors: err };
}
