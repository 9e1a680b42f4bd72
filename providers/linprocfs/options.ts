/** The mount options of linprocfs (proc(5)). */

export interface LinprocfsOptions {
  /** hidepid=: 0 shows everything, 1 closes others' process directories, 2 hides them, 4 hides what one may not trace. */
  readonly hidePid: 0 | 1 | 2 | 4;
  /** gid=: the group whose members hidepid does not concern. */
  readonly exemptGroup: number;
  /** subset=pid: nothing but processes. */
  readonly processesOnly: boolean;
  /**
   * magic=: where the callers find the kernel's own procfs, for the links that only a kernel can follow; undefined leaves
   * them with the links' texts.
   */
  readonly magic: string | undefined;
}

export const DEFAULT_OPTIONS: LinprocfsOptions = { hidePid: 0, exemptGroup: 0, processesOnly: false, magic: '/proc' };
