/** Attributes of sensors and power: Documentation/hwmon/sysfs-interface.rst, drivers/thermal, power_supply, powercap, leds. */

import {
  type SysfsRow,
  type SysfsRows,
  type SysfsTable,
  type SysfsUnit,
  choice,
  closedWords,
  decimal,
  each,
  inUnit,
  line,
  mode,
  nothing,
  notifying,
  pairs,
  tabular,
  trigger,
  words,
  writable,
} from './row.ts';

/** The attributes of one sort of hwmon channel: `temp1_input` and so on. */
function channel(sort: string, unit: SysfsUnit, read: string, written: string, plain = ''): SysfsRows {
  const names = (list: string): string => list.split(' ').filter(Boolean).map((name) => `${sort}#_${name}`).join(' ');
  const group = (row: SysfsRow, list: string): SysfsRows => (list === '' ? {} : each(row, names(list)));
  return {
    ...group(inUnit(unit), read),
    ...group(writable(inUnit(unit)), written),
    ...group(writable(decimal()), plain),
    ...group(decimal(), 'alarm min_alarm max_alarm crit_alarm lcrit_alarm emergency_alarm cap_alarm fault rated_min rated_max'),
    ...group(writable(decimal()), 'enable beep'),
    ...group(line(), 'label'),
  };
}

const HWMON: SysfsRows = {
  ...each(line(), 'name label'),
  update_interval: writable(inUnit('ms')),
  ...channel('in', 'mV', 'input average lowest highest', 'min max lcrit crit', 'reset_history'),
  ...channel('temp', 'm°C', 'input lowest highest', 'min max min_hyst max_hyst lcrit lcrit_hyst crit crit_hyst emergency emergency_hyst offset', 'type reset_history auto_point1_pwm'),
  ...channel('fan', 'rpm', 'input', 'min max target', 'div pulses'),
  ...channel('curr', 'mA', 'input average lowest highest', 'min max lcrit crit', 'reset_history'),
  ...channel('power', 'uW', 'input average average_highest average_lowest average_max average_min input_highest input_lowest cap_hyst', 'cap max min crit lcrit cap_max cap_min average_interval average_interval_max average_interval_min', 'accuracy reset_history'),
  ...channel('energy', 'uJ', 'input', ''),
  ...channel('humidity', 'percent', 'input', 'min max min_hyst max_hyst'),
  ...channel('intrusion', 'percent', '', '', 'alarm'),
  'pwm#': writable(decimal()),
  ...each(writable(decimal()), 'pwm#_enable pwm#_mode pwm#_freq pwm#_auto_channels_temp pwm#_auto_point#_pwm pwm#_auto_point#_temp pwm#_auto_point#_temp_hyst'),
  power_oper: decimal(),
};

const SUPPLY_TEXT =
  'capacity_level health manufacturer model_name scope serial_number technology type';
const SUPPLY_CHOICES = 'charge_type charge_types charge_behaviour usb_type status';

const SUPPLY_NUMBERS: SysfsRows = {
  ...each(decimal(), 'authentic capacity_error_margin charge_counter cycle_count online present internal_resistance state_of_health'),
  ...each(writable(decimal()), 'alarm calibrate charge_control_limit charge_control_limit_max precharge_current charge_term_current'),
  ...each(inUnit('percent'), 'capacity'),
  ...each(writable(inUnit('percent')), 'capacity_alert_max capacity_alert_min charge_control_end_threshold charge_control_start_threshold charge_start_threshold charge_stop_threshold'),
  ...each(inUnit('uAh'), 'charge_avg charge_empty charge_empty_design charge_full charge_full_design charge_now'),
  ...each(inUnit('uA'), 'constant_charge_current constant_charge_current_max current_avg current_boot current_max current_now input_current_limit'),
  ...each(inUnit('uV'), 'constant_charge_voltage constant_charge_voltage_max input_voltage_limit voltage_avg voltage_boot voltage_max voltage_max_design voltage_min voltage_min_design voltage_now voltage_ocv'),
  ...each(inUnit('uWh'), 'energy_avg energy_empty energy_empty_design energy_full energy_full_design energy_now'),
  ...each(inUnit('uW'), 'input_power_limit power_avg power_now'),
  ...each(inUnit('d°C'), 'temp temp_alert_max temp_alert_min temp_ambient temp_ambient_alert_max temp_ambient_alert_min temp_max temp_min'),
  ...each(inUnit('seconds'), 'time_to_empty_avg time_to_empty_now time_to_full_avg time_to_full_now'),
  ...each(decimal(), 'manufacture_day manufacture_month manufacture_year'),
};

export const SENSORS: SysfsTable = {
  '@hwmon': HWMON,
  '@thermal': {
    ...each(line(), 'type'),
    temp: inUnit('m°C'),
    ...each(writable(line()), 'mode policy'),
    available_policies: closedWords(),
    ...each(writable(decimal()), 'k_d k_i k_po k_pu integral_cutoff offset slope sustainable_power'),
    emul_temp: trigger(),
    'trip_point_#_type': line(),
    ...each(writable(inUnit('m°C')), 'trip_point_#_temp trip_point_#_hyst'),
    ...each(writable(decimal()), 'cdev#_trip_point cdev#_weight cur_state'),
    max_state: decimal(),
  },
  '@thermal/stats': {
    total_trans: decimal(),
    time_in_state_ms: tabular('state%u\t%u'),
    reset: trigger(),
  },
  '@power_supply': {
    ...SUPPLY_NUMBERS,
    ...each(line(), SUPPLY_TEXT),
    ...each(writable(line()), SUPPLY_CHOICES),
    uevent: writable(pairs()),
  },
  '@powercap': {
    name: line(),
    energy_uj: mode(0o400, inUnit('uJ')),
    max_energy_range_uj: inUnit('uJ'),
    power_uw: inUnit('uW'),
    max_power_range_uw: inUnit('uW'),
    enabled: writable(decimal()),
    'constraint_#_name': line(),
    ...each(writable(inUnit('uW')), 'constraint_#_power_limit_uw'),
    ...each(inUnit('uW'), 'constraint_#_max_power_uw constraint_#_min_power_uw'),
    ...each(writable(inUnit('us')), 'constraint_#_time_window_us constraint_#_max_time_window_us constraint_#_min_time_window_us'),
  },
  '@leds': {
    brightness: writable(decimal()),
    max_brightness: decimal(),
    brightness_hw_changed: notifying(decimal()),
    trigger: writable(choice()),
    ...each(writable(decimal()), 'delay_on delay_off invert activity interval link rx tx full_duplex half_duplex'),
    color: line(),
    multi_index: words(),
    multi_intensity: writable(words()),
    shot: mode(0o200, nothing()),
    device_name: writable(line()),
  },
  '@backlight': {
    ...each(writable(decimal()), 'bl_power brightness'),
    ...each(decimal(), 'actual_brightness max_brightness'),
    ...each(line(), 'scale type'),
  },
  '@rtc': {
    ...each(line(), 'date name time'),
    since_epoch: inUnit('seconds'),
    hctosys: decimal(),
    ...each(writable(decimal()), 'max_user_freq offset wakealarm'),
    range: line(),
  },
  '@watchdog': {
    ...each(line(), 'bootstatus fw_version identity pretimeout_governor state options'),
    ...each(decimal(), 'max_timeout min_timeout pretimeout status timeleft timeout'),
    nowayout: writable(decimal()),
    pretimeout_available_governors: { kind: 'words', separator: '\n', mode: 0o444 },
  },
  '@devfreq': {
    ...each(writable(line()), 'governor'),
    ...each(inUnit('Hz'), 'cur_freq target_freq'),
    ...each(writable(decimal()), 'max_freq min_freq polling_interval'),
    available_frequencies: words(),
    available_governors: words(),
    timer: writable(line()),
    name: line(),
  },
  '@regulator': {
    ...each(line(), 'name state status type suspend_disk_state suspend_mem_state suspend_standby_state bypass'),
    ...each(inUnit('uV'), 'max_microvolts microvolts min_microvolts'),
    ...each(inUnit('uA'), 'max_microamps microamps min_microamps requested_microamps'),
    num_users: decimal(),
  },
  '@wakeup': {
    name: line(),
    ...each(decimal(), 'active_count event_count expire_count wakeup_count'),
    ...each(inUnit('ms'), 'active_time_ms last_change_ms max_time_ms prevent_suspend_time_ms total_time_ms'),
  },
  '@typec': {
    ...each(writable(line()), 'data_role port_type power_role preferred_role vconn_source'),
    ...each(line(), 'power_operation_mode orientation supported_accessory_modes usb_power_delivery_revision usb_typec_revision'),
  },
  'devices/system/edac/mc/mc#': {
    ...each(decimal(), 'ce_count ce_noinfo_count size_mb seconds_since_reset ue_count ue_noinfo_count'),
    ...each(line(), 'max_location mc_name'),
    sdram_scrub_rate: writable(decimal()),
    reset_counters: trigger(),
  },
};
