/** A small Debian tree, made by debootstrap once and kept in the user's cache, and copies of it that a test may change. */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { missingProgram, reasonNotToMount } from '../support/requirements.ts';

const execute = promisify(execFile);
/** How long making it may take, in milliseconds: it is downloaded. */
const MAKE_MS = 600_000;
/** What is in it besides what Debian takes for essential. */
const PACKAGES = 'procps,python3-minimal';

/** Why there can be none; undefined where there can. */
export function reasonAgainstDebian(): string | undefined {
  return reasonNotToMount() ?? missingProgram('debootstrap', 'chroot', 'unshare');
}

/** The release of this machine, where it is a Debian. */
function suite(): string {
  const [, name] = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync('/etc/os-release', 'utf8')) ?? [];
  return existsSync(`/usr/share/debootstrap/scripts/${name}`) ? String(name) : 'stable';
}

/** The tree in the cache, which nobody may change. Whoever makes it at the same time does no harm. */
async function cachedTree(): Promise<string> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'compatfs', 'debian');
  const place = join(cache, suite());
  if (existsSync(place)) return place;
  mkdirSync(cache, { recursive: true });
  const directory = mkdtempSync(join(cache, 'make-'));
  try {
    const made = join(directory, 'tree');
    // A namespace of its own: whatever it mounts goes with it.
    const words = ['--mount', 'debootstrap', '--variant=minbase', `--include=${PACKAGES}`, suite(), made];
    await execute('unshare', words, { timeout: MAKE_MS, maxBuffer: 1 << 26 });
    if (!existsSync(place)) renameSync(made, place);
    return place;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Shows the tree at a directory so that changes stay beside it, in memory. Returns the shell script that does so. */
export async function showDebian(at: string): Promise<string> {
  const tree = await cachedTree();
  const changes = `${at}.changes`;
  return [
    `mkdir -p ${at} ${changes}`,
    `mount -t tmpfs none ${changes}`,
    `mkdir ${changes}/upper ${changes}/work`,
    `mount -t overlay -o lowerdir=${tree},upperdir=${changes}/upper,workdir=${changes}/work none ${at}`,
  ].join(' && ');
}
