/** Mounts of servers that speak TLS, from the command line, with and without what they ask for. */

import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { makeCertificate } from '../../test/support/certificates.ts';
import { type CommandLine, ended, isMounted, until } from '../../test/support/command-line.ts';
import { Exports } from '../../test/support/exports.ts';
import { missingProgram, reasonNotToMount, unless } from '../../test/support/requirements.ts';

const reason = reasonNotToMount() ?? missingProgram('openssl');
const SERVER_TLS = ['--tls-cert', 'DIRECTORY/host.pem', '--tls-key', 'DIRECTORY/host.key'];

function make({ directory }: CommandLine): void {
  makeCertificate(directory, 'host', 'host', 'DNS:localhost,DNS:host.example');
  makeCertificate(directory, 'user', 'glenda');
  makeCertificate(directory, 'stranger', 'stranger');
}

/** Mounts with options; returns what an attempt ends with, or unmounts and returns what `script` said. */
async function mounted({ line }: Exports, source: string, options: string, script: string): Promise<string> {
  const child = line.start(['mount', '-t', '9p', '-o', options, source, line.target]);
  const end = ended(child);
  await until('an outcome', () => isMounted(line.target) || child.exitCode !== null);
  if (child.exitCode !== null) {
    const { status, stderr } = await end;
    return `${status} ${stderr.replaceAll(line.directory, 'DIR')}`;
  }
  const { stdout, stderr } = await line.shell(`cd target && { ${script}; }`);
  child.kill('SIGINT');
  assert.equal(await end.then(({ status, stderr: said }) => ({ status, said })), { status: 0, said: '' });
  return stdout + stderr;
}

/** A test with a server that speaks TLS, on its port. */
function withTls(name: string, more: readonly string[], body: (exports: Exports, port: string) => Promise<void>): void {
  unless(reason, name, async () => {
    const exports = new Exports(['-l', 'tcp!127.0.0.1!0', ...SERVER_TLS, ...more, 'tmpfs,mode=777'], make);
    try {
      const [address = ''] = await exports.addresses();
      await body(exports, address.split('!')[2] ?? '');
    } finally {
      await exports.line.remove();
    }
  });
}

withTls('a server that proves who it is', [], async (exports, port) => {
  const say = (options: string, source = `tcp!localhost!${port}`): Promise<string> => mounted(exports, source, options, 'echo text >f; cat f; rm f');
  assert.is(await say('tls,tls_ca=host.pem'), 'text\n');
  assert.is(await say('tls_ca=host.pem,tls_name=host.example', `tcp!127.0.0.1!${port}`), 'text\n');
  assert.is(await say(`trans=tcp,port=${port},tls_ca=host.pem`, 'localhost'), 'text\n');
  const failing = (what: string, host = 'localhost'): string => `1 compatfs: tcp!${host}!${port}: ${what}\n`;
  assert.is(await say('tls'), failing("the server's certificate is its own (tls_ca= says whom to trust)"));
  assert.is(await say('tls_ca=user.pem'), failing("the server's certificate is its own (tls_ca= says whom to trust)"));
  const otherName = failing("the server's certificate is for another name (tls_name= says which)", '127.0.0.1');
  assert.is(await say('tls_ca=host.pem', `tcp!127.0.0.1!${port}`), otherName);
  assert.is(await say('rw'), failing('connection reset by peer'));
  assert.is(await say('tls_ca=none.pem'), '1 compatfs: DIR/none.pem: cannot be read (ENOENT)\n');
  assert.match(await say('tls_cert=user.pem'), '2 compatfs: mount: tls_cert and tls_key go together');
  assert.match(await say('tls_ca=host.pem', 'unix!socket'), '2 compatfs: mount: TLS is for TCP');
  assert.is(await say('tls_ca=host.pem,tls_cert=user.pem,tls_key=host.key'), failing('the key is not that of the certificate'));
});

withTls('a server that asks who the client is', ['--tls-ca', 'DIRECTORY/user.pem', '--map', '@glenda=4711'], async (exports, port) => {
  const say = (options: string): Promise<string> => mounted(exports, `tcp!localhost!${port}`, `tls_ca=host.pem${options}`, ': >f; stat -c %u f');
  assert.is(await say(',tls_cert=user.pem,tls_key=user.key'), '4711\n');
  assert.is(await say(''), `1 compatfs: tcp!localhost!${port}: the server asks for a certificate (tls_cert= and tls_key=)\n`);
  assert.match(await say(',tls_cert=stranger.pem,tls_key=stranger.key'), new RegExp(`^1 compatfs: tcp!localhost!${port}: .*\n$`));
});

unless(reason, 'a server without TLS', async () => {
  const exports = new Exports(['-l', 'tcp!127.0.0.1!0', 'tmpfs']);
  try {
    const [address = ''] = await exports.addresses();
    // Which of them depends on what the server makes of the greeting: ours hangs up.
    assert.match(await mounted(exports, address, 'tls', 'true'), /^1 compatfs: .*: (connection reset by peer|the server does not speak TLS)\n$/);
  } finally {
    await exports.line.remove();
  }
});

test.run();
