// An in-toto statement: subjects, a predicate type, a predicate. Parsed beside its bytes.
// Source: in-toto/attestation spec/v1/statement.md; v0.1 is read too.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/bytes/digest.hpp"

namespace supply::attest {

struct Subject {
  std::string name;                           ///< may be empty
  std::map<std::string, std::string> digest;  ///< algorithm to hex
  std::map<std::string, std::string> annotations;
};

struct Statement {
  std::string type;  ///< "https://in-toto.io/Statement/v1"
  std::vector<Subject> subjects;
  std::string predicate_type;
  std::string predicate;  ///< the JSON text exactly as it stands in the signed bytes; empty when absent

  /// Errors: malformed (another _type, no subject, a subject without digest, duplicate keys), limit_exceeded (1,024
  /// subjects, 32 digests each). Unknown members are ignored, as in-toto asks; so are annotations that are no strings.
  static Result<Statement> parse(std::string_view json);
  /// The first subject with this digest, or nullptr. Only sha256 and sha512 count. Points into the statement.
  const Subject* subject(const Digest& digest) const;
};

/// The bytes of a statement whose predicate is, byte for byte, `predicate`: the text of a JSON object, checked, white
/// space around it left out. As cosign does, a subject with a name gives a Statement v0.1, one without gives v1, with
/// the member "annotations". Errors: malformed, limit_exceeded.
Result<std::string> make_statement(const Subject& subject, std::string_view predicate_type, std::string_view predicate);

/// A short name of cosign's ("spdxjson", "slsaprovenance1") or a URI as the predicate type. Errors: usage, listing the
/// names.
Result<std::string> predicate_type_of(std::string_view name);

/// Whether a statement of `type` is one of `wanted`: the same, or a versioned SPDX or CycloneDX type under its base
/// ("https://spdx.dev/Document/v2.3"). Source: in-toto/attestation, spec/predicates/spdx.md.
bool is_predicate_type(std::string_view type, std::string_view wanted);

inline constexpr std::string_view kStatementV1Type = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kStatementV01Type = "https://in-toto.io/Statement/v0.1";

// Predicate types that Supply itself asks about.
inline constexpr std::string_view kCosignSignType = "https://sigstore.dev/cosign/sign/v1";
inline constexpr std::string_view kSpdxType = "https://spdx.dev/Document";
inline constexpr std::string_view kCycloneDxType = "https://cyclonedx.org/bom";
inline constexpr std::string_view kProvenanceV1Type = "https://slsa.dev/provenance/v1";
inline constexpr std::string_view kProvenanceV02Type = "https://slsa.dev/provenance/v0.2";

}  // namespace supply::attest
