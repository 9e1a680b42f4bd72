/** A rule of devfs(8): conditions, all of which a node has to meet, and what is then done to it. */

/** The types of devices that rules know. */
export const DEVICE_TYPES = ['disk', 'mem', 'tape', 'tty'] as const;
export type DeviceType = (typeof DEVICE_TYPES)[number];

export interface Rule {
  /** A pattern for the node's path below the mount point. Absent: every node. */
  readonly path?: string;
  readonly type?: DeviceType;
  /** Hides or shows the node. Absent: it stays as it is. */
  readonly hidden?: boolean;
  /** The number of a rule set that is applied in addition. */
  readonly include?: number;
  /** Permission bits, user id and group id that the node gets. */
  readonly mode?: number;
  readonly user?: number;
  readonly group?: number;
}

/** A rule in its set, which is ordered by the numbers. */
export interface NumberedRule extends Rule {
  readonly number: number;
}

/** The words of a rule, as devfs(8) prints them. */
export function formatRule({ number, path, type, hidden, include, mode, user, group }: NumberedRule): string {
  const words = [String(number)];
  if (path !== undefined) words.push('path', /[\s'"\\#$]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : path);
  if (type !== undefined) words.push('type', type);
  if (include !== undefined) words.push('include', String(include));
  if (group !== undefined) words.push('group', String(group));
  if (user !== undefined) words.push('user', String(user));
  if (hidden !== undefined) words.push(hidden ? 'hide' : 'unhide');
  if (mode !== undefined) words.push('mode', mode.toString(8).padStart(4, '0'));
  return words.join(' ');
}
