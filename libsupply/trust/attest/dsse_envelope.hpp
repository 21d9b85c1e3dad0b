// A DSSE envelope: bytes that somebody signed, kept as they are. Source: secure-systems-lab/dsse, envelope.md,
// protocol.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::attest {

inline constexpr std::string_view kInTotoPayloadType = "application/vnd.in-toto+json";
/// Whether an envelope of this type holds a statement: the type above, or application/vnd.in-toto.<predicate>+json.
bool is_in_toto_payload_type(std::string_view payload_type);

struct Signature {
  std::string keyid;  ///< informative; never trusted
  std::string bytes;  ///< decoded
};

struct Envelope {
  std::string payload_type;
  std::string payload;  ///< decoded; exactly what was signed
  std::vector<Signature> signatures;

  /// Errors: malformed (no payload, no signature, base64), limit_exceeded. Unknown members are ignored.
  static Result<Envelope> parse(std::string_view json);
  /// Compact JSON, members in the specification's order; `keyid` only when there is one.
  std::string to_json() const;
};

/// The pre-authentication encoding: the bytes that a signature is over.
std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload);
/// The same without the payload, which is its end.
std::string pre_authentication_head(std::string_view payload_type, std::size_t payload_size);

}  // namespace supply::attest
