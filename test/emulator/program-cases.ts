/** Unmodified programs of Debian, each with arguments under which it says the same wherever it runs. */

/** A program with its arguments, run in a directory with the files of `INPUTS`. */
export interface ProgramCase {
  readonly name: string;
  readonly argv: readonly string[];
  readonly stdin?: string;
}

/** What is in the directory. */
export const INPUTS: Readonly<Record<string, string>> = {
  'words.txt': `${Array.from({ length: 400 }, (_, index) => `${((index * 7919) % 1000).toString().padStart(4, '0')} line ${index} ${'abcdefghij'.slice(index % 10)}`).join('\n')}\n`,
  'numbers.csv': `name,value\n${Array.from({ length: 50 }, (_, index) => `item${index},${(index * 37) % 101}.${index}`).join('\n')}\n`,
  'data.json': JSON.stringify({ list: [1, 2.5, -3e10, null, true, 'text \u00e9'], nested: { a: { b: ['c'] } } }),
  'lines.c': '#include <stdio.h>\n#include <math.h>\nint main(void) { for (int i = 0; i < 5; i++) printf("%d %.6f\\n", i * i, (double)i / 3); return 3; }\n',
  'picture.pgm': `P2\n16 16\n255\n${Array.from({ length: 16 }, (_, y) => Array.from({ length: 16 }, (_x, x) => (x * y * 7) % 256).join(' ')).join('\n')}\n`,
};

const one = (name: string, argv: readonly string[], stdin?: string): ProgramCase => ({ name, argv, ...(stdin !== undefined && { stdin }) });

const busybox = (...argv: string[]): ProgramCase => one(`busybox ${argv[0]}`, ['busybox', ...argv]);

const PYTHON = [
  'import json,hashlib,re,math,decimal',
  'print(json.dumps(json.loads(open("data.json").read()), sort_keys=True))',
  'print(hashlib.sha256(open("words.txt","rb").read()).hexdigest(), hashlib.md5(b"x"*1000).hexdigest(), hashlib.blake2b(b"y").hexdigest())',
  'print(re.findall(r"(\\d+) line (\\d+)", open("words.txt").read())[:5])',
  'print([math.sin(i/7)*math.exp(-i/3) for i in range(9)], math.pi, math.factorial(50))',
  'decimal.getcontext().prec=60',
  'print(decimal.Decimal(2).sqrt(), decimal.Decimal(1)/7)',
].join('\n');

const PERL = 'my %h; while (<STDIN>) { $h{length $_}++ } printf "%d %d\n", $_, $h{$_} for sort { $a <=> $b } keys %h; print join(",", map { sprintf "%.10g", sqrt $_ } 1..10), "\n"; print scalar reverse("abc"), 2**70, "\n"';

const LUA = 'local t={} for i=1,20 do t[#t+1]=string.format("%d:%.7g",i,math.sin(i)) end print(table.concat(t," ")) print(("x"):rep(10),#t, 7//2, 2^0.5, string.pack("<i4",77):byte(1,-1))';

const SQL = "create table t(a,b); insert into t select value, value*value from generate_series(1,100); select sum(b), avg(a), count(*) from t; select group_concat(a) from (select a from t where a%17=0);";

export const PROGRAMS: readonly ProgramCase[] = [
  busybox('true'), busybox('false'), busybox('echo', 'a', 'b'), busybox('ls', '-l', '/etc/passwd'), busybox('cat', 'words.txt'), busybox('sort', '-r', 'words.txt'),
  busybox('wc', 'words.txt'), busybox('head', '-n', '3', 'words.txt'), busybox('tail', '-n', '3', 'words.txt'), busybox('md5sum', 'words.txt'), busybox('sha256sum', 'words.txt'),
  busybox('sha512sum', 'words.txt'), busybox('cksum', 'words.txt'), busybox('grep', '-c', '99', 'words.txt'), busybox('sed', 's/line/LINE/;5q', 'words.txt'),
  busybox('awk', '{s+=$1} END {print s, s/7, sqrt(s)}', 'words.txt'), busybox('cut', '-d,', '-f2', 'numbers.csv'), busybox('tr', 'a-z', 'A-Z'),
  busybox('uniq', '-c', 'words.txt'), busybox('od', '-c', 'data.json'), busybox('hexdump', '-C', 'data.json'), busybox('base64', 'data.json'), busybox('expr', '17', '*', '19'),
  busybox('seq', '1', '3', '20'), busybox('printf', '%05d|%s|%x\\n', '42', 'text', '255'), busybox('dirname', '/a/b/c'), busybox('basename', '/a/b/c.txt', '.txt'), busybox('find', '.', '-name', '*.txt'),
  busybox('stat', '-c', '%s %a %F', 'words.txt'), busybox('dd', 'if=words.txt', 'bs=100', 'count=2'), busybox('gzip', '-c', 'words.txt'), busybox('bzip2', '-c', 'words.txt'), busybox('xxd', 'data.json'),
  busybox('cal', '2', '2024'), busybox('date', '-u', '-d', '@1000000000'), busybox('factor', '1234567890'), busybox('rev', 'numbers.csv'), busybox('tac', 'numbers.csv'), busybox('nl', 'numbers.csv'),
  busybox('fold', '-w', '10', 'words.txt'), busybox('expand', 'numbers.csv'), busybox('diff', 'words.txt', 'numbers.csv'), busybox('cmp', 'words.txt', 'numbers.csv'), busybox('test', '-d', '/'), busybox('uname', '-m'),
  busybox('tar', 'cf', '-', '--mtime=@0', 'words.txt'), busybox('readlink', '-f', '/bin/../etc'), busybox('ls', '/nonexistent'), busybox('sum', 'words.txt'), busybox('crc32', 'words.txt'),
  one('true', ['/bin/true']), one('false', ['/bin/false']), one('ls', ['ls', '-l', '/etc/passwd', '/etc/group']), one('ls of nothing', ['ls', '/nonexistent']), one('cat', ['cat', 'words.txt', '-'], 'from stdin\n'),
  one('sort', ['sort', '-k3', '-n', 'words.txt']), one('sort unique', ['sort', '-u', '-k1,1', 'words.txt']), one('sha256sum', ['sha256sum', 'words.txt', 'numbers.csv']), one('sha1sum', ['sha1sum', 'words.txt']),
  one('md5sum', ['md5sum', '-c', '-'], 'd41d8cd98f00b204e9800998ecf8427e  /dev/null\n'), one('b2sum', ['b2sum', 'words.txt']), one('cksum', ['cksum', 'words.txt']),
  one('gzip', ['gzip', '-nc', 'words.txt']), one('xz', ['xz', '-T1', '-c', 'words.txt']), one('zstd', ['zstd', '-q', '-c', '--single-thread', 'words.txt']),
  one('tar', ['tar', 'cf', '-', '--mtime=@0', '--owner=0', '--group=0', '--sort=name', 'words.txt', 'numbers.csv']),
  one('sed', ['sed', '-E', 's/([0-9]+) line ([0-9]+)/\\2-\\1/;$d', 'words.txt']), one('mawk', ['mawk', '-F,', '{s+=$2} END {printf "%.6f %d\\n", s, NR}', 'numbers.csv']),
  one('gawk', ['gawk', 'BEGIN {for (i=0;i<5;i++) printf "%.12g %s\\n", exp(i)/3, strftime("%F", i*86400, 1)} {n[length($0)]++} END {for (k=0;k<60;k++) if (k in n) print k, n[k]}', 'words.txt']),
  one('grep', ['grep', '-nE', '^(00|9)[0-9]+ .*j$', 'words.txt']), one('grep without match', ['grep', 'zzz', 'words.txt']), one('find', ['find', '.', '-type', 'f', '-name', 'n*']),
  one('expr', ['expr', '1234567', '%', '89']), one('date', ['date', '-u', '-d', '@1234567890', '+%F %T %j %U']), one('od', ['od', '-A', 'x', '-t', 'x1z', 'data.json']),
  one('stat', ['stat', '-c', '%n %s %a %U %F', 'words.txt', '/etc']), one('dd', ['dd', 'if=words.txt', 'bs=64', 'count=3', 'status=none']),
  one('cp', ['cp', 'words.txt', '/dev/stdout']), one('wc', ['wc', 'words.txt', 'numbers.csv']), one('tac', ['tac', 'words.txt']), one('shuf', ['shuf', '-i', '1-20', '--random-source=words.txt']), one('numfmt', ['numfmt', '--to=iec', '1048576', '123456789']),
  one('seq', ['seq', '-f', '%.3f', '0', '0.1', '1']), one('factor', ['factor', '18446744073709551615', '1000003']), one('printf', ['/usr/bin/printf', '%.20g %a %5.2e\\n', '3.14159', '1.5', '12345']), one('base64', ['base64', 'words.txt']),
  one('join', ['join', '-t,', 'numbers.csv', 'numbers.csv']), one('paste', ['paste', '-d|', 'numbers.csv', 'numbers.csv']), one('tr', ['tr', '-d', 'aeiou'], 'the quick brown fox\n'), one('env', ['env', '-i', 'A=1', '/usr/bin/env']), one('id', ['id', '-u']),
  one('perl', ['perl', '-e', PERL], 'a\nbb\nccc\ndd\n'), one('perl regular expressions', ['perl', '-ne', 'print "$2 $1\\n" if /^(\\d+) line (\\d*7) /', 'words.txt']),
  one('python3', ['/usr/bin/python3', '-c', PYTHON]), one('python3 exit', ['/usr/bin/python3', '-c', 'import sys; sys.exit(7)']), one('python3 exception', ['/usr/bin/python3', '-c', '1/0']),
  one('python3 sqlite3', ['/usr/bin/python3', '-c', 'import sqlite3; c=sqlite3.connect(":memory:"); c.execute("create table t(a)"); c.executemany("insert into t values(?)",[(i*i,) for i in range(50)]); print(c.execute("select sum(a),max(a) from t where a%3=0").fetchall())']),
  one('lua', ['lua5.4', '-e', LUA]), one('sqlite3', ['sqlite3', ':memory:', SQL]), one('jq', ['jq', '-S', '.nested, (.list | map(type)), (.list[1] * 3)', 'data.json']),
  one('openssl', ['openssl', 'dgst', '-sha256', '-sha256', 'words.txt']), one('openssl sha3', ['openssl', 'dgst', '-sha3-256', 'words.txt']), one('bc', ['bc', '-l'], 'scale=40; a(1)*4; e(1); sqrt(2); 2^200\n'),
  one('tcc', ['tcc', '-run', 'lines.c']), one('pnmscale', ['pamscale', '2', 'picture.pgm']), one('pnmflip', ['pamflip', '-r90', 'picture.pgm']), one('pnmtopng', ['pnmtopng', 'picture.pgm']), one('pgmedge', ['pgmedge', 'picture.pgm']),
  one('pnmsmooth', ['pamgauss', '5', '5', '-sigma=.8']), one('file', ['file', '-b', 'picture.pgm', 'data.json']),
];
