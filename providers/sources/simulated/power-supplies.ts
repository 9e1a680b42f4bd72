/** Batteries and what charges them. */

import { type Contents, Live } from '../described/object-tree.ts';
import type { DescribedDevice } from '../described/devices.ts';
import { capacityLevel, powerSupply } from '../described/power-supply.ts';
import type { SysfsValue } from '../../model/sysfs.ts';
import type { Curve } from './curve.ts';
import { curveOf } from './curve-of.ts';
import type { PowerSupplyText } from './description.ts';
import { Wrong } from './wrong.ts';

export interface PowerSupply {
  readonly text: PowerSupplyText;
  readonly type: NonNullable<PowerSupplyText['type']>;
  /** Percent that it has. */
  readonly capacity: Curve;
}

/** A supply as it is described. Throws what is wrong with it. */
export function powerSuppliesOf(text: PowerSupplyText, index: number, all: readonly PowerSupplyText[]): PowerSupply {
  const path = `powerSupplies[${index}]`;
  if (all.findIndex(({ name }) => name === text.name) !== index) throw new Wrong(`${path}.name`, `must be another than that of an earlier supply, ${text.name}`);
  const capacity = curveOf(text.capacity ?? 100, `${path}.capacity`);
  if (capacity.maximum > 100) throw new Wrong(`${path}.capacity`, 'must be at most 100');
  return { text, type: text.type ?? 'Mains', capacity };
}

const SECONDS_AN_HOUR = 3600;
/** Over how long the power is taken that a battery gives or takes. */
const SPAN = 10;

/** The supplies as devices. `now` is the time since boot. */
export function powerSupplyDevices(supplies: readonly PowerSupply[], now: () => number): DescribedDevice[] {
  const supplied = supplies.some(({ type, text }) => type !== 'Battery' && type !== 'UPS' && text.online !== false);
  return supplies.flatMap((supply, index): DescribedDevice[] => {
    const { text, type } = supply;
    const stores = type === 'Battery' || type === 'UPS';
    const properties = stores ? ofBattery(supply, supplied, now) : { online: text.online === false ? 0 : 1 };
    return powerSupply({ name: text.name, index, stores, attributes: { type, ...properties } });
  });
}

function ofBattery({ text, type, capacity }: PowerSupply, supplied: boolean, now: () => number): Contents {
  const full = Math.round((text.wattHours ?? 50) * 1e6);
  const volts = Math.round((text.volts ?? 12) * 1e6);
  const percent = (): number => capacity.at(now());
  const power = (): number => {
    const since = Math.max(0, now() - SPAN);
    const change = capacity.at(now()) - capacity.at(since);
    return now() === since ? 0 : Math.round(((Math.abs(change) / 100) * full * SECONDS_AN_HOUR) / (now() - since));
  };
  const live = (read: () => SysfsValue): Live => new Live(read);
  return {
    status: live(() => (!supplied ? 'Discharging' : percent() >= 100 ? 'Full' : 'Charging')),
    present: 1,
    technology: text.technology ?? 'Li-ion',
    ...(type === 'Battery' && { cycle_count: text.cycles ?? 0 }),
    voltage_min_design: volts,
    voltage_now: live(() => Math.round(volts * (0.95 + percent() / 1000))),
    power_now: live(power),
    energy_full_design: full,
    energy_full: full,
    energy_now: live(() => Math.round((full * percent()) / 100)),
    capacity: live(() => Math.floor(percent())),
    capacity_level: live(() => capacityLevel(percent())),
    model_name: text.model ?? 'Simulated',
    manufacturer: text.manufacturer ?? 'compatfs',
    serial_number: text.serial ?? '1',
  };
}
