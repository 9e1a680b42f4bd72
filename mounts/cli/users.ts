/** The users and groups of this machine, as /etc/passwd and /etc/group name them. */

import { readFileSync, statSync } from 'node:fs';
import type { NameTable } from '../node-9p/stat-conversion.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  /** The groups that have the user as a member, without the user's own. */
  readonly groups: readonly number[];
}

/** Who is nobody in particular, where the machine does not say so. */
const NOBODY: User = { name: 'nobody', uid: 65_534, gid: 65_534, groups: [] };

/** A file of lines with fields between colons; read again when it has changed. */
class Table {
  readonly #path: string;
  #lines: readonly (readonly string[])[] = [];
  #changed = -1;

  constructor(path: string) {
    this.#path = path;
  }

  get lines(): readonly (readonly string[])[] {
    const changed = statSync(this.#path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed !== this.#changed) {
      this.#changed = changed;
      this.#lines = changed === 0 ? [] : this.#read();
    }
    return this.#lines;
  }

  #read(): string[][] {
    try {
      const lines = readFileSync(this.#path, 'utf8').split('\n');
      return lines.filter((line) => /^[^#:]+:/.test(line)).map((line) => line.split(':'));
    } catch {
      return [];
    }
  }
}

const ID = /^\d{1,10}$/;

function idOf(text: string | undefined): number | undefined {
  return text !== undefined && ID.test(text) && Number(text) < 0xffff_ffff ? Number(text) : undefined;
}

export class Users implements NameTable {
  readonly #passwords: Table;
  readonly #groups: Table;

  constructor(directory = '/etc') {
    this.#passwords = new Table(`${directory}/passwd`);
    this.#groups = new Table(`${directory}/group`);
  }

  /** The user of a name, or of a number in decimal; a number that nobody has is a user without other groups. */
  find(name: string): User | undefined {
    const line = this.#passwords.lines.find(([candidate]) => candidate === name);
    if (line) return this.#user(line);
    const uid = idOf(name);
    return uid === undefined ? undefined : this.byId(uid);
  }

  byId(uid: number): User {
    const line = this.#passwords.lines.find(([, , candidate]) => candidate === String(uid));
    return (line && this.#user(line)) ?? { name: String(uid), uid, gid: uid, groups: [] };
  }

  get nobody(): User {
    return this.find('nobody') ?? NOBODY;
  }

  #user([name = '', , uidText, gidText]: readonly string[]): User | undefined {
    const [uid, gid] = [idOf(uidText), idOf(gidText)];
    if (uid === undefined || gid === undefined) return undefined;
    const groups = this.#groups.lines
      .filter(([, , , members = '']) => members.split(',').includes(name))
      .map(([, , id]) => idOf(id))
      .filter((id) => id !== undefined);
    return { name, uid, gid, groups };
  }

  user(id: number): string {
    return this.byId(id).name;
  }

  group(id: number): string {
    return this.#groups.lines.find(([, , candidate]) => candidate === String(id))?.[0] ?? String(id);
  }

  userId(name: string): number | undefined {
    return this.find(name)?.uid;
  }

  groupId(name: string): number | undefined {
    return idOf(this.#groups.lines.find(([candidate]) => candidate === name)?.[2]) ?? idOf(name);
  }
}
