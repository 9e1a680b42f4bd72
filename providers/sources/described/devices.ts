/** Devices with all that the driver core gives them (drivers/base): links, numbers, events, power. */

import { EIO } from '../../../fs/errno.ts';
import { type Contents, type ObjectTree, Unreadable } from './object-tree.ts';

/** A device, as its driver would register it. */
export interface DescribedDevice {
  /** Its path below /sys/devices: `pci0000:00/0000:00:1f.2/ata1`. */
  readonly path: string;
  /** What it is of. Absent: neither, as the roots of the tree. */
  readonly class?: string;
  readonly bus?: string;
  /** The name of the driver that is bound to it. */
  readonly driver?: string;
  /** What devtmpfs makes of it. */
  readonly node?: DeviceNode;
  /** DEVTYPE of its events. */
  readonly deviceType?: string;
  /** What else its events say, in order. */
  readonly environment?: readonly (readonly [key: string, value: string])[];
  readonly attributes?: Contents;
  /** Links that are its own, by name, and the paths below /sys that they lead to. */
  readonly links?: Readonly<Record<string, string>>;
}

/** A device number with the name in /dev. */
export interface DeviceNode {
  readonly block?: true;
  readonly major: number;
  readonly minor: number;
  readonly name: string;
  /** Permission bits where they are not the usual ones. */
  readonly mode?: number;
}

/** What a device says that does not take part in power management at run time. */
const POWER: Contents = {
  'power/autosuspend_delay_ms': new Unreadable(EIO),
  'power/control': 'auto',
  'power/runtime_active_time': 0,
  'power/runtime_status': 'unsupported',
  'power/runtime_suspended_time': 0,
};

/** Adds devices, those above before those below. */
export function addDevices(tree: ObjectTree, devices: Iterable<DescribedDevice>): void {
  const known = new Set<string>();
  for (const device of devices) {
    addDevice(tree, device, known);
    known.add(device.path);
  }
}

function addDevice(tree: ObjectTree, device: DescribedDevice, known: ReadonlySet<string>): void {
  const path = `devices/${device.path}`;
  const name = path.slice(path.lastIndexOf('/') + 1);
  const subsystem = device.class ?? device.bus ?? '';
  const { node } = device;
  tree.attributes(
    { path, subsystem, group: '' },
    {
      ...POWER,
      ...(node && { dev: [node.major, node.minor] }),
      uevent: events(device),
      ...device.attributes,
    },
  );
  if (device.class !== undefined) addToClass(tree, device.class, path, name, parentOf(device.path, known), device.deviceType === 'partition');
  if (device.bus !== undefined) addToBus(tree, device.bus, path, name, device.driver);
  if (node) tree.linkTo(`dev/${node.block ? 'block' : 'char'}/${node.major}:${node.minor}`, path);
  for (const [link, target] of Object.entries(device.links ?? {})) tree.linkTo(`${path}/${link}`, target);
}

/** What the events of a device say (dev_uevent). */
function events({ node, deviceType, driver, environment = [] }: DescribedDevice): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  if (node) {
    pairs.push(['MAJOR', String(node.major)], ['MINOR', String(node.minor)], ['DEVNAME', node.name]);
    if (node.mode !== undefined) pairs.push(['DEVMODE', `0${node.mode.toString(8)}`]);
  }
  if (deviceType !== undefined) pairs.push(['DEVTYPE', deviceType]);
  if (driver !== undefined) pairs.push(['DRIVER', driver]);
  return [...pairs, ...environment];
}

/** The nearest device above. */
function parentOf(path: string, known: ReadonlySet<string>): string | undefined {
  for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
    const above = path.slice(0, cut);
    if (known.has(above)) return above;
  }
  return undefined;
}

function addToClass(tree: ObjectTree, name: string, path: string, id: string, parent: string | undefined, isPartition: boolean): void {
  tree.linkTo(`class/${name}/${id}`, path);
  tree.linkTo(`${path}/subsystem`, `class/${name}`);
  // A partition is a part of the device above, and not what drives it.
  if (parent !== undefined && !isPartition) tree.linkTo(`${path}/device`, `devices/${parent}`);
  if (name === 'block' && !isPartition) tree.linkTo(`block/${id}`, path);
}

function addToBus(tree: ObjectTree, bus: string, path: string, id: string, driver: string | undefined): void {
  addBus(tree, bus);
  tree.linkTo(`bus/${bus}/devices/${id}`, path);
  tree.linkTo(`${path}/subsystem`, `bus/${bus}`);
  if (driver === undefined) return;
  const place = `bus/${bus}/drivers/${driver}`;
  tree.attributes({ path: place }, { bind: null, uevent: null, unbind: null });
  tree.linkTo(`${place}/${id}`, path);
  tree.linkTo(`${path}/driver`, place);
}

/** Makes a bus, unless it is there. */
export function addBus(tree: ObjectTree, bus: string): void {
  tree.directory(`bus/${bus}/devices`);
  tree.directory(`bus/${bus}/drivers`);
  tree.attributes({ path: `bus/${bus}` }, { drivers_autoprobe: 1, drivers_probe: null, uevent: null });
}
