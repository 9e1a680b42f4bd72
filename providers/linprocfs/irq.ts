/** /proc/irq (kernel/irq/proc.c). */

import { EIO, EPERM, type Errno, isErrno } from '../../fs/errno.ts';
import { type DirectorySpec, type FileSpec, dir, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import type { BitMask } from '../model/bit-mask.ts';
import type { InterruptLine } from '../model/interrupts.ts';
import { hexMask, listOfBits } from './bits.ts';
import { parseCpuList, parseCpuMask } from './cpu-mask.ts';
import { type Named, directory, namedEntries, nestedEntries } from './directory.ts';

/** Masks reach to the last CPU that there may ever be. */
function maskBits(kernel: KernelView): number {
  return (kernel.softInterrupts().cpus.at(-1) ?? 0) + 1;
}

function lineOf({ kernel, name }: Named): InterruptLine | undefined {
  return kernel.interruptLine(Number(name));
}

/** Prints one setting. */
function setting<T>(
  value: (line: InterruptLine) => T,
  print: (out: TextWriter, value: T) => unknown,
): (out: TextWriter, named: Named) => Errno | 0 {
  return (out, named) => {
    const line = lineOf(named);
    if (!line) return EIO;
    print(out, value(line));
    out.newline();
    return 0;
  };
}

/** A file that shows the affinity, and sets it unless the kernel keeps the interrupt where it is. */
function affinity(
  print: (out: TextWriter, mask: BitMask) => unknown,
  parse: (value: Uint8Array, bits: number) => BitMask | Errno,
): FileSpec<Named> {
  return file<Named>(0o444, setting((line) => line.affinity(), print), {
    attributes(into, named) {
      if (lineOf(named)?.movable()) into.mode |= 0o200;
    },
    write(value, _at, named) {
      const line = lineOf(named);
      if (!line) return EIO;
      if (!line.movable()) return EPERM;
      const cpus = parse(value, maskBits(named.kernel));
      if (isErrno(cpus)) return cpus;
      return line.setAffinity(cpus) || value.length;
    },
    exists: multiprocessor,
  });
}

function multiprocessor({ kernel }: Named): boolean {
  return kernel.has('irq/default_smp_affinity');
}

function tellsEffective({ kernel }: Named): boolean {
  return kernel.has('irq/N/effective_affinity');
}

/** The directory of interrupts. */
export function irq(source: KernelSource): DirectorySpec<KernelView> {
  const handlers = nestedEntries(
    source,
    {
      list: (named) => lineOf(named)?.actions() ?? [],
      has: (named, action) => lineOf(named)?.actions().includes(action) ?? false,
    },
    dir<Named>(0o555, {}),
  );
  const line = directory<Named>(
    {
      smp_affinity: affinity(hexMask, parseCpuMask),
      smp_affinity_list: affinity(listOfBits, parseCpuList),
      affinity_hint: file(0o444, setting((of) => of.affinityHint(), hexMask), { exists: multiprocessor }),
      effective_affinity: file(0o444, setting((of) => of.effectiveAffinity(), hexMask), { exists: tellsEffective }),
      effective_affinity_list: file(0o444, setting((of) => of.effectiveAffinity(), listOfBits), { exists: tellsEffective }),
      node: file(0o444, setting((of) => of.node(), (out, node) => out.signed(node)), { exists: multiprocessor }),
      spurious: file(
        0o444,
        setting(
          (of) => of.spurious(),
          (out, { count, unhandled, lastUnhandled }) => {
            out.text('count ').decimal(count).text('\nunhandled ').decimal(unhandled);
            out.text('\nlast_unhandled ').decimal(lastUnhandled).text(' ms');
          },
        ),
      ),
    },
    { dynamic: handlers },
  );
  const numbered = namedEntries(
    source,
    {
      list: (kernel) => kernel.interruptNumbers().map(String),
      has: (kernel, name) => /^(0|[1-9]\d{0,8})$/.test(name) && kernel.interruptLine(Number(name)) !== undefined,
    },
    line,
  );
  return directory<KernelView>(
    {
      default_smp_affinity: file(0o644, (out, kernel) => void hexMask(out, kernel.defaultAffinity()).newline(), {
        exists: (kernel) => kernel.has('irq/default_smp_affinity'),
        write(value, _at, kernel) {
          const cpus = parseCpuMask(value, maskBits(kernel));
          if (isErrno(cpus)) return cpus;
          return kernel.setDefaultAffinity(cpus) || value.length;
        },
      }),
    },
    { dynamic: numbered, exists: (kernel) => kernel.has('irq') },
  );
}
