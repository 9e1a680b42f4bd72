/** Who processes belong to. */

import type { UserText } from './description.ts';
import type { Mistake } from './json-text.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

const ROOT: User = { name: 'root', uid: 0, gid: 0, groups: [] };

/** The users of a machine; root is always one. */
export function usersOf(texts: readonly UserText[]): User[] | Mistake {
  const users = [ROOT];
  for (const [index, { name, uid, gid = uid, groups = [] }] of texts.entries()) {
    if (users.some((user) => user.name === name)) return { place: `users[${index}].name`, what: `must be another than that of an earlier user, ${name}` };
    users.push({ name, uid, gid, groups });
  }
  return users;
}

/** The user of a name; undefined where there is none. */
export function resolveUser(name: string, users: readonly User[]): User | undefined {
  return users.find((user) => user.name === name);
}

