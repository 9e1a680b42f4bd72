/** /proc/bus: PCI (drivers/pci/proc.c) and input devices (drivers/input/input.c). */

import { CAP_SYS_ADMIN, type Caller } from '../../fs/caller.ts';
import { EIO } from '../../fs/errno.ts';
import { type DirectorySpec, file, stream } from '../../fs/generated/spec.ts';
import type { KernelSource, KernelView } from '../kernel-view.ts';
import type { PciConfiguration } from '../model/devices.ts';
import { type Named, directory, namedEntries, nestedEntries } from './directory.ts';
import { INPUT_DEVICES, inputDevices, inputHandlers } from './input.ts';
import { pciDevices } from './pci.ts';

/** The standard header, all that a caller without CAP_SYS_ADMIN reads, and the longer one of a CardBus bridge. */
const HEADER_BYTES = 64;
const CARDBUS_HEADER_BYTES = 128;
/** Where the header's type is, and what it is for a CardBus bridge. */
const HEADER_TYPE = 0x0e;
const CARDBUS = 2;

function configuration({ kernel, name }: Named): PciConfiguration | undefined {
  const [bus = '', slot = ''] = name.split('/');
  return kernel.pciConfiguration(bus, slot);
}

const oneByte = new Uint8Array(1);

/** How much of a configuration space the caller may read. */
function readableBytes(space: PciConfiguration, caller: Caller): number {
  if (caller.capable(CAP_SYS_ADMIN)) return space.size;
  space.read(oneByte, 0, 1, HEADER_TYPE);
  return ((oneByte[0] as number) & 0x7f) === CARDBUS ? CARDBUS_HEADER_BYTES : HEADER_BYTES;
}

/** The directory of buses. */
export function bus(source: KernelSource): DirectorySpec<KernelView> {
  const slot = stream<Named>(
    0o644,
    {
      read(into, start, length, at, named, caller) {
        const space = configuration(named);
        if (!space) return EIO;
        const count = Math.min(length, readableBytes(space, caller) - at);
        return count <= 0 ? 0 : space.read(into, start, count, at);
      },
      write(from, start, length, at, named) {
        const space = configuration(named);
        if (!space) return EIO;
        const count = Math.min(length, space.size - at);
        return count <= 0 ? 0 : space.write(from, start, count, at);
      },
    },
    {
      attributes(into, named) {
        into.size = configuration(named)?.size ?? 0;
      },
    },
  );
  const slots = nestedEntries(
    source,
    {
      list: ({ kernel, name }) => kernel.pciFunctions(name),
      has: ({ kernel, name }, slotName) => kernel.pciFunctions(name).includes(slotName),
    },
    slot,
  );
  const buses = namedEntries(
    source,
    { list: (kernel) => kernel.pciBuses(), has: (kernel, name) => kernel.pciBuses().includes(name) },
    directory<Named>({}, { dynamic: slots }),
  );
  return directory<KernelView>({
    pci: directory<KernelView>(
      { devices: file(0o444, pciDevices) },
      { dynamic: buses, exists: (kernel) => kernel.has('bus/pci') },
    ),
    input: directory<KernelView>(
      {
        devices: file(0o444, inputDevices, INPUT_DEVICES),
        handlers: file(0o444, inputHandlers),
      },
      { exists: (kernel) => kernel.has('bus/input') },
    ),
  });
}
