/*
 * What Node cannot do itself.
 *   helper poll FILE MS   polls a file: prints what holds at once, then what came within MS milliseconds, then what holds
 *   helper clocks         makes a time namespace for its children, is called "clocks" from then on, and waits
 */
#define _GNU_SOURCE
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
    if (count == 4 && strcmp(words[1], "poll") == 0) return poll_file(words[2], atoi(words[3]));
    if (count != 2 || strcmp(words[1], "clocks") != 0) return 2;
    if (unshare(CLONE_NEWTIME) != 0) return 1;
    prctl(PR_SET_NAME, "clocks");
    for (;;) pause();
}
