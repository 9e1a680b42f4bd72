/** The tree of kernel parameters, /proc/sys. */

export interface SysctlView {}
