#include "libsupply/base/digest/digest.hpp"

#include <algorithm>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply {
namespace {

// algorithm ::= component (separator component)*; component ::= [a-z0-9]+; separator ::= [+._-]
bool is_algorithm(std::string_view text) {
  bool component = false;
  for (char c : text) {
    if (is_lower_alnum(c)) component = true;
    else if (component && (c == '+' || c == '.' || c == '_' || c == '-')) component = false;
    else return false;
  }
  return component;
}

bool is_encoded(std::string_view text) {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_alnum(c) || c == '=' || c == '_' || c == '-'; });
}

std::size_t registered_length(std::string_view algorithm) {
  if (algorithm == "sha256" || algorithm == "blake3") return 64;
  if (algorithm == "sha512") return 128;
  return 0;
}

}  // namespace

Result<Digest> Digest::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Error(ErrorCode::malformed, "digest " + quote(text) + " " + std::string(why));
  };
  if (text.size() > kMaxDigestBytes) return bad("is too long");
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return bad("has no algorithm (want sha256:<64 hex digits>)");
  const std::string_view algorithm = text.substr(0, colon), encoded = text.substr(colon + 1);
  if (!is_algorithm(algorithm)) return bad("has a malformed algorithm");
  if (!is_encoded(encoded)) return bad("has characters that a digest cannot have");
  if (const std::size_t want = registered_length(algorithm); want != 0) {
    if (encoded.size() != want) return bad("must have " + std::to_string(want) + " hex digits");
    if (!is_lower_hex(encoded)) return bad("must be in lower-case hex");
  }
  return Digest(std::string(text), colon);
}

Result<Digest> Digest::from_bytes(std::string_view algorithm, std::string_view raw) {
  return parse(std::string(algorithm) + ":" + to_hex(raw));
}

bool Digest::verifiable() const { return algorithm() == "sha256" || algorithm() == "sha512"; }

}  // namespace supply
