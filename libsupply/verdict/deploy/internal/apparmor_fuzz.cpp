#include <cstdint>
#include <string_view>

#include "libsupply/verdict/deploy/internal/profile_content.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)supply::deploy::faults_of_apparmor(text, "a");
  (void)supply::deploy::faults_of_seccomp(text);
  return 0;
}
