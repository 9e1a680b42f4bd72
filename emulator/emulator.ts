/**
 * A machine that runs Linux programs, as an object:
 *
 *     const vm = new Emulator({ root: { directory: '/' } });
 *     const { code, stdout } = await vm.run({ program: '/bin/ls', argv: ['ls', '-l'] });
 *
 * What a program can reach is what it is given: the tree of files, the three descriptors, arguments and environment.
 */

import { type AlternateRoot, FixedCaller } from '../fs/caller.ts';
import { ENOENT, ENOTDIR, type Errno, errnoMessage, isErrno } from '../fs/errno.ts';
import { openDevice } from '../fs/devices/device-file.ts';
import { DeviceTable } from '../fs/devices/device-table.ts';
import { Sessions } from '../fs/devices/terminal/sessions.ts';
import { O_RDONLY, O_WRONLY } from '../fs/flags.ts';
import { S_IFDIR, S_IFIFO } from '../fs/stat.ts';
import { Vfs } from '../fs/vfs.ts';
import type { FileSystem, OpenFile } from '../fs/vnode.ts';
import { makeEngine } from './engine.ts';
import { GivenInput, GivenOutput } from './host/given-files.ts';
import { HostDescriptor } from './host/host-descriptor.ts';
import { HostLoop } from './host/host-loop.ts';
import { HostTerminal, terminalDescriptors } from './host/host-terminal.ts';
import { type Identity, findUser } from './host/user-database.ts';
import { spawn } from './kernel/exec.ts';
import { Kernel, type SystemCallTracer, type Unsupported } from './kernel/kernel.ts';
import { openFifo } from './kernel/pipe.ts';
import type { Process } from './kernel/process.ts';
import type { GuestSource } from './kernel/view/guest-view.ts';
import { signalProcess } from './kernel/signal-delivery.ts';
import { SIGNAL_NAMES, SI_USER } from './kernel/signals.ts';
import { indexOf } from './memory/guest-memory.ts';
import { GuestProcesses } from './host/guest-processes.ts';
import { type Modules, loadModules } from './modules.ts';
import { DEFAULT_MOUNTS, type GuestMount, type GuestType, type Root, makeDirectories, mountAll, rootFileSystem } from './tree.ts';
import { type VolumeFiles, putFiles, takeFile } from './volume.ts';

/** What a machine is made with. */
export interface EmulatorOptions {
  readonly root: Root;
  /** Absent: proc, sysfs, devfs and a tmpfs for /dev/shm. */
  readonly mounts?: readonly GuestMount[];
  /** How many processors programs are told of. */
  readonly cpus?: number;
  /** Bytes of memory. */
  readonly memory?: number;
  /** uname -r */
  readonly osrelease?: string;
  /** uname -n */
  readonly hostname?: string;
  /** The id of the first process. */
  readonly firstPid?: number;
  /** The names of the brands whose programs run (brand/brand.ts). Absent: all. */
  readonly brands?: readonly string[];
  /** How often a block of code is entered before it is translated; 0: never, the interpreter runs everything. */
  readonly threshold?: number;
  /** Whether the instructions that programs execute are counted, for statistics. */
  readonly counts?: boolean;
  /** Whether accesses to memory are checked from the start, and not only in programs that handle faults or write code. */
  readonly checked?: boolean;
  /**
   * Where paths are looked up first, as FreeBSD does in /compat/linux (fs/reroot.ts): a directory of the tree, by our rules or FreeBSD's. The
   * program's interpreter is found so as well.
   */
  readonly emulation?: { readonly directory: string; readonly freebsd?: boolean };
  /** Told of each system call. */
  readonly tracer?: SystemCallTracer;
  /** Told of what programs ask for and the emulator does not do. */
  readonly unsupported?: (event: Unsupported) => void;
}

/** Where a program reads from: our own descriptor of that number, nothing, or what is given. */
export type Input = 'inherit' | 'none' | { readonly text: string } | Uint8Array;
/** Where a program's output goes: our own descriptor, the result, nowhere, or to a function that borrows the bytes. */
export type OutputTo = 'inherit' | 'collect' | 'none' | ((bytes: Uint8Array) => void);

/** What is run, and how. Strings are text. */
export interface RunOptions {
  /** Its path in the guest. */
  readonly program: string;
  /** With the name that the program is called by. Absent: its path alone. */
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>> | readonly string[];
  readonly cwd?: string;
  /** A name, a number, `USER:GROUP`, or ids. Absent: root. */
  readonly user?: string | Identity;
  readonly umask?: number;
  /** The nice value. Absent: 0. */
  readonly nice?: number;
  /** Absent: none. */
  readonly stdin?: Input;
  /** Absent: collected. */
  readonly stdout?: OutputTo;
  readonly stderr?: OutputTo;
  /**
   * Whether the program stands in our place: descriptors that are inherited and a terminal become a terminal of the guest's, and signals
   * that we get are the program's, as far as it does not leave them to do what they do to us.
   */
  readonly inPlace?: boolean;
}

/** How a program ended. */
export interface GuestStatus {
  /** Its exit status; 0 where a signal ended it. */
  readonly code: number;
  /** The signal's number; 0 for none. */
  readonly signal: number;
  /** The signal's name, as `SIGSEGV`. */
  readonly signalName: string | undefined;
  /** What was collected. */
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
}

/** A program that could not be started, or a file that could not be opened. */
export class StartError extends Error {
  /** The program, or the directory that is missing. */
  readonly program: string;
  readonly errno: Errno;
  /** Set where more is known: of a program that is one, but of no kind that runs. */
  readonly reason: string | undefined;

  constructor(program: string, errno: Errno, reason?: string) {
    super(`${program}: ${reason ?? errnoMessage(errno)}`);
    this.program = program;
    this.errno = errno;
    this.reason = reason;
  }
}

/** Text as bytes, one a char. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/** What was collected of a program's output. */
interface Collected {
  readonly stdout: Uint8Array[];
  readonly stderr: Uint8Array[];
}

function statusOf({ code, signal }: { code: number; signal: number }, { stdout, stderr }: Collected): GuestStatus {
  return {
    code,
    signal,
    signalName: signal === 0 ? undefined : (SIGNAL_NAMES[signal] ?? `SIG${signal}`),
    stdout: Buffer.concat(stdout),
    stderr: Buffer.concat(stderr),
  };
}

export class Emulator {
  readonly options: EmulatorOptions;
  readonly loop: HostLoop;
  #machine: { readonly kernel: Kernel; readonly vfs: Vfs } | undefined;
  #disposed = false;

  constructor(options: EmulatorOptions) {
    this.options = options;
    this.loop = new HostLoop(() => this.#isAlone());
  }

  /** The kernel, once the machine has been started. */
  get kernel(): Kernel | undefined {
    return this.#machine?.kernel;
  }

  /** Whether there is one task, and no timer that could send it something. */
  #isAlone(): boolean {
    const { kernel } = this;
    return kernel !== undefined && kernel.tasks.size === 1 && kernel.clocks.next === Number.POSITIVE_INFINITY;
  }

  /** Builds the machine, unless it has been. Throws where the root is no directory or a type is unknown, and once it was disposed of. */
  async start(): Promise<{ readonly kernel: Kernel; readonly vfs: Vfs }> {
    if (this.#disposed) throw new Error('the machine was disposed of');
    return (this.#machine ??= this.#build(await loadModules()));
  }

  #build(modules: Modules): { kernel: Kernel; vfs: Vfs } {
    const { options } = this;
    const devices = new DeviceTable();
    const vfs = new Vfs(rootFileSystem(options.root, modules), {
      openSpecial: (vnode, flags, caller) => (vnode.type === S_IFIFO ? openFifo(vnode, flags) : openDevice(devices, vnode, flags, caller)),
    });
    if ('files' in options.root) putFiles(vfs, options.root.files);
    const processes = new GuestProcesses();
    const sessions = new Sessions(processes);
    const alternateRoot = options.emulation && this.#alternateRoot(vfs, options.emulation);
    const kernel = new Kernel({
      vfs,
      ...(alternateRoot && { alternateRoot }),
      engine: makeEngine({ ...(options.threshold !== undefined && { threshold: options.threshold }), counts: options.counts ?? false, checked: options.checked ?? false }, options.brands),
      events: this.loop,
      sessions,
      name: {
        ...(options.hostname !== undefined && { hostname: bytesOf(options.hostname) }),
        ...(options.osrelease !== undefined && { release: options.osrelease }),
      },
      ...(options.cpus !== undefined && { processors: options.cpus }),
      ...(options.memory !== undefined && { memory: options.memory }),
      ...(options.firstPid !== undefined && { firstPid: options.firstPid }),
      ...(options.unsupported && { unsupported: options.unsupported }),
    });
    processes.kernel = kernel;
    kernel.tracer = options.tracer;
    const make = this.#maker(kernel, sessions, devices, modules);
    const mounts = options.mounts ?? DEFAULT_MOUNTS;
    // A volume gets the places that it lacks; what those are in others has them.
    if (!('directory' in options.root)) for (const { target } of mounts) if (target.lastIndexOf('/') === 0) makeDirectories(vfs, target);
    mountAll(vfs, mounts, make, (target, error) => {
      // Of what nobody asked for, the tree may have no place.
      if (options.mounts || error !== ENOENT) throw new StartError(target, error);
    });
    return { kernel, vfs };
  }

  #alternateRoot(vfs: Vfs, { directory, freebsd }: NonNullable<EmulatorOptions['emulation']>): AlternateRoot {
    const place = vfs.find(bytesOf(directory), 0, new FixedCaller({ uid: 0, gid: 0, umask: 0 }));
    if (isErrno(place)) throw new StartError(directory, place);
    if (place.vnode.type !== S_IFDIR) throw new StartError(directory, ENOTDIR);
    return { place, ...(freebsd && { freebsd }) };
  }

  /** Makes file systems of the types that there are. */
  #maker(kernel: Kernel, sessions: Sessions, devices: DeviceTable, modules: Modules): (type: GuestType) => FileSystem {
    let source: GuestSource | undefined;
    const guest = (): GuestSource => (source ??= new (modules.view().GuestSource)(kernel, () => devices.all()));
    return (type) => {
      switch (type) {
        case 'proc':
          return modules.linprocfs().linprocfs(guest(), { hidePid: 0, exemptGroup: 0, processesOnly: false, magic: [] });
        case 'sysfs':
          return modules.linsysfs().linsysfs(guest());
        case 'devtmpfs': {
          const devfs = modules.devfs().standardDevfs({ source: guest(), form: 'nodes', terminals: { sessions } });
          if ('message' in devfs) throw new Error(devfs.message);
          for (const device of devfs.devices.all()) devices.add(device);
          return devfs;
        }
        case 'tmpfs': {
          const { Tmpfs, defaultTmpfsOptions } = modules.tmpfs();
          return new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o1777, uid: 0, gid: 0 });
        }
        case 'fdescfs':
          return new (modules.fdescfs().Fdescfs)({
            source: guest(),
            form: 'linrdlnk',
            fileOf: (caller, number) => (caller.threadId === undefined ? undefined : kernel.tasks.get(caller.threadId)?.process.files.get(number)?.file),
          });
      }
    };
  }

  /** Runs a program to its end. Throws a `StartError` where it cannot be started. */
  async run(options: RunOptions): Promise<GuestStatus> {
    const { kernel, vfs } = await this.start();
    const collected: Collected = { stdout: [], stderr: [] };
    const user = typeof options.user === 'string' ? findUser(vfs, bytesOf(options.user)) : (options.user ?? { uid: 0, gid: 0, groups: [0] });
    if (!user) throw new StartError(String(options.user), ENOENT);
    let ended: Process | undefined;
    const { env = {} } = options;
    const terminal = options.inPlace ? this.#connectTerminal(vfs, options, user) : undefined;
    const argv = (options.argv ?? [options.program]).map(bytesOf);
    const process = spawn(kernel, {
      path: bytesOf(options.program),
      argv,
      env: (Array.isArray(env) ? (env as readonly string[]) : Object.entries(env).map(([name, value]) => `${name}=${value}`)).map(bytesOf),
      ...(options.cwd !== undefined && { cwd: bytesOf(options.cwd) }),
      uid: user.uid,
      gid: user.gid,
      groups: user.groups,
      ...(options.umask !== undefined && { umask: options.umask }),
      ...(options.nice !== undefined && { nice: options.nice }),
      files: [
        terminal?.file(0) ?? this.#input(options.stdin ?? 'none'),
        terminal?.file(1) ?? this.#output(1, options.stdout ?? 'collect', collected.stdout),
        terminal?.file(2) ?? this.#output(2, options.stderr ?? 'collect', collected.stderr),
      ],
      ended: (which: Process) => void (ended = which),
    });
    if (isErrno(process)) {
      terminal?.close();
      throw new StartError(options.program, process, kernel.refusal);
    }
    if (!('pid' in process)) {
      terminal?.close();
      return statusOf({ code: 0, signal: process.signal }, collected);
    }
    terminal?.control(process.leader);
    if (options.inPlace) this.loop.begin((signal) => signalProcess(process, { signal, code: SI_USER, pid: 0, uid: 0 }));
    this.#started(process, options.program, argv);
    try {
      await kernel.scheduler.runInTurns(this.loop, () => ended !== undefined);
    } finally {
      this.loop.forward = undefined;
      terminal?.close();
    }
    kernel.whenEnded.delete(process);
    kernel.processes.delete(process.pid);
    kernel.tasks.delete(process.pid);
    return statusOf(process.status ?? { code: 0, signal: 0 }, collected);
  }

  /** The terminal that our descriptors are, if any is inherited and the guest has terminals. */
  #connectTerminal(vfs: Vfs, { stdin, stdout, stderr }: RunOptions, user: Identity): HostTerminal | undefined {
    const inherited = [stdin, stdout, stderr].map((from) => from === 'inherit');
    const descriptors = terminalDescriptors().filter((descriptor) => inherited[descriptor]);
    if (descriptors.length === 0) return undefined;
    const terminal = HostTerminal.connect(vfs, this.loop, descriptors, new FixedCaller(user));
    return isErrno(terminal) ? undefined : terminal;
  }

  /** Tells a tracer of the program that nobody executed by a call. */
  #started(process: Process, path: string, argv: readonly string[]): void {
    const { tracer } = this.options;
    if (!tracer?.started) return;
    const { program, space } = process.image;
    const { environmentStart, environmentEnd, argumentStart } = program;
    const bytes = space.memory.bytes.subarray(indexOf(environmentStart), indexOf(environmentEnd));
    let count = 0;
    for (const byte of bytes) if (byte === 0) count++;
    tracer.started(process.leader, bytesOf(path), argv, { address: argumentStart, count });
  }

  #input(from: Input): OpenFile {
    if (from === 'inherit') return new HostDescriptor(0, this.loop).given(O_RDONLY);
    if (from === 'none') return new GivenInput(new Uint8Array(0)).open(O_RDONLY);
    return new GivenInput(from instanceof Uint8Array ? from : Buffer.from(from.text, 'utf8')).open(O_RDONLY);
  }

  #output(descriptor: number, to: OutputTo, collected: Uint8Array[]): OpenFile {
    if (to === 'inherit') return new HostDescriptor(descriptor, this.loop).given(O_WRONLY);
    if (to === 'none') return new GivenOutput(() => undefined).open(O_WRONLY);
    return new GivenOutput(to === 'collect' ? (bytes) => void collected.push(bytes.slice()) : to).open(O_WRONLY);
  }

  /** Puts files into the guest's tree. Throws where one cannot be made. */
  async putFiles(files: VolumeFiles): Promise<void> {
    putFiles((await this.start()).vfs, files);
  }

  /** The bytes of a file of the guest's. Throws a `StartError` where it cannot be opened. */
  async readFile(path: string): Promise<Uint8Array> {
    const bytes = takeFile((await this.start()).vfs, path);
    if (isErrno(bytes)) throw new StartError(path, bytes);
    return bytes;
  }

  /** Gives up what the machine has of the host. */
  dispose(): void {
    this.#disposed = true;
    this.loop.dispose();
    for (const mount of this.#machine?.vfs.mounts.list() ?? []) mount.fileSystem.dispose?.();
    this.#machine = undefined;
  }
}
