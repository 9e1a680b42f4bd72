/** The words of a line, as a shell divides them: quotes, backslashes, comments and `$name`. */

/** A word and the column that it begins in, from 1. */
export interface Word {
  readonly text: string;
  readonly column: number;
}

/** What is wrong with a text, and where; lines and columns count from 1. */
export class RuleError {
  readonly message: string;
  readonly column: number;
  readonly line: number;

  constructor(message: string, column: number, line = 1) {
    this.message = message;
    this.column = column;
    this.line = line;
  }
}

/** Divides a line. `variable` gives the value of a name behind `$`. */
export function splitWords(line: string, variable: (name: string) => string | undefined): Word[] | RuleError {
  const words: Word[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at] as string)) {
      at++;
      continue;
    }
    if (line[at] === '#') break;
    const column = at + 1;
    let text = '';
    while (at < line.length && !/\s/.test(line[at] as string)) {
      const character = line[at++] as string;
      if (character === "'" || character === '"') {
        const end = line.indexOf(character, at);
        if (end < 0) return new RuleError('the quotation does not end', at);
        text += line.slice(at, end);
        at = end + 1;
      } else if (character === '\\') {
        if (at >= line.length) return new RuleError('nothing behind the backslash', at);
        text += line[at++];
      } else if (character === '$') {
        const name = /^(?:\{(\w+)\}|(\w+))/.exec(line.slice(at));
        const value = name && variable(name[1] ?? name[2] ?? '');
        if (!name || value === undefined || value === null) return new RuleError(`unknown rule set ${name?.[0] ?? ''}`.trimEnd(), at);
        text += value;
        at += name[0].length;
      } else {
        text += character;
      }
    }
    words.push({ text, column });
  }
  return words;
}
