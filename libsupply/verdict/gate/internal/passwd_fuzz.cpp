#include <cstdint>
#include <cstdlib>

#include "libsupply/verdict/gate/internal/passwd.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  for (const auto& [name, id] : supply::gate::parse_passwd({reinterpret_cast<const char*>(data), size}))
    if (name.empty() || id < 0 || id > 2147483647) std::abort();
  return 0;
}
