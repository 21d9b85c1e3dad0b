#include "libsupply/trust/sigstore/timestamp_client.hpp"

#include <random>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/der_writer.hpp"
#include "libsupply/base/crypto/timestamp.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::sigstore {
namespace {

namespace tag = crypto::der_tag;

constexpr std::string_view kSha256Oid = "\x60\x86\x48\x01\x65\x03\x04\x02\x01";

// TSTInfo { version, policy, messageImprint, serialNumber, genTime, [accuracy], [ordering], [nonce], … }
Result<std::string> nonce_in(std::string_view content) {
  SUPPLY_TRY(const std::string_view info, crypto::der_content(content, tag::kSequence));
  crypto::DerReader reader(info);
  for (const unsigned char each : {tag::kInteger, tag::kOid, tag::kSequence, tag::kInteger, tag::kGeneralizedTime}) {
    SUPPLY_TRY([[maybe_unused]] const crypto::DerValue member, reader.next(each));
  }
  for (const unsigned char each : {tag::kSequence, tag::kBoolean}) {
    if (reader.peek() != each) continue;
    SUPPLY_TRY([[maybe_unused]] const crypto::DerValue optional, reader.next());
  }
  if (reader.peek() != tag::kInteger) return std::string();
  SUPPLY_TRY(const crypto::DerValue nonce, reader.next());
  return std::string(nonce.content);
}

}  // namespace

std::string timestamp_request(std::string_view message, std::uint64_t nonce) {
  const std::string algorithm =
      crypto::to_der(tag::kSequence, crypto::to_der(tag::kOid, kSha256Oid) + std::string("\x05\x00", 2));
  const std::string imprint = crypto::to_der(
      tag::kSequence,
      algorithm + crypto::to_der(tag::kOctetString, crypto::hash(crypto::HashAlgorithm::sha256, message)));
  return crypto::to_der(tag::kSequence, crypto::to_der(tag::kInteger, "\x01") + imprint +
                                            crypto::to_der(tag::kInteger, crypto::der_unsigned_content(nonce)) +
                                            crypto::to_der(tag::kBoolean, "\xff"));
}

Result<std::string> request_timestamp(const ServiceClient& client, const std::string& url, std::string_view message,
                                      const root::TrustedRoot& trusted) {
  std::random_device random;
  const std::uint64_t nonce = (static_cast<std::uint64_t>(random()) << 32 | random()) >> 1;
  ServiceRequest asked;
  asked.url = url;
  asked.body = timestamp_request(message, nonce);
  asked.content_type = "application/timestamp-query";
  asked.accept = "application/timestamp-reply";
  SUPPLY_TRY(ServiceAnswer answer, client.ask(asked).at("timestamp authority"));
  const std::string place = "timestamp of " + url;
  SUPPLY_TRY(const crypto::Timestamp timestamp, crypto::Timestamp::parse(answer.body).at(place));
  SUPPLY_TRY(const std::string theirs, nonce_in(timestamp.content).at(place));
  if (theirs != crypto::der_unsigned_content(nonce))
    return Error(ErrorCode::mismatch, place + ": answers another request (nonce)");
  Budget budget;
  std::string why = "no timestamp authority is trusted";
  for (const root::CertificateAuthority& authority : trusted.timestamp_authorities) {
    const Status made = crypto::verify_timestamp(timestamp, message, authority.chain, budget);
    if (!made) {
      if (made.error().code() == ErrorCode::limit_exceeded) return made.error();
      why = made.error().message();
      continue;
    }
    if (authority.valid_for.covers(timestamp.time)) return std::move(answer.body);
    why = "authority " + quote(authority.uri) + " is not trusted at " + to_rfc3339(timestamp.time);
  }
  return Error(ErrorCode::mismatch, place + ": is of no trusted authority: " + why);
}

}  // namespace supply::sigstore
