/** The option that says as whom a machine is seen. */

import type { TypeOption } from './type.ts';

/** What the option says. */
export interface Viewed {
  /** `cgroup`: each caller sees what its own control groups have. Absent: all see the machine. */
  readonly view?: 'cgroup';
}

/** The option. */
export const VIEW_OPTION: TypeOption<Viewed> & { readonly value: string } = {
  value: 'cgroup',
  help: "show each caller the CPUs, memory, times and load of the caller's control group",
  read: (value) => (value === 'cgroup' ? { view: 'cgroup' } : 'the only view is cgroup'),
};
