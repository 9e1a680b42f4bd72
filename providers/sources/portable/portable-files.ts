/** The files of a process of a portable machine. */

import { ENOENT, type Errno } from '../../../fs/errno.ts';
import type { FileAccess, MemoryRange, NamespaceName, TaskFiles } from '../../model/task-files.ts';
import { NAMESPACE_NAMES } from '../../model/task-files.ts';
import type { DescriptorInfo } from '../../model/descriptor-info.ts';
import type { PortableTask } from './portable-task.ts';

const ZOMBIE = 'Z';
const FIRST_NAMESPACE = 0xeffffff0;

/** What it has open is not told; where its program is may be. */
export class PortableFiles implements TaskFiles {
  readonly #of: PortableTask;

  constructor(task: PortableTask) {
    this.#of = task;
  }

  /** Errors: ENOENT for what has no files. */
  #alive(): Errno | 0 {
    return this.#of.check() || (this.#of.hasMemory ? 0 : ENOENT);
  }

  areOpen(): boolean {
    return true;
  }

  executable(): string | Errno {
    return this.#alive() || this.#of.table.text(this.#of.row, 'executable') || ENOENT;
  }

  workingDirectory(): string | Errno {
    return this.#of.check() || (this.#of.state === ZOMBIE ? ENOENT : '/');
  }

  rootDirectory(): string | Errno {
    return this.workingDirectory();
  }

  descriptorCount(): number | Errno {
    return this.#of.check();
  }

  descriptors(): readonly number[] | Errno {
    return this.#of.check() || [];
  }

  descriptor(): FileAccess | Errno {
    return this.#of.check() || ENOENT;
  }

  descriptorLink(): string | Errno {
    return this.#of.check() || ENOENT;
  }

  descriptorInfo(): DescriptorInfo | Errno {
    return this.#of.check() || ENOENT;
  }

  namespace(name: NamespaceName): number | Errno {
    const error = this.#of.check() || (this.#of.state === ZOMBIE ? ENOENT : 0);
    return error || FIRST_NAMESPACE + NAMESPACE_NAMES.indexOf(name.replace(/_for_children$/, '') as NamespaceName);
  }

  mappedFiles(): readonly MemoryRange[] | Errno {
    return this.#alive() || [];
  }

  mappedFile(): FileAccess | Errno {
    return this.#alive() || ENOENT;
  }

  mappedFileLink(): string | Errno {
    return this.#alive() || ENOENT;
  }
}
