/*
 * What Node cannot do itself, or not quickly.
 *   helper act            does what the lines of its input say, and prints a line for each: bytes in hexadecimal after a
 *                         read, their number after a write, or which call failed with which error number
 *                             r FLAGS AT LENGTH PATH      open(2) and pread(2), or read(2) where AT is -1
 *                             w FLAGS AT HEX PATH         open(2) and pwrite(2), or write(2)
 *                         SELF in a path stands for its own process id
 *   helper poll FILE MS   polls a file: prints what holds at once, then what came within MS milliseconds, then what holds
 *   helper clocks         makes a time namespace for its children, is called "clocks" from then on, and waits
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x80
#endif

static char line[1 << 16];
static char bytes[1 << 20];

static void do_act(void) {
    int flags, start;
    long long at;
    char what, *value = line;
    if (sscanf(line, "%c %d %lld %n", &what, &flags, &at, &start) != 3) exit(2);
    value += start;
    char *path = strchr(value, ' ');
    if (!path) exit(2);
    *path++ = 0;
    char real[4096];
    char *self = strstr(path, "SELF");
    if (self) {
        snprintf(real, sizeof real, "%.*s%d%s", (int)(self - path), path, getpid(), self + 4);
        path = real;
    }
    int file = open(path, flags);
    if (file < 0) {
        printf("open %d\n", errno);
        return;
    }
    if (what == 'w') {
        size_t length = strlen(value) / 2;
        for (size_t index = 0; index < length; index++) sscanf(value + index * 2, "%2hhx", (unsigned char *)bytes + index);
        ssize_t count = at < 0 ? write(file, bytes, length) : pwrite(file, bytes, length, at);
        if (count < 0) printf("write %d\n", errno);
        else printf("%zd\n", count);
    } else {
        size_t length = strtoul(value, 0, 10);
        ssize_t count = at < 0 ? read(file, bytes, length) : pread(file, bytes, length, at);
        if (count < 0) printf("read %d\n", errno);
        else {
            putchar('=');
            for (ssize_t index = 0; index < count; index++) printf("%02x", (unsigned char)bytes[index]);
            putchar('\n');
        }
    }
    close(file);
}

static int poll_file(const char *path, int milliseconds) {
    struct pollfd file = {open(path, O_RDONLY), POLLIN | POLLPRI | POLLOUT, 0};
    if (file.fd < 0) return 1;
    poll(&file, 1, 0);
    printf("now %x\n", file.revents);
    fflush(stdout);
    file.events = POLLPRI;
    int ready = poll(&file, 1, milliseconds);
    printf("then %d %x\n", ready, file.revents);
    file.events = POLLIN | POLLPRI;
    poll(&file, 1, 0);
    printf("after %x\n", file.revents);
    return 0;
}

int main(int count, char **words) {
    if (count == 2 && strcmp(words[1], "act") == 0) {
        while (fgets(line, sizeof line, stdin)) {
            line[strcspn(line, "\n")] = 0;
            do_act();
        }
        return 0;
    }
    if (count == 4 && strcmp(words[1], "poll") == 0) return poll_file(words[2], atoi(words[3]));
    if (count != 2 || strcmp(words[1], "clocks") != 0) return 2;
    if (unshare(CLONE_NEWTIME) != 0) return 1;
    prctl(PR_SET_NAME, "clocks");
    for (;;) pause();
}
