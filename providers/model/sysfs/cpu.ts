/** Attributes of processors: drivers/base/cpu.c, topology.c, cacheinfo.c, drivers/cpufreq, drivers/cpuidle. */

import {
  type SysfsTable,
  closedWords,
  decimal,
  each,
  fields,
  hex,
  inUnit,
  line,
  mask,
  mode,
  pairs,
  ranges,
  tabular,
  trigger,
  words,
  writable,
} from './row.ts';

const IDLE_STATE = {
  ...each(inUnit('us'), 'latency residency time'),
  ...each(decimal(), 'power rejected usage above below'),
  ...each(line(), 'name desc default_status'),
  disable: writable(decimal()),
};

const FREQUENCY = {
  affected_cpus: words(),
  related_cpus: words(),
  freqdomain_cpus: words(),
  bios_limit: inUnit('kHz'),
  ...each(inUnit('kHz'), 'base_frequency cpuinfo_max_freq cpuinfo_min_freq scaling_cur_freq'),
  cpuinfo_avg_freq: inUnit('kHz'),
  cpuinfo_cur_freq: mode(0o400, inUnit('kHz')),
  cpuinfo_transition_latency: inUnit('ns'),
  ...each(writable(inUnit('kHz')), 'scaling_max_freq scaling_min_freq'),
  scaling_available_frequencies: closedWords(),
  scaling_boost_frequencies: closedWords(),
  scaling_available_governors: closedWords(),
  scaling_driver: line(),
  scaling_governor: writable(line()),
  scaling_setspeed: writable(line()),
  boost: writable(decimal()),
  cpb: writable(decimal()),
  energy_performance_available_preferences: closedWords(),
  energy_performance_preference: writable(line()),
  ...each(decimal(), 'amd_pstate_highest_perf amd_pstate_hw_prefcore amd_pstate_lowest_nonlinear_freq amd_pstate_max_freq amd_pstate_prefcore_ranking'),
};

export const CPU: SysfsTable = {
  'devices/system/cpu': {
    ...each(ranges(), 'online offline present possible enabled isolated'),
    kernel_max: decimal(),
    crash_hotplug: decimal(),
    modalias: line(),
    ...each(trigger(), 'probe release'),
    // A list, or `(null)` where every CPU has its ticks.
    nohz_full: line(),
  },
  'devices/system/cpu/umwait_control': { enable_c02: writable(decimal()), max_time: writable(decimal()) },
  'devices/system/cpu/smt': { active: decimal(), control: writable(line()) },
  'devices/system/cpu/hotplug': { states: tabular('%3d: %s') },
  'devices/system/cpu/vulnerabilities': { '*': line() },
  'devices/system/cpu/cpuidle': {
    available_governors: closedWords(),
    current_driver: line(),
    current_governor: writable(line()),
    current_governor_ro: line(),
  },
  'devices/system/cpu/cpufreq': { boost: writable(decimal()) },
  'devices/system/cpu/cpufreq/policy#': FREQUENCY,
  'devices/system/cpu/cpufreq/policy#/stats': {
    total_trans: decimal(),
    time_in_state: tabular('%u %u'),
    reset: trigger(),
  },
  'devices/system/cpu/cpufreq/*': {
    ...each(
      writable(decimal()),
      'down_threshold freq_step ignore_nice_load io_is_busy powersave_bias sampling_down_factor sampling_rate up_threshold rate_limit_us',
    ),
  },
  'devices/system/cpu/intel_pstate': {
    ...each(writable(decimal()), 'max_perf_pct min_perf_pct no_turbo hwp_dynamic_boost energy_efficiency'),
    status: writable(line()),
    ...each(decimal(), 'num_pstates turbo_pct'),
  },
  'devices/system/cpu/amd_pstate': { status: writable(line()), prefcore: line() },
  'devices/system/cpu/microcode': { reload: trigger() },
  '@cpu': {
    online: writable(decimal()),
    cpu_capacity: decimal(),
    crash_notes: mode(0o400, hex(1, '')),
    crash_notes_size: mode(0o400, decimal()),
    physical_id: decimal(),
  },
  '@cpu/acpi_cppc': {
    feedback_ctrs: fields('ref:%u del:%u'),
    ...each(
      decimal(),
      'highest_perf lowest_freq lowest_nonlinear_perf lowest_perf nominal_freq nominal_perf reference_perf wraparound_time guaranteed_perf',
    ),
  },
  '@cpu/topology': {
    ...each(decimal(), 'physical_package_id die_id cluster_id core_id book_id drawer_id ppin'),
    ...each(mask(), 'thread_siblings core_siblings core_cpus cluster_cpus die_cpus package_cpus book_siblings drawer_siblings'),
    ...each(
      ranges(),
      'thread_siblings_list core_siblings_list core_cpus_list cluster_cpus_list die_cpus_list package_cpus_list book_siblings_list drawer_siblings_list',
    ),
    ppin: mode(0o400, hex()),
  },
  '@cpu/cache': { uevent: writable(pairs()) },
  '@cpu/cache/index#': {
    uevent: writable(pairs()),
    ...each(decimal(), 'id level coherency_line_size number_of_sets physical_line_partition ways_of_associativity'),
    size: inUnit('KiB', decimal('K')),
    ...each(line(), 'type allocation_policy write_policy'),
    shared_cpu_map: mask(),
    shared_cpu_list: ranges(),
    ...each(writable(decimal()), 'subcaches cache_disable_0 cache_disable_1'),
  },
  '@cpu/cpuidle/state#': IDLE_STATE,
  '@cpu/cpuidle/state#/s2idle': { usage: decimal(), time: inUnit('us') },
  '@cpu/cpuidle/driver': { name: line() },
  '@cpu/hotplug': { state: decimal(), target: writable(decimal()), fail: writable(decimal()) },
  '@cpu/power': { energy_perf_bias: writable(decimal()) },
  '@cpu/thermal_throttle': {
    ...each(
      decimal(),
      'core_throttle_count core_throttle_max_time_ms core_throttle_total_time_ms package_throttle_count package_throttle_max_time_ms package_throttle_total_time_ms core_power_limit_count package_power_limit_count',
    ),
  },
  '@cpu/microcode': { version: hex(), processor_flags: hex(), reload: trigger() },
  '@clocksource': {
    available_clocksource: closedWords(),
    current_clocksource: writable(line()),
    unbind_clocksource: trigger(),
  },
  '@clockevents': { current_device: line(), unbind_device: trigger() },
};
