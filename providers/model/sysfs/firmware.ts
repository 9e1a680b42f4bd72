/** Attributes of /sys/firmware: drivers/acpi/sysfs.c, drivers/firmware. */

import { type SysfsTable, binary, decimal, each, fields, hex, line, lines, secret, secretWritable, tabular, writable } from './row.ts';

export const FIRMWARE: SysfsTable = {
  'firmware/acpi': { pm_profile: decimal() },
  'firmware/acpi/tables': { '*': secret(binary()) },
  'firmware/acpi/tables/data': { '*': secret(binary()) },
  'firmware/acpi/tables/dynamic': { '*': secret(binary()) },
  'firmware/acpi/hotplug': { force_remove: writable(decimal()) },
  'firmware/acpi/hotplug/*': { enabled: writable(decimal()) },
  'firmware/acpi/interrupts': { '*': writable(fields('%8u%s')) },
  'firmware/acpi/bgrt': { image: binary(), ...each(decimal(), 'status type version xoffset yoffset') },
  'firmware/memmap/#': { start: hex(), end: hex(), type: line() },
  'firmware/dmi/tables': { '*': secret(binary()) },
  'firmware/dmi/entries/*': {
    ...each(secret(decimal()), 'handle instance length position type'),
    raw: secret(binary()),
  },
  'firmware/efi': {
    fw_platform_size: decimal(),
    ...each(secret(hex()), 'config_table fw_vendor runtime'),
    systab: secret(tabular('%s=0x%x')),
  },
  'firmware/efi/esrt': each(secret(decimal()), 'fw_resource_count fw_resource_count_max fw_resource_version'),
  'firmware/efi/runtime-map/#': { ...each(secret(hex()), 'attribute num_pages phys_addr type virt_addr') },
  'firmware/qemu_fw_cfg': { rev: decimal() },
  'firmware/qemu_fw_cfg/by_key/#': { key: secret(decimal()), size: secret(decimal()), name: secret(line()), raw: secret(binary()) },
  'firmware/devicetree/base/**': { '*': binary() },
  hypervisor: each(line(), 'guest_type type uuid'),
  'hypervisor/compilation': each(line(), 'compile_date compiled_by compiler'),
  'hypervisor/properties': each(line(), 'buildid capabilities changeset features pagesize virtual_start'),
  'hypervisor/version': { ...each(decimal(), 'major minor'), extra: line() },
  'firmware/edd/*': { ...each(secretWritable(line()), 'interface host_bus'), raw_data: secret(binary()), info_flags: lines() },
};
