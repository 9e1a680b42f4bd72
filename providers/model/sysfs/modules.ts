/** Attributes of modules: kernel/module/sysfs.c, kernel/params.c. */

import { type SysfsTable, binary, decimal, each, hex, line, parameter, secret, trigger } from './row.ts';

export const MODULES: SysfsTable = {
  'module/*': {
    ...each(decimal(), 'coresize initsize refcnt'),
    ...each(line(), 'initstate srcversion taint version'),
    uevent: trigger(),
  },
  'module/*/parameters': { '*': parameter() },
  'module/*/sections': { '*': { ...secret(hex(16)), code: true } },
  'module/*/notes': { '*': binary() },
};
