// The allocator of the C library, for Swift: glibc's header of it is in no module.
#ifndef PLUMBLINE_CMALLOC_H
#define PLUMBLINE_CMALLOC_H

#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

/// Gives pages that hold nothing back to the kernel; not 0 where there were some. Other C libraries keep none.
static inline int cmalloc_trim(void) {
#ifdef __GLIBC__
    return malloc_trim(0);
#else
    return 0;
#endif
}

/// Pieces of so many bytes and more come from the kernel one by one, and go back to it when they are freed. glibc else
/// raises that limit to the largest piece that was ever freed, up to 32 MiB.
static inline void cmalloc_map_from(int bytes) {
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, bytes);
#else
    (void)bytes;
#endif
}

/// Asks for large pages, where the kernel has some: to fill memory for the first time costs an entry into the kernel for
/// each page.
static inline void cmalloc_prefer_large_pages(void *start, size_t count) {
#ifdef MADV_HUGEPAGE
    uintptr_t mask = (uintptr_t)sysconf(_SC_PAGESIZE) - 1;
    uintptr_t first = ((uintptr_t)start + mask) & ~mask, end = ((uintptr_t)start + count) & ~mask;
    if (first < end) madvise((void *)first, end - first, MADV_HUGEPAGE);
#else
    (void)start;
    (void)count;
#endif
}

#endif
