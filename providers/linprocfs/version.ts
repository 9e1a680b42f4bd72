/** /proc/version (fs/proc/version.c, linux_proc_banner). */

import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';

export function version(out: TextWriter, kernel: KernelView): void {
  const { sysname, release, version, builder, compiler } = kernel.release();
  out.text(sysname).text(' version ').text(release);
  out.text(' (').text(builder).text(') (').text(compiler).text(') ').text(version).newline();
}
