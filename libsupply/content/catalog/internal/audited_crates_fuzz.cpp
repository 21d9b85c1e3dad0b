#include <cstdint>
#include <cstdlib>

#include "libsupply/content/catalog/internal/audited_crates.hpp"

// Whole and in parts it must be the same; a JSON text that is read has crates with purls.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply;
  using namespace supply::catalog;
  const std::string_view file(reinterpret_cast<const char*>(data), size);
  AuditedCratesSearch whole(4096), parts(4096);
  whole.feed(file);
  for (std::size_t at = 0; at < size; at += 7) parts.feed(file.substr(at, 7));
  if (size <= 16384 && whole.finish() != parts.finish()) std::abort();
  Budget budget;
  Share share(budget);
  if (const auto crates = audited_crates_from_record("J" + std::string(file), share))
    for (const pkg::Package& crate : *crates)
      if (crate.purl.empty() || crate.name.empty()) std::abort();
  return 0;
}
