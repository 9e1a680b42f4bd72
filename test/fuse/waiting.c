/*
 * Waits for a file in one of several ways and says what came of it:
 *     waiting MODE PATH
 * read        reads, and says how many bytes came or which error; a signal USR1 interrupts it
 * restart     likewise, with SA_RESTART for the signal
 * nonblock    reads without waiting
 * poll        waits for input with poll(2) and says which events came, then reads
 * epoll       likewise with epoll(7), edge-triggered
 * write       writes six bytes and says how many were taken, until all are
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

static void ignore(int signal) { (void)signal; }

static void take(int file) {
  char bytes[100];
  ssize_t count = read(file, bytes, sizeof bytes);
  if (count < 0) printf("%s\n", strerrorname_np(errno));
  else printf("%zd %.*s\n", count, (int)count, bytes);
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  const char *mode = argv[1];
  struct sigaction action = {.sa_handler = ignore, .sa_flags = strcmp(mode, "restart") ? 0 : SA_RESTART};
  sigaction(SIGUSR1, &action, NULL);
  int flags = !strcmp(mode, "write") ? O_WRONLY : O_RDONLY;
  int file = open(argv[2], flags | (strcmp(mode, "nonblock") ? 0 : O_NONBLOCK));
  if (file < 0) return 1;
  if (!strcmp(mode, "poll")) {
    struct pollfd poller = {.fd = file, .events = POLLIN};
    int count = poll(&poller, 1, -1);
    printf("%d %x\n", count, poller.revents);
  } else if (!strcmp(mode, "epoll")) {
    int set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLET};
    epoll_ctl(set, EPOLL_CTL_ADD, file, &event);
    int count = epoll_wait(set, &event, 1, -1);
    printf("%d %x\n", count, event.events);
  }
  if (strcmp(mode, "write")) {
    take(file);
    return 0;
  }
  for (size_t done = 0; done < 6;) {
    ssize_t count = write(file, "abcdef" + done, 6 - done);
    if (count < 0) return printf("%s\n", strerrorname_np(errno)), 1;
    printf("%zd ", count);
    done += (size_t)count;
  }
  printf("\n");
  return 0;
}
