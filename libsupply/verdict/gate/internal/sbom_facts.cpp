#include "libsupply/verdict/gate/internal/sbom_facts.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/compare.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"

namespace supply::gate {

policy::AttachedSbom attached_sbom(const attest::Verified<attest::Statement>& statement, const pkg::Inventory* actual) {
  const bool is_spdx = attest::predicate_kind(statement.claim().predicate_type) == attest::PredicateKind::spdx;
  const std::string format = is_spdx ? "spdx" : "cyclonedx";
  policy::AttachedSbom sbom(statement, format);
  const auto parsed = sbom::parse_sbom(statement.claim().predicate);
  if (!parsed) {
    sbom.problem = parsed.error().message();
    sbom.unread = parsed.error().code() == ErrorCode::unsupported || parsed.error().code() == ErrorCode::limit_exceeded;
  } else if (!to_lower(parsed->format).starts_with(format)) {
    sbom.problem = "the statement says " + format + ", and the document is " + parsed->format;
  } else if (actual != nullptr) {
    sbom.compared = true;
    sbom.disagreements = sbom::to_findings(sbom::compare_with_image(parsed->inventory, *actual), format + " SBOM",
                                           statement.evidence().to_string());
  }
  return sbom;
}

}  // namespace supply::gate
