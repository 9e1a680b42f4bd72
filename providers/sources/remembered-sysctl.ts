/** Kernel parameters of a source that cannot be written to: what is written is remembered, and shown instead, as long as the mount lives. */

import type { Caller } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import type { SysctlEntry, SysctlName, SysctlValue, SysctlView } from '../model/sysctl.ts';
import { meaningOf } from '../model/sysctl/schema.ts';
import { takeValue } from './stored-sysctl.ts';

/** It changes nothing but what is shown: a parameter that makes something happen takes its value and does nothing. */
export class RememberedSysctl implements SysctlView {
  readonly #view: SysctlView;
  readonly #written = new Map<string, SysctlValue>();

  constructor(view: SysctlView) {
    this.#view = view;
  }

  list(directory: string, caller: Caller): readonly SysctlName[] | Errno {
    return this.#view.list(directory, caller);
  }

  entry(path: string, caller: Caller): SysctlEntry | undefined {
    return this.#view.entry(path, caller);
  }

  read(path: string, caller: Caller): SysctlValue | Errno {
    return this.#written.get(path) ?? this.#view.read(path, caller);
  }

  write(path: string, value: SysctlValue, caller: Caller): Errno | 0 {
    const old = this.read(path, caller);
    const meaning = meaningOf(path);
    // One that can only be written to has no value to go by, and keeps none.
    const { value: taken, error } = takeValue(meaning, isErrno(old) ? value : old, value);
    if (!isErrno(old)) this.#written.set(path, taken);
    return error;
  }
}
