/** Who a guest's users are: the guest's own /etc/passwd and /etc/group (passwd(5), group(5)). */

import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { O_RDONLY } from '../../fs/flags.ts';
import type { Vfs } from '../../fs/vfs.ts';

/** What a process runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** The home directory, where it is known. */
  readonly home?: string;
}

const CHUNK = 65536;

/** The bytes of a small file; none where there is no such file. */
function textOf(vfs: Vfs, path: string): string {
  const file = vfs.open(path, O_RDONLY, 0, SUPERUSER);
  if (isErrno(file)) return '';
  let text = '';
  const buffer = Buffer.alloc(CHUNK);
  for (;;) {
    const count = file.read?.(buffer, 0, CHUNK, text.length, SUPERUSER) ?? 0;
    if (count <= 0) break;
    text += buffer.toString('latin1', 0, count);
  }
  file.release();
  return text;
}

/** An id in words; 2^32 - 1 is none (setuid(2)). */
const idOf = (words: string): number | undefined => (/^\d+$/.test(words) && Number(words) < 0xffffffff ? Number(words) : undefined);

/**
 * Finds a user by name or number, as `USER` or `USER:GROUP`. Undefined for a name that the guest's files do not have; a
 * number need not be there.
 */
export function findUser(vfs: Vfs, words: string): Identity | undefined {
  const [user = '', group] = words.split(':');
  const rows = textOf(vfs, '/etc/passwd').split('\n').map((line) => line.split(':'));
  const row = rows.find(([name]) => name === user) ?? rows.find(([, , uid]) => uid === user);
  const uid = row ? Number(row[2]) : idOf(user);
  if (uid === undefined) return undefined;
  const groupRows = textOf(vfs, '/etc/group').split('\n').map((line) => line.split(':'));
  let gid = row ? Number(row[3]) : uid;
  if (group !== undefined) {
    const found = groupRows.find(([name]) => name === group) ?? groupRows.find(([, , id]) => id === group);
    const id = found ? Number(found[2]) : idOf(group);
    if (id === undefined) return undefined;
    gid = id;
  }
  const name = row?.[0];
  const member = groupRows.filter(([, , , members]) => name !== undefined && members?.split(',').includes(name));
  const groups = [...new Set([gid, ...member.map(([, , id]) => Number(id))])];
  const home = row?.[5];
  return { uid, gid, groups, ...(home && { home }) };
}
