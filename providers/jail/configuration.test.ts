/** jail.conf(5): what it says, and what is wrong with it where. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SUPERUSER } from '../../fs/caller.ts';
import { isErrno } from '../../fs/errno.ts';
import { defaultTmpfsOptions } from '../../fs/memory/options.ts';
import { Tmpfs } from '../../fs/memory/tmpfs.ts';
import { Vfs } from '../../fs/vfs.ts';
import { type JailDescription, createJails, parseJails } from './configuration.ts';
import { ConfigurationError } from './syntax.ts';

const EXAMPLE = String.raw`
# Outside of all braces: for every jail.
exec.start = "/bin/sh /etc/rc";
exec.clean;
mount.devfs;
$base = "/jails";   // a variable
path = "$base/$name";

web {
  host.hostname = "${'$'}{name}.example.org";
  ip4.addr = 10.1.1.1, 10.1.1.2;
  ip4.addr += 10.1.1.3;
  allow.mount;
  allow.mount.tmpfs = true;
  allow.mount.linprocfs;
  enforce_statfs = 1;
  devfs_ruleset = 4;
  linux.osrelease = '5.15.0$name';
}

/* A jail in a jail,
   with a pattern for all of those. */
web.* { path = /jails/web/inner; allow.nomount; }
web.inner { osrelease = "a\tb\x41\101\
c"; }
plain { allow.mount.notmpfs; exec.noclean; mount.nodevfs; allow.nfsd; nopersist; meta = x; env = "a=b"; }
* { persist; }
`;

const fields = ({ position: _, ...rest }: JailDescription): object => rest;

test('jails as they are described', () => {
  assert.equal(parseJails(EXAMPLE).map(fields), [
    {
      name: 'web',
      path: '/jails/web',
      hostname: 'web.example.org',
      allowMount: true,
      allowMountTypes: ['linprocfs', 'tmpfs'],
      enforceStatfs: 1,
      devfsRuleset: 4,
      osrelease: '5.15.0$name',
    },
    {
      name: 'web.inner',
      path: '/jails/web/inner',
      hostname: undefined,
      allowMount: false,
      allowMountTypes: [],
      enforceStatfs: undefined,
      devfsRuleset: undefined,
      osrelease: 'a\tbAAc',
    },
    {
      name: 'plain',
      path: '/jails/plain',
      hostname: undefined,
      allowMount: false,
      allowMountTypes: [],
      enforceStatfs: undefined,
      devfsRuleset: undefined,
      osrelease: undefined,
    },
  ]);
});

test('later definitions come before earlier ones', () => {
  const [jail] = parseJails('a { enforce_statfs = 1; } * { enforce_statfs = 0; } a { devfs_ruleset = 1; devfs_ruleset = 2; }');
  assert.equal([jail?.enforceStatfs, jail?.devfsRuleset], [0, 2]);
});

/** Text, and what is said of it. */
const WRONG: readonly (readonly [text: string, line: number, column: number, why: string])[] = [
  ['a {', 1, 1, 'the definition of a has no end'],
  ['a { path = "/x; }', 1, 12, 'the string has no end'],
  ['/* a', 1, 1, 'the comment has no end'],
  ['a { path }', 1, 10, '=, +=, { or ; should follow path'],
  ['a { path = ; }', 1, 12, 'path has no value'],
  ['a { path; }', 1, 5, 'path has no value'],
  ['a { path = / }', 1, 14, 'a ; should follow the value of path'],
  ['a {\n  colour = red;\n}', 2, 3, 'unknown parameter colour'],
  ['a { nocolour; }', 1, 5, 'unknown parameter nocolour'],
  ['a {\n b { } }', 2, 2, 'a jail in the definition of a; call it a.b'],
  ['}', 1, 1, '} where a name should be'],
  ['"" { }', 1, 1, 'an empty name'],
  ['a..b { }', 1, 1, 'a..b cannot be the name of a jail'],
  ['a { path = x; }', 1, 5, 'path is an absolute path'],
  ['a { path = $; }', 1, 12, 'no name follows the $'],
  ['a { path = /$b; }', 1, 13, 'b is not set'],
  ['$b = $c; $c = $b; a { path = /$b; }', 1, 15, 'b contains itself'],
  ['a { path = /$path; }', 1, 13, 'path contains itself'],
  ['a { enforce_statfs = 3; }', 1, 5, 'enforce_statfs is a number from 0 to 2'],
  ['a { devfs_ruleset = 65536; }', 1, 5, 'devfs_ruleset is a number from 0 to 65535'],
  ['a { allow.mount = yes; }', 1, 5, 'allow.mount is true or false'],
];
for (const [text, line, column, why] of WRONG) {
  test(`${JSON.stringify(text)} is refused`, () => {
    try {
      parseJails(text);
    } catch (error) {
      assert.instance(error, ConfigurationError);
      const { position, message } = error as ConfigurationError;
      assert.equal([position.line, position.column, message], [line, column, why]);
      return;
    }
    assert.unreachable();
  });
}

test('no text makes the parser fail otherwise, or never end', () => {
  const words = ['a', '{', '}', '=', '+=', ';', ',', '"', "'", '$', '${', '\\', '/*', '*/', '#', '//', '\n', ' ', 'path', '/x', 'allow.nomount', 'x.*', '\\x4', '\\7'];
  let seed = 42;
  const random = (below: number): number => (seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) % below;
  for (let round = 0; round < 20000; round++) {
    const text = Array.from({ length: random(12) }, () => words[random(words.length)]).join('');
    try {
      parseJails(text);
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw new Error(JSON.stringify(text), { cause: error });
    }
  }
});

test('described jails are made, those around others first', () => {
  const vfs = new Vfs(new Tmpfs({ ...defaultTmpfsOptions(), mode: 0o755 }));
  for (const path of ['/jails', '/jails/web', '/jails/web/inner', '/jails/plain']) vfs.mkdir(path, 0o755, SUPERUSER);
  const find = (path: string) => vfs.find(path, 0, SUPERUSER);
  const jails = createJails(parseJails(EXAMPLE), find);
  assert.equal([...jails.keys()], ['web', 'plain', 'web.inner']);
  assert.is(jails.get('web.inner')?.parent, jails.get('web'));
  assert.is(jails.get('web.inner')?.devfsRuleset, 4);
  assert.equal([...(jails.get('web')?.allowMountTypes ?? [])], ['linprocfs', 'tmpfs']);
  const wrong = (text: string): string => {
    try {
      createJails(parseJails(text), find);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  assert.is(wrong('x.y { }'), 'x.y is in a jail that is not described');
  assert.is(wrong('x { path = /none; }'), '/none, the path of x, cannot be reached');
  assert.is(wrong('x { } x.y { allow.mount; }'), 'x.y would have more than x, which it is in');
  assert.not(isErrno(find('/jails')));
});

test.run();
