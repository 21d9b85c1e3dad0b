#include "libsupply/base/crypto/key_parts.hpp"

#include <bit>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/der_writer.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::crypto {
namespace {

// AlgorithmIdentifiers, and the size of what is in the BIT STRING.
struct PointForm {
  std::string_view algorithm;
  std::size_t bytes;
};

PointForm form_of(KeyType type) {
  switch (type) {
    case KeyType::ecdsa_p256: return {"301306072a8648ce3d020106082a8648ce3d030107", 65};
    case KeyType::ecdsa_p384: return {"301006072a8648ce3d020106052b81040022", 97};
    case KeyType::ecdsa_p521: return {"301006072a8648ce3d020106052b81040023", 133};
    case KeyType::ed25519: return {"300506032b6570", 32};
    case KeyType::rsa: break;
  }
  return {};
}

std::string spki(std::string_view algorithm, std::string_view key) {
  return to_der(der_tag::kSequence, *from_hex(algorithm) + to_der_bits(key));
}

}  // namespace

Result<PublicKey> public_key_of_point(KeyType type, std::string_view point) {
  const PointForm form = form_of(type);
  if (form.bytes == 0)
    return Error(ErrorCode::unsupported, "a key of type " + std::string(to_string(type)) + " is no point");
  if (point.size() != form.bytes)
    return Error(ErrorCode::malformed, "a key of type " + std::string(to_string(type)) + " with " +
                                           std::to_string(point.size()) + " bytes: want " + std::to_string(form.bytes));
  return PublicKey::from_der(spki(form.algorithm, point));
}

Result<PublicKey> public_key_of_rsa(std::string_view modulus, std::string_view exponent) {
  const std::string numbers = to_der(der_tag::kInteger, der_unsigned_content(modulus)) +
                              to_der(der_tag::kInteger, der_unsigned_content(exponent));
  return PublicKey::from_der(spki("300d06092a864886f70d0101010500", to_der(der_tag::kSequence, numbers)));
}

unsigned rsa_bits(const PublicKey& key) {
  if (key.type() != KeyType::rsa) return 0;
  // SubjectPublicKeyInfo { algorithm, BIT STRING { RSAPublicKey { modulus, exponent } } }
  const std::string der = key.to_der();
  const auto outer = der_content(der, der_tag::kSequence);
  if (!outer) return 0;
  DerReader reader(*outer);
  const auto algorithm = reader.next(der_tag::kSequence);
  const auto bits = algorithm ? reader.next(der_tag::kBitString) : algorithm;
  if (!bits || bits->content.empty()) return 0;
  const auto numbers = der_content(bits->content.substr(1), der_tag::kSequence);
  if (!numbers) return 0;
  const auto modulus = DerReader(*numbers).next(der_tag::kInteger);
  if (!modulus) return 0;
  std::string_view number = modulus->content;
  while (!number.empty() && number.front() == '\0') number.remove_prefix(1);
  if (number.empty()) return 0;
  return static_cast<unsigned>((number.size() - 1) * 8) +
         static_cast<unsigned>(std::bit_width(static_cast<unsigned char>(number.front())));
}

Result<std::string> ecdsa_der_of(std::string_view halves) {
  if (halves.empty() || halves.size() % 2 != 0 || halves.size() > 132)
    return Error(ErrorCode::malformed, "an ECDSA signature of " + std::to_string(halves.size()) + " bytes");
  const std::size_t half = halves.size() / 2;
  return to_der(der_tag::kSequence, to_der(der_tag::kInteger, der_unsigned_content(halves.substr(0, half))) +
                                        to_der(der_tag::kInteger, der_unsigned_content(halves.substr(half))));
}

}  // namespace supply::crypto
