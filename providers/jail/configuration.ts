/** Jails as jail.conf(5) describes them, with the parameters of jail(8) that concern file systems and names. */

import { type Errno, isErrno } from '../../fs/errno.ts';
import { type EnforceStatfs, JAIL_MOUNT_TYPES, Jail, type JailMountType, RULESET_MAX } from '../../fs/jail.ts';
import type { Place } from '../../fs/place.ts';
import { type Assignment, ConfigurationError, type Definition, type Position, type Value, parseDefinitions } from './syntax.ts';

/** A described jail. One that is called `a.b` is in the jail `a`. */
export interface JailDescription {
  readonly name: string;
  /** Where it is described. */
  readonly position: Position;
  /** Its root directory. */
  readonly path: string;
  readonly hostname: string | undefined;
  readonly allowMount: boolean;
  readonly allowMountTypes: readonly JailMountType[];
  readonly enforceStatfs: EnforceStatfs | undefined;
  readonly devfsRuleset: number | undefined;
  readonly osrelease: string | undefined;
}

/** The parameters that mean something here. */
const OURS: readonly string[] = [
  'name path host.hostname allow.mount enforce_statfs devfs_ruleset osrelease linux.osrelease'.split(' '),
  JAIL_MOUNT_TYPES.map((type) => `allow.mount.${type}`),
].flat();

/** jail(8)'s other parameters: those of networks, processes and hooks, and types of file system that are not ours. */
const OTHERS: readonly RegExp[] = [
  /^(jid|securelevel|vnet|persist|dying|cpuset\.id|depend|command|interface|osreldate|parent|linux|meta|env)$/,
  /^linux\.(osname|oss_version)$/,
  /^(exec|stop|children|host|ip4|ip6|vnet|ip_hostname|sysvmsg|sysvsem|sysvshm|zfs)(\.[a-z0-9_]+)*$/,
  /^mount(\.(fstab|devfs|fdescfs|procfs|linprocfs|linsysfs))?$/,
  /^allow\.(set_hostname|sysvipc|raw_sockets|chflags|quotas|read_msgbuf|socket_af|mlock|nfsd|reserved_ports|unprivileged_proc_debug|suser|extattr|adjtime|settime|routing|setaudit|vmm|dying|unprivileged_parent_tampering)$/,
  /^allow\.mount\.(procfs|zfs|fusefs|fdescfs|nullfs|unionfs)$/,
];

/** Parameters that are on or off; those whose name begins so. */
const BOOLEAN = /^(allow\.|persist$|vnet$|dying$|mount\.(devfs|fdescfs|procfs|linprocfs|linsysfs)$|exec\.clean$|ip_hostname$)/;

/** Reads a file. Throws a ConfigurationError. */
export function parseJails(text: string): JailDescription[] {
  const definitions = parseDefinitions(text);
  const jails = new Map<string, Position>();
  for (const { name, position, named } of definitions) {
    if (named && !name.includes('*') && !jails.has(name)) jails.set(name, position);
    if (named && !/^(\*|[^.*]+(\.[^.*]+)*(\.\*)?)$/.test(name)) throw new ConfigurationError(position, `${name} cannot be the name of a jail`);
  }
  return [...jails].map(([name, position]) => describe(name, position, definitions));
}

/** A parameter's values, as they were assigned. */
interface Setting {
  readonly position: Position;
  readonly values: readonly Value[];
}

function describe(name: string, position: Position, definitions: readonly Definition[]): JailDescription {
  const settings = new Map<string, Setting>([['name', { position, values: [[{ text: name }]] }]]);
  for (const definition of definitions) {
    if (!fits(definition.name, name)) continue;
    for (const assignment of definition.assignments) assign(settings, assignment);
  }
  const one = (parameter: string): string | undefined => substituted(settings, parameter, [])?.at(-1);
  const number = (parameter: string, most: number): number | undefined => {
    const value = one(parameter);
    if (value === undefined) return undefined;
    if (!/^\d{1,5}$/.test(value) || Number(value) > most)
      throw new ConfigurationError(settings.get(parameter)?.position ?? position, `${parameter} is a number from 0 to ${most}`);
    return Number(value);
  };
  const isOn = (parameter: string): boolean => {
    const value = one(parameter) ?? 'false';
    if (value === 'true' || value === 'false') return value === 'true';
    throw new ConfigurationError(settings.get(parameter)?.position ?? position, `${parameter} is true or false`);
  };
  for (const parameter of settings.keys()) if (!parameter.startsWith('$')) substituted(settings, parameter, []);
  const path = one('path') ?? '/';
  if (!path.startsWith('/')) throw new ConfigurationError(settings.get('path')?.position ?? position, 'path is an absolute path');
  return {
    name,
    position,
    path,
    hostname: one('host.hostname'),
    allowMount: isOn('allow.mount'),
    allowMountTypes: JAIL_MOUNT_TYPES.filter((type) => isOn(`allow.mount.${type}`)),
    enforceStatfs: number('enforce_statfs', 2) as EnforceStatfs | undefined,
    devfsRuleset: number('devfs_ruleset', RULESET_MAX),
    osrelease: one('linux.osrelease') ?? one('osrelease'),
  };
}

/** Whether a definition is for a jail: by its name, or by a pattern with `*` for all, or for all below a name. */
function fits(pattern: string, name: string): boolean {
  return pattern === '*' || pattern === name || (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -1)));
}

function assign(settings: Map<string, Setting>, { name, position, append, values }: Assignment): void {
  if (values) {
    if (!name.startsWith('$')) check(name, position);
    const before = append ? (settings.get(name)?.values ?? []) : [];
    settings.set(name, { position, values: [...before, ...values] });
    return;
  }
  // Without a value it is on, and with `no` before the last part of its name off.
  const off = name.replace(/(^|\.)no([^.]+)$/, '$1$2');
  const isOff = off !== name && isSwitch(off) && !isSwitch(name);
  const parameter = isOff ? off : name;
  check(parameter, position);
  if (!BOOLEAN.test(parameter)) throw new ConfigurationError(position, `${parameter} has no value`);
  settings.set(parameter, { position, values: [[{ text: isOff ? 'false' : 'true' }]] });
}

function isKnown(parameter: string): boolean {
  return OURS.includes(parameter) || OTHERS.some((pattern) => pattern.test(parameter));
}

function isSwitch(parameter: string): boolean {
  return BOOLEAN.test(parameter) && isKnown(parameter);
}

function check(parameter: string, position: Position): void {
  if (!isKnown(parameter)) throw new ConfigurationError(position, `unknown parameter ${parameter}`);
}

/** A parameter's values with those of others put in their places; undefined for one that is not set. */
function substituted(settings: ReadonlyMap<string, Setting>, parameter: string, above: readonly string[]): string[] | undefined {
  const setting = settings.get(parameter);
  return setting?.values.map((value) =>
    value
      .map((piece) => {
        if ('text' in piece) return piece.text;
        const { variable, position } = piece;
        const found = settings.has(`$${variable}`) ? `$${variable}` : variable;
        if (above.includes(found) || found === parameter) throw new ConfigurationError(position, `${variable} contains itself`);
        const inner = substituted(settings, found, [...above, parameter]);
        if (!inner) throw new ConfigurationError(position, `${variable} is not set`);
        return inner.join(' ');
      })
      .join(''),
  );
}

/**
 * Makes the jails, those around others first; `find` gives the place of a path. Throws a ConfigurationError for a path that
 * is none, and for a jail that would have more than the one around it.
 */
export function createJails(
  descriptions: readonly JailDescription[],
  find: (path: string, around: Jail | undefined) => Place | Errno,
): Map<string, Jail> {
  const jails = new Map<string, Jail>();
  for (const description of [...descriptions].sort((a, b) => depth(a.name) - depth(b.name))) {
    const { name, position, path } = description;
    const around = name.includes('.') ? jails.get(name.slice(0, name.lastIndexOf('.'))) : undefined;
    if (name.includes('.') && !around) throw new ConfigurationError(position, `${name} is in a jail that is not described`);
    const root = find(path, around);
    if (isErrno(root)) throw new ConfigurationError(position, `${path}, the path of ${name}, cannot be reached`);
    const jail = Jail.create(root, withoutUndefined(description), around);
    if (isErrno(jail)) throw new ConfigurationError(position, `${name} would have more than ${around?.name}, which it is in`);
    jails.set(name, jail);
  }
  return jails;
}

const depth = (name: string): number => name.split('.').length;

function withoutUndefined({ name, allowMount, allowMountTypes, ...rest }: JailDescription): Parameters<typeof Jail.create>[1] {
  const { enforceStatfs, devfsRuleset, osrelease } = rest;
  return {
    name,
    allowMount,
    allowMountTypes,
    ...(enforceStatfs !== undefined && { enforceStatfs }),
    ...(devfsRuleset !== undefined && { devfsRuleset }),
    ...(osrelease !== undefined && { osrelease }),
  };
}
