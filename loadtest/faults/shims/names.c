/* names: while the file that APPRODO_SHIM_NAMES names is there no name is looked up: getaddrinfo fails, after as many
   milliseconds as the file has bytes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

int getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **found) {
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    const char *flag = getenv("APPRODO_SHIM_NAMES");
    struct stat told;
    if (!real) real = dlsym(RTLD_NEXT, "getaddrinfo");
    if (flag == NULL || stat(flag, &told) != 0) return real(node, service, hints, found);
    struct timespec waits = {told.st_size / 1000, told.st_size % 1000 * 1000000L};
    nanosleep(&waits, NULL);
    return EAI_AGAIN;
}
