/** The thermometers of a simulated machine: in each package, and in NVMe disks. */

import type { DescribedDevice } from '../described/devices.ts';
import { type Contents, Live } from '../described/object-tree.ts';
import { hwmonDevice, platformSensor, thermalZone } from '../described/thermometers.ts';
import { pciPath } from './pci-devices.ts';
import type { Simulation } from './simulation.ts';

/** What a processor has at rest, and more of under load; thousandths of a degree. */
const RESTING_HEAT = 38_000;
const WORKING_HEAT = 45_000;
const HOT = 95_000;
const CRITICAL = 100_000;
const DISK_HEAT = 35_850;

export function sensors(simulation: Simulation, nvme: readonly string[]): DescribedDevice[] {
  const { topology, pci, description } = simulation.machine;
  const heat = (socket: number): Live =>
    new Live(() => {
      const part = Math.min(1, simulation.activity.load(simulation.time) / topology.cpus);
      return Math.floor((RESTING_HEAT + WORKING_HEAT * part + socket * 700) / 125) * 125;
    });
  const isIntel = description.processors.vendor === 'GenuineIntel';
  const devices: DescribedDevice[] = [];
  let number = 0;
  const hwmon = (parent: string, attributes: Contents): void => void devices.push(hwmonDevice(parent, number++, attributes));
  for (let socket = 0; socket < topology.sockets; socket++) {
    const inside = pci.functions.find((each) => each.package === socket);
    if (inside) {
      hwmon(pciPath(inside), { name: 'k10temp', temp1_input: heat(socket), temp1_label: 'Tctl' });
    } else {
      const driver = isIntel ? 'coretemp' : 'k10temp';
      const device = platformSensor(driver, socket);
      devices.push(device);
      hwmon(device.path, { name: driver, temp1_input: heat(socket), temp1_label: isIntel ? `Package id ${socket}` : 'Tctl', temp1_max: HOT, temp1_crit: CRITICAL, temp1_crit_alarm: 0 });
    }
    devices.push(thermalZone(socket, 'x86_pkg_temp', heat(socket), { trip_point_0_type: 'passive', trip_point_0_temp: HOT, trip_point_0_hyst: 0 }));
  }
  for (const parent of nvme) {
    hwmon(parent, { name: 'nvme', temp1_input: DISK_HEAT, temp1_label: 'Composite', temp1_max: 81_850, temp1_min: -273_150, temp1_crit: 84_850, temp1_alarm: 0 });
  }
  return devices;
}
