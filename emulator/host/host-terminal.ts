/**
 * The terminal that the emulator was started on, as a guest's. The guest gets a pseudo-terminal of its own, whose other end is the host's
 * terminal in raw mode: editing, echo, signals and sizes are the guest's own line discipline's.
 */

import { writeSync } from 'node:fs';
import { ReadStream, WriteStream } from 'node:tty';
import { type Caller, SUPERUSER } from '../../fs/caller.ts';
import { EAGAIN, type Errno, errnoFromHost, isErrno } from '../../fs/errno.ts';
import { O_NOCTTY, O_RDWR } from '../../fs/flags.ts';
import type { Vfs } from '../../fs/vfs.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import type { Task } from '../kernel/task.ts';
import type { HostLoop } from './host-loop.ts';
import { isTerminal } from './is-terminal.ts';

const TIOCSWINSZ = 0x5414;
const TIOCSPTLCK = 0x4004_5431;
const TIOCGPTN = 0x8004_5430;
const CHUNK = 16_384;
const FULL_MS = 1;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

/** Which of our descriptors are a terminal. */
export function terminalDescriptors(): readonly number[] {
  return [0, 1, 2].filter((descriptor) => isTerminal(descriptor));
}

export class HostTerminal {
  /** The path of the guest's terminal. */
  readonly path: string;
  readonly #vfs: Vfs;
  readonly #loop: HostLoop;
  readonly #master: OpenFile;
  readonly #descriptor: number;
  readonly #descriptors: readonly number[];
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  readonly #buffer = Buffer.alloc(CHUNK);
  /** What was typed and has no room yet. */
  #typed: Buffer = Buffer.alloc(0);
  #carrying = false;
  #more = false;
  readonly #stopWaiting: () => void;
  /** Node looks at the size again for its own process.stdout only; this is what it calls there, and says 'resize' if it is another. */
  readonly #measure = (): void => (this.#output as WriteStream & { _refreshSize?(): void })._refreshSize?.();

  private constructor(vfs: Vfs, loop: HostLoop, master: OpenFile, path: string, descriptors: readonly number[]) {
    const [descriptor = 0] = descriptors;
    this.#vfs = vfs;
    this.#loop = loop;
    this.#master = master;
    this.path = path;
    this.#descriptor = descriptor;
    this.#descriptors = descriptors;
    this.#input = new ReadStream(descriptor);
    this.#output = new WriteStream(descriptor);
    this.#stopWaiting = master.waiters?.add(() => this.#carry()) ?? (() => undefined);
    this.#input.setRawMode(true);
    this.#input.on('data', (typed: Buffer) => {
      this.#typed = Buffer.concat([this.#typed, typed]);
      this.#carry();
      loop.wake();
    });
    this.#output.on('resize', () => {
      this.resize();
      loop.wake();
    });
    process.on('SIGWINCH', this.#measure);
    this.resize();
    // What is typed may be a signal to a program that computes.
    loop.tickInTime();
    loop.pending(1);
  }

  /** Connects descriptors of ours, which are one terminal, to a terminal of `owner`'s. Errors: where the guest has no terminals. */
  static connect(vfs: Vfs, loop: HostLoop, descriptors: readonly number[], owner: Caller): HostTerminal | Errno {
    const master = vfs.open('/dev/ptmx', O_RDWR | O_NOCTTY, 0, owner);
    if (isErrno(master)) return master;
    const unlocked = master.ioctl?.(TIOCSPTLCK, 0, Buffer.alloc(4), SUPERUSER);
    const answer = master.ioctl?.(TIOCGPTN, 0, Buffer.alloc(4), SUPERUSER);
    if (unlocked === undefined || answer === undefined) return EAGAIN;
    if (isErrno(unlocked)) return unlocked;
    if (isErrno(answer)) return answer;
    const index = answer.output ? Buffer.from(answer.output).readUInt32LE(0) : answer.result;
    return new HostTerminal(vfs, loop, master, `/dev/pts/${index}`, descriptors);
  }

  /** Opens the guest's end. */
  open(caller: Caller = SUPERUSER): OpenFile | Errno {
    return this.#vfs.open(this.path, caller === SUPERUSER ? O_RDWR | O_NOCTTY : O_RDWR, 0, caller);
  }

  /** The guest's file for one of our descriptors, if that is the terminal. */
  file(descriptor: number): OpenFile | undefined {
    const file = this.#descriptors.includes(descriptor) ? this.open() : undefined;
    return isErrno(file) ? undefined : file;
  }

  /** Makes it the controlling terminal of a session's leader. */
  control(leader: Task): void {
    const file = this.open(leader);
    if (!isErrno(file)) file.release();
  }

  /** Tells the guest the size. */
  resize(): void {
    const [columns, rows] = this.#output.getWindowSize();
    const size = Buffer.alloc(8);
    size.writeUInt16LE(rows, 0);
    size.writeUInt16LE(columns, 2);
    this.#master.ioctl?.(TIOCSWINSZ, 0, size, SUPERUSER);
  }

  /** Carries bytes both ways as far as it goes. */
  #carry(): void {
    this.#more = true;
    // What is carried wakes those who wait for it, and us.
    if (this.#carrying) return;
    this.#carrying = true;
    while (this.#more) {
      this.#more = false;
      for (;;) {
        const count = this.#master.read?.(this.#buffer, 0, CHUNK, 0, SUPERUSER) ?? 0;
        if (count <= 0) break;
        this.#print(forHost(this.#buffer.subarray(0, count)));
      }
      while (this.#typed.length > 0) {
        const count = this.#master.write?.(this.#typed, 0, this.#typed.length, 0, SUPERUSER) ?? 0;
        if (count <= 0) break;
        this.#typed = this.#typed.subarray(count);
      }
    }
    this.#carrying = false;
  }

  #print(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(this.#descriptor, bytes, at);
      } catch (error) {
        if (errnoFromHost(error) !== EAGAIN) return;
        Atomics.wait(sleeper, 0, 0, FULL_MS);
      }
    }
  }

  /** Gives the host's terminal back as it was. */
  close(): void {
    this.#carry();
    process.off('SIGWINCH', this.#measure);
    this.#stopWaiting();
    this.#input.setRawMode(false);
    this.#input.destroy();
    this.#output.destroy();
    this.#loop.pending(-1);
    this.#master.release();
  }
}

const LINE_FEED = 0x0a;
const VERTICAL_TAB = 0x0b;
const RETURN = 0x0d;

/**
 * Output as the host's terminal has to get it: in Node's raw mode it still goes to the beginning of the line at each line feed. So that is left
 * out where the guest's terminal has put it, and a line feed that is to stay in its column is a vertical tab, which terminals take for one.
 */
function forHost(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === RETURN && bytes[at + 1] === LINE_FEED) {
      out[length++] = LINE_FEED;
      at++;
    } else {
      out[length++] = byte === LINE_FEED ? VERTICAL_TAB : byte;
    }
  }
  return out.subarray(0, length);
}
