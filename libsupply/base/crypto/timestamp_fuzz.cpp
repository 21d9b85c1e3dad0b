// RFC 3161 timestamps: whatever the bytes, an answer; by no authority, nothing holds.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "libsupply/base/crypto/timestamp.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  const auto timestamp = crypto::Timestamp::parse({reinterpret_cast<const char*>(data), size});
  if (!timestamp) return 0;
  Budget budget;
  if (crypto::verify_timestamp(*timestamp, "message", {}, budget)) std::abort();
  return 0;
}
