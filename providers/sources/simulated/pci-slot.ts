/** The places of PCI functions, as 0000:01:00.0. */

export interface Slot {
  readonly domain: number;
  readonly bus: number;
  readonly device: number;
  readonly function: number;
}

/** A place; the domain may be left out. */
export function parseSlot(text: string): Slot {
  const [, domain = '0', bus = '', device = '', part = ''] = /^(?:([0-9a-f]{4}):)?([0-9a-f]{2}):([01][0-9a-f])\.([0-7])$/.exec(text) ?? [];
  return { domain: Number.parseInt(domain, 16), bus: Number.parseInt(bus, 16), device: Number.parseInt(device, 16), function: Number(part) };
}

export function slotText({ domain, bus, device, function: part }: Slot): string {
  return `${busText(domain, bus)}:${hexadecimal(device, 2)}.${part}`;
}

/** A bus, as 0000:01. */
export function busText(domain: number, bus: number): string {
  return `${hexadecimal(domain, 4)}:${hexadecimal(bus, 2)}`;
}

function hexadecimal(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}
