// What the predicate of a statement says, whatever carried it (a Sigstore bundle, cosign's .att, a DSSE envelope,
// BuildKit's unsigned entry): one typed value for each predicate type. Made by read(); a value. Reading believes
// nothing: whether it counts is for the signature to say.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "libsupply/trust/predicates/cosign_custom.hpp"
#include "libsupply/trust/predicates/link.hpp"
#include "libsupply/trust/predicates/references.hpp"
#include "libsupply/trust/predicates/release.hpp"
#include "libsupply/trust/predicates/sbom_document.hpp"
#include "libsupply/trust/predicates/scai_report.hpp"
#include "libsupply/trust/predicates/slsa_provenance.hpp"
#include "libsupply/trust/predicates/test_result.hpp"
#include "libsupply/trust/predicates/verification_summary.hpp"
#include "libsupply/trust/predicates/vex_document.hpp"
#include "libsupply/trust/predicates/vulnerability_report.hpp"

namespace supply::predicates {

/// A predicate of a type that no reader knows: its JSON can be asked by conditions, and nothing else.
struct UnknownPredicate {};

using Content =
    std::variant<UnknownPredicate, SlsaProvenance, VerificationSummary, SimpleVerificationResult, VulnerabilityReport,
                 VexDocument, TestResult, ScaiReport, Release, Link, References, SbomDocument, CosignCustom>;

/// Reads the predicate of a statement. Unknown members are ignored, null is unset, as in-toto's parsing rules ask.
/// Errors: malformed (no object, a member of another type or missing: which, and where), limit_exceeded.
Result<Content> read(std::string_view predicate_type, std::string_view predicate);
/// Whether a reader knows the type.
bool is_known(std::string_view predicate_type);

}  // namespace supply::predicates
