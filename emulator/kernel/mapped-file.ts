/** An open file as the loader and mappings hold it, and what is told of it. */

import { SUPERUSER } from '../../fs/caller.ts';
import { MS_NOEXEC } from '../../fs/flags.ts';
import { linkText } from '../../fs/path-name.ts';
import type { OpenFile } from '../../fs/vnode.ts';
import { OpenFileMapping } from '../memory/open-file-mapping.ts';
import type { Kernel } from './kernel.ts';
import { NamelessVnode } from './nameless.ts';

/** An open file for mappings; it has the use that the caller had. */
export function mappable(kernel: Kernel, file: OpenFile): OpenFileMapping {
  return new OpenFileMapping(file, SUPERUSER, {
    device: deviceOf(file),
    path: () => describeFile(kernel, file),
    noexec: ((file.place?.mount.flags ?? 0) & MS_NOEXEC) !== 0,
  });
}

/** st_dev of an open file. */
export function deviceOf({ place, vnode }: OpenFile): number {
  if (place) return place.mount.device;
  return vnode instanceof NamelessVnode ? vnode.fileSystem.device : 0;
}

/** What readlink(2) of /proc/PID/fd/N tells of an open file, as the whole tree's root sees it. */
export function describeFile(kernel: Kernel, file: OpenFile): string {
  if (file.place) return linkText(kernel.vfs.mounts, file.place);
  const { label } = file as { label?: string };
  return label ?? (file.vnode as { label?: string }).label ?? '(unknown)';
}
