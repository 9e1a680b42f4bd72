/** The kernel parameters of a Linux host. */

import type { SysctlView } from '../../model/sysctl.ts';
import type { HostSource } from './host-source.ts';

export class HostSysctl implements SysctlView {
  readonly source: HostSource;

  constructor(source: HostSource) {
    this.source = source;
  }
}
