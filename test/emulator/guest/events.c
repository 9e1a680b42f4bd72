// Waiting for files, event files, threads and futexes, clocks: prints what each call gives, with the error.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/futex.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define T(call) do { errno = 0; long r_ = (long)(call); printf("%s = %ld %s\n", #call, r_, r_ < 0 ? strerrorname_np(errno) : ""); fflush(stdout); } while (0)

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static int turns, total;
static __thread int own = 3;

static void *adder(void *arg) { for (int i = 0; i < 1000; i++) { pthread_mutex_lock(&mutex); total++; if (i % 100 == 0) sched_yield(); pthread_mutex_unlock(&mutex); } own += (long)arg; return (void *)(long)own; }
static void *player(void *arg) { for (int i = 0; i < 10; i++) { pthread_mutex_lock(&mutex); while (turns % 2 != (long)arg) pthread_cond_wait(&cond, &mutex); turns++; pthread_cond_broadcast(&cond); pthread_mutex_unlock(&mutex); } return 0; }
static void *sleeper(void *arg) { sleep(100); return 0; }
static void *robust(void *arg) { pthread_mutex_lock(arg); return 0; }
static void *late(void *arg) { usleep(20000); write(*(int *)arg, "x", 1); return 0; }
static void *waker(void *arg) { usleep(20000); *(int *)arg = 1; T(syscall(SYS_futex, arg, FUTEX_WAKE, 10, 0, 0, 0)); return 0; }
static void handler(int s) { }

int main(void) {
  char b[100]; int p[2], q[2]; pipe(p); pipe(q); struct pollfd f[3] = {{p[0], POLLIN}, {p[1], POLLOUT | POLLIN}, {99, POLLIN}};
  T(poll(f, 3, 0)); printf("%x %x %x\n", f[0].revents, f[1].revents, f[2].revents); f[2].fd = -1; T(poll(f, 1, 10)); write(p[1], "a", 1); T(poll(f, 3, -1)); printf("%x %x %x\n", f[0].revents, f[1].revents, f[2].revents); close(p[1]); T(poll(f, 1, 0)); printf("%x\n", f[0].revents); read(p[0], b, 10); T(poll(f, 1, 0)); printf("%x\n", f[0].revents); close(q[0]); f[0] = (struct pollfd){q[1], POLLOUT}; T(poll(f, 1, 0)); printf("%x\n", f[0].revents); T(poll((void *)8, 1, 0)); T(poll(f, 100000, 0)); int file = open("f", O_CREAT | O_RDWR, 0600); f[0] = (struct pollfd){file, POLLIN | POLLOUT}; T(poll(f, 1, 0)); printf("%x\n", f[0].revents);
  pipe(p); fd_set r, w, e; FD_ZERO(&r); FD_ZERO(&w); FD_ZERO(&e); FD_SET(p[0], &r); FD_SET(p[1], &w); struct timeval tv = {0, 1000}; T(select(p[1] + 1, &r, &w, &e, &tv)); printf("%d %d\n", FD_ISSET(p[0], &r), FD_ISSET(p[1], &w)); FD_SET(p[0], &r); T(select(p[0] + 1, &r, 0, 0, &tv)); 
  /* A table with room for 200 has no 99; a fork of one that is small does not look so far. */
  FD_SET(99, &r); dup2(1, 200); T(select(100, &r, 0, 0, &tv)); close(200);
  if (!fork()) { close_range(3, ~0U, 0); if (!fork()) { FD_ZERO(&r); FD_SET(99, &r); T(select(100, &r, 0, 0, &tv)); exit(0); } wait(0); exit(0); } wait(0);
  T(select(-1, 0, 0, 0, &tv)); tv.tv_usec = -1; T(select(0, 0, 0, 0, &tv)); struct timespec ts = {0, 1000}; T(pselect(0, 0, 0, 0, &ts, 0)); T(ppoll(0, 0, &ts, 0)); ts.tv_nsec = 2000000000; T(ppoll(0, 0, &ts, 0));
  // epoll
  int ep = epoll_create1(EPOLL_CLOEXEC); T(epoll_create(0)); T(epoll_create1(99)); struct epoll_event ev = {EPOLLIN, {.u64 = 0x1122334455667788}}, got[4]; T(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &ev)); T(epoll_ctl(ep, EPOLL_CTL_ADD, p[0], &ev)); T(epoll_ctl(ep, EPOLL_CTL_ADD, file, &ev)); T(epoll_ctl(ep, EPOLL_CTL_ADD, ep, &ev)); T(epoll_ctl(ep, EPOLL_CTL_ADD, 99, &ev)); T(epoll_ctl(p[0], EPOLL_CTL_ADD, p[1], &ev)); T(epoll_ctl(ep, EPOLL_CTL_MOD, p[1], &ev)); T(epoll_ctl(ep, EPOLL_CTL_DEL, p[1], 0)); T(epoll_ctl(ep, 77, p[1], &ev)); T(epoll_wait(ep, got, 4, 0)); T(epoll_wait(ep, got, 0, 0)); T(epoll_wait(p[0], got, 4, 0)); write(p[1], "ab", 2); T(epoll_wait(ep, got, 4, -1)); printf("%x %lx\n", got[0].events, got[0].data.u64); T(epoll_wait(ep, got, 4, -1)); read(p[0], b, 1); ev.events = EPOLLIN | EPOLLET; T(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &ev)); T(epoll_wait(ep, got, 4, 0)); T(epoll_wait(ep, got, 4, 0)); write(p[1], "c", 1); T(epoll_wait(ep, got, 4, 0)); ev.events = EPOLLIN | EPOLLONESHOT; T(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &ev)); T(epoll_wait(ep, got, 4, 0)); T(epoll_wait(ep, got, 4, 0)); T(epoll_ctl(ep, EPOLL_CTL_MOD, p[0], &ev)); T(epoll_wait(ep, got, 4, 0)); ev.events = EPOLLOUT; T(epoll_ctl(ep, EPOLL_CTL_ADD, p[1], &ev)); T(epoll_wait(ep, got, 4, 0)); close(p[1]); T(epoll_wait(ep, got, 4, 0)); f[0] = (struct pollfd){ep, POLLIN}; T(poll(f, 1, 0));
  // eventfd, timerfd, signalfd
  int ef = eventfd(3, EFD_NONBLOCK); unsigned long n = 0; T(read(ef, &n, 8)); printf("%lu\n", n); T(read(ef, &n, 8)); T(read(ef, &n, 4)); n = 5; T(write(ef, &n, 8)); n = ~0UL; T(write(ef, &n, 8)); n = ~0UL - 1; T(write(ef, &n, 8)); T(lseek(ef, 0, SEEK_SET)); T(pread(ef, b, 8, 0)); T(eventfd(0, 99)); int es = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK); T(read(es, &n, 8)); printf("%lu\n", n); T(read(es, &n, 8)); T(read(es, &n, 8)); T(ftruncate(es, 0)); T(fsync(es)); T(write(es, &n, 7));
  int tf = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK); T(timerfd_create(77, 0)); T(timerfd_create(CLOCK_MONOTONIC, 5)); struct itimerspec its = {{0, 1000000}, {0, 1000000}}, ito; T(read(tf, &n, 8)); T(timerfd_settime(tf, 0, &its, &ito)); printf("%ld %ld\n", ito.it_value.tv_sec, ito.it_value.tv_nsec); f[0] = (struct pollfd){tf, POLLIN}; T(poll(f, 1, 1000)); T(read(tf, &n, 8)); printf("%d\n", n >= 1); T(timerfd_gettime(tf, &ito)); printf("%ld\n", ito.it_interval.tv_nsec); T(timerfd_settime(ef, 0, &its, 0)); its.it_value.tv_nsec = 1000000000; T(timerfd_settime(tf, 0, &its, 0)); T(write(tf, b, 8));
  sigset_t m; sigemptyset(&m); sigaddset(&m, SIGUSR1); sigprocmask(SIG_BLOCK, &m, 0); int sf = signalfd(-1, &m, SFD_NONBLOCK); struct signalfd_siginfo si; T(read(sf, &si, sizeof si)); f[0] = (struct pollfd){sf, POLLIN}; T(poll(f, 1, 0)); raise(SIGUSR1); T(poll(f, 1, 0)); T(read(sf, &si, sizeof si)); printf("%d %d %d\n", si.ssi_signo, si.ssi_code, si.ssi_pid == getpid()); T(read(sf, &si, 10)); T(signalfd(ef, &m, 0)); pid_t c = fork(); if (!c) { usleep(20000); kill(getppid(), SIGUSR1); _exit(0); } fcntl(sf, F_SETFL, 0); T(read(sf, &si, sizeof si)); waitpid(c, 0, 0);
  // Threads.
  pthread_t t[4]; void *res; for (long i = 0; i < 4; i++) pthread_create(&t[i], 0, adder, (void *)i); long sum = 0; for (int i = 0; i < 4; i++) { pthread_join(t[i], &res); sum += (long)res; } printf("%d %ld %d\n", total, sum, own); pthread_create(&t[0], 0, player, (void *)0); pthread_create(&t[1], 0, player, (void *)1); pthread_join(t[0], 0); pthread_join(t[1], 0); printf("turns %d\n", turns);
  pthread_create(&t[0], 0, sleeper, 0); T(pthread_cancel(t[0])); pthread_join(t[0], &res); printf("%d\n", res == PTHREAD_CANCELED); pthread_mutexattr_t ma; pthread_mutexattr_init(&ma); pthread_mutexattr_setrobust(&ma, PTHREAD_MUTEX_ROBUST); static pthread_mutex_t rm; pthread_mutex_init(&rm, &ma); pthread_create(&t[0], 0, robust, &rm); pthread_join(t[0], 0); T(pthread_mutex_lock(&rm)); T(pthread_mutex_consistent(&rm)); T(pthread_mutex_unlock(&rm));
  pthread_mutexattr_t pa; pthread_mutexattr_init(&pa); pthread_mutexattr_setprotocol(&pa, PTHREAD_PRIO_INHERIT); static pthread_mutex_t pm; pthread_mutex_init(&pm, &pa); T(pthread_mutex_lock(&pm)); T(pthread_mutex_trylock(&pm)); T(pthread_mutex_unlock(&pm));
  pipe(p); pthread_create(&t[0], 0, late, &p[1]); T(read(p[0], b, 1)); pthread_join(t[0], 0); pthread_create(&t[0], 0, late, &p[1]); f[0] = (struct pollfd){p[0], POLLIN}; T(poll(f, 1, 5000)); pthread_join(t[0], 0); 
  static int word; T(syscall(SYS_futex, &word, FUTEX_WAIT, 1, 0, 0, 0)); ts = (struct timespec){0, 1000000}; T(syscall(SYS_futex, &word, FUTEX_WAIT, 0, &ts, 0, 0)); T(syscall(SYS_futex, &word, FUTEX_WAKE, 1, 0, 0, 0)); T(syscall(SYS_futex, (char *)&word + 1, FUTEX_WAIT, 0, &ts, 0, 0)); T(syscall(SYS_futex, 8, FUTEX_WAIT, 0, &ts, 0, 0)); T(syscall(SYS_futex, &word, 77, 0, 0, 0, 0)); T(syscall(SYS_futex, &word, FUTEX_WAIT_BITSET, 0, &ts, 0, 0)); pthread_create(&t[0], 0, waker, &word); int r0 = syscall(SYS_futex, &word, FUTEX_WAIT, 0, 0, 0, 0); pthread_join(t[0], 0); printf("woken %d\n", r0); T(syscall(SYS_futex, &word, FUTEX_CMP_REQUEUE, 1, 1, &total, 0)); T(syscall(SYS_futex, &word, FUTEX_WAKE_OP, 1, 1, &total, (FUTEX_OP_ADD << 28) | (1 << 12))); printf("%d\n", total);
  sem_t s; sem_init(&s, 0, 1); T(sem_wait(&s)); T(sem_trywait(&s)); clock_gettime(CLOCK_REALTIME, &ts); ts.tv_nsec += 5000000; if (ts.tv_nsec > 999999999) { ts.tv_nsec -= 1000000000; ts.tv_sec++; } T(sem_timedwait(&s, &ts));
  // Clocks.
  T(clock_gettime(0, &ts)); T(clock_gettime(1, &ts)); T(clock_gettime(99, &ts)); T(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &ts)); T(syscall(SYS_clock_gettime, 1, 8)); T(clock_getres(1, &ts)); printf("%ld\n", ts.tv_nsec); struct timespec t1, t2; clock_gettime(1, &t1); ts = (struct timespec){0, 5000000}; T(clock_nanosleep(CLOCK_MONOTONIC, 0, &ts, 0)); clock_gettime(1, &t2); printf("%d\n", (t2.tv_sec - t1.tv_sec) * 1000000000L + t2.tv_nsec - t1.tv_nsec >= 5000000); t2.tv_nsec = (t2.tv_nsec + 1000000) % 1000000000; printf("%d %d\n", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t1, 0), clock_nanosleep(99, 0, &ts, 0)); printf("%d\n", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &ts, 0)); T(time(0) > 1700000000); 
  T(syscall(SYS_membarrier, 0, 0, 0) > 0); T(syscall(SYS_membarrier, 8, 0, 0)); T(syscall(SYS_membarrier, 16, 0, 0)); T(syscall(SYS_membarrier, 8, 0, 0)); T(syscall(SYS_set_robust_list, 0, 5)); T(syscall(SYS_rseq, 0, 0, 0, 0)); T(syscall(SYS_arch_prctl, 0x9999, 0)); T(syscall(1000)); T(syscall(SYS_get_robust_list, 999999, b, b)); T(syscall(SYS_getcpu, 8, 0, 0));
  return 0;
}
