/** What a machine is called, and which kernel it has, instead of what its source says. */

import { gunzipSync, gzipSync } from 'node:zlib';
import type { Caller } from '../../fs/caller.ts';
import { type Errno, isErrno } from '../../fs/errno.ts';
import type { KernelView } from '../kernel-view.ts';
import type { SysctlEntry, SysctlName, SysctlValue, SysctlView } from '../model/sysctl.ts';
import type { SysfsView } from '../model/sysfs.ts';
import { type Answers, once } from './layer.ts';
import { SysfsLayer } from './sysfs-layer.ts';

/** The names; an absent one is the source's own. */
export interface Names {
  /** uname -r, /proc/version, sys/kernel/osrelease and whatever has it in it. */
  osrelease?: string;
  /** uname -v: sys/kernel/version and the end of /proc/version. */
  version?: string;
  /** Who built the kernel with what: the parentheses in /proc/version. */
  builder?: string;
  compiler?: string;
  /**
   * uname -n and sys/kernel/hostname, sys/kernel/domainname. Whoever may set a name, sets this one: the mount is like a UTS
   * namespace of its own.
   */
  hostname?: string;
  domainname?: string;
  /** sys/kernel/random/boot_id: 32 hexadecimal digits in groups. */
  bootId?: string;
}

/** All of them. */
export const NAMES: readonly (keyof Names)[] = ['osrelease', 'version', 'builder', 'compiler', 'hostname', 'domainname', 'bootId'];

/** Which name a parameter shows. */
const PARAMETERS: ReadonlyMap<string, keyof Names> = new Map([
  ['kernel/osrelease', 'osrelease'],
  ['kernel/version', 'version'],
  ['kernel/hostname', 'hostname'],
  ['kernel/domainname', 'domainname'],
  ['kernel/random/boot_id', 'bootId'],
]);

/** Shows the names. */
export function nameAnswers(view: KernelView, names: Names): Answers {
  const { osrelease } = names;
  const release = once(() => {
    const own = view.release();
    return {
      ...own,
      release: osrelease ?? own.release,
      version: names.version ?? own.version,
      builder: names.builder ?? own.builder,
      compiler: names.compiler ?? own.compiler,
    };
  });
  const named: Answers = { release, sysctl: () => new NamedSysctl(view.sysctl(), names) };
  if (osrelease === undefined) return named;
  return {
    ...named,
    // Boot loaders name the image after the release.
    bootParameters: () => {
      const own = view.release().release;
      return view.bootParameters().replace(/(?:^| )BOOT_IMAGE=\S+/, (word) => word.split(own).join(osrelease));
    },
    versionSignature: () => signature(view.versionSignature(), osrelease),
    buildConfiguration: once(() => namedConfiguration(view.buildConfiguration(), view.release().release, osrelease)),
    sysfs: once(() => namedSysfs(view.sysfs(), view.release().release, osrelease)),
  };
}

/** The version of the sources that a release is built from: its numbers. */
function numbersOf(release: string): string {
  return /^\d+(?:\.\d+)*/.exec(release)?.[0] ?? release;
}

/** Ubuntu's: the distribution, its own release and the sources', of which programs take the last for the kernel's (libuv). */
function signature(own: string, release: string): string {
  const [distribution = ''] = own.split(' ');
  return `${distribution} ${release} ${numbersOf(release)}`;
}

/** A configuration, packed as in /proc/config.gz, is headed by the sources' version (scripts/kconfig). */
function namedConfiguration(packed: Uint8Array, own: string, release: string): Uint8Array {
  let text: string;
  try {
    text = gunzipSync(packed).toString('latin1');
  } catch {
    return packed;
  }
  const heading = /^(# Linux\/\S+ )(\S+)( Kernel Configuration)$/m;
  return gzipSync(Buffer.from(text.replace(heading, (line, before: string, version: string, after: string) => (version === numbersOf(own) ? `${before}${numbersOf(release)}${after}` : line)), 'latin1'));
}

/** USB controllers' own devices are made by `Linux RELEASE DRIVER` (drivers/usb/core/hcd.c rh_string). */
function namedSysfs(view: SysfsView, own: string, release: string): SysfsView {
  const maker = `Linux ${own} `;
  return new SysfsLayer(view, {
    value: (path, _row, value) =>
      typeof value === 'string' && value.startsWith(maker) && path.endsWith('/manufacturer') ? `Linux ${release} ${value.slice(maker.length)}` : value,
  });
}

class NamedSysctl implements SysctlView {
  readonly #view: SysctlView;
  readonly #names: Names;

  constructor(view: SysctlView, names: Names) {
    this.#view = view;
    this.#names = names;
  }

  list(directory: string, caller: Caller): readonly SysctlName[] | Errno {
    return this.#view.list(directory, caller);
  }

  entry(path: string, caller: Caller): SysctlEntry | undefined {
    return this.#view.entry(path, caller);
  }

  read(path: string, caller: Caller): SysctlValue | Errno {
    const parameter = PARAMETERS.get(path);
    const name = parameter && this.#names[parameter];
    if (name === undefined) return this.#view.read(path, caller);
    // There may be no such parameter.
    const own = this.#view.read(path, caller);
    if (isErrno(own)) return own;
    return parameter === 'bootId' ? Buffer.from(name.replaceAll('-', ''), 'hex') : name;
  }

  write(path: string, value: SysctlValue, caller: Caller): Errno | 0 {
    const parameter = PARAMETERS.get(path);
    if (!parameter || this.#names[parameter] === undefined || typeof value !== 'string') {
      return this.#view.write(path, value, caller);
    }
    this.#names[parameter] = value;
    return 0;
  }
}
