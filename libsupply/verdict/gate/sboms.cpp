#include "libsupply/verdict/gate/sboms.hpp"

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/sbom/compare.hpp"

namespace supply::gate {

namespace {

/// "https://spdx.dev/Document", "https://spdx.dev/Document/v2.3"
bool is_type(std::string_view type, std::string_view base) {
  return type == base || (type.starts_with(base) && type.substr(base.size()).starts_with("/v"));
}

}  // namespace

bool is_sbom_type(std::string_view predicate_type) {
  return is_type(predicate_type, attest::kSpdxType) || is_type(predicate_type, attest::kCycloneDxType);
}

policy::AttachedSbom attached_sbom(const attest::Verified<attest::Statement>& statement,
                                   const catalog::Catalog* actual) {
  const std::string format = is_type(statement.claim().predicate_type, attest::kSpdxType) ? "spdx" : "cyclonedx";
  policy::AttachedSbom sbom(statement, format);
  const auto bill = sbom::read_bill(statement.claim().predicate);
  if (!bill) {
    sbom.problem = bill.error().message();
  } else if (!to_lower(bill->format).starts_with(format)) {
    sbom.problem = "the statement says " + format + ", and the document is " + bill->format;
  } else if (actual != nullptr) {
    sbom.compared = true;
    sbom.disagreements =
        sbom::to_findings(sbom::compare_with_image(*bill, *actual), format + " SBOM", statement.evidence().to_string());
  }
  return sbom;
}

}  // namespace supply::gate
