#include "libsupply/verdict/gate/internal/sbom_facts.hpp"

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/compare.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"
#include "libsupply/verdict/sbom_lint/sbom_lint.hpp"

namespace supply::gate {

namespace {

/// What the document does not state that the profile says it must. A profile that is not known is lacking as a whole.
std::vector<Finding> lacking(const sbom::ParsedSbom& sbom, const std::string& name, const std::string& format) {
  const auto profile = sbom_lint::find_profile(name);
  if (!profile) {
    Finding unknown;
    unknown.rule = "lint";
    unknown.subject = name;
    unknown.found = profile.error().message();
    return {unknown};
  }
  const sbom_lint::Report report = sbom_lint::lint(sbom, **profile, format + " SBOM");
  std::vector<Finding> all;
  for (const sbom_lint::RequirementResult& each : report.judgements)
    for (const Finding& one : each.findings)
      if (one.severity == Severity::error) all.push_back(one);
  return all;
}

}  // namespace

policy::AttachedSbom attached_sbom(const attest::Verified<attest::Statement>& statement, const pkg::Inventory* actual,
                                   const std::set<std::string>& profiles) {
  const bool is_spdx = attest::predicate_kind(statement.claim().predicate_type) == attest::PredicateKind::spdx;
  const std::string format = is_spdx ? "spdx" : "cyclonedx";
  policy::AttachedSbom sbom(statement, format);
  const auto parsed = sbom::parse_sbom(statement.claim().predicate);
  if (!parsed) {
    sbom.problem = parsed.error().message();
    sbom.unread = parsed.error().code() == ErrorCode::unsupported || parsed.error().code() == ErrorCode::limit_exceeded;
  } else if (!to_lower(parsed->format).starts_with(format)) {
    sbom.problem = "the statement says " + format + ", and the document is " + parsed->format;
  } else {
    if (actual != nullptr) {
      sbom.compared = true;
      sbom.disagreements = sbom::to_findings(sbom::compare_with_image(parsed->inventory, *actual), format + " SBOM",
                                             statement.evidence().to_string());
    }
    for (const std::string& name : profiles) sbom.lint.emplace(name, lacking(*parsed, name, format));
  }
  return sbom;
}

}  // namespace supply::gate
