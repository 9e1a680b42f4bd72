/** Has the kernel forget names (FUSE_NOTIFY_INVAL_ENTRY). */

import { write } from 'node:fs';
import type { Doorbell } from './doorbell.ts';
import type { GoneName } from './mortal-nodes.ts';
import { FUSE_NOTIFY_INVAL_ENTRY, OUT_HEADER_SIZE } from './protocol.ts';
import { BODY, ReplyBuffer } from './reply-buffer.ts';

/** struct fuse_notify_inval_entry_out: parent, namelen, flags; the name and a NUL follow. */
const INVAL_ENTRY_OUT_SIZE = 16;
const NAME_MAX = 255;

/**
 * Sends notifications, one after the other, from the main thread. The kernel may wait for the serving thread before it
 * takes one, so they are written in the background.
 */
export class Invalidation {
  readonly #descriptor: number;
  readonly #doorbell: Doorbell;
  readonly #waiting: GoneName[] = [];
  readonly #message = new ReplyBuffer(OUT_HEADER_SIZE + INVAL_ENTRY_OUT_SIZE + NAME_MAX + 1);
  #writing = false;

  constructor(descriptor: number, doorbell: Doorbell) {
    this.#descriptor = descriptor;
    this.#doorbell = doorbell;
  }

  forget(names: readonly GoneName[]): void {
    this.#waiting.push(...names);
    if (!this.#writing) this.#next();
  }

  #next(): void {
    const name = this.#waiting.pop();
    // The descriptor's number must not be used once it is closed: another file may have it.
    this.#writing = name !== undefined && this.#doorbell.borrow();
    if (!name || !this.#writing) return;
    write(this.#descriptor, this.#message.bytes, 0, this.#encode(name), () => {
      // Whether the kernel knew the name does not matter.
      this.#doorbell.giveBack();
      this.#next();
    });
  }

  #encode({ parent, name }: GoneName): number {
    const message = this.#message;
    message.u64(BODY, parent);
    message.words[BODY + 2] = name.length;
    message.words[BODY + 3] = 0;
    const at = OUT_HEADER_SIZE + INVAL_ENTRY_OUT_SIZE;
    message.bytes.write(name, at, 'latin1');
    message.bytes[at + name.length] = 0;
    return message.header(at + name.length + 1, FUSE_NOTIFY_INVAL_ENTRY, 0, 0);
  }
}
