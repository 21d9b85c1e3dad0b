#include "libsupply/base/crypto/internal/canonical_spki.hpp"

#include <openssl/core_names.h>
#include <openssl/params.h>

#include <array>
#include <string>

namespace supply::crypto::internal {
namespace {

using namespace std::string_view_literals;

// What is before the key's own bytes: the lengths, the algorithm, the curve, the BIT STRING, and for a curve the 4
// of an uncompressed point.
struct SpkiForm {
  const char* curve;  ///< null: Ed25519
  std::string_view prefix;
  std::size_t key_bytes;  ///< behind the prefix
};

constexpr std::array<SpkiForm, 4> kSpkiForms{{
    {SN_X9_62_prime256v1,
     "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04"sv,
     64},
    {SN_secp384r1, "\x30\x76\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x22\x03\x62\x00\x04"sv,
     96},
    {SN_secp521r1,
     "\x30\x81\x9b\x30\x10\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x05\x2b\x81\x04\x00\x23\x03\x81\x86\x00\x04"sv, 132},
    {nullptr, "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"sv, 32},
}};

PkeyPtr read_point(const char* curve, std::string_view point) {
  std::string group = curve;
  const std::array<OSSL_PARAM, 3> parameters{
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, const_cast<char*>(point.data()), point.size()),
      OSSL_PARAM_construct_end()};
  const PkeyCtxPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, const_cast<OSSL_PARAM*>(parameters.data())) != 1)
    key = nullptr;
  return PkeyPtr(key);
}

}  // namespace

PkeyPtr read_canonical_spki(std::string_view spki) {
  PkeyPtr key;
  for (const SpkiForm& form : kSpkiForms) {
    if (!spki.starts_with(form.prefix) || spki.size() != form.prefix.size() + form.key_bytes) continue;
    if (form.curve != nullptr) {
      key = read_point(form.curve, spki.substr(form.prefix.size() - 1));  // with its 4
    } else {
      const std::string_view raw = spki.substr(form.prefix.size());
      key.reset(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr,
                                            reinterpret_cast<const unsigned char*>(raw.data()), raw.size()));
    }
    worked(0);  // takes the errors away
  }
  return key;
}

}  // namespace supply::crypto::internal
