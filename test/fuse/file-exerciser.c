/*
 * Does random things to a file through every interface that Linux has for it, and compares its content with a copy in
 * memory after each step:
 *     file-exerciser PATH SEED STEPS [holes]
 * With `holes`, also what only some file systems can do: fallocate(2) and punching holes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MOST 300000

static unsigned char model[MOST], bytes[MOST];
static long size;
static int file;
static const char *path;
static unsigned state;

static unsigned below(unsigned limit) {
  state ^= state << 13, state ^= state >> 17, state ^= state << 5;
  return state % limit;
}

static void fail(int step, const char *what, long value) {
  printf("step %d: %s (%ld): %s\n", step, what, value, strerror(errno));
  exit(1);
}

static void reopen(int step) {
  if (close(file)) fail(step, "close", 0);
  if ((file = open(path, O_RDWR)) < 0) fail(step, "open", 0);
}

static void check(int step) {
  struct stat stat;
  if (fstat(file, &stat)) fail(step, "fstat", 0);
  if (stat.st_size != size) fail(step, "size", stat.st_size);
  long from = below(4) ? below(MOST) : 0, length = from ? below(20000) : MOST;
  long expected = from >= size ? 0 : size - from < length ? size - from : length;
  if (below(2)) {
    long got = pread(file, bytes, (size_t)length, from);
    if (got != expected) fail(step, "read", got);
  } else if (expected) {
    long page = from & ~4095L;
    unsigned char *map = mmap(NULL, (size_t)(from - page + expected), PROT_READ, MAP_SHARED, file, page);
    if (map == MAP_FAILED) fail(step, "mmap", 0);
    memcpy(bytes, map + (from - page), (size_t)expected);
    munmap(map, (size_t)(from - page + expected));
  }
  for (long at = 0; at < expected; at++)
    if (bytes[at] != model[from + at]) fail(step, "other bytes at", from + at);
}

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  path = argv[1];
  state = (unsigned)atoi(argv[2]) * 2654435761u | 1;
  int steps = atoi(argv[3]), holes = argc > 4;
  if ((file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644)) < 0) fail(0, "create", 0);
  for (int step = 1; step <= steps; step++) {
    long at = below(MOST - 1), length = 1 + below(below(3) ? 5000 : 100000);
    if (at + length > MOST) length = MOST - at;
    unsigned kind = below(holes ? 12 : 10);
    switch (kind) {
      case 0:
      case 1:
      case 2:
        memset(bytes, (int)below(256), (size_t)length);
        if (pwrite(file, bytes, (size_t)length, at) != length) fail(step, "write", length);
        memcpy(model + at, bytes, (size_t)length);
        if (at + length > size) size = at + length;
        break;
      case 3: {
        long to = below(4) ? at : 0;
        if (below(2) ? ftruncate(file, to) : truncate(path, to)) fail(step, "truncate", to);
        if (to < size) memset(model + to, 0, (size_t)(size - to));
        size = to;
        break;
      }
      case 4:
      case 5: {
        if (at >= size) break;
        if (at + length > size) length = size - at;
        long page = at & ~4095L;
        unsigned char *map = mmap(NULL, (size_t)(at - page + length), PROT_READ | PROT_WRITE, MAP_SHARED, file, page);
        if (map == MAP_FAILED) fail(step, "mmap to write", 0);
        memset(map + (at - page), (int)below(256), (size_t)length);
        memcpy(model + at, map + (at - page), (size_t)length);
        if (below(2) && msync(map, (size_t)(at - page + length), MS_SYNC)) fail(step, "msync", 0);
        munmap(map, (size_t)(at - page + length));
        break;
      }
      case 6: {
        int other = open(path, O_WRONLY | O_APPEND);
        if (size + length > MOST) length = MOST - size;
        memset(bytes, (int)below(256), (size_t)length);
        if (length && write(other, bytes, (size_t)length) != length) fail(step, "append", length);
        memcpy(model + size, bytes, (size_t)length);
        size += length;
        close(other);
        break;
      }
      case 7: {
        off_t from = at, to = below(MOST);
        if (from >= size) break;
        if (from + length > size) length = size - from;
        if (to + length > MOST) length = MOST - to;
        if (from < to + length && to < from + length) break;
        off_t target = to;
        long done = copy_file_range(file, &from, file, &target, (size_t)length, 0);
        if (done != length) fail(step, "copy_file_range", done);
        memmove(model + to, model + at, (size_t)length);
        if (to + length > size) size = to + length;
        break;
      }
      case 8:
        reopen(step);
        break;
      case 9:
        if (below(2) ? fsync(file) : fdatasync(file)) fail(step, "fsync", 0);
        if (below(4) == 0) posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
        break;
      case 10:
        if (fallocate(file, below(2) ? FALLOC_FL_KEEP_SIZE : 0, at, length)) fail(step, "fallocate", length);
        struct stat stat;
        fstat(file, &stat);
        if (stat.st_size != size && stat.st_size != at + length) fail(step, "size after fallocate", stat.st_size);
        size = stat.st_size;
        break;
      case 11:
        if (fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, at, length)) fail(step, "punch", length);
        memset(model + at, 0, (size_t)length);
        break;
    }
    check(step);
  }
  printf("%d steps\n", steps);
  return 0;
}
