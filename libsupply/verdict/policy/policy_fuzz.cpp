#include <cstdint>
#include <cstdlib>

#include "libsupply/verdict/policy/policy.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  supply::policy::PolicyContext context{
      "policy.yaml", "/policies", [](std::string_view) {
        return supply::Result<std::string>(supply::Error(supply::ErrorCode::not_found, "no file here"));
      }};
  const auto policy = supply::policy::parse(text, context);
  // Whatever is wrong with a policy is wrong usage, and what is read can allow nothing by being empty.
  if (!policy && policy.error().code() != supply::ErrorCode::usage) std::abort();
  if (policy)
    for (const auto& rules : policy->images)
      if (rules.match.empty()) std::abort();
  return 0;
}
