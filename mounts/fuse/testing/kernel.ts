/**
 * The kernel's part of a connection, for tests: sends requests to a dispatcher, checks that the replies keep to the
 * protocol, and counts what the replies entitle it to, look-ups and handles, which the dispatcher must count likewise.
 */

import type { FileSystem } from '../../../fs/vnode.ts';
import { Dispatcher, type DispatcherOptions } from '../dispatcher.ts';
import type { ThreadDirectory } from '../fuse-caller.ts';
import * as fuse from '../protocol.ts';
import { type Part, type Reply, type RequestHeader, UNANSWERED, buildRequest, checkReply, readEntry, readListing, readReply } from './request.ts';

/** Threads whose ids are all that is known: root's have every capability. */
const THREADS: ThreadDirectory = {
  find: (threadId) => ({ processId: threadId, groups: [], capabilities: threadId === 1 ? 0xffff_ffff : 0 }),
  isReadingLink: () => false,
};

export class TestKernel {
  readonly dispatcher: Dispatcher;
  /** Look-ups that we have yet to forget, by node id. */
  readonly lookups: Map<number, number> = new Map();
  readonly handles: Set<number> = new Set();
  /** Replies and notifications that came by themselves. */
  readonly late: Reply[] = [];
  readonly notifications: { readonly code: number; readonly body: Buffer }[] = [];
  /** Requests without a reply, by unique. */
  readonly pending: Map<number, Buffer> = new Map();
  #unique = 0;

  constructor(fileSystem: FileSystem, options: Partial<DispatcherOptions> = {}) {
    this.dispatcher = new Dispatcher(fileSystem, {
      threads: THREADS,
      send: (bytes, length) => this.#receive(Buffer.from(bytes.subarray(0, length))),
      ...options,
    });
  }

  nextUnique(): number {
    return (this.#unique += 2);
  }

  /** Sends a request and takes its reply; undefined where there is none yet. */
  send(opcode: number, parts: readonly Part[] = [], header: RequestHeader = {}): Reply | undefined {
    return this.sendBytes(buildRequest(opcode, parts, { unique: this.nextUnique(), ...header }));
  }

  /** As `send`, for requests that are answered at once. */
  ask(opcode: number, parts: readonly Part[] = [], header: RequestHeader = {}): Reply {
    const reply = this.send(opcode, parts, header);
    if (!reply) throw new Error(`no reply to opcode ${opcode}`);
    return reply;
  }

  /** Sends bytes as they are, right or wrong. */
  sendBytes(request: Buffer): Reply | undefined {
    const room = Buffer.alloc((request.length + 7) & ~7);
    request.copy(room);
    const words = new Uint32Array(room.buffer, room.byteOffset, room.length >> 2);
    const unique = request.length >= 16 ? Number(request.readBigUInt64LE(8)) : 0;
    const opcode = request.length >= 8 ? request.readUInt32LE(4) : 0;
    if (opcode === fuse.FUSE_FORGET || opcode === fuse.FUSE_BATCH_FORGET) this.#forgets(request);
    const length = this.dispatcher.handle(room, words, request.length);
    let reply: Reply | undefined;
    if (length > 0) {
      if (UNANSWERED.has(opcode)) throw new Error(`a reply to opcode ${opcode}`);
      reply = readReply(this.dispatcher.reply.bytes, length);
      if (reply.unique !== unique) throw new Error(`a reply to ${reply.unique} instead of ${unique}`);
      this.#account(request, reply);
    } else if (!UNANSWERED.has(opcode) && request.length >= fuse.IN_HEADER_SIZE) {
      this.pending.set(unique, request);
    }
    this.dispatcher.sent();
    return reply;
  }

  #receive(bytes: Buffer): void {
    if (bytes.readBigUInt64LE(8) === 0n) {
      if (bytes.readUInt32LE(0) !== bytes.length) throw new Error('a notification of another length than it says');
      this.notifications.push({ code: bytes.readInt32LE(4), body: bytes.subarray(fuse.OUT_HEADER_SIZE) });
      return;
    }
    const reply = readReply(bytes, bytes.length);
    const request = this.pending.get(reply.unique);
    if (!request) throw new Error(`a late reply to ${reply.unique}, which waits for none`);
    this.pending.delete(reply.unique);
    this.late.push(reply);
    this.#account(request, reply);
  }

  /** Counts what a reply gives and takes. */
  #account(request: Buffer, reply: Reply): void {
    checkReply(request, reply);
    if (reply.error !== 0) return;
    const { body } = reply;
    switch (request.readUInt32LE(4)) {
      case fuse.FUSE_LOOKUP:
      case fuse.FUSE_MKNOD:
      case fuse.FUSE_MKDIR:
      case fuse.FUSE_SYMLINK:
      case fuse.FUSE_LINK:
        this.#lookedUp(readEntry(body).node);
        break;
      case fuse.FUSE_CREATE:
      case fuse.FUSE_TMPFILE:
        this.#lookedUp(readEntry(body).node);
        this.#opened(Number(body.readBigUInt64LE(128)));
        break;
      case fuse.FUSE_OPEN:
      case fuse.FUSE_OPENDIR:
        this.#opened(Number(body.readBigUInt64LE(0)));
        break;
      case fuse.FUSE_RELEASE:
      case fuse.FUSE_RELEASEDIR:
        this.handles.delete(Number(request.readBigUInt64LE(fuse.IN_HEADER_SIZE)));
        break;
      case fuse.FUSE_READDIRPLUS:
        for (const { entry } of readListing(body, true)) if (entry) this.#lookedUp(entry.node);
        break;
      case fuse.FUSE_DESTROY:
        this.handles.clear();
        this.lookups.clear();
        // Nobody waits for an answer any more.
        this.pending.clear();
        break;
    }
  }

  #lookedUp(node: number): void {
    if (node !== 0) this.lookups.set(node, (this.lookups.get(node) ?? 0) + 1);
  }

  #opened(handle: number): void {
    if (this.handles.has(handle)) throw new Error(`handle ${handle} was given twice`);
    this.handles.add(handle);
  }

  /** Counts what a FORGET or BATCH_FORGET gives back; one that is cut off gives nothing, or what is left of it. */
  #forgets(request: Buffer): void {
    const body = request.subarray(fuse.IN_HEADER_SIZE);
    if (request.length < fuse.IN_HEADER_SIZE + 8 || request.readUInt32LE(0) !== request.length) return;
    if (request.readUInt32LE(4) === fuse.FUSE_FORGET) {
      this.#forgotten(request.readBigUInt64LE(16), body.readBigUInt64LE(0));
      return;
    }
    const said = body.readUInt32LE(0);
    for (let at = 8; at < 8 + said * 16 && at + 16 <= body.length; at += 16) {
      this.#forgotten(body.readBigUInt64LE(at), body.readBigUInt64LE(at + 8));
    }
  }

  #forgotten(node: bigint, count: bigint): void {
    const held = this.lookups.get(Number(node));
    if (held === undefined) return;
    if (count >= held) this.lookups.delete(Number(node));
    else this.lookups.set(Number(node), held - Number(count));
  }

  /** Forgets look-ups of a node. */
  forget(node: number, count: number): void {
    this.send(fuse.FUSE_FORGET, [BigInt(count)], { node });
  }

  /** Throws where the dispatcher has other counts than the replies gave us. */
  checkCounts(): void {
    const { nodes, handles } = this.dispatcher;
    const problems: string[] = [];
    for (const [id, count] of this.lookups) {
      const held = nodes.get(id)?.lookups;
      if (id !== fuse.FUSE_ROOT_ID && held !== count) problems.push(`node ${id} has ${held} look-ups, not ${count}`);
    }
    const ids = [...this.lookups.keys()].filter((id) => id !== fuse.FUSE_ROOT_ID);
    if (nodes.size !== ids.length + 1) problems.push(`${nodes.size} nodes, not ${ids.length + 1}`);
    if (handles.size !== this.handles.size) problems.push(`${handles.size} handles, not ${this.handles.size}`);
    if (problems.length > 0) throw new Error(problems.join('; '));
  }

  /** Gives back all that was taken: closes and forgets. */
  letGo(): void {
    for (const handle of [...this.handles]) this.ask(fuse.FUSE_RELEASE, [BigInt(handle), 0, 0, 0n]);
    for (const [node, count] of [...this.lookups]) this.forget(node, count);
  }
}
