/** /proc/sys: the kernel parameters. */

import { type DirectorySpec, dir } from '../../../fs/generated/spec.ts';
import type { KernelView } from '../../kernel-view.ts';

export function sys(): DirectorySpec<KernelView> {
  return dir<KernelView>(0o555, {});
}
