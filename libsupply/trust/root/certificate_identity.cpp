#include "libsupply/trust/root/certificate_identity.hpp"

#include <algorithm>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/attest/fulcio_extension.hpp"

namespace supply::root {
namespace {

constexpr std::string_view kFulcio = "1.3.6.1.4.1.57264.1.";

Result<std::string> name_of(const crypto::Certificate& certificate) {
  using Kind = crypto::AlternativeName::Kind;
  for (const Kind kind : {Kind::uri, Kind::email, Kind::other_name}) {
    for (const crypto::AlternativeName& name : certificate.names) {
      if (name.kind != kind || (kind == Kind::other_name && name.oid != std::string(kFulcio) + '7')) continue;
      if (name.value.empty()) return Error(ErrorCode::malformed, "subjectAltName: an empty name");
      if (!is_utf8(name.value)) return Error(ErrorCode::malformed, "subjectAltName: no UTF-8");
      return name.value;
    }
  }
  return Error(ErrorCode::mismatch, "certificate names nobody (subjectAltName)");
}

}  // namespace

Result<attest::CertificateIdentity> certificate_identity(const crypto::Certificate& certificate) {
  attest::CertificateIdentity identity;
  SUPPLY_TRY(identity.name, name_of(certificate));
  for (const crypto::Extension& extension : certificate.extensions) {
    if (!extension.oid.starts_with(kFulcio)) continue;
    const std::string number = extension.oid.substr(kFulcio.size());
    if (number.size() == 1 && number >= "1" && number <= "6") {  // bare text; the later ones are DER
      identity.extensions.emplace(number, extension.value);
      continue;
    }
    const Result<std::string_view> text = crypto::der_content(extension.value, crypto::der_tag::kUtf8String);
    if (text) identity.extensions.emplace(number, *text);
    // What Fulcio may add later can be of another type: nobody has asked for it.
    else if (attest::extension_name(number) != "extension") return Error(text.error()).at("extension " + extension.oid);
  }
  const auto first = identity.extensions.find("1"), second = identity.extensions.find("8");
  const bool both = first != identity.extensions.end() && second != identity.extensions.end();
  if (both && first->second != second->second)
    return Error(ErrorCode::mismatch,
                 "certificate names two issuers: " + quote(first->second) + " and " + quote(second->second));
  if (second != identity.extensions.end()) identity.issuer = second->second;
  else if (first != identity.extensions.end()) identity.issuer = first->second;
  return identity;
}

}  // namespace supply::root
