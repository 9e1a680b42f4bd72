// Timers of processes, and what sets them: prints what each call gives, with the error.
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define T(call) do { errno = 0; long r_ = (long)(call); printf("%s = %ld %s\n", #call, r_, r_ < 0 ? strerrorname_np(errno) : ""); fflush(stdout); } while (0)

static volatile int count, code, value;
static void handler(int s, siginfo_t *i, void *u) { count++; code = i->si_code; value = i->si_value.sival_int; }

int main(void) {
  struct sigaction a = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO}; sigaction(SIGUSR1, &a, 0); sigaction(SIGALRM, &a, 0); sigaction(SIGVTALRM, &a, 0); sigaction(SIGPROF, &a, 0);
  int id = -1; struct sigevent e = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
  T(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id)); printf("%d\n", id); T(syscall(SYS_timer_create, 99, &e, &id)); T(syscall(SYS_timer_create, CLOCK_MONOTONIC_RAW, &e, &id)); T(syscall(SYS_timer_create, CLOCK_MONOTONIC, 8, &id)); T(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, 8)); e.sigev_signo = 99; T(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id)); e.sigev_signo = SIGUSR1; e.sigev_notify = 77; T(syscall(SYS_timer_create, CLOCK_MONOTONIC, &e, &id));
  struct itimerspec t = {{0, 0}, {0, 2000000}}, o; T(syscall(SYS_timer_settime, 0, 0, &t, &o)); printf("%ld %ld\n", o.it_value.tv_sec, o.it_value.tv_nsec); while (!count) pause(); printf("%d %d %d\n", count, code == SI_TIMER, value); T(syscall(SYS_timer_gettime, 0, &o)); printf("%ld\n", o.it_value.tv_nsec); T(syscall(SYS_timer_getoverrun, 0)); T(syscall(SYS_timer_settime, 77, 0, &t, 0)); t.it_value.tv_nsec = 2000000000; T(syscall(SYS_timer_settime, 0, 0, &t, 0)); T(syscall(SYS_timer_settime, 0, 0, 0, 0));
  t = (struct itimerspec){{0, 3000000}, {0, 1000000}}; count = 0; T(syscall(SYS_timer_settime, 0, 0, &t, 0)); while (count < 5) pause(); T(syscall(SYS_timer_delete, 0)); T(syscall(SYS_timer_delete, 0)); T(syscall(SYS_timer_gettime, 0, &o));
  timer_t tp; e = (struct sigevent){.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1}; T(timer_create(CLOCK_PROCESS_CPUTIME_ID, &e, &tp)); t = (struct itimerspec){{0, 0}, {0, 5000000}}; count = 0; T(timer_settime(tp, 0, &t, 0)); while (!count) for (volatile int i = 0; i < 1000; i++); printf("cpu %d\n", count); T(timer_delete(tp));
  struct timespec now; clock_gettime(CLOCK_REALTIME, &now); T(timer_create(CLOCK_REALTIME, 0, &tp)); t = (struct itimerspec){{0, 0}, now}; count = 0; T(timer_settime(tp, TIMER_ABSTIME, &t, 0)); while (!count) usleep(100); printf("abs %d\n", count);
  struct itimerval iv = {{0, 0}, {0, 5000}}; count = 0; T(setitimer(ITIMER_VIRTUAL, &iv, 0)); while (!count) for (volatile int i = 0; i < 1000; i++); T(getitimer(ITIMER_VIRTUAL, &iv)); printf("%ld\n", iv.it_value.tv_usec); iv = (struct itimerval){{0, 0}, {0, 5000}}; count = 0; T(setitimer(ITIMER_PROF, &iv, 0)); while (!count) for (volatile int i = 0; i < 1000; i++); iv.it_value.tv_usec = 9999999; T(setitimer(ITIMER_REAL, &iv, 0)); T(getitimer(9, &iv)); T(setitimer(ITIMER_REAL, (void *)8, 0));
  return 0;
}
