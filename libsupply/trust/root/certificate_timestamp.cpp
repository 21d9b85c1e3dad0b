#include "libsupply/trust/root/certificate_timestamp.hpp"

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/trust/root/log_signature.hpp"

namespace supply::root {
namespace {

constexpr std::string_view kExtension = "1.3.6.1.4.1.11129.2.4.2";
constexpr unsigned kSha256 = 4, kRsa = 1, kEcdsa = 3, kIntrinsic = 8, kEd25519 = 7;

Error malformed(std::string what) { return Error(ErrorCode::malformed, "SCT: " + std::move(what)); }

// TLS's presentation language (RFC 8446, section 3): numbers and byte strings of a stated length.
class TlsReader {
 public:
  explicit TlsReader(std::string_view bytes) : rest_(bytes) {}
  bool empty() const { return rest_.empty(); }

  Result<std::string_view> bytes(std::size_t count) {
    if (count > rest_.size()) return malformed("cut off");
    const std::string_view taken = rest_.substr(0, count);
    rest_.remove_prefix(count);
    return taken;
  }
  Result<std::uint64_t> number(std::size_t count) {
    SUPPLY_TRY(const std::string_view digits, bytes(count));
    return read_integer(digits, std::endian::big);
  }
  /// Behind a length of two bytes.
  Result<std::string_view> vector() {
    SUPPLY_TRY(const std::uint64_t size, number(2));
    return bytes(size);
  }

 private:
  std::string_view rest_;
};

std::string big_endian(std::uint64_t value, unsigned count) {
  std::string text;
  for (unsigned i = count; i-- > 0;) text += static_cast<char>(value >> (8 * i) & 0xff);
  return text;
}

// Nothing: of another version. "Out-of-date clients can still parse old SCTs while skipping over new SCTs whose
// versions they don't understand" (RFC 6962, section 3.3).
Result<std::optional<CertificateTimestamp>> timestamp_from(std::string_view bytes) {
  TlsReader reader(bytes);
  CertificateTimestamp timestamp;
  SUPPLY_TRY(const std::uint64_t version, reader.number(1));
  if (version != 0) return std::optional<CertificateTimestamp>();
  SUPPLY_TRY(const std::string_view id, reader.bytes(32));
  timestamp.log_id = std::string(id);
  SUPPLY_TRY(timestamp.time, reader.number(8));
  if (timestamp.time > INT64_MAX / 2) return malformed("time out of all ages");
  SUPPLY_TRY(const std::string_view extensions, reader.vector());
  timestamp.extensions = std::string(extensions);
  SUPPLY_TRY(const std::uint64_t hash, reader.number(1));
  SUPPLY_TRY(const std::uint64_t kind, reader.number(1));
  timestamp.hash = static_cast<unsigned>(hash);
  timestamp.signature_kind = static_cast<unsigned>(kind);
  SUPPLY_TRY(const std::string_view signature, reader.vector());
  timestamp.signature = std::string(signature);
  if (!reader.empty()) return malformed("bytes after the signature");
  return std::optional(std::move(timestamp));
}

}  // namespace

Result<std::vector<CertificateTimestamp>> certificate_timestamps(const crypto::Certificate& certificate) {
  std::vector<CertificateTimestamp> all;
  const crypto::Extension* const extension = certificate.extension(kExtension);
  if (extension == nullptr) return all;
  SUPPLY_TRY(const std::string_view content,
             crypto::der_content(extension->value, crypto::der_tag::kOctetString).at("SCT"));
  TlsReader list(content);
  SUPPLY_TRY(const std::string_view entries, list.vector());
  if (!list.empty()) return malformed("bytes after the list");
  std::size_t count = 0;
  for (TlsReader reader(entries); !reader.empty();) {
    if (++count > kMaxSignedCertificateTimestamps)
      return Error(ErrorCode::limit_exceeded,
                   "more than " + std::to_string(kMaxSignedCertificateTimestamps) + " SCTs in a certificate");
    SUPPLY_TRY(const std::string_view each, reader.vector());
    SUPPLY_TRY(std::optional<CertificateTimestamp> timestamp, timestamp_from(each));
    if (timestamp) all.push_back(*std::move(timestamp));
  }
  return all;
}

Status verify_certificate_timestamp(const CertificateTimestamp& timestamp, const crypto::Certificate& certificate,
                                    const crypto::Certificate& issuer, const TransparencyLog& log, Budget& budget) {
  if (!log.valid_for.covers(timestamp.seconds()) || !log.valid_for.covers(timestamp.latest()))
    return Error(ErrorCode::mismatch, "made outside of its log's validity, at " + to_rfc3339(timestamp.seconds()));
  // Ed25519 hashes for itself (RFC 8422, section 5.1.3).
  const bool rsa = log.key && log.key->type() == crypto::KeyType::rsa;
  const bool ed25519 = log.key && log.key->type() == crypto::KeyType::ed25519;
  if (timestamp.hash != (ed25519 ? kIntrinsic : kSha256) || timestamp.signature_kind != (rsa       ? kRsa
                                                                                         : ed25519 ? kEd25519
                                                                                                   : kEcdsa))
    return Error(ErrorCode::mismatch, ed25519 ? "signature algorithm is not Ed25519, as its log's key is"
                                              : "signature algorithm is not that of its log with SHA-256");
  const std::string tbs = certificate.tbs_without(kExtension);
  const std::string message = big_endian(0, 2) +                                  // v1, certificate_timestamp
                              big_endian(timestamp.time, 8) + big_endian(1, 2) +  // precert_entry
                              crypto::hash(crypto::HashAlgorithm::sha256, issuer.spki) + big_endian(tbs.size(), 3) +
                              tbs + big_endian(timestamp.extensions.size(), 2) + timestamp.extensions;
  return verify_certificate_log_signature(log, message, timestamp.signature, budget);
}

}  // namespace supply::root
