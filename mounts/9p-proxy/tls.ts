/** TLS by the files of whoever uses it, and what can be wrong with it. */

import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import type { TlsFiles } from './options.ts';

/** A file of TLS that cannot be read. */
export class UnreadableFile extends Error {
  readonly path: string;
  readonly why: string;

  constructor(path: string, error: unknown) {
    super(path);
    this.path = path;
    this.why = `cannot be read (${(error as NodeJS.ErrnoException).code})`;
  }
}

/** Reads the files, for Node's tls. Throws an UnreadableFile. */
export function readTls({ authority, certificate, key, name }: TlsFiles): SecureContextOptions & { readonly servername?: string } {
  const read = (path: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new UnreadableFile(path, error);
    }
  };
  return {
    ...(authority !== undefined && { ca: read(authority) }),
    ...(certificate !== undefined && { cert: read(certificate) }),
    ...(key !== undefined && { key: read(key) }),
    ...(name !== undefined && { servername: name }),
  };
}

/** By Node's codes. */
const PROBLEMS: Readonly<Record<string, string>> = {
  ERR_SSL_WRONG_VERSION_NUMBER: 'the server does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the server does not speak TLS',
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another name (tls_name= says which)",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is its own (tls_ca= says whom to trust)",
  SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate is of an unknown authority (tls_ca= says whom to trust)",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate is of an unknown authority (tls_ca= says whom to trust)",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate is of an unknown authority (tls_ca= says whom to trust)",
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: 'the server asks for a certificate (tls_cert= and tls_key=)',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'the server does not know the authority of the certificate',
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key is not that of the certificate',
  ERR_OSSL_PEM_NO_START_LINE: 'a file of the certificate or the key is not PEM',
  ERR_OSSL_UNSUPPORTED: 'a file of the certificate or the key is not PEM',
};

/** What an error's code says of TLS; undefined where it is about something else. */
export function tlsProblem(code: string | undefined): string | undefined {
  return code !== undefined && Object.hasOwn(PROBLEMS, code) ? PROBLEMS[code] : undefined;
}
