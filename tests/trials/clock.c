/* A library to preload: the clock jumps.
 *
 * CLOCK_JUMPS="3:-3600,6:3600": three seconds after the start the time of day is an hour behind
 * the true one, three seconds later an hour ahead. The monotonic clock is left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static int (*real)(clockid_t, struct timespec *);
static double began;
static const char *jumps;

static double seconds(clockid_t clock) {
    struct timespec now;
    real(clock, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

__attribute__((constructor)) static void begin(void) {
    real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    began = seconds(CLOCK_MONOTONIC);
    jumps = getenv("CLOCK_JUMPS");
}

static long offset(void) {
    double age = seconds(CLOCK_MONOTONIC) - began;
    long now = 0;
    const char *at = jumps;
    while (at && *at) {
        char *end;
        double after = strtod(at, &end);
        long by = strtol(end + 1, &end, 10);
        if (age >= after) now = by;
        at = *end == ',' ? end + 1 : NULL;
    }
    return now;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
    int done;
    if (!real) begin();
    done = real(clock, out);
    if (done == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        out->tv_sec += offset();
    }
    return done;
}

time_t time(time_t *out) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}
