#include <cstdint>

#include "libsupply/trust/tuf/metadata.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::tuf;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto root = Root::parse(text))
    (void)verify_threshold(root->message, root->signatures, root->root, root->keys);
  (void)Timestamp::parse(text);
  (void)Snapshot::parse(text);
  if (const auto targets = Targets::parse(text)) {
    std::uint64_t left = 100'000;
    for (const Delegation& delegation : targets->delegations) (void)delegation.covers("some/path-1.0.tgz", left);
    if (targets->bins) (void)targets->bins->name_for("some/path-1.0.tgz");
  }
  return 0;
}
