/** The kernel of a Linux host at one moment. */

import { isErrno } from '../../../fs/errno.ts';
import type { U64 } from '../../../fs/u64.ts';
import type { KernelView } from '../../kernel-view.ts';
import type { SysctlView } from '../../model/sysctl.ts';
import type {
  FileSystemType,
  KernelRelease,
  KernelStatistics,
  LoadAverage,
  Processor,
  Uptime,
} from '../../model/system.ts';
import type { TaskView } from '../../model/task.ts';
import type { HostSource } from './host-source.ts';
import {
  parseFileSystemTypes,
  parseLoadAverage,
  parseMemory,
  parseProcessors,
  parseRelease,
  parseStatistics,
  parseUptime,
} from './parse-system.ts';
import type { Scanner } from './scanner.ts';

/** The host at one moment. */
export class HostView implements KernelView {
  readonly #source: HostSource;
  readonly #remembered = new Map<string, unknown>();

  constructor(source: HostSource) {
    this.#source = source;
  }

  /** Reads a file of /proc once for this view and parses it. */
  #parsed<T>(path: string, parse: (scanner: Scanner) => T): T {
    if (this.#remembered.has(path)) return this.#remembered.get(path) as T;
    const { files, scanner } = this.#source;
    const length = files.readKept(path);
    const value = parse(isErrno(length) ? scanner.reset(files.bytes, 0) : scanner.reset(files.bytes, length));
    this.#remembered.set(path, value);
    return value;
  }

  /** What this view remembers under a key, or else what `make` gives: for values that go when the view does. */
  remembered<T>(key: string, make: () => T): T {
    if (this.#remembered.has(key)) return this.#remembered.get(key) as T;
    const value = make();
    this.#remembered.set(key, value);
    return value;
  }

  has(file: string): boolean {
    return this.#source.has(file);
  }

  sysctl(): SysctlView {
    return this.#source.sysctl;
  }

  processIds(after: number): readonly number[] {
    return this.#source.processIds(after);
  }

  processCount(): number {
    return this.#source.processIds(0).length;
  }

  task(threadId: number): TaskView | undefined {
    return this.#source.task(threadId);
  }

  statistics(): KernelStatistics {
    return this.#parsed('stat', parseStatistics);
  }

  memory(): ReadonlyMap<string, U64> {
    return this.#parsed('meminfo', parseMemory);
  }

  uptime(): Uptime {
    return this.#parsed('uptime', parseUptime);
  }

  loadAverage(): LoadAverage {
    return this.#parsed('loadavg', parseLoadAverage);
  }

  release(): KernelRelease {
    return this.#parsed('version', parseRelease);
  }

  bootParameters(): string {
    return this.#parsed('cmdline', (scanner) => scanner.line());
  }

  processors(): readonly Processor[] {
    return this.#parsed('cpuinfo', parseProcessors);
  }

  traceScope(): number {
    const path = 'sys/kernel/yama/ptrace_scope';
    return this.has(path) ? this.#parsed(path, (scanner) => scanner.number()) : 0;
  }

  fileSystemTypes(): readonly FileSystemType[] {
    return this.#parsed('filesystems', parseFileSystemTypes);
  }
}
