// A registry's keys: whatever the bytes, an answer; every key has a name of its own, and a time that begins before it
// ends.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/trust/verify/registry_keys.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto keys = verify::parse_registry_keys({reinterpret_cast<const char*>(data), size});
  if (!keys || !*keys) return 0;
  if ((*keys)->empty() || (*keys)->size() > kMaxTrustedKeys) std::abort();
  std::set<std::string> names;
  for (const verify::TrustedKey& key : **keys) {
    if (key.name.empty() || !names.insert(key.name).second) std::abort();
    const auto& [start, end] = key.valid_for;
    if (start && end && *end < *start) std::abort();
    if (end && key.reason.empty()) std::abort();
  }
  return 0;
}
