/** Attributes of /sys/kernel and /sys/power: kernel/ksysfs.c, reboot.c, irq/irqdesc.c, power/main.c, lib/buildid. */

import {
  type SysfsTable,
  binary,
  choice,
  decimal,
  each,
  fields,
  hex,
  inUnit,
  line,
  lines,
  mode,
  words,
  writable,
} from './row.ts';

export const KERNEL: SysfsTable = {
  kernel: {
    ...each(decimal(), 'address_bits fscaps hardlockup_count kexec_crash_loaded kexec_loaded oops_count rcu_stall_count softlockup_count uevent_seqnum warn_count'),
    cpu_byteorder: line(),
    crash_elfcorehdr_size: decimal(),
    kexec_crash_size: writable(inUnit('bytes')),
    ...each(writable(decimal()), 'profiling rcu_expedited rcu_normal'),
    uevent_helper: writable(line()),
    vmcoreinfo: fields('0x%016x %x'),
    notes: binary(),
  },
  'kernel/boot_params': { data: binary(), version: hex(4) },
  'kernel/boot_params/setup_data/#': { data: binary(), type: hex() },
  'kernel/btf': { '*': binary() },
  'kernel/cgroup': { delegate: lines(), features: lines() },
  'kernel/irq/#': {
    actions: words(','),
    per_cpu_count: words(','),
    ...each(line(), 'chip_name name type wakeup'),
    hwirq: decimal(),
  },
  'kernel/reboot': {
    cpu: writable(decimal()),
    force: writable(decimal()),
    ...each(writable(line()), 'hw_protection mode type'),
  },
  'kernel/livepatch/*': {
    ...each(writable(decimal()), 'enabled'),
    ...each(decimal(), 'transition replace stack_order'),
    force: mode(0o200, line()),
    signal: mode(0o200, line()),
  },
  'kernel/sched_ext': { ...each(line(), 'state'), ...each(decimal(), 'switch_all enable_seq hotplug_seq nr_rejected') },
  'kernel/kexec': { ...each(decimal(), 'loaded crash_loaded crash_cma_ranges'), crash_size: writable(decimal()) },
  power: {
    disk: writable(choice()),
    image_size: writable(inUnit('bytes')),
    mem_sleep: writable(choice()),
    pm_freeze_timeout: writable(inUnit('ms')),
    pm_test: writable(choice()),
    ...each(writable(decimal()), 'pm_async pm_debug_messages pm_print_times pm_trace pm_wakeup_irq reserved_size resume_offset sync_on_suspend freeze_filesystems'),
    pm_trace_dev_match: lines(),
    resume: writable(fields('%u:%u')),
    // Words with blanks between and a line end only behind a word.
    state: writable(words()),
    ...each(writable(line()), 'autosleep wake_lock wake_unlock'),
    wakeup_count: writable(decimal()),
  },
  'power/suspend_stats': {
    ...each(decimal(), 'fail failed_freeze failed_prepare failed_resume failed_resume_early failed_resume_noirq failed_suspend failed_suspend_late failed_suspend_noirq last_failed_errno last_hw_sleep max_hw_sleep success total_hw_sleep'),
    ...each(line(), 'last_failed_dev last_failed_step'),
  },
};
