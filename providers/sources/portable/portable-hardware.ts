/** What firmware, batteries, thermometers and clocks of a portable machine have in /sys. */

import { addFrequency } from '../described/cpu-frequency.ts';
import type { DescribedDevice } from '../described/devices.ts';
import { dmiDevice } from '../described/dmi.ts';
import { type Contents, Live, type ObjectTree } from '../described/object-tree.ts';
import { capacityLevel, powerSupply } from '../described/power-supply.ts';
import { hwmonDevice, platformSensor, thermalZone } from '../described/thermometers.ts';
import type { Feed } from './feed.ts';
import type { BatteryFacts, Snapshot, TemperatureFacts } from './snapshot.ts';

const MINUTES_AN_HOUR = 60;
const INTEL = 'GenuineIntel';
/** The vendors whose processors are asked by k10temp. */
const RYZEN = /^(AuthenticAMD|HygonGenuine)$/;

/** What of batteries and thermometers decides which objects there are. It is asked for after every refresh of them, and so it is short. */
export function sensorsShape({ power: { mains, batteries }, temperatures: { main, cores, sockets, chipset } }: Pick<Snapshot, 'power' | 'temperatures'>): string {
  const told = (each: number): string => (each > 0 ? '1' : '0');
  let shape = `${mains !== undefined ? 1 : 0} ${told(main)}${told(chipset)} ${cores.map(told).join('')} ${sockets.map(told).join('')}`;
  for (const battery of batteries) shape += ` ${Object.keys(propertiesOf(battery)).join()}`;
  return shape;
}

/** The devices, those above before those below. */
export function hardwareDevices(feed: Feed): DescribedDevice[] {
  const { hardware } = feed.now();
  return [...(Object.keys(hardware).length > 0 ? [dmiDevice(hardware)] : []), ...supplies(feed), ...thermometers(feed)];
}

type Properties = Readonly<Record<string, string | number>>;

/** What is known of a battery, in the order in which ACPI has it (drivers/acpi/battery.c). */
function propertiesOf(battery: BatteryFacts): Properties {
  const { status, technology, cycles, microvolts, unit, design, full, now, percent, minutes, model, manufacturer, serial } = battery;
  const rate = now !== undefined && minutes !== undefined ? Math.round((now * MINUTES_AN_HOUR) / minutes) : undefined;
  const all: Readonly<Record<string, string | number | undefined>> = {
    type: 'Battery',
    status,
    present: 1,
    technology,
    cycle_count: cycles,
    voltage_now: microvolts,
    [unit === 'charge' ? 'current_now' : 'power_now']: rate,
    [`${unit}_full_design`]: design,
    [`${unit}_full`]: full,
    [`${unit}_now`]: now,
    capacity: percent,
    capacity_level: percent === undefined ? undefined : capacityLevel(percent),
    model_name: model || undefined,
    manufacturer: manufacturer || undefined,
    serial_number: serial || undefined,
  };
  return Object.fromEntries(Object.entries(all).filter((each): each is [string, string | number] => each[1] !== undefined));
}

function supplies(feed: Feed): DescribedDevice[] {
  const { mains, batteries } = feed.now().power;
  const told = (): Snapshot['power'] => {
    feed.want('power');
    return feed.now().power;
  };
  const devices = mains === undefined ? [] : powerSupply({ name: 'AC', index: 0, stores: false, attributes: { type: 'Mains', online: new Live(() => (told().mains ? 1 : 0)) } });
  for (const [index, battery] of batteries.entries()) {
    const attributes: Record<string, Live> = {};
    for (const [name, first] of Object.entries(propertiesOf(battery))) {
      attributes[name] = new Live(() => {
        const known = told().batteries[index];
        return (known && propertiesOf(known)[name]) ?? first;
      });
    }
    devices.push(...powerSupply({ name: `BAT${index}`, index, stores: true, attributes }));
  }
  return devices;
}

/** Which thermometers Linux would have for what is told: of the processor, by its vendor, of ACPI and of the chipset. */
function thermometers(feed: Feed): DescribedDevice[] {
  const { machine, temperatures } = feed.now();
  const live = (pick: (now: TemperatureFacts) => number | undefined): Live =>
    new Live(() => {
      feed.want('temperatures');
      return pick(feed.now().temperatures) ?? 0;
    });
  const devices: DescribedDevice[] = [];
  let [zones, sensors] = [0, 0];
  const sensor = (parent: string, name: string, inputs: Contents): void => void devices.push(hwmonDevice(parent, sensors++, { name, ...inputs }));
  const onPlatform = (driver: string, inputs: Contents): void => {
    const device = platformSensor(driver, 0);
    devices.push(device);
    sensor(device.path, driver, inputs);
  };
  // Zones of one type are one sensor (thermal_hwmon.c).
  const zonesOf = (type: string, temps: readonly Live[]): void => {
    if (temps.length === 0) return;
    const all = temps.map((temp) => thermalZone(zones++, type, temp));
    devices.push(...all);
    sensor((all[0] as DescribedDevice).path, type.replaceAll('-', '_'), Object.fromEntries(temps.map((temp, index) => [`temp${index + 1}_input`, temp])));
  };
  const main = live((now) => now.main);
  if (machine.vendor === INTEL) {
    const inputs: Contents = { ...(temperatures.main > 0 && { temp1_input: main, temp1_label: 'Package id 0' }), ...coreInputs(temperatures, live) };
    if (Object.keys(inputs).length > 0) onPlatform('coretemp', inputs);
    // This type alone is no sensor.
    if (temperatures.main > 0) devices.push(thermalZone(zones++, 'x86_pkg_temp', main));
  } else if (temperatures.main > 0) {
    if (RYZEN.test(machine.vendor)) onPlatform('k10temp', { temp1_input: main, temp1_label: 'Tctl' });
    else zonesOf('cpu-thermal', [main]);
  }
  zonesOf('acpitz', [...temperatures.sockets.keys()].filter((index) => (temperatures.sockets[index] ?? 0) > 0).map((index) => live((now) => now.sockets[index])));
  if (temperatures.chipset > 0) zonesOf('pch', [live((now) => now.chipset)]);
  return devices;
}

/** The cores' thermometers begin behind the package's. */
function coreInputs({ cores }: TemperatureFacts, live: (pick: (now: TemperatureFacts) => number | undefined) => Live): Contents {
  const inputs: Record<string, Live | string> = {};
  cores.forEach((each, core) => {
    if (each === 0) return;
    inputs[`temp${core + 2}_input`] = live((now) => now.cores[core]);
    inputs[`temp${core + 2}_label`] = `Core ${core}`;
  });
  return inputs;
}

/** The processors' clocks, where it is told how fast they may be. */
export function addFrequencies(tree: ObjectTree, feed: Feed): void {
  const { machine, times } = feed.now();
  const { least, most, governor } = machine.frequencies;
  if (most === 0) return;
  const driver = machine.architecture === 'x86' ? 'acpi-cpufreq' : 'cpufreq-dt';
  for (const cpu of times.cpus.keys()) {
    const current = new Live(() => {
      feed.want('times');
      return (feed.now().times.cpus[cpu]?.megahertz ?? 0) * 1000 || most;
    });
    addFrequency(tree, { cpu, driver, least, most, governor, governors: [...new Set(['performance', 'schedutil', governor])], current });
  }
}
