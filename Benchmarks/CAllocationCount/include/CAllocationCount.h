#ifndef CALLOCATIONCOUNT_H
#define CALLOCATIONCOUNT_H
#include <stdint.h>

/// Allocations of the calling thread so far, in every program that this is linked to.
uint64_t allocation_count(void);

#endif
