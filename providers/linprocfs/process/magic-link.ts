/**
 * The links that the kernel does not follow by their text: exe, cwd, root, fd/N, ns/*, map_files/* (fs/proc/base.c
 * proc_pid_get_link, fs/proc/namespaces.c).
 */

import type { Caller } from '../../../fs/caller.ts';
import { EACCES, ENOENT, EPERM, ESRCH, type Errno, isErrno } from '../../../fs/errno.ts';
import { type CommonOptions, type LinkSpec, link } from '../../../fs/generated/spec.ts';
import type { Place } from '../../../fs/place.ts';
import type { TaskView } from '../../model/task.ts';
import { mayTrace } from './access.ts';
import { pathsSeenBy } from './seen-paths.ts';

/** What a magic link is about: the task, and where the link stands in its directory. */
export interface MagicLink<C> {
  task: (context: C) => TaskView;
  /** The path below the task's directory. */
  place: (context: C) => string;
  /** What readlink(2) gives to who has the source's root. */
  text: (context: C) => string | Errno;
  /** Who may follow the link; everyone else gets EPERM. Absent: who may read it. */
  mayFollow?: (caller: Caller) => boolean;
}

/** Where callers may find the procfs that the source reads; or that the source's files are in the tree itself, which a walk goes on to. */
export type MagicRoots = readonly string[] | 'here';

/**
 * Makes the link. Who reads it is told its text. Who follows it is sent to the same link in the procfs that the source
 * reads, under one of `procfs`, if that is within the caller's reach: there the kernel itself makes the jump, on the caller's
 * own authority, to whatever it is (a pipe, a deleted file, another mount namespace). Where the caller cannot get there
 * or it is not known what it does, the text has to do. Where the files are in the tree itself, a path walk is handed the place.
 */
export function magicLink<C>(roots: MagicRoots, magic: MagicLink<C>, options?: CommonOptions<C>): LinkSpec<C> {
  const procfs = roots === 'here' ? [] : roots;
  const target = (context: C, caller: Caller): string | Errno => {
    const task = magic.task(context);
    const follows = (procfs.length > 0 || magic.mayFollow) && caller.follows?.();
    if (follows && magic.mayFollow?.(caller) === false) return EPERM;
    const reached = follows ? procfs.find((path) => task.kernel.isReachedBy?.(caller, path)) : undefined;
    if (reached !== undefined) {
      // The id may be another process's by now, to which the caller must not be sent.
      if (magic.text(context) === ESRCH) return ENOENT;
      return `${reached}/${task.callerId ?? task.id}/${magic.place(context)}`;
    }
    if (!mayTrace(task, caller)) return EACCES;
    const text = magic.text(context);
    return isErrno(text) || !text.startsWith('/') ? text : pathsSeenBy(caller, task)(text);
  };
  if (roots !== 'here') return link(target, options);
  const jump = (context: C, caller: Caller): Place | Errno => {
    const task = magic.task(context);
    if (magic.mayFollow?.(caller) === false) return EPERM;
    if (!mayTrace(task, caller)) return EACCES;
    return task.files.place?.(magic.place(context)) ?? ENOENT;
  };
  return link(target, { ...options, jump });
}
