/**
 * Descriptors beyond standard input, output and error that this process was started with. Node marks those up to 15 as
 * not to be inherited, just as its own are; programs that we run in our place get them all the same.
 */

import { closeSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';

/** The last descriptor that Node marks, without regard to what it is, when it starts. */
const MARKED = 15;
/** O_CLOEXEC, as fdinfo shows it. */
const O_CLOEXEC = 0o2000000;

/** What a process has open: the text of each descriptor's link. Empty where it may not be seen. */
function openFiles(process: string): Map<number, string> {
  const files = new Map<number, string>();
  try {
    for (const name of readdirSync(`/proc/${process}/fd`)) {
      const file = link(`/proc/${process}/fd/${name}`);
      if (file !== undefined) files.set(Number(name), file);
    }
  } catch {
    // Then nothing can be said.
  }
  return files;
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // It was open for our looking at the others.
    return undefined;
  }
}

/**
 * Those that Node has marked. Its own are told apart by what they are: anonymous files, /dev/null, and pipes of which
 * both ends are here but not in the process that started us.
 */
export function inheritedDescriptors(): number[] {
  const files = openFiles('self');
  const links = [...files.values()];
  let parents: string[] | undefined;
  const isOwn = (file: string): boolean => {
    if (file.startsWith('anon_inode:') || file === '/dev/null') return true;
    if (!file.startsWith('pipe:') || links.indexOf(file) === links.lastIndexOf(file)) return false;
    parents ??= [...openFiles(String(process.ppid)).values()];
    return !parents.includes(file);
  };
  return [...files].filter(([number, file]) => number > 2 && number <= MARKED && !isOwn(file)).map(([number]) => number);
}

/** Closes those that Node has not marked: a server in the background must not hold what its starter had open. */
export function closeInherited(): void {
  for (const number of openFiles('self').keys()) {
    if (number <= MARKED || isMarked(number)) continue;
    closeSync(number);
  }
}

function isMarked(descriptor: number): boolean {
  try {
    const flags = /^flags:\t(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${descriptor}`, 'latin1'))?.[1];
    return flags === undefined || (Number.parseInt(flags, 8) & O_CLOEXEC) !== 0;
  } catch {
    return true;
  }
}
