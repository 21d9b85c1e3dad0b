// An in-toto statement: subjects, a predicate type, a predicate. Parsed beside its bytes.
// Source: in-toto/attestation spec/v1/statement.md; v0.1 is read too.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/trust/attest/predicate_type.hpp"

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
  std::string predicate;  ///< the JSON text of an object or a string exactly as it is signed; empty when absent

  /// Errors: malformed (another _type, no subject, a subject without digest, duplicate keys), limit_exceeded (1,024
  /// subjects, 32 digests each). Unknown members are ignored, as in-toto asks; so are annotations that are no strings.
  static Result<Statement> parse(std::string_view json);
  /// The first subject with this digest, or nullptr. Only sha256 and sha512 count. Points into the statement.
  const Subject* subject(const Digest& digest) const;
};

/// The bytes of a statement whose predicate is, byte for byte, `predicate`: the text of a JSON object, checked, as
/// bare_document has it. As cosign does, a subject with a name gives a Statement v0.1, one without gives v1, with
/// the member "annotations". Errors: malformed, limit_exceeded.
Result<std::string> make_statement(const Subject& subject, std::string_view predicate_type, std::string_view predicate);

/// The same as a Statement v1 whatever the subject's name is: for release files.
Result<std::string> make_statement_v1(const Subject& subject, std::string_view predicate_type,
                                      std::string_view predicate);

inline constexpr std::string_view kStatementV1Type = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kStatementV01Type = "https://in-toto.io/Statement/v0.1";

}  // namespace supply::attest
