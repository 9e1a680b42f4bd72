/** 9P for Node.js: the package's entry. README.md shows how it is used. */

export * from './attributes.ts';
export type { StringEncoding } from './bytes.ts';
export * from './client.ts';
export { type Message, decode, encode } from './codec.ts';
export { type ByteStream, Connection } from './connection.ts';
export * from './errors.ts';
export { FileLocks } from './file-locks.ts';
export { Framer, FramingError } from './framer.ts';
export * from './layout.ts';
export * from './limits.ts';
export * from './log.ts';
export * from './operations.ts';
export * from './protocol.ts';
export * from './qid.ts';
export { RemoteFile } from './remote-file.ts';
export * from './server.ts';
export * from './simple-files.ts';
export { NUMERIC_NAMES, type NameTable } from './stat-conversion.ts';
export type { StatRecord } from './stat-record.ts';
export * from './transports/address.ts';
export { type ConnectOptions, openStream } from './transports/connect.ts';
export * from './transports/listen.ts';
export { joinStreams, standardStreams, streamPair } from './transports/streams.ts';
export * from './u64.ts';
export * from './wire-attributes.ts';
