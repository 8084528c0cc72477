import CMalloc

/// How the C library hands memory back to the system.
enum ProcessMemory {
    /// From this size on a block is mapped for itself, and goes back to the system when it is freed. Batches and their
    /// SQL are that large; chunks of the log are smaller, and kept for the next one.
    private static let mappedBytes: Int32 = 1 << 20

    /// Left alone, glibc raises that bound to up to 32 MiB as large blocks are freed, and keeps the holes between them:
    /// 256 MiB for a transaction with rows of 4 MB in place of 224 (mallopt(3), M_MMAP_THRESHOLD).
    static func returnLargeBlocks() { mallopt(M_MMAP_THRESHOLD, mappedBytes) }
}
