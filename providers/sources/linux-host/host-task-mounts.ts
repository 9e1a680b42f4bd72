/** The mounts that a task of a Linux host sees. */

import { type Errno, isErrno } from '../../../fs/errno.ts';
import type { Mount, MountStatistics, TaskMounts } from '../../model/task-mounts.ts';
import type { HostSource } from './host-source.ts';
import type { HostTask } from './host-task.ts';
import { parseMountStatistics, parseMounts } from './parse-mounts.ts';

export class HostTaskMounts implements TaskMounts {
  readonly #task: HostTask;
  readonly #source: HostSource;
  /** The view that the mounts were read for, the bytes then, and what they were parsed to, once somebody asked. */
  #epoch = -1;
  #bytes: Buffer = Buffer.alloc(0);
  #parsed: readonly Mount[] | undefined;
  #version = 0;

  constructor(task: HostTask, source: HostSource) {
    this.#task = task;
    this.#source = source;
  }

  /** Reads the table unless this view has. */
  #refresh(): Errno | 0 {
    if (this.#epoch === this.#source.epoch) return 0;
    const bytes = this.#task.readBytes('mountinfo');
    if (isErrno(bytes)) return bytes;
    this.#epoch = this.#source.epoch;
    if (bytes.equals(this.#bytes)) return 0;
    this.#bytes = Buffer.from(bytes);
    this.#parsed = undefined;
    this.#version++;
    return 0;
  }

  mounts(): readonly Mount[] | Errno {
    return this.#refresh() || (this.#parsed ??= parseMounts(this.#source.scanner.reset(this.#bytes)));
  }

  /**
   * Differs: Linux counts what happens to the mounts; here a change that has been undone before anybody looked is none.
   */
  version(): number | Errno {
    return this.#refresh() || this.#version;
  }

  statistics(): readonly MountStatistics[] | Errno {
    return this.#task.read('mountstats', parseMountStatistics);
  }
}
