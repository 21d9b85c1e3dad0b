// Does a document state what is asked of SBOMs? It asks whether something is stated, never whether it is so: what an
// image really holds, sbom_check asks. Pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"

namespace supply::sbom_lint {

enum class Obligation { must, should };

/// What a profile asks of a document, or of each element in it: exactly one of the two functions is set.
struct Requirement {
  std::string_view id;        ///< stable: "ntia/supplier"
  std::string_view title;     ///< what is so where it is fulfilled
  std::string_view expected;  ///< what the document has to state
  Obligation obligation = Obligation::must;
  bool (*document)(const sbom::ParsedSbom& sbom) = nullptr;
  bool (*element)(const sbom::StatedElement& element) = nullptr;
};

struct Profile {
  std::string_view name;   ///< as on the command line: "ntia"
  std::string_view title;  ///< the document that asks, with its version
  std::span<const Requirement> requirements;
  std::string_view format = "spdx-json";  ///< in which an image's own document is judged
};

/// Every profile, sorted by name.
std::span<const Profile> all_profiles();
/// Errors: usage, listing the names.
Result<const Profile*> find_profile(std::string_view name);

struct RequirementResult {
  const Requirement* requirement = nullptr;  ///< static storage
  std::vector<Finding> findings;             ///< an error for each element without it; a warning of what should be
};

struct Report {
  std::string format;   ///< of the document
  std::string profile;  ///< its name
  std::string title;
  std::size_t elements = 0;
  std::vector<RequirementResult> judgements;  ///< in the order of the profile
  /// What of the image nobody read, as the document says: whether it lists all is not known (rule
  /// "lint/known-unknowns").
  std::vector<Finding> unknowns;
};

/// `name` is what findings call the document.
Report lint(const sbom::ParsedSbom& sbom, const Profile& profile, const std::string& name);
nlohmann::json to_json(const Report& report);

}  // namespace supply::sbom_lint
