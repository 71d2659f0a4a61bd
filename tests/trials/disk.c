/* A library to preload: journals, and where asked fails, every change below one folder.
 *
 * DISK_ROOT and DISK_JOURNAL begin it at start-up, `disk_begin` later. From the journal the
 * folder can be rebuilt as a power cut at any moment would leave it (tests/trials/disk_state.py).
 * DISK_FAULT="<mode>:<step>" (or disk_begin's last two arguments) spoils the journal's step-th
 * change, counted from 1:
 *   e  it fails once with EIO          x  it and all after it fail with EIO
 *   n  from it on nothing is stored: what takes room fails with ENOSPC
 *   s  a write is done by half and says so; nothing else is wrong
 *   h  as s, and the next change fails once with EIO
 *   p  as s, and from then on as n
 * Not seen: mmap (SQLite's -shm only, which is left out) and stdio.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

struct __attribute__((packed)) head {
    uint8_t op;
    uint16_t path, path2;
    uint64_t ino, offset, length;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int journal = -1;
static char mode;
static long step, faulty;
static pid_t owner;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

static ssize_t put(int fd, const void *data, size_t size) {
    REAL(write);
    return real(fd, data, size);
}

static int inside(const char *path) {
    size_t n = strlen(path);
    if (journal < 0 || strncmp(path, root, root_length) != 0) return 0;
    if (path[root_length] != '/' && path[root_length] != 0) return 0;
    return !(n > 4 && strcmp(path + n - 4, "-shm") == 0);
}

static int absolute(int dir, const char *path, char *out) {
    char link[64], base[PATH_MAX];
    ssize_t n;
    if (journal < 0) return 0;
    if (path[0] == '/') {
        if (strlen(path) >= PATH_MAX) return 0;
        strcpy(out, path);
    } else {
        if (dir == AT_FDCWD) strcpy(link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", dir);
        n = readlink(link, base, sizeof base - 1);
        if (n < 0) return 0;
        base[n] = 0;
        if (snprintf(out, PATH_MAX, "%s/%s", base, path) >= PATH_MAX) return 0;
    }
    return inside(out);
}

static int of_fd(int fd, char *out) {
    char link[64];
    ssize_t n;
    if (journal < 0) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    n = readlink(link, out, PATH_MAX - 1);
    if (n < 0) return 0;
    out[n] = 0;
    return inside(out);
}

static void note(char op, const char *path, const char *path2, uint64_t ino, uint64_t offset,
                 uint64_t length, const void *data) {
    struct head h = {(uint8_t)op, (uint16_t)strlen(path), (uint16_t)strlen(path2), ino, offset,
                     length};
    int saved = errno;
    size_t size = sizeof h + h.path + h.path2 + (data ? length : 0);
    char *all = malloc(size), *at = all;
    memcpy(at, &h, sizeof h), at += sizeof h;
    memcpy(at, path, h.path), at += h.path;
    memcpy(at, path2, h.path2), at += h.path2;
    if (data) memcpy(at, data, length);
    if (put(journal, all, size) != (ssize_t)size) abort();
    free(all);
    errno = saved;
}

/* What happens to the next change: 0 it is done, -1 it fails (errno set), 1 a write is halved. */
static int fate(char op) {
    int takes_room = op == 'C' || op == 'M' || op == 'W';
    long now = ++step;
    if (!mode || now < faulty) return 0;
    if (mode == 'e' && now == faulty) return errno = EIO, -1;
    if (mode == 'x') return errno = EIO, -1;
    if (mode == 'n' && takes_room) return errno = ENOSPC, -1;
    if (strchr("shp", mode) && now == faulty && op == 'W') return 1;
    if (mode == 'h' && now == faulty + 1) return errno = EIO, -1;
    if (mode == 'p' && now > faulty && takes_room) return errno = ENOSPC, -1;
    return 0;
}

static uint64_t ino_of(int fd) {
    struct stat s;
    return fstat(fd, &s) == 0 ? s.st_ino : 0;
}

void disk_begin(const char *folder, const char *file, int how, long at) {
    REAL(open);
    char *whole = realpath(folder, NULL);
    if (!whole) abort();
    snprintf(root, sizeof root, "%s", whole);
    free(whole);
    root_length = strlen(root);
    mode = (char)how, faulty = at, step = 0, owner = getpid();
    journal = real(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (journal < 0) abort();
}

/* A line of the program's own in the journal: what it was told is durable. */
void disk_note(const char *text) {
    if (journal < 0) return;
    pthread_mutex_lock(&mutex);
    note('N', "", "", 0, 0, strlen(text), text);
    pthread_mutex_unlock(&mutex);
}

long disk_steps(void) { return step; }

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("DISK_ROOT"), *file = getenv("DISK_JOURNAL");
    const char *fault = getenv("DISK_FAULT");
    if (!folder || !file) return;
    disk_begin(folder, file, fault ? fault[0] : 0, fault ? atol(fault + 2) : 0);
}

static int opened(int dir, const char *path, int flags, mode_t bits, int (*real)(int, const char *, int, ...)) {
    char whole[PATH_MAX];
    struct stat s;
    int fd, there, mine = absolute(dir, path, whole);
    if (!mine || !(flags & (O_CREAT | O_TRUNC))) return real(dir, path, flags, bits);
    pthread_mutex_lock(&mutex);
    there = stat(whole, &s) == 0;
    if ((!there && (flags & O_CREAT)) && fate('C') < 0) {
        pthread_mutex_unlock(&mutex);
        return -1;
    }
    fd = real(dir, path, flags, bits);
    if (fd >= 0 && !there) note('C', whole, "", ino_of(fd), 0, 0, NULL);
    if (fd >= 0 && there && (flags & O_TRUNC)) note('T', whole, "", ino_of(fd), 0, 0, NULL);
    pthread_mutex_unlock(&mutex);
    return fd;
}

#define BITS(flags) \
    mode_t bits = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { \
        va_list more; \
        va_start(more, flags); \
        bits = va_arg(more, mode_t); \
        va_end(more); \
    }

int openat(int dir, const char *path, int flags, ...) {
    REAL(openat);
    BITS(flags);
    return opened(dir, path, flags, bits, real);
}
int openat64(int dir, const char *path, int flags, ...) {
    REAL(openat64);
    BITS(flags);
    return opened(dir, path, flags, bits, real);
}
int open(const char *path, int flags, ...) {
    REAL(openat);
    BITS(flags);
    return opened(AT_FDCWD, path, flags, bits, real);
}
int open64(const char *path, int flags, ...) {
    REAL(openat64);
    BITS(flags);
    return opened(AT_FDCWD, path, flags, bits, real);
}
int creat(const char *path, mode_t bits) { return open(path, O_WRONLY | O_CREAT | O_TRUNC, bits); }

static ssize_t written(int fd, const void *data, size_t size, int placed, off_t offset) {
    REAL(pwrite);
    char path[PATH_MAX];
    ssize_t done;
    int what;
    if (!of_fd(fd, path)) return placed ? real(fd, data, size, offset) : put(fd, data, size);
    pthread_mutex_lock(&mutex);
    what = fate('W');
    if (what < 0) {
        pthread_mutex_unlock(&mutex);
        return -1;
    }
    if (what > 0 && size > 1) size /= 2;
    if (!placed) {
        offset = fcntl(fd, F_GETFL) & O_APPEND ? lseek(fd, 0, SEEK_END) : lseek(fd, 0, SEEK_CUR);
    }
    done = placed ? real(fd, data, size, offset) : put(fd, data, size);
    if (done > 0) note('W', path, "", ino_of(fd), (uint64_t)offset, (uint64_t)done, data);
    pthread_mutex_unlock(&mutex);
    return done;
}

ssize_t write(int fd, const void *data, size_t size) { return written(fd, data, size, 0, 0); }
ssize_t pwrite(int fd, const void *d, size_t n, off_t at) { return written(fd, d, n, 1, at); }
ssize_t pwrite64(int fd, const void *d, size_t n, off_t at) { return written(fd, d, n, 1, at); }
ssize_t writev(int fd, const struct iovec *parts, int count) {
    REAL(writev);
    char path[PATH_MAX];
    ssize_t done = 0, one;
    if (!of_fd(fd, path)) return real(fd, parts, count);
    for (int i = 0; i < count; i++) {
        one = written(fd, parts[i].iov_base, parts[i].iov_len, 0, 0);
        if (one < 0) return done ? done : -1;
        done += one;
        if ((size_t)one < parts[i].iov_len) break;
    }
    return done;
}
/* What copies inside the kernel is refused, so that programs fall back on write. */
ssize_t sendfile(int out, int in, off_t *at, size_t size) {
    ssize_t (*real)(int, int, off_t *, size_t) = dlsym(RTLD_NEXT, "sendfile");
    char path[PATH_MAX];
    if (of_fd(out, path)) return errno = EINVAL, -1;
    return real(out, in, at, size);
}
ssize_t sendfile64(int out, int in, off_t *at, size_t size) { return sendfile(out, in, at, size); }
ssize_t copy_file_range(int in, off64_t *a, int out, off64_t *b, size_t size, unsigned flags) {
    ssize_t (*real)(int, off64_t *, int, off64_t *, size_t, unsigned) =
        dlsym(RTLD_NEXT, "copy_file_range");
    char path[PATH_MAX];
    if (of_fd(out, path)) return errno = EXDEV, -1;
    return real(in, a, out, b, size, flags);
}

#define CHANGE(op, call, mine, record) \
    int done; \
    if (!(mine)) return call; \
    pthread_mutex_lock(&mutex); \
    done = fate(op); \
    if (done == 0) { \
        done = call; \
        if (done == 0) record; \
    } else done = -1; \
    pthread_mutex_unlock(&mutex); \
    return done

/* A sync that fails is noted: the system may drop the bytes and call them clean. */
static int synced(int fd, int (*real)(int)) {
    char path[PATH_MAX];
    int done;
    if (!of_fd(fd, path)) return real(fd);
    pthread_mutex_lock(&mutex);
    done = fate('S');
    if (done == 0) done = real(fd);
    note(done == 0 ? 'S' : 'F', path, "", ino_of(fd), 0, 0, NULL);
    pthread_mutex_unlock(&mutex);
    return done;
}
int fsync(int fd) {
    REAL(fsync);
    return synced(fd, real);
}
int fdatasync(int fd) {
    REAL(fdatasync);
    return synced(fd, real);
}
int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    char path[PATH_MAX];
    CHANGE('T', real(fd, size), of_fd(fd, path),
           note('T', path, "", ino_of(fd), 0, (uint64_t)size, NULL));
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, size); }
int truncate(const char *path, off_t size) {
    int fd = open(path, O_WRONLY | O_CLOEXEC), done;
    if (fd < 0) return -1;
    done = ftruncate(fd, size);
    close(fd);
    return done;
}
int truncate64(const char *path, off64_t size) { return truncate(path, size); }
int renameat(int from, const char *old, int to, const char *new) {
    REAL(renameat);
    char a[PATH_MAX], b[PATH_MAX];
    int mine = absolute(from, old, a) & absolute(to, new, b);
    CHANGE('R', real(from, old, to, new), mine, note('R', a, b, 0, 0, 0, NULL));
}
int rename(const char *old, const char *new) { return renameat(AT_FDCWD, old, AT_FDCWD, new); }
int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    (void)flags;
    return renameat(from, old, to, new);
}
int unlinkat(int dir, const char *path, int flags) {
    REAL(unlinkat);
    char a[PATH_MAX];
    struct stat s;
    CHANGE('U', real(dir, path, flags), absolute(dir, path, a) && lstat(a, &s) == 0, note('U', a, "", 0, 0, 0, NULL));
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
int mkdirat(int dir, const char *path, mode_t bits) {
    REAL(mkdirat);
    char a[PATH_MAX];
    struct stat s;
    CHANGE('M', real(dir, path, bits), absolute(dir, path, a) && stat(a, &s) != 0,
           note('M', a, "", stat(a, &s) == 0 ? s.st_ino : 0, 0, 0, NULL));
}
int mkdir(const char *path, mode_t bits) { return mkdirat(AT_FDCWD, path, bits); }
