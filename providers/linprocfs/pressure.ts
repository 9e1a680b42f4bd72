/** /proc/pressure (kernel/sched/psi.c psi_show, psi_write, Documentation/accounting/psi.rst). */

import { CAP_SYS_RESOURCE } from '../../fs/caller.ts';
import { EBUSY, EINVAL, type Errno, isErrno } from '../../fs/errno.ts';
import { DEFAULT_POLL_MASK, POLLERR, POLLPRI } from '../../fs/flags.ts';
import { type FileSpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelView } from '../kernel-view.ts';
import type { PressureResource, PressureTimes } from '../model/scheduling.ts';
import { PressureTrigger, parseTrigger } from './pressure-trigger.ts';
import { writtenText } from './written.ts';

/** What an open file has: whether its opener may watch any window, and what it watches for. */
interface Opened {
  readonly privileged: boolean;
  trigger: PressureTrigger | undefined;
}

/** How much of a write is looked at. */
const LONGEST_TRIGGER = 32;

/** The file of one resource. Written to, an open file becomes a trigger, whose events poll(2) tells as POLLPRI. */
export function pressure(resource: PressureResource): FileSpec<KernelView> {
  return file<KernelView>(0o666, (out, kernel) => fill(out, kernel, resource), {
    exists: (kernel) => kernel.has(`pressure/${resource}`),
    opener: (_kernel, caller): Opened => ({ privileged: caller.capable(CAP_SYS_RESOURCE), trigger: undefined }),
    key: (kernel) => kernel,
    write: (value, _at, kernel, _caller, opener) => setTrigger(value, kernel, resource, opener as Opened),
    poll(kernel, _caller, opener) {
      const { trigger } = opener as Opened;
      // Without a trigger there is nothing to wait for.
      if (!trigger) return DEFAULT_POLL_MASK | POLLERR | POLLPRI;
      return trigger.fired(totalOf(kernel, resource, trigger.kind), performance.now()) ? DEFAULT_POLL_MASK | POLLPRI : DEFAULT_POLL_MASK;
    },
  });
}

function setTrigger(value: Uint8Array, kernel: KernelView, resource: PressureResource, opened: Opened): number | Errno {
  if (value.length === 0) return EINVAL;
  if (opened.trigger) return EBUSY;
  // The last byte that is looked at is taken for the end, whatever it is.
  const text = writtenText(value.subarray(0, Math.min(value.length, LONGEST_TRIGGER) - 1));
  const settings = parseTrigger(text, opened.privileged);
  if (isErrno(settings)) return settings;
  if (resource === 'irq' && settings.kind === 'some') return EINVAL;
  opened.trigger = new PressureTrigger(settings, totalOf(kernel, resource, settings.kind), performance.now());
  return value.length;
}

/** Microseconds of stall. */
function totalOf(kernel: KernelView, resource: PressureResource, kind: 'some' | 'full'): bigint {
  return BigInt(kernel.pressure(resource)[kind]?.total ?? 0);
}

function fill(out: TextWriter, kernel: KernelView, resource: PressureResource): void {
  const { some, full } = kernel.pressure(resource);
  if (some) times(out, 'some', some);
  if (full) times(out, 'full', full);
}

function times(out: TextWriter, label: string, { averages, total }: PressureTimes): void {
  out.text(label).text(' avg10=').hundredths(averages[0]);
  out.text(' avg60=').hundredths(averages[1]);
  out.text(' avg300=').hundredths(averages[2]);
  out.text(' total=').decimal(total).newline();
}
