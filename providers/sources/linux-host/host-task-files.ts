/** What a thread of a Linux host has open. */

import type { TaskFiles } from '../../model/task-files.ts';
import type { HostSource } from './host-source.ts';

export class HostTaskFiles implements TaskFiles {
  readonly source: HostSource;
  readonly id: number;

  constructor(source: HostSource, id: number) {
    this.source = source;
    this.id = id;
  }
}
