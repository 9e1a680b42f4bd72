/** Users by their names, from a list as passwd(5) has it. */

import { bytes, fields } from './values.ts';

/** A user id with the user's own group. */
export interface UserIds {
  readonly uid: number;
  readonly gid: number;
}

/** Who is known to nobody: what Linux shows for ids that it cannot map. */
export const NOBODY: UserIds = { uid: 65534, gid: 65534 };

const LARGEST = 0xffff_fffe;

function id(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) && Number(text) <= LARGEST ? Number(text) : undefined;
}

export class Users {
  readonly #ids = new Map<string, UserIds>();

  /** `own` is what os.userInfo() tells of ours, who may be in no list. */
  constructor(list: string, own?: unknown) {
    for (const line of list.split('\n')) {
      const [name = '', , uid, gid] = line.split(':');
      const ids = { uid: id(uid), gid: id(gid) };
      if (name === '' || ids.uid === undefined || ids.gid === undefined || this.#ids.has(name)) continue;
      this.#ids.set(name, { uid: ids.uid, gid: ids.gid });
    }
    const { username, uid, gid } = fields(own);
    const ids = { uid: id(bytes(uid)), gid: id(bytes(gid)) };
    const name = bytes(username);
    if (name !== '' && ids.uid !== undefined && ids.gid !== undefined && !this.#ids.has(name)) this.#ids.set(name, { uid: ids.uid, gid: ids.gid });
  }

  /** Of a name, or of a number that ps(1) writes where a name is too long. */
  find(name: string): UserIds {
    const known = this.#ids.get(name);
    if (known) return known;
    const uid = id(name);
    if (uid !== undefined) return { uid, gid: uid };
    return name === 'root' ? { uid: 0, gid: 0 } : NOBODY;
  }
}
