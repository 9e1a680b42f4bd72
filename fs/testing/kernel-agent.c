/*
 * Makes system calls on behalf of a test: reads one call per line from the first file and writes its result as a line
 * to the second. A line is the name of a call and its arguments, divided by blanks:
 *     123, -1        a number
 *     s616263        the address of these bytes, a NUL behind them
 *     o256           the address of so many bytes, which are sent back
 *     b616263        the address of these bytes, all of which are sent back
 * The answer is the result, or the negative errno, and the bytes of the `o` or `b` argument in hexadecimal; of a read or a
 * listing only as many bytes as the result says.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CALL(name) {#name, SYS_##name}

static const struct {
  const char *name;
  long number;
} calls[] = {
    CALL(chdir),      CALL(close),      CALL(copy_file_range), CALL(fallocate),   CALL(faccessat),   CALL(fchmod),
    CALL(fchmodat),   CALL(fchown),     CALL(fchownat),        CALL(fsync),       CALL(ftruncate),   CALL(getcwd),
    CALL(getdents64), CALL(getxattr),   CALL(lgetxattr),       CALL(linkat),      CALL(listxattr),   CALL(lseek),
    CALL(lsetxattr),  CALL(mkdirat),    CALL(mknodat),         CALL(openat),      CALL(openat2),     CALL(pread64),
    CALL(pwrite64),   CALL(readlinkat), CALL(removexattr),     CALL(renameat2),   CALL(setgroups),   CALL(setresgid),
    CALL(setresuid),  CALL(setxattr),   CALL(statfs),          CALL(statx),       CALL(symlinkat),   CALL(truncate),
    CALL(umask),      CALL(unlinkat),   CALL(utimensat),       CALL(write),       CALL(read),        CALL(ioctl),
    CALL(poll),       CALL(setsid),
};

static int digit(int character) { return isdigit(character) ? character - '0' : tolower(character) - 'a' + 10; }

int main(int argc, char **argv) {
  FILE *in = fopen(argv[1], "r"), *out = fopen(argv[2], "w");
  char *line = NULL;
  size_t room = 0;
  if (argc != 3 || !in || !out) return 1;
  while (getline(&line, &room, in) > 0) {
    long arguments[6] = {0};
    char *buffers[6] = {0};
    size_t size = 0;
    int count = 0, output = -1, whole = 0;
    char *rest = NULL, *word = strtok_r(line, " \n", &rest);
    long number = -1;
    for (size_t i = 0; word && i < sizeof calls / sizeof *calls; i++)
      if (!strcmp(word, calls[i].name)) number = calls[i].number;
    while ((word = strtok_r(NULL, " \n", &rest)) && count < 6) {
      if (*word == 's' || *word == 'b') {
        size_t length = strlen(word + 1) / 2;
        buffers[count] = calloc(1, length + 1);
        for (size_t i = 0; i < length; i++)
          buffers[count][i] = (char)(digit((unsigned char)word[1 + 2 * i]) << 4 | digit((unsigned char)word[2 + 2 * i]));
        arguments[count] = (long)buffers[count];
        if (*word == 'b') size = length, output = count, whole = 1;
      } else if (*word == 'o') {
        size = strtoul(word + 1, NULL, 10);
        buffers[count] = calloc(1, size + 1);
        arguments[count] = (long)buffers[count];
        output = count;
      } else {
        arguments[count] = strtol(word, NULL, 10);
      }
      count++;
    }
    errno = 0;
    long result = syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4], arguments[5]);
    fprintf(out, "%ld", result == -1 && errno ? -(long)errno : result);
    if (output >= 0 && result >= 0) {
      size_t sent = whole || number == SYS_statx || number == SYS_statfs ? size : (size_t)result < size ? (size_t)result : size;
      fputc(' ', out);
      for (size_t i = 0; i < sent; i++) fprintf(out, "%02x", (unsigned char)buffers[output][i]);
    }
    fputc('\n', out);
    fflush(out);
    for (int i = 0; i < 6; i++) free(buffers[i]);
  }
  return 0;
}
