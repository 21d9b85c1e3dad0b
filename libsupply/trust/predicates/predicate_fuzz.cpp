// Whatever the text: reading it as any predicate gives a value or an error, and what a summary says is written again as
// one that reads the same.
#include <cstdint>
#include <cstdlib>

#include "libsupply/trust/predicates/predicate.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace supply::predicates;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const PredicateReader* reader : all_readers()) {
    for (const std::string_view type : reader->types) {
      const auto content = read(type, text);
      if (!content) continue;
      if (std::holds_alternative<UnknownPredicate>(*content)) std::abort();
      if (const auto* provenance = std::get_if<SlsaProvenance>(&*content))
        if (provenance->build_type.empty() || provenance->external_parameters.empty()) std::abort();
      if (const auto* summary = std::get_if<VerificationSummary>(&*content))
        if (const auto again = to_predicate(*summary))
          if (const auto same = read(type, *again);
              !same || std::get<VerificationSummary>(*same).verified_levels != summary->verified_levels)
            std::abort();
    }
  }
  (void)read("https://example.com/unknown", text);
  return 0;
}
