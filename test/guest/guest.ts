/**
 * A virtual machine with Debian's kernel and little else, for tests that need another kernel than the one they run on: one
 * that has a 9P client, or a tree of control groups to itself. It is emulated instruction by instruction, which works everywhere and is
 * slow, so a test should boot once and check much. The guest reaches servers on this machine's 127.0.0.1 at 10.0.2.2 (`$HOST` in scripts).
 */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Server, type Socket, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeDirectory, temporaryDirectory } from '../support/mounts.ts';
import { missingProgram } from '../support/requirements.ts';
import { Archive } from './cpio.ts';
import { type GuestKernel, NoKernel, guestKernel } from './kernel-package.ts';

const QEMU = 'qemu-system-x86_64';
const INIT = fileURLToPath(new URL('../../../test/guest/init.sh', import.meta.url));
/** What the channel and the network need. */
const BASE_MODULES: readonly string[] = ['virtio_pci', 'virtio_console', 'virtio_net'];
/** How long the machine may take to boot, and a script to run, in milliseconds. */
const BOOT_MS = 300_000;
const SCRIPT_MS = 120_000;
const CONSOLE_LINES = 40;

export interface GuestOptions {
  /** Modules to load, by the names that the kernel knows them by; what they need comes with them. */
  readonly modules?: readonly string[];
  /** More files: where they are to be in the guest, and their contents. */
  readonly files?: Readonly<Record<string, Buffer>>;
  /** MiB. */
  readonly memory?: number;
  /** More of QEMU's own options: processors, nodes, disks. */
  readonly machine?: readonly string[];
}

/** How a script ended, and what it said (each byte a char). */
export interface ScriptResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Job {
  readonly resolve: (result: ScriptResult) => void;
  readonly reject: (error: Error) => void;
}

/** Why no guest can be booted here; undefined where one can. It downloads the kernel if that is not there yet. */
export async function reasonNotToBoot(): Promise<string | undefined> {
  const missing = missingProgram(QEMU, 'apt-get', 'dpkg-deb', 'depmod', 'xz');
  if (missing !== undefined) return missing;
  if (busybox() === undefined) return 'needs busybox-static';
  try {
    await guestKernel();
    return undefined;
  } catch (error) {
    if (error instanceof NoKernel) return error.message;
    throw error;
  }
}

/** The guest's only program, if it is one that needs no libraries. */
function busybox(): Buffer | undefined {
  const path = ['/bin/busybox', '/usr/bin/busybox'].find((one) => existsSync(one));
  const bytes = path === undefined ? undefined : readFileSync(path);
  // A dynamic program names its interpreter.
  return bytes?.includes('/lib64/ld-linux') ? undefined : bytes;
}

export class Guest {
  /** The kernel's release, as in uname(2). */
  release = '';
  readonly #machine: ChildProcess;
  readonly #directory: string;
  readonly #listener: Server;
  readonly #jobs = new Map<number, Job>();
  readonly #ready: Promise<void>;
  readonly #exited: Promise<void>;
  #isReady: () => void = () => {};
  #channel: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #console = '';
  #lastJob = 0;
  #failure: Error | undefined;

  private constructor(machine: ChildProcess, listener: Server, directory: string) {
    this.#machine = machine;
    this.#listener = listener;
    this.#directory = directory;
    this.#ready = new Promise((resolve) => (this.#isReady = resolve));
    listener.on('connection', (socket) => {
      this.#channel = socket;
      socket.on('data', (bytes: Buffer) => this.#receive(bytes));
      socket.on('error', () => {});
    });
    for (const stream of [machine.stdout, machine.stderr])
      stream?.setEncoding('latin1').on('data', (text: string) => (this.#console += text));
    this.#exited = new Promise((resolve) => {
      const gone = (why: string): void => {
        this.#fail(why);
        resolve();
      };
      machine.on('error', (error) => gone(`cannot be started: ${error.message}`));
      machine.on('close', (status, signal) => gone(`ended (${signal ?? status})`));
    });
    process.on('exit', this.#kill);
  }

  readonly #kill = (): void => void this.#machine.kill('SIGKILL');

  /** Boots a machine; resolves when it takes scripts. */
  static async boot(options: GuestOptions = {}): Promise<Guest> {
    const kernel = await guestKernel();
    const directory = temporaryDirectory();
    const initramfs = join(directory, 'initramfs');
    const socket = join(directory, 'channel');
    writeFileSync(initramfs, await firstFileSystem(kernel, options));
    const listener = createServer();
    await new Promise<void>((resolve) => listener.listen(socket, resolve));
    const machine = spawn(QEMU, machineArguments(kernel.image, initramfs, socket, options), { stdio: ['ignore', 'pipe', 'pipe'] });
    const guest = new Guest(machine, listener, directory);
    try {
      await guest.#within(BOOT_MS, 'boot', Promise.race([guest.#ready, guest.#exited]));
      if (guest.#failure) throw guest.#failure;
    } catch (error) {
      await guest.end();
      throw error;
    }
    return guest;
  }

  /**
   * Runs a script of busybox's shell; any number may run at the same time. Rejects where the machine dies or the script
   * does not end in time.
   */
  run(script: string, milliseconds: number = SCRIPT_MS): Promise<ScriptResult> {
    const id = ++this.#lastJob;
    const result = new Promise<ScriptResult>((resolve, reject) => {
      if (this.#failure) return reject(this.#failure);
      this.#jobs.set(id, { resolve, reject });
      this.#channel?.write(`run ${id} ${escaped(script)}\n`);
    });
    return this.#within(milliseconds, script, result).finally(() => this.#jobs.delete(id));
  }

  /** Runs a script that has to succeed, and returns its output. Rejects with what it complained about. */
  async output(script: string, milliseconds?: number): Promise<string> {
    const { status, stdout, stderr } = await this.run(script, milliseconds);
    if (status !== 0) throw new Error(`status ${status} of the guest's: ${script}\n${stdout}${stderr}`);
    return stdout;
  }

  /** What the kernel has said on its console. */
  get console(): string {
    return this.#console.replaceAll('\r', '');
  }

  /** Ends the machine and removes what it needed. */
  async end(): Promise<void> {
    this.#kill();
    await this.#exited;
    process.off('exit', this.#kill);
    this.#channel?.destroy();
    await new Promise((resolve) => this.#listener.close(resolve));
    removeDirectory(this.#directory);
  }

  async #within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(this.#error(`no end within ${milliseconds} ms: ${what}`)), milliseconds);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
  }

  #error(why: string): Error {
    const said = this.console.trim().split('\n').slice(-CONSOLE_LINES).join('\n');
    return new Error(`guest: ${why}${said && `; its console:\n${said}`}`);
  }

  #fail(why: string): void {
    this.#failure ??= this.#error(why);
    for (const job of this.#jobs.values()) job.reject(this.#failure);
    this.#jobs.clear();
  }

  #receive(bytes: Buffer): void {
    this.#received = Buffer.concat([this.#received, bytes]);
    for (;;) {
      const end = this.#received.indexOf('\n');
      if (end < 0) return;
      const [word, first = '', status = '', outputSize = '', errorsSize = ''] = this.#received.toString('latin1', 0, end).split(' ');
      let at = end + 1;
      if (word === 'ready') {
        this.release = first;
        this.#isReady();
      } else {
        const size = Number(outputSize) + Number(errorsSize);
        if (this.#received.length < at + size) return;
        const stdout = this.#received.toString('latin1', at, at + Number(outputSize));
        const stderr = this.#received.toString('latin1', at + Number(outputSize), at + size);
        at += size;
        this.#jobs.get(Number(first))?.resolve({ status: Number(status), stdout, stderr });
      }
      this.#received = this.#received.subarray(at);
    }
  }
}

async function firstFileSystem(kernel: GuestKernel, { modules = [], files = {} }: GuestOptions): Promise<Buffer> {
  const archive = new Archive();
  for (const name of ['dev', 'proc', 'sys', 'tmp', 'mnt', 'root', 'etc']) archive.directory(name);
  archive.characterDevice('dev/console', 5, 1);
  archive.file('init', readFileSync(INIT));
  archive.file('etc/passwd', Buffer.from('root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n'), 0o644);
  archive.file('etc/group', Buffer.from('root:x:0:\nnogroup:x:65534:\n'), 0o644);
  archive.file('bin/busybox', busybox() ?? Buffer.alloc(0));
  for (const name of busyboxNames()) if (name !== 'busybox') archive.symbolicLink(`bin/${name}`, 'busybox');
  const loaded = await kernel.load([...BASE_MODULES, ...modules]);
  loaded.forEach(({ name, bytes }, at) => archive.file(`modules/${String(at).padStart(2, '0')}-${name}.ko`, bytes));
  for (const [name, bytes] of Object.entries(files)) archive.file(name.replace(/^\//, ''), bytes);
  return archive.bytes();
}

/** A script as the guest's printf takes it: on one line, with nothing that its shell would look at. */
function escaped(script: string): string {
  return script.replace(/[^ -[\]-~]/g, (char) =>
    [...Buffer.from(char)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join(''),
  );
}

/** The names that busybox answers to. */
function busyboxNames(): string[] {
  return spawnSync('busybox', ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n');
}

function machineArguments(image: string, initramfs: string, socket: string, { memory = 256, machine = [] }: GuestOptions): string[] {
  // panic=-1 with -no-reboot: a kernel that panics ends the machine.
  const kernelLine = 'console=ttyS0 quiet loglevel=4 panic=-1 mitigations=off nokaslr tsc=reliable no_timer_check random.trust_cpu=on';
  return [
    ...['-M', 'q35', '-accel', 'tcg,tb-size=256', '-cpu', 'max', '-m', String(memory), '-smp', '1'],
    ...['-nodefaults', '-no-user-config', '-no-reboot', '-display', 'none', '-serial', 'stdio'],
    ...['-kernel', image, '-initrd', initramfs, '-append', kernelLine],
    ...['-netdev', 'user,id=network', '-device', 'virtio-net-pci,netdev=network,romfile='],
    ...['-device', 'virtio-serial-pci', '-chardev', `socket,id=channel,path=${socket}`],
    ...['-device', 'virtserialport,chardev=channel,name=compatfs'],
    ...machine,
  ];
}
