/** The files that are mapped, over all address spaces, so that what is done to files by calls is seen in memory, and the other way round. */

import type { MappedFilesContract } from './address-space-contract.ts';
import type { MappableFile } from './mappable-file.ts';
import { SharedObject } from './shared-object.ts';

/** An address space, as mapped files know it. */
export interface FileUser {
  /** The file has another size, or other contents between `start` and `end`. */
  fileChanged(identity: object, start: number, end: number): void;
  fileResized(identity: object, size: number): void;
  /** The file may have become larger. */
  fileGrown(identity: object): void;
}

/** What is known of a file that is mapped. */
interface MappedFile {
  /** How many mappings each address space has. */
  readonly users: Map<FileUser, number>;
  /** Set while it is mapped shared. */
  object: SharedObject | undefined;
}

export class MappedFiles implements MappedFilesContract {
  readonly #files = new Map<object, MappedFile>();

  #file(identity: object): MappedFile {
    let file = this.#files.get(identity);
    if (!file) this.#files.set(identity, (file = { users: new Map(), object: undefined }));
    return file;
  }

  /** The object of a file that is mapped shared. */
  object(file: MappableFile): SharedObject {
    const known = this.#file(file.identity);
    known.object ??= new SharedObject(file);
    known.object.use(file);
    return known.object;
  }

  /** The object of a file, if it is mapped shared. */
  objectOf(identity: object): SharedObject | undefined {
    return this.#files.get(identity)?.object;
  }

  /** Counts mappings of a file. */
  attach(user: FileUser, identity: object): void {
    const { users } = this.#file(identity);
    users.set(user, (users.get(user) ?? 0) + 1);
  }

  detach(user: FileUser, identity: object): void {
    const file = this.#files.get(identity);
    if (!file) return;
    const count = (file.users.get(user) ?? 0) - 1;
    if (count > 0) file.users.set(user, count);
    else file.users.delete(user);
    if (file.object?.mappings === 0) {
      file.object.close();
      file.object = undefined;
    }
    if (file.users.size === 0) this.#files.delete(identity);
  }

  beforeRead(identity: object): void {
    if (this.#files.size === 0) return;
    const object = this.#files.get(identity)?.object;
    if (!object) return;
    object.last?.collect(object);
    object.writeBack();
  }

  written(identity: object, start: number, end: number): void {
    if (this.#files.size === 0) return;
    const file = this.#files.get(identity);
    if (!file) return;
    file.object?.touched(start, end);
    for (const user of file.users.keys()) {
      if (file.object && user === (file.object.last as unknown)) user.fileChanged(identity, start, end);
      user.fileGrown(identity);
    }
  }

  resized(identity: object, size: number): void {
    if (this.#files.size === 0) return;
    const file = this.#files.get(identity);
    if (!file) return;
    file.object?.resized(size);
    for (const user of file.users.keys()) user.fileResized(identity, size);
  }
}
