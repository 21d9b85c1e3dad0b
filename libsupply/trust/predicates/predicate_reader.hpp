// A reader of one predicate's versions. Each is one file in readers/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>

#include "libsupply/trust/predicates/predicate.hpp"

namespace supply::predicates {

struct PredicateReader {
  std::string_view name;                    ///< as in messages: "SLSA provenance v1"
  std::span<const std::string_view> types;  ///< predicateType URIs, of static storage
  bool versioned = false;                   ///< "/v…" may follow each
  /// `type` is the URI that was found, `predicate` an object. Errors: malformed, limit_exceeded.
  Result<Content> (*read)(std::string_view type, const nlohmann::json& predicate);
};

/// All of them, by file name.
std::span<const PredicateReader* const> all_readers();

}  // namespace supply::predicates
