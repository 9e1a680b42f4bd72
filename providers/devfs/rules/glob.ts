/** Patterns of file names (glob(7), fnmatch(3) with FNM_PATHNAME): `*` and `?` match no slash. */

/** Whether a path matches; undefined for a pattern that is none. */
export function compileGlob(pattern: string): ((path: string) => boolean) | undefined {
  let source = '^';
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at] as string;
    if (character === '*') {
      source += '[^/]*';
    } else if (character === '?') {
      source += '[^/]';
    } else if (character === '[') {
      const set = readSet(pattern, at);
      if (!set) return undefined;
      source += set.source;
      at = set.end;
    } else if (character === '\\') {
      if (++at >= pattern.length) return undefined;
      source += escape(pattern[at] as string);
    } else {
      source += escape(character);
    }
  }
  try {
    const expression = new RegExp(`${source}$`, 's');
    return (path) => expression.test(path);
  } catch {
    // A range whose ends are the wrong way round.
    return undefined;
  }
}

function escape(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
}

/** A set in brackets, and where its bracket closes. */
function readSet(pattern: string, begin: number): { readonly source: string; readonly end: number } | undefined {
  let at = begin + 1;
  const negated = pattern[at] === '!' || pattern[at] === '^';
  if (negated) at++;
  let members = '';
  // A bracket that comes first is a member.
  for (let first = true; first || pattern[at] !== ']'; first = false) {
    const character = pattern[at++];
    if (character === undefined) return undefined;
    if (character === '\\') {
      const escaped = pattern[at++];
      if (escaped === undefined) return undefined;
      members += escape(escaped);
    } else if (character === '-' && !first && pattern[at] !== ']') {
      members += '-';
    } else {
      members += escape(character);
    }
  }
  return { source: negated ? `[^/${members}]` : `(?!/)[${members}]`, end: at };
}
