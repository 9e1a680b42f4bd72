/** /proc/mtrr (arch/x86/kernel/cpu/mtrr/if.c). */

import { CAP_SYS_ADMIN, type Caller } from '../../fs/caller.ts';
import { EINVAL, EPERM, type Errno, isErrno } from '../../fs/errno.ts';
import { type FileSpec, file } from '../../fs/generated/spec.ts';
import type { TextWriter } from '../../fs/generated/text-writer.ts';
import { type U64, u64 } from '../../fs/u64.ts';
import type { KernelView } from '../kernel-view.ts';
import type { MemoryTypeChange } from '../model/platform.ts';
import { parseKernelNumber, taken, writtenText } from './written.ts';

/** The pages of a megabyte. */
const MEGABYTE = 256n;
const PAGE_KIBIBYTES = 4n;
/** The types that one may ask for. */
const TYPES: ReadonlySet<string> = new Set(['uncachable', 'write-combining', '?', 'write-through', 'write-protect', 'write-back']);
/** How much of a command is looked at. */
const LONGEST_COMMAND = 79;

function fill(out: TextWriter, kernel: KernelView): void {
  for (const { register, base, size, uses, type } of kernel.memoryTypeRanges()) {
    const large = BigInt(size) >= MEGABYTE;
    out.text('reg').decimalZero(register, 2).text(': base=0x').hexZero(base, 6).text('000 (');
    out.decimalPadded(megabytes(base), 5).text('MB), size=');
    out.decimalPadded(large ? megabytes(size) : u64(BigInt(size) * PAGE_KIBIBYTES), 5).text(large ? 'MB' : 'KB');
    out.text(', count=').decimal(uses).text(': ').text(type).newline();
  }
}

function megabytes(pages: U64): U64 {
  return u64(BigInt(pages) / MEGABYTE);
}

/** `base=ADDRESS size=BYTES type=NAME`, or `disable=REGISTER`. */
function parseChange(text: string): MemoryTypeChange | Errno {
  if (text.startsWith('disable=')) return { disable: Number(parseKernelNumber(text.slice(8)).value) };
  const address = labelled(text, 'base=');
  if (!address) return EINVAL;
  const length = labelled(address.rest, 'size=');
  if (!length || !length.rest.startsWith('type=')) return EINVAL;
  const type = length.rest.slice(5).trimStart();
  const [base, size] = [BigInt(address.value), BigInt(length.value)];
  if ((base | size) & 0xfffn || !TYPES.has(type)) return EINVAL;
  return { disable: undefined, base: u64(base >> 12n), size: u64(size >> 12n), type };
}

function labelled(text: string, label: string): { value: U64; rest: string } | undefined {
  if (!text.startsWith(label)) return undefined;
  const { value, length } = parseKernelNumber(text.slice(label.length));
  return { value, rest: text.slice(label.length + length).trimStart() };
}

function privileged(caller: Caller): Errno | 0 {
  return caller.capable(CAP_SYS_ADMIN) ? 0 : EPERM;
}

/** The file; without CAP_SYS_ADMIN it cannot even be opened. */
export const mtrr: FileSpec<KernelView> = file<KernelView>(0o644, fill, {
  exists: (kernel) => kernel.has('mtrr'),
  open: (_flags, _kernel, caller) => privileged(caller),
  write(value, _at, kernel, caller) {
    const allowed = privileged(caller);
    if (isErrno(allowed)) return allowed;
    if (value.length === 0) return EINVAL;
    // The last byte is taken for a line end, whatever it is.
    const [line = ''] = writtenText(value.subarray(0, Math.min(value.length - 1, LONGEST_COMMAND))).split('\0');
    const change = parseChange(line.endsWith('\n') ? line.slice(0, -1) : line);
    return isErrno(change) ? change : taken(kernel.changeMemoryTypeRanges(change), value);
  },
});
