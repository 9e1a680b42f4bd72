/** Capabilities of PCI functions as their bytes (PCI Express Base Specification, 7.5 to 7.9). */

import type { PciCapability } from '../described/pci.ts';

/** Where each one is. */
const AT = { power: 0x40, messages: 0x50, table: 0x70, subsystem: 0x90, express: 0xa0, errors: 0x100, serialNumber: 0x140 } as const;
const ID = { power: 0x01, messages: 0x05, subsystem: 0x0d, express: 0x10, table: 0x11, errors: 0x0001, serialNumber: 0x0003 } as const;

export interface Link {
  /** 1 is 2.5 GT/s. */
  readonly generation: number;
  readonly width: number;
}

/** The address to which a message goes: the local APIC of a processor, of which 8 bits are there. */
const APICS = 0xfee0_0000;
const FIRST_VECTOR = 0x22;

export function powerManagement(): PciCapability {
  const body = Buffer.alloc(6);
  body.writeUInt16LE(3, 0);
  // It keeps its state in D0.
  body.writeUInt16LE(0x0008, 2);
  return { at: AT.power, id: ID.power, body };
}

/** One message, to a processor; unless nothing is enabled. */
export function messages(cpu: number, enabled: boolean): PciCapability {
  const body = Buffer.alloc(12);
  body.writeUInt16LE(0x0080 | (enabled ? 1 : 0), 0);
  if (enabled) {
    body.writeUInt32LE(APICS + (cpu & 0xff) * 0x1000, 2);
    body.writeUInt16LE(0x4000 + FIRST_VECTOR, 10);
  }
  return { at: AT.messages, id: ID.messages, body };
}

/** A table of messages in a region, with the bits of what is pending in the last quarter of it. */
export function messageTable(count: number, region: number, size: number): PciCapability {
  const body = Buffer.alloc(10);
  body.writeUInt16LE(0x8000 | (count - 1), 0);
  body.writeUInt32LE(size / 2 + region, 2);
  body.writeUInt32LE((size / 4) * 3 + region, 6);
  return { at: AT.table, id: ID.table, body };
}

/** An endpoint, or a port with a slot of a number in which something is. */
export function express(link: Link, rootPort?: { readonly number: number; readonly slot: number }): PciCapability {
  const body = Buffer.alloc(58);
  // Offsets are counted from the capability, whose first two bytes are not part of the body.
  const word = (at: number, value: number): void => void body.writeUInt16LE(value, at - 2);
  const long = (at: number, value: number): void => void body.writeUInt32LE(value >>> 0, at - 2);
  const state = link.generation | (link.width << 4);
  word(0x02, rootPort ? 0x0142 : 0x0002);
  // 256 bytes of payload, tags of 8 bits, errors by their roles; endpoints can be reset.
  long(0x04, rootPort ? 0x8021 : 0x1000_8021);
  word(0x08, rootPort ? 0x012f : 0x293f);
  long(0x0c, state | (rootPort ? 0x0010_0000 | (rootPort.number << 24) : 0));
  word(0x10, 0x0040);
  word(0x12, state | (rootPort ? 0x3000 : 0x1000));
  if (rootPort) {
    long(0x14, rootPort.slot << 19);
    word(0x1a, 0x0040);
  }
  // Any time-out; it is from 50 microseconds to 50 milliseconds.
  long(0x24, 0x1f);
  long(0x2c, ((1 << link.generation) - 1) << 1);
  word(0x30, link.generation);
  return { at: AT.express, id: ID.express, body };
}

/** Whose a bridge is, which has no place for it in its header. */
export function bridgeSubsystem(vendor: number, device: number): PciCapability {
  const body = Buffer.alloc(6);
  body.writeUInt16LE(vendor, 2);
  body.writeUInt16LE(device, 4);
  return { at: AT.subsystem, id: ID.subsystem, body };
}

/** Errors, of which there were none. */
export function errors(): PciCapability {
  const body = Buffer.alloc(40);
  body.writeUInt32LE(0x0046_2030, 8);
  body.writeUInt32LE(0x2000, 16);
  body.writeUInt32LE(0xa0, 20);
  return { at: AT.errors, id: ID.errors, version: 2, body };
}

/** A number of 64 bits, which interfaces make of their address as EUI-64. */
export function serialNumber(mac: readonly number[]): PciCapability {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = mac;
  return { at: AT.serialNumber, id: ID.serialNumber, body: Buffer.from([f, e, d, 0xff, 0xff, c, b, a]) };
}

/** How many gigatransfers a second a generation's links do, as the kernel says it. */
export function speedText(generation: number): string {
  return `${['2.5', '5.0', '8.0', '16.0', '32.0', '64.0'][generation - 1] ?? '2.5'} GT/s PCIe`;
}
