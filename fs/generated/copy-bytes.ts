/** Copies text from one piece of memory to another. */

/** Up to so many bytes a loop is faster than the way into native code. */
const SHORT = 96;

/** Copies `count` bytes; both have them. */
export function copyBytes(from: Uint8Array, start: number, into: Uint8Array, at: number, count: number): void {
  if (count > SHORT) {
    into.set(start === 0 && count === from.length ? from : from.subarray(start, start + count), at);
    return;
  }
  for (let index = 0; index < count; index++) into[at + index] = from[start + index] as number;
}
