/** What systeminformation's system(), bios(), baseboard() and chassis() tell of a machine, as attributes of /sys/class/dmi/id. */

import type { Finding } from './parts.ts';
import { type Fields, fields, line } from './values.ts';

/** The largest text of an attribute that is shown, in bytes. */
const LONGEST = 255;

/** What stands for a text that was not told. */
const NOTHING_SAID = /^(|-|none|unknown|computer|not specified|default string|to be filled by o\.e\.m\.)$/i;

/** Enclosures as SMBIOS numbers them (DSP0134, 7.4.1), in systeminformation's words. */
const ENCLOSURES: readonly string[] =
  'Other|Unknown|Desktop|Low Profile Desktop|Pizza Box|Mini Tower|Tower|Portable|Laptop|Notebook|Hand Held|Docking Station|All in One|Sub Notebook|Space-Saving|Lunch Box|Main System Chassis|Expansion Chassis|SubChassis|Bus Expansion Chassis|Peripheral Chassis|Storage Chassis|Rack Mount Chassis|Sealed-Case PC|Multi-System Chassis|Compact PCI|Advanced TCA|Blade|Blade Enclosure|Tablet|Convertible|Detachable|IoT Gateway|Embedded PC|Mini PC|Stick PC'
    .toLowerCase()
    .split('|');

/** Which attribute each field of a result is, in the order in which a directory has them. */
const ATTRIBUTES: readonly (readonly [attribute: string, call: string, field: string])[] = [
  ['bios_vendor', 'bios', 'vendor'],
  ['bios_version', 'bios', 'version'],
  ['bios_date', 'bios', 'releaseDate'],
  ['bios_release', 'bios', 'revision'],
  ['sys_vendor', 'system', 'manufacturer'],
  ['product_name', 'system', 'model'],
  ['product_version', 'system', 'version'],
  ['product_serial', 'system', 'serial'],
  ['product_uuid', 'system', 'uuid'],
  ['product_sku', 'system', 'sku'],
  ['board_vendor', 'baseboard', 'manufacturer'],
  ['board_name', 'baseboard', 'model'],
  ['board_version', 'baseboard', 'version'],
  ['board_serial', 'baseboard', 'serial'],
  ['board_asset_tag', 'baseboard', 'assetTag'],
  ['chassis_vendor', 'chassis', 'manufacturer'],
  ['chassis_type', 'chassis', 'type'],
  ['chassis_version', 'chassis', 'version'],
  ['chassis_serial', 'chassis', 'serial'],
  ['chassis_asset_tag', 'chassis', 'assetTag'],
];

/** The attributes that are told, by name. What was not told this time stays as it was. */
export function mapHardware({ results }: Pick<Finding, 'results'>, before: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [attribute, call, field] of ATTRIBUTES) {
    const text = results[call] === undefined ? before[attribute] : textOf(attribute, fields(results[call]), field);
    if (text !== undefined) found[attribute] = text;
  }
  return found;
}

function textOf(attribute: string, from: Fields, field: string): string | undefined {
  const text = line(from[field], LONGEST);
  if (NOTHING_SAID.test(text)) return undefined;
  if (attribute === 'bios_date') return text.replace(/^(\d{4})-(\d\d)-(\d\d)$/, '$2/$3/$1');
  if (attribute !== 'chassis_type') return text;
  const type = ENCLOSURES.indexOf(text.toLowerCase());
  return type < 0 ? undefined : String(type + 1);
}
