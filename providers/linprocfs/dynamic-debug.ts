/** /proc/dynamic_debug/control (lib/dynamic_debug.c ddebug_proc_show). */

import { E2BIG } from '../../fs/errno.ts';
import { type DirectorySpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import { directory } from './directory.ts';
import { taken, writtenText } from './written.ts';

/** The longest query. */
const LONGEST_QUERY = 4095;

function control(out: TextWriter, kernel: KernelView): void {
  out.text('# filename:lineno [module]function flags format\n');
  for (const message of kernel.debugMessages()) {
    out.text(message.file).byte(0x3a).decimal(message.line).text(' [').text(message.module).byte(0x5d);
    out.text(message.function).text(' =').text(message.flags).text(' "').text(message.format).byte(0x22);
    if (typeof message.class === 'string') out.text(' class:').text(message.class);
    else if (message.class !== undefined) out.text(' class unknown, _id:').decimal(message.class);
    out.newline();
  }
}

/** The directory. */
export const dynamicDebug: DirectorySpec<KernelView> = directory<KernelView>(
  {
    control: file<KernelView>(0o644, control, {
      write(value, _at, kernel) {
        if (value.length > LONGEST_QUERY) return E2BIG;
        return taken(kernel.switchDebugMessages(writtenText(value)), value);
      },
    }),
  },
  { exists: (kernel) => kernel.has('dynamic_debug') },
);
