#include <cstdint>
#include <cstdlib>

#include "libsupply/verdict/policy/case_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace supply;
  const auto file = policy::read_cases(std::string_view(reinterpret_cast<const char*>(data), size), "cases.yaml");
  if (!file && file.error().code() != ErrorCode::usage) std::abort();
  if (!file) return 0;
  // A file without a case would pass without having tested anything; a case lies in its own directory.
  if (file->cases.empty()) std::abort();
  for (const policy::Case& one : file->cases)
    if (one.image.find("..") != std::string::npos || one.image.front() == '/') std::abort();
  const std::string written = policy::to_text(*file);
  const auto again = policy::read_cases(written, "cases.yaml");
  if (!again || policy::to_text(*again) != written) std::abort();
  return 0;
}
