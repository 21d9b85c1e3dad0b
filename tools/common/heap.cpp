#include "tools/common/heap.hpp"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>

namespace supply::tools {

void expect_large_heap() {
#if !defined(SUPPLY_SANITIZED) && defined(MADV_HUGEPAGE)
  constexpr int kPad = 48 << 20;
  constexpr std::uintptr_t kLargePage = 2 << 20;
  void* const end_before = ::sbrk(0);
  ::mallopt(M_TOP_PAD, kPad);
  // Freed again at once: it is there so that the heap grows.
  void* const probe = std::malloc(1 << 20);
  if (probe == nullptr) return;
  *static_cast<volatile char*>(probe) = 0;
  const auto begin = (reinterpret_cast<std::uintptr_t>(end_before) + kLargePage - 1) & ~(kLargePage - 1);
  const auto end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  if (end > begin && end - begin < 2 * std::uintptr_t{kPad})
    ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE);
  std::free(probe);
#endif
}

}  // namespace supply::tools
