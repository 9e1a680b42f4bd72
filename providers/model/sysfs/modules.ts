/** Attributes of modules: kernel/module/sysfs.c, kernel/params.c. */

import { type SysfsTable, bare, binary, decimal, each, hex, line, parameter, secret, trigger } from './row.ts';

export const MODULES: SysfsTable = {
  'module/*': {
    ...each(decimal(), 'coresize initsize refcnt'),
    ...each(line(), 'initstate srcversion taint version'),
    uevent: trigger(),
  },
  'module/*/parameters': { '*': parameter() },
  // Words without an end of line (security/apparmor/lsm.c param_get_mode).
  'module/apparmor/parameters': each(bare(parameter()), 'audit mode'),
  'module/*/sections': { '*': { ...secret(hex(16)), code: true } },
  'module/*/notes': { '*': binary() },
};
