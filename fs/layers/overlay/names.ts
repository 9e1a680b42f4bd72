/** The names of one layer's directory, and of several that are shown as one. */

import type { Caller } from '../../caller.ts';
import { ENOENT, isErrno } from '../../errno.ts';
import { S_IFCHR, type FileType } from '../../stat.ts';
import type { Vnode } from '../../vnode.ts';
import { isWhiteout } from './marks.ts';

/** Every name in a directory, with what it leads to. */
export function namesOf(directory: Vnode, caller: Caller): { name: string; vnode: Vnode }[] {
  const found: { name: string; vnode: Vnode }[] = [];
  eachName(directory, caller, (name, _type, vnode) => {
    const there = vnode ?? directory.lookup?.(name, caller) ?? ENOENT;
    if (!isErrno(there)) found.push({ name, vnode: there });
  });
  return found;
}

function eachName(directory: Vnode, caller: Caller, take: (name: string, type: FileType, vnode?: Vnode) => void): void {
  directory.list?.(
    0,
    {
      add(name, _ino, type, _cookie, vnode) {
        take(name, type, vnode);
        return true;
      },
    },
    caller,
  );
}

/** The names that directories show together: what is above hides what is below, and whiteouts hide without a trace. */
export function mergedNames(directories: readonly Vnode[], caller: Caller): string[] {
  const seen = new Map<string, boolean>();
  for (const directory of directories) {
    eachName(directory, caller, (name, type, vnode) => {
      if (seen.has(name)) return;
      const there = type === S_IFCHR ? (vnode ?? directory.lookup?.(name, caller) ?? ENOENT) : 0;
      seen.set(name, typeof there === 'number' ? there === 0 : !isWhiteout(there));
    });
  }
  return [...seen].filter(([, shown]) => shown).map(([name]) => name);
}
