// How a run takes memory from the system. glibc's malloc; under a sanitizer's nothing happens.
#pragma once

namespace supply::tools {

/// For a run that makes tens of megabytes of small values: the kernel gives the main thread's heap its next 48 MiB in
/// large pages, where it has such, instead of a page fault for each 4 KiB; heaps of other threads begin as large, in
/// small pages. What is freed of the 48 MiB stays with the process. To be called on the main thread before that work,
/// behind begin_process(), whose M_MMAP_THRESHOLD it relies on. Source: mallopt(3), M_TOP_PAD; madvise(2),
/// MADV_HUGEPAGE.
void expect_large_heap();

}  // namespace supply::tools
