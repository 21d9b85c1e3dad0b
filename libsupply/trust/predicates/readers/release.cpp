// Releases. Source: in-toto/attestation, spec/predicates/release.md.
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/predicates/predicate_reader.hpp"

namespace supply::predicates {
namespace {

// The version is behind an '@' of the path: qualifiers and a subpath come after it.
bool has_version(std::string_view purl) {
  const std::string_view path = purl.substr(0, purl.find_first_of("?#"));
  const std::size_t at = path.rfind('@'), slash = path.rfind('/');
  return path.starts_with("pkg:") && at != std::string_view::npos && slash != std::string_view::npos &&
         at > slash + 1 && at + 1 < path.size();
}

Result<Content> read_release(std::string_view, const json::Value& predicate) {
  Release out;
  SUPPLY_TRY(out.purl, json::require_string(predicate, "purl"));
  if (!has_version(out.purl))
    return Error(ErrorCode::malformed, "member \"purl\" is " + quote(out.purl) + ", want a package URL with a version");
  SUPPLY_TRY(out.package_id, json::string_or_empty(predicate, "packageId"));
  if (out.package_id.empty()) {
    SUPPLY_TRY(out.package_id, json::string_or_empty(predicate, "releaseId"));
  }
  return Content(std::move(out));
}

}  // namespace

namespace readers {
const PredicateReader& release() {
  static constexpr std::string_view types[] = {"https://in-toto.io/attestation/release/v0.1",
                                               "https://in-toto.io/attestation/release/v0.2"};
  static const PredicateReader reader{"release", types, false, read_release};
  return reader;
}
}  // namespace readers
}  // namespace supply::predicates
