/**
 * The way to the real /proc and /sys for a server whose mounts may cover them: its working directory is the real /proc,
 * and everything there is reached by relative paths; /sys is reached through a descriptor of it, by `self/fd/N`. Both
 * hold whatever is mounted over the usual places later. This concerns the whole process with all its threads, and what
 * it starts.
 */

import { constants, openSync } from 'node:fs';
import { HOST_ROOTS, type HostRoots } from '../../providers/sources/linux-host/host-files.ts';
import { Failure } from './failure.ts';

let found: HostRoots | undefined;
let isHeld = false;
let original = '';

/** O_PATH, which takes no right to read. */
const O_PATH = 0o10000000;

/**
 * Finds the way, and changes the working directory for good. Where there is no Linux /proc, nothing is changed; whoever needs one
 * (`needed`) is told by a Failure, and others have the usual places, where nothing may be.
 */
export function holdHostRoots({ needed = true }: { needed?: boolean } = {}): HostRoots {
  found ??= hold();
  if (needed && !isHeld) {
    throw new Failure(
      '/proc',
      process.platform === 'linux'
        ? 'no proc file system is mounted there, and the data comes from it (mount -t proc proc /proc)'
        : 'this system has no Linux /proc, and the data comes from it (source=portable needs none)',
    );
  }
  return found;
}

function hold(): HostRoots {
  original = workingDirectory();
  if (process.platform !== 'linux') return HOST_ROOTS;
  const descriptor = openSync('.', O_PATH | constants.O_DIRECTORY);
  try {
    process.chdir('/proc');
    // An empty directory would do for chdir.
    openSync('self/stat', 'r');
  } catch {
    process.chdir(original);
    return HOST_ROOTS;
  }
  isHeld = true;
  original = `self/fd/${descriptor}`;
  return { proc: '', sys: sysRoot() };
}

/** Its name; the root's where it has none any more. */
function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    return '/';
  }
}

function sysRoot(): string {
  try {
    return `self/fd/${openSync('/sys', constants.O_RDONLY | constants.O_DIRECTORY)}/`;
  } catch {
    // The files of a tree that need it are then absent.
    return '/sys/';
  }
}

/** Has the programs that a source starts run in another place than ours from now on; see `HostRoots.uncovered`. */
export function runProgramsIn(uncovered: string): void {
  found = { ...holdHostRoots({ needed: false }), uncovered };
}

/**
 * The working directory that the process began with, for programs that it starts: even if that has no name any more, or
 * none that this user may walk along.
 */
export function originalDirectory(): string {
  return original;
}
