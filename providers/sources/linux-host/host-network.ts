/** A network namespace of a Linux host. */

import type { NetworkView } from '../../model/network.ts';
import type { HostSource } from './host-source.ts';

export class HostNetwork implements NetworkView {
  readonly source: HostSource;
  readonly id: number;

  constructor(source: HostSource, id: number) {
    this.source = source;
    this.id = id;
  }
}
