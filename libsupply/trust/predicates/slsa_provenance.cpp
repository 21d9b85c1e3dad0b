#include "libsupply/trust/predicates/slsa_provenance.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {

Result<SlsaProvenance> read_slsa_provenance(std::string_view predicate_type, const json::Value& predicate) {
  for (const PredicateReader* reader : all_readers()) {
    if (std::find(reader->types.begin(), reader->types.end(), predicate_type) == reader->types.end()) continue;
    SUPPLY_TRY(Content content, reader->read(predicate_type, predicate));
    if (auto* provenance = std::get_if<SlsaProvenance>(&content)) return std::move(*provenance);
  }
  return Error(ErrorCode::unsupported,
               "predicate type " + quote(predicate_type) + " is no provenance that is known (" +
                   join(kSlsaProvenanceTypes, ", ", [](std::string_view type) { return type; }) + ")");
}

}  // namespace supply::predicates
