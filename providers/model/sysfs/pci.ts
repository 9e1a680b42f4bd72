/** Attributes of the PCI bus: drivers/pci/pci-sysfs.c, slot.c, pcie/aer.c, iov.c; and of virtio and IOMMUs. */

import { CAP_SYS_ADMIN } from '../../../fs/caller.ts';
import {
  type SysfsTable,
  binary,
  bits,
  closedChoice,
  decimal,
  each,
  hex,
  line,
  mask,
  mode,
  needs,
  ranges,
  secretWritable,
  tabular,
  trigger,
  words,
  writable,
} from './row.ts';

export const PCI: SysfsTable = {
  '@pci': {
    ...each(hex(4), 'vendor device subsystem_vendor subsystem_device'),
    class: hex(6),
    revision: hex(2),
    ...each(
      decimal(),
      'ari_enabled boot_vga consistent_dma_mask_bits current_link_width dma_mask_bits irq max_link_width secondary_bus_number subordinate_bus_number acpi_index index',
    ),
    ...each(line(), 'power_state current_link_speed max_link_speed label devspec serial_number'),
    local_cpus: mask(),
    local_cpulist: ranges(),
    resource: tabular('0x%016x 0x%016x 0x%016x'),
    reset_method: writable(words()),
    ...needs(CAP_SYS_ADMIN, each(writable(decimal()), 'enable msi_bus numa_node')),
    ...each(writable(decimal()), 'broken_parity_status d3cold_allowed'),
    // The standard header is for everybody (pci_read_config).
    config: { ...mode(0o644, binary()), open: { bytes: 64, capability: CAP_SYS_ADMIN } },
    rom: secretWritable(binary()),
    vpd: secretWritable(binary()),
    ...each(secretWritable(binary()), 'resource# resource#_wc'),
    'resource#_resize': writable(hex(16, '')),
    remove: mode(0o220, trigger()),
    reset: trigger(),
    reset_subordinate: trigger(),
    rescan: trigger(),
    // SR-IOV
    ...each(decimal(), 'sriov_offset sriov_stride sriov_totalvfs sriov_vf_total_msix'),
    sriov_vf_device: hex(1, ''),
    ...each(writable(decimal()), 'sriov_drivers_autoprobe sriov_numvfs sriov_vf_msix_count'),
    // Advanced error reporting
    ...each(tabular('%s %u'), 'aer_dev_correctable aer_dev_fatal aer_dev_nonfatal'),
    ...each(decimal(), 'aer_rootport_total_err_cor aer_rootport_total_err_fatal aer_rootport_total_err_nonfatal'),
  },
  '@pci/link': each(writable(decimal()), 'clkpm l0s_aspm l1_aspm l1_1_aspm l1_2_aspm l1_1_pcipm l1_2_pcipm'),
  '@pci/msi_irqs': { '#': line() },
  '@pci/p2pmem': { ...each(decimal(), 'available published size') },
  '@pci/aer': each(writable(decimal()), 'correctable_ratelimit_interval_ms correctable_ratelimit_burst nonfatal_ratelimit_interval_ms nonfatal_ratelimit_burst'),
  '@pci_bus': {
    cpuaffinity: mask(),
    cpulistaffinity: ranges(),
    rescan: trigger(),
    ...each(secretWritable(binary()), 'legacy_io legacy_mem'),
  },
  'bus/pci': { rescan: trigger(), resource_alignment: writable(line()) },
  'bus/pci/slots/*': {
    ...each(line(), 'address cur_bus_speed max_bus_speed'),
    ...each(writable(decimal()), 'attention power'),
    ...each(decimal(), 'adapter latch module'),
  },
  '@virtio': {
    ...each(hex(4), 'device vendor'),
    status: hex(8),
    features: bits(),
  },
  '@virtio-ports': { name: line() },
  '@iommu/amd-iommu': { cap: hex(1, ''), features: line() },
  '@iommu/intel-iommu': { address: hex(1, ''), cap: hex(1, ''), domains_supported: decimal(), domains_used: decimal(), ecap: hex(1, ''), version: line() },
  'kernel/iommu_groups/*': { reserved_regions: tabular('0x%016x 0x%016x %s'), type: writable(line()), name: line() },
  'module/pcie_aspm/parameters': { policy: writable(closedChoice()) },
};
