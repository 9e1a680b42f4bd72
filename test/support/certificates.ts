/** Certificates for tests, each its own authority. */

import { spawnSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';

/** Makes NAME.pem and NAME.key in a directory; `names` are what the certificate is for, as `DNS:localhost`. Needs openssl. */
export function makeCertificate(directory: string, name: string, commonName: string, names?: string): void {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', `${name}.key`];
  const certificate = ['-out', `${name}.pem`, '-days', '2', '-subj', `/CN=${commonName}`];
  const alternatives = names === undefined ? [] : ['-addext', `subjectAltName=${names}`];
  const words = ['req', '-x509', ...key, ...certificate, ...alternatives];
  const { status, stderr } = spawnSync('openssl', words, { cwd: directory, encoding: 'utf8' });
  if (status !== 0) throw new Error(`openssl: ${stderr}`);
  chmodSync(join(directory, `${name}.key`), 0o600);
}
