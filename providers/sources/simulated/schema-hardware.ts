/** The rules of what a description says of a machine's buses, firmware and power. */

import type { Rule } from './schema-rules.ts';
import { curve, integer, line, list, matching, object, positive, size } from './schema-words.ts';

const SLOT = '^([0-9a-f]{4}:)?[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]$';

/** What a disk or an interface is of. */
export const CONTROLLER: Rule = matching(
  `^virtual$|${SLOT}`,
  'the slot of a device in pci, as 0000:01:00.0, or virtual for what is below none; one is made up without',
);

const SUPPLY = object(
  {
    name: matching('^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$', 'a name as BAT0'),
    type: { enum: ['Mains', 'Battery', 'UPS', 'USB'], default: 'Mains' },
    online: { description: 'of all but batteries: whether it supplies anything', type: 'boolean', default: true },
    capacity: curve('of a battery or UPS: percent that it has'),
    wattHours: positive('of a battery or UPS: what it holds when it is full', 1e6),
    volts: positive('of a battery or UPS', 1000),
    cycles: integer(0, 100_000, 'of a battery: how often it was charged', 0),
    technology: line('of a battery', 16),
    manufacturer: line('who made it', 64),
    model: line('its model', 64),
    serial: line('its serial number', 64),
  },
  ['name'],
);

export const POWER_SUPPLIES: Rule = list(SUPPLY, 'what it is supplied by', 64);

export const PCI: Rule = list(
  object(
    {
      slot: matching(SLOT, 'a place as 0000:01:00.0; one is found without'),
      id: matching('^[0-9a-f]{4}:[0-9a-f]{4}$', 'vendor and device as 8086:1533'),
      class: matching('^[0-9a-f]{4}([0-9a-f]{2})?$', 'class, subclass and perhaps interface, as 0200 or 010802'),
      subsystem: matching('^[0-9a-f]{4}:[0-9a-f]{4}$', 'vendor and device as 15d9:1533'),
      revision: integer(0, 255, 'its revision', 0),
      driver: matching('^[A-Za-z0-9_-]{1,32}$', 'the name of a driver'),
      node: integer(0, 1023, 'the memory node that it is near to, where no slot says it'),
      link: object({
        generation: integer(1, 6, 'of PCI Express', 3),
        width: integer(1, 32, 'lanes: 1, 2, 4, 8, 16 or 32', 4),
      }),
      memory: size('that it has and programs can map, besides its registers'),
      label: line('what the firmware calls it', 64),
    },
    ['id', 'class'],
  ),
  'devices on its PCI buses; bridges to them, and controllers of disks and interfaces that name none, come by themselves',
  256,
);

/** Files of /sys/class/dmi/id. */
export const DMI_NAMES: readonly string[] = (
  'bios_date bios_release bios_vendor bios_version board_asset_tag board_name board_serial board_vendor board_version chassis_asset_tag chassis_serial ' +
  'chassis_type chassis_vendor chassis_version ec_firmware_release product_family product_name product_serial product_sku product_uuid product_version sys_vendor'
).split(' ');

export const DMI: Rule = object(
  Object.fromEntries(DMI_NAMES.map((each): [string, Rule] => [each, each === 'product_uuid' ? matching('^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$', 'a UUID in small letters') : line('a line', 64)])),
  [],
  'what the firmware says of it, as the files of /sys/class/dmi/id',
);
