/** The mount options of linprocfs (proc(5)). */

export interface LinprocfsOptions {
  /** hidepid=: 0 shows everything, 1 closes others' process directories, 2 hides them, 4 hides what one may not trace. */
  readonly hidePid: 0 | 1 | 2 | 4;
  /** gid=: the group whose members hidepid does not concern. */
  readonly exemptGroup: number;
  /** subset=pid: nothing but processes. */
  readonly processesOnly: boolean;
  /**
   * magic=: where callers may find the kernel's own procfs, for the links that only a kernel can follow: the first of the
   * paths that leads a caller there counts. Whom none does is left with the links' texts.
   */
  readonly magic: readonly string[];
}

export const DEFAULT_OPTIONS: LinprocfsOptions = { hidePid: 0, exemptGroup: 0, processesOnly: false, magic: ['/proc'] };
