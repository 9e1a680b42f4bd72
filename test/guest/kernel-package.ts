/** The guest's kernel: Debian's newest one that apt offers, downloaded and unpacked once into the user's cache. */

import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** Names another package than the newest. */
const CHOICE = 'COMPATFS_GUEST_KERNEL';
/** The packages that have all modules: the cloud flavour has no 9P. */
const PACKAGE = /^linux-image-\d[^-]*(-\d+)?-amd64$/;
const DOWNLOAD_MS = 300_000;

/** Why there is no kernel to boot, for whoever skips a test because of it. */
export class NoKernel extends Error {}

/** A kernel and its modules. */
export class GuestKernel {
  /** The bootable image. */
  readonly image: string;
  readonly release: string;
  readonly #modules: string;
  /** What each module needs, itself first, as paths below the modules' directory, in the order of modules.dep. */
  readonly #chains = new Map<string, readonly string[]>();
  readonly #builtIn: ReadonlySet<string>;

  constructor(directory: string) {
    const [release] = readdirSync(join(directory, 'lib/modules'));
    if (release === undefined) throw new NoKernel(`${directory} has no modules`);
    this.release = release;
    this.image = join(directory, 'boot', `vmlinuz-${release}`);
    this.#modules = join(directory, 'lib/modules', release);
    for (const line of lines(join(this.#modules, 'modules.dep'))) {
      const [path = '', needed = ''] = line.split(':');
      this.#chains.set(moduleName(path), [path, ...needed.split(' ').filter((name) => name !== '')]);
    }
    this.#builtIn = new Set(lines(join(this.#modules, 'modules.builtin')).map(moduleName));
  }

  /** The files of modules with what they need, in an order in which they can be loaded. */
  async load(names: readonly string[]): Promise<{ name: string; bytes: Buffer }[]> {
    const paths = new Set<string>();
    for (const name of names) {
      if (this.#builtIn.has(name)) continue;
      const chain = this.#chains.get(name);
      if (!chain) throw new Error(`kernel ${this.release} has no module ${name}`);
      // modules.dep has what is needed first at the end.
      for (const path of [...chain].reverse()) paths.add(path);
    }
    return Promise.all(
      [...paths].map(async (path) => ({ name: moduleName(path), bytes: await unpacked(join(this.#modules, path)) })),
    );
  }
}

function lines(path: string): string[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

/** The name that the kernel knows a module by. */
function moduleName(path: string): string {
  return basename(path)
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_');
}

async function unpacked(path: string): Promise<Buffer> {
  if (path.endsWith('.ko')) return readFileSync(path);
  const program = path.endsWith('.xz') ? 'xz' : path.endsWith('.zst') ? 'zstd' : 'gzip';
  return (await execute(program, ['-dc', path], { encoding: 'buffer', maxBuffer: 1 << 28 })).stdout;
}

/** Finds the kernel in the cache, or brings it there. Rejects with NoKernel where none can be had. */
export async function guestKernel(): Promise<GuestKernel> {
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'compatfs', 'guest');
  mkdirSync(cache, { recursive: true });
  const name = process.env[CHOICE] || (await newestPackage()) || newest(readdirSync(cache).filter((one) => PACKAGE.test(one)));
  if (!name) throw new NoKernel('needs a kernel: apt knows no package linux-image-*-amd64 (apt-get update)');
  const place = join(cache, name);
  if (!existsSync(place)) await download(name, cache, place);
  return new GuestKernel(place);
}

async function newestPackage(): Promise<string | undefined> {
  const known = await execute('apt-cache', ['--names-only', 'search', '^linux-image-[0-9].*-amd64$']).catch(() => undefined);
  const names = known?.stdout.split('\n').map((line) => line.split(' ')[0] ?? '') ?? [];
  // A name without a patch level is a package that only depends on others.
  return newest(names.filter((name) => PACKAGE.test(name) && /^linux-image-\d+\.\d+\.\d+/.test(name)));
}

/** The last of names in the order of their numbers. */
function newest(names: readonly string[]): string | undefined {
  return [...names].sort((one, other) => one.localeCompare(other, 'en', { numeric: true })).at(-1);
}

/** Downloads and unpacks a package; whoever does the same at the same time does no harm. */
async function download(name: string, cache: string, place: string): Promise<void> {
  const directory = mkdtempSync(join(cache, 'download-'));
  try {
    await execute('apt-get', ['-qq', 'download', name], { cwd: directory, timeout: DOWNLOAD_MS });
    const [file = ''] = readdirSync(directory);
    const unpackedAt = join(directory, 'unpacked');
    await execute('dpkg-deb', ['-x', file, unpackedAt], { cwd: directory });
    const [release = ''] = readdirSync(join(unpackedAt, 'lib/modules'));
    await execute('depmod', ['-b', unpackedAt, release]);
    if (!existsSync(place)) renameSync(unpackedAt, place);
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return;
    throw new NoKernel(`needs a kernel: ${name}: ${stderr?.trim().split('\n').at(-1) ?? String(error)}`);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
