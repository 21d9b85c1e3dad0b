#include "libsupply/trust/verify/internal/signature_file.hpp"

#include <algorithm>

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::verify::internal {
namespace {

using namespace std::string_view_literals;

bool is_printable(char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; }

// A raw signature has the bytes of chance: of 64 of them, 24 are printable. Text stays text when some of its bytes are
// damaged.
bool is_text(std::string_view file) {
  const auto printable = static_cast<std::size_t>(std::count_if(file.begin(), file.end(), is_printable));
  return printable >= file.size() - file.size() / 4;
}

bool is_utf16(std::string_view file) {
  if (!file.starts_with("\xff\xfe"sv) && !file.starts_with("\xfe\xff"sv)) return false;
  const std::string_view start = file.substr(2, 64);
  return std::count(start.begin(), start.end(), '\0') * 4 >= static_cast<std::ptrdiff_t>(start.size());
}

// Not archive::compression_of(): a raw signature may begin with any two bytes, gzip's among them.
bool is_compressed(std::string_view file) {
  constexpr std::string_view kMagics[] = {"\x1f\x8b\x08"sv, "PK\x03\x04"sv, "\x28\xb5\x2f\xfd"sv, "\xfd\x37zXZ"sv};
  for (const std::string_view magic : kMagics)
    if (file.starts_with(magic)) return true;
  return false;
}

// "-----BEGIN PGP SIGNATURE-----" gives "PGP SIGNATURE".
std::string_view label_of(std::string_view text) {
  const std::string_view rest = text.substr("-----BEGIN "sv.size());
  return rest.substr(0, rest.find("-----"));
}

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

}  // namespace

Result<bool> is_json_object(std::string_view file) {
  const std::string_view text = trim(file);
  if (text.empty()) return malformed("bundle is empty");
  if (is_utf16(text)) return malformed("bundle is UTF-16 text: save it as UTF-8");
  if (is_compressed(text)) return malformed("bundle is compressed: unpack it first");
  const bool marked = text.starts_with("\xef\xbb\xbf"sv) && (is_text(text) || is_utf8(text));
  // RFC 8259, section 8.1, lets a reader take the mark; cosign and the other clients of Sigstore do not, so that what
  // holds here would hold nowhere else.
  if (marked) return malformed("bundle begins with a byte order mark: save it without");
  if (!is_text(text)) return false;
  if (text.starts_with('[')) return malformed("bundle is a JSON list: want one bundle, a JSON object");
  if (text.starts_with('<')) return malformed("bundle is a page of HTML or XML");
  if (text.starts_with("-----BEGIN "))
    return Error(ErrorCode::unsupported, "bundle is a PEM block " + quote(label_of(text)) +
                                             ": want a Sigstore bundle, or a signature in base64 or raw");
  if (text.starts_with("untrusted comment:"))
    return Error(ErrorCode::unsupported, "bundle is a signature of minisign or signify: want a Sigstore bundle");
  return text.starts_with('{');
}

Result<std::string> bare_signature(std::string_view file) {
  std::string signature(file);
  if (is_text(file)) {
    if (file.size() > kMaxKeyFileBytes)
      return Error(ErrorCode::limit_exceeded,
                   "signature file larger than " + std::to_string(kMaxKeyFileBytes) + " bytes");
    std::erase_if(signature, [](char c) { return c == '\n' || c == '\r' || c == '\t' || c == ' '; });
    SUPPLY_TRY(signature, from_base64(signature).at("file that is no JSON object and no signature in base64"));
  }
  if (!crypto::may_be_signature(signature))
    return malformed("file that is no JSON object, and no signature: " + std::to_string(signature.size()) +
                     " bytes have the form of none");
  return signature;
}

}  // namespace supply::verify::internal
