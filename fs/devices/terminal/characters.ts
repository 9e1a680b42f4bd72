/** How terminals sort characters: as ISO 8859-1 (lib/ctype.c), whatever the encoding. */

/** C0 controls and DEL. */
export function isControl(character: number): boolean {
  return character < 0x20 || character === 0x7f;
}

/** What makes a word for VWERASE. */
export function isWord(character: number): boolean {
  return (
    (character >= 0x30 && character <= 0x39) ||
    (character >= 0x41 && character <= 0x5a) ||
    (character >= 0x61 && character <= 0x7a) ||
    character === 0x5f ||
    (character >= 0xc0 && character !== 0xd7 && character !== 0xf7)
  );
}

export function toLower(character: number): number {
  const upper = (character >= 0x41 && character <= 0x5a) || (character >= 0xc0 && character <= 0xde && character !== 0xd7);
  return upper ? character + 0x20 : character;
}

export function toUpper(character: number): number {
  // The two small letters without capitals there are shifted like the others.
  const lower = (character >= 0x61 && character <= 0x7a) || (character >= 0xdf && character !== 0xf7);
  return lower ? character - 0x20 : character;
}

/** Whether a byte continues a UTF-8 sequence. */
export function continues(character: number): boolean {
  return (character & 0xc0) === 0x80;
}
