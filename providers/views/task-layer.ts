/** Tasks of a view that is laid over another. */

import type { Errno } from '../../fs/errno.ts';
import type { KernelView } from '../kernel-view.ts';
import type { FilesOwner, MemoryPages, TaskOwner, TaskStat, TaskStatus, TaskView } from '../model/task.ts';
import type { NetworkView } from '../model/network.ts';
import type { TaskAccounting } from '../model/task-accounting.ts';
import type { TaskFiles } from '../model/task-files.ts';
import type { AddressSpace } from '../model/task-memory.ts';
import type { TaskMounts } from '../model/task-mounts.ts';
import type { TaskScheduling } from '../model/task-scheduling.ts';
import type { TaskSecurity } from '../model/task-security.ts';
import type { Layer } from './layer.ts';

/** The tasks of a layer, one object for each of the layer below. Views come and go, the tasks stay. */
export class TaskLayer {
  readonly #make: (layer: TaskLayer, task: TaskView) => LayeredTask;
  readonly #known = new WeakMap<object, LayeredTask>();
  /** What lies on top of everything, and what is under this layer, in the view that was handed out last. */
  kernel!: KernelView;
  under!: KernelView;

  constructor(make: (layer: TaskLayer, task: TaskView) => LayeredTask) {
    this.#make = make;
  }

  of(task: TaskView): LayeredTask {
    let layered = this.#known.get(task.identity);
    if (layered) layered.below = task;
    else this.#known.set(task.identity, (layered = this.#make(this, task)));
    return layered;
  }
}

/** A task that says what the one below it says; the classes derived from it differ in something. */
export class LayeredTask implements TaskView {
  protected readonly layer: TaskLayer;
  readonly workedOut?: true;
  below: TaskView;

  constructor(layer: TaskLayer, below: TaskView) {
    this.layer = layer;
    this.below = below;
    if (below.workedOut) this.workedOut = true;
  }

  get kernel(): KernelView {
    return this.layer.kernel;
  }

  get identity(): object {
    return this.below.identity;
  }

  get id(): number {
    return this.below.id;
  }

  get callerId(): number {
    return this.below.callerId ?? this.below.id;
  }

  processId(): number | Errno {
    return this.below.processId();
  }

  owner(): TaskOwner | Errno {
    return this.below.owner();
  }

  filesOwner(): FilesOwner | Errno {
    return this.below.filesOwner();
  }

  stat(whole: boolean): TaskStat | Errno {
    return this.below.stat(whole);
  }

  memoryPages(): MemoryPages | Errno {
    return this.below.memoryPages();
  }

  status(): TaskStatus | Errno {
    return this.below.status();
  }

  commandLine(): Uint8Array | Errno {
    return this.below.commandLine();
  }

  commandName(): string | Errno {
    return this.below.commandName();
  }

  setCommandName(name: string): Errno | 0 {
    return this.below.setCommandName(name);
  }

  get files(): TaskFiles {
    return this.below.files;
  }

  get addressSpace(): AddressSpace {
    return this.below.addressSpace;
  }

  get mounts(): TaskMounts {
    return this.below.mounts;
  }

  get scheduling(): TaskScheduling {
    return this.below.scheduling;
  }

  get accounting(): TaskAccounting {
    return this.below.accounting;
  }

  get security(): TaskSecurity {
    return this.below.security;
  }

  network(): NetworkView | Errno {
    return this.below.network();
  }

  threadIds(after: number): readonly number[] | Errno {
    return this.below.threadIds(after);
  }

  thread(threadId: number): TaskView | undefined {
    const thread = this.below.thread(threadId);
    return thread && this.layer.of(thread);
  }
}

/** A layer, and the tasks in it, if they differ from those below. */
export interface LaidLayer {
  readonly layer: Layer;
  readonly tasks?: TaskLayer;
}

/** Works something out of a value, and keeps it as long as that is the same value: texts are kept by their objects. */
export class Derived<From extends object, To> {
  #from: From | undefined;
  #to: To | undefined;

  of(from: From, derive: (from: From) => To): To {
    if (from !== this.#from) {
      this.#to = derive(from);
      this.#from = from;
    }
    return this.#to as To;
  }
}
