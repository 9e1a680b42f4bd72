/** Undoing the kernel's octal escapes (seq_escape, seq_path). */

/** Undoes every \ooo, for texts in which the backslash is escaped too. */
export function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-3][0-7]{2})/g, (_match, digits: string) => String.fromCharCode(parseInt(digits, 8)));
}

/**
 * Undoes \ooo for the bytes in `special` alone: where the kernel does not escape the backslash itself, any other three
 * digits behind one are what they look like.
 */
export function unescapeOnly(text: string, special: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\([0-3][0-7]{2})/g, (match, digits: string) => {
    const byte = String.fromCharCode(parseInt(digits, 8));
    return special.includes(byte) ? byte : match;
  });
}
