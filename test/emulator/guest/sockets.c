// Pairs of sockets: prints what each call gives, with the error.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define T(call) do { errno = 0; long r_ = (long)(call); printf("%s = %ld %s\n", #call, r_, r_ < 0 ? strerrorname_np(errno) : ""); fflush(stdout); } while (0)

int main(void) {
  signal(SIGPIPE, SIG_IGN); int s[2], d[2], q[2], bad[2]; char b[200]; struct stat st;
  T(socketpair(AF_UNIX, SOCK_STREAM, 0, s)); T(socketpair(AF_UNIX, SOCK_DGRAM, 0, d)); T(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, q)); T(socketpair(AF_UNIX, 77, 0, bad)); T(socketpair(AF_UNIX, SOCK_STREAM, 5, bad)); T(socketpair(AF_UNIX, SOCK_STREAM, 0, (void *)8)); T(fstat(s[0], &st)); printf("%o\n", st.st_mode);
  T(write(s[0], "hello", 5)); T(write(s[0], "world", 5)); T(read(s[1], b, 7)); printf("%.7s\n", b); T(ioctl(s[1], FIONREAD, b)); T(recv(s[1], b, 100, MSG_PEEK)); T(recv(s[1], b, 100, 0)); T(recv(s[1], b, 100, MSG_DONTWAIT)); T(lseek(s[0], 0, 0)); T(pread(s[0], b, 1, 0)); T(ftruncate(s[0], 0)); T(fsync(s[0]));
  T(send(d[0], "one", 3, 0)); T(send(d[0], "three", 5, 0)); T(send(d[0], "", 0, 0)); T(recv(d[1], b, 2, 0)); T(recv(d[1], b, 100, MSG_TRUNC)); T(recv(d[1], b, 100, 0)); T(recv(d[1], b, 100, MSG_DONTWAIT)); T(read(q[1], b, 10)); T(write(q[0], "ab", 2)); T(write(q[0], "cd", 2)); T(read(q[1], b, 10)); T(read(q[1], b, 1)); T(read(q[1], b, 1));
  struct pollfd p[2] = {{s[0], POLLIN | POLLOUT | POLLRDHUP}, {s[1], POLLIN | POLLOUT | POLLRDHUP}}; T(poll(p, 2, 0)); printf("%x %x\n", p[0].revents, p[1].revents); write(s[0], "x", 1); T(poll(p, 2, 0)); printf("%x %x\n", p[0].revents, p[1].revents); T(shutdown(s[0], SHUT_WR)); T(poll(p, 2, 0)); printf("%x %x\n", p[0].revents, p[1].revents); T(write(s[0], "x", 1)); T(read(s[1], b, 10)); T(read(s[1], b, 10)); T(write(s[1], "back", 4)); T(read(s[0], b, 10)); T(shutdown(s[0], 9)); T(shutdown(0, 0)); T(shutdown(99, 0)); close(s[1]); T(poll(p, 1, 0)); printf("%x\n", p[0].revents); T(read(s[0], b, 10)); T(write(s[0], "x", 1)); T(send(s[0], "x", 1, MSG_NOSIGNAL));
  // Descriptors that go along.
  socketpair(AF_UNIX, SOCK_STREAM, 0, s); int pp[2]; pipe(pp); char cb[CMSG_SPACE(8)]; struct iovec io = {"data", 4}; struct msghdr m = {.msg_iov = &io, .msg_iovlen = 1, .msg_control = cb, .msg_controllen = CMSG_SPACE(4)}; struct cmsghdr *c = CMSG_FIRSTHDR(&m); c->cmsg_level = SOL_SOCKET; c->cmsg_type = SCM_RIGHTS; c->cmsg_len = CMSG_LEN(4); *(int *)CMSG_DATA(c) = pp[1]; T(sendmsg(s[0], &m, 0)); *(int *)CMSG_DATA(c) = 99; T(sendmsg(s[0], &m, 0)); close(pp[1]);
  io = (struct iovec){b, 100}; memset(cb, 0, sizeof cb); m.msg_controllen = sizeof cb; T(recvmsg(s[1], &m, MSG_CMSG_CLOEXEC)); printf("%d %d %x\n", (int)m.msg_controllen, (int)((struct cmsghdr *)cb)->cmsg_len, m.msg_flags); int fd = *(int *)CMSG_DATA((struct cmsghdr *)cb); T(fcntl(fd, F_GETFD)); T(write(fd, "via", 3)); T(read(pp[0], b, 10)); close(fd); T(read(pp[0], b, 10));
  struct sockaddr_un a; socklen_t l = sizeof a; T(getsockname(s[0], (void *)&a, &l)); printf("%d %d\n", a.sun_family, l); l = sizeof a; T(getpeername(s[0], (void *)&a, &l)); printf("%d\n", l); int v = 0; l = 4; T(getsockopt(s[0], SOL_SOCKET, SO_TYPE, &v, &l)); printf("%d %d\n", v, l); T(getsockopt(s[0], SOL_SOCKET, SO_ERROR, &v, &l)); printf("%d\n", v); T(getsockopt(s[0], SOL_SOCKET, SO_DOMAIN, &v, &l)); printf("%d\n", v); T(getsockopt(s[0], SOL_SOCKET, 9999, &v, &l)); T(getsockopt(pp[0], SOL_SOCKET, SO_TYPE, &v, &l)); v = 1; T(setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &v, 4)); T(setsockopt(s[0], SOL_SOCKET, SO_KEEPALIVE, &v, 4)); T(setsockopt(s[0], SOL_SOCKET, SO_SNDBUF, &v, 1)); T(recv(pp[0], b, 1, 0)); T(recv(99, b, 1, 0));
  pid_t pid = fork(); if (!pid) { char x[10]; int n = read(s[1], x, 10); write(s[1], x, n); _exit(0); } T(send(s[0], "echo", 4, 0)); T(recv(s[0], b, 4, MSG_WAITALL)); waitpid(pid, 0, 0);
  return 0;
}
