#include "libsupply/base/crypto/timestamp.hpp"

#include <algorithm>
#include <map>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/limits/trust_limits.hpp"

namespace supply::crypto {
namespace {

constexpr std::string_view kSignedData = "1.2.840.113549.1.7.2", kTstInfo = "1.2.840.113549.1.9.16.1.4";
constexpr std::string_view kContentType = "1.2.840.113549.1.9.3", kMessageDigest = "1.2.840.113549.1.9.4";
constexpr std::string_view kRsaEncryption = "1.2.840.113549.1.1.1";
constexpr std::string_view kSha1 = "1.3.14.3.2.26", kMd5 = "1.2.840.113549.2.5";

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }
Error no(std::string why) { return Error(ErrorCode::mismatch, std::move(why)); }

Result<HashAlgorithm> sha2(std::string_view content) {
  SUPPLY_TRY(const StatedAlgorithm stated, stated_algorithm(content));  // its parameters: NULL or absent
  const std::optional<HashAlgorithm> algorithm = sha2_of(stated.oid);
  if (algorithm) return *algorithm;
  constexpr std::string_view kWant = ": want SHA-256, SHA-384 or SHA-512";
  // Others can have been made to have such a hash: it proves nothing, and that is known.
  if (stated.oid == kSha1 || stated.oid == kMd5)
    return no((stated.oid == kSha1 ? "hash SHA-1" : "hash MD5") + std::string(kWant));
  return Error(ErrorCode::unsupported, "hash " + stated.oid + std::string(kWant));
}

// None is known here, so that one which must be understood ends the matter.
Status check_extensions(std::string_view content) {
  for (DerReader reader(content); !reader.empty();) {
    SUPPLY_TRY(const DerValue extension, reader.next(der_tag::kSequence));
    DerReader parts(extension.content);
    SUPPLY_TRY(const DerValue oid, parts.next(der_tag::kOid));
    bool critical = false;
    if (parts.peek() == der_tag::kBoolean) {
      SUPPLY_TRY(const DerValue flag, parts.next());
      SUPPLY_TRY(critical, der_boolean(flag.content));
    }
    SUPPLY_TRY(parts.next(der_tag::kOctetString));
    SUPPLY_TRY(parts.end());
    SUPPLY_TRY(const std::string name, der_oid(oid.content));
    if (critical) return no("critical extension " + name + ", which Supply does not know");
  }
  return {};
}

Status read_tst_info(std::string_view der, Timestamp& timestamp) {
  SUPPLY_TRY(const std::string_view content, der_content(der, der_tag::kSequence));
  DerReader reader(content);
  SUPPLY_TRY(const DerValue version, reader.next(der_tag::kInteger));
  if (version.content != "\x01") return malformed("version: want 1");
  SUPPLY_TRY(reader.next(der_tag::kOid));  // policy
  SUPPLY_TRY(const DerValue imprint, reader.next(der_tag::kSequence));
  DerReader parts(imprint.content);
  SUPPLY_TRY(const DerValue algorithm, parts.next(der_tag::kSequence));
  SUPPLY_TRY(timestamp.imprint_algorithm, sha2(algorithm.content).at("messageImprint"));
  SUPPLY_TRY(const DerValue hash, parts.next(der_tag::kOctetString));
  SUPPLY_TRY(parts.end());
  timestamp.imprint = std::string(hash.content);
  SUPPLY_TRY(reader.next(der_tag::kInteger));  // serialNumber
  SUPPLY_TRY(const DerValue time, reader.next(der_tag::kGeneralizedTime));
  SUPPLY_TRY(timestamp.time, der_time(time));
  timestamp.latest = timestamp.time + std::chrono::seconds(time.content.find('.') == std::string_view::npos ? 0 : 1);
  // accuracy, ordering, nonce, tsa: what they say changes nothing here.
  for (const unsigned char tag : {der_tag::kSequence, der_tag::kBoolean, der_tag::kInteger, der_tag::context(0)})
    if (reader.peek() == tag) SUPPLY_TRY(reader.next());
  if (reader.peek() == der_tag::context(1)) {
    SUPPLY_TRY(const DerValue extensions, reader.next());
    SUPPLY_TRY(check_extensions(extensions.content).at("extensions"));
  }
  return reader.end();
}

using Attributes = std::map<std::string, std::string>;  // by type: DER of the value

Result<Attributes> attributes_of(std::string_view content) {
  Attributes attributes;
  for (DerReader reader(content); !reader.empty();) {
    SUPPLY_TRY(const DerValue attribute, reader.next(der_tag::kSequence));
    DerReader parts(attribute.content);
    SUPPLY_TRY(const DerValue oid, parts.next(der_tag::kOid));
    SUPPLY_TRY(std::string type, der_oid(oid.content));
    SUPPLY_TRY(const DerValue values, parts.next(der_tag::kSet));
    SUPPLY_TRY(parts.end());
    if (!attributes.emplace(std::move(type), std::string(values.content)).second)
      return malformed("signed attribute twice");
  }
  return attributes;
}

Status read_signer_id(const DerValue& id, Timestamp& timestamp) {
  if (id.tag == der_tag::context_primitive(0)) {
    timestamp.signer_key_id = std::string(id.content);
    return {};
  }
  if (id.tag != der_tag::kSequence) return malformed("signer identifier");
  DerReader reader(id.content);
  SUPPLY_TRY(const DerValue issuer, reader.next(der_tag::kSequence));
  SUPPLY_TRY(const DerValue serial, reader.next(der_tag::kInteger));
  timestamp.signer_issuer = std::string(issuer.whole);
  timestamp.signer_serial = std::string(serial.content);
  return reader.end();
}

// RFC 5652, section 11: both attributes must be there, and fit the content.
Status check_attributes(std::string_view content, const Timestamp& timestamp) {
  SUPPLY_TRY(const Attributes attributes, attributes_of(content).at("signed attributes"));
  const auto type = attributes.find(std::string(kContentType)), digest = attributes.find(std::string(kMessageDigest));
  if (type == attributes.end() || digest == attributes.end())
    return no("signed attributes without contentType and messageDigest");
  SUPPLY_TRY(const std::string_view oid, der_content(type->second, der_tag::kOid).at("contentType"));
  SUPPLY_TRY(const std::string name, der_oid(oid).at("contentType"));
  if (name != kTstInfo) return no("contentType attribute " + name + ": want that of a timestamp");
  SUPPLY_TRY(const std::string_view hash, der_content(digest->second, der_tag::kOctetString).at("messageDigest"));
  if (hash != crypto::hash(timestamp.digest_algorithm, timestamp.content))
    return no("messageDigest attribute is not the hash of the content");
  return {};
}

Status read_signer_info(std::string_view content, Timestamp& timestamp) {
  DerReader reader(content);
  SUPPLY_TRY(reader.next(der_tag::kInteger));
  SUPPLY_TRY(const DerValue id, reader.next());
  SUPPLY_TRY(read_signer_id(id, timestamp));
  SUPPLY_TRY(const DerValue digest, reader.next(der_tag::kSequence));
  SUPPLY_TRY(timestamp.digest_algorithm, sha2(digest.content).at("digestAlgorithm"));
  if (reader.peek() != der_tag::context(0)) return malformed("no signed attributes");
  SUPPLY_TRY(const DerValue attributes, reader.next());
  // The signature is over them as a SET, not as the [0] under which they are (RFC 5652, section 5.4).
  timestamp.signed_attributes = std::string(attributes.whole);
  timestamp.signed_attributes.front() = static_cast<char>(der_tag::kSet);
  SUPPLY_TRY(const DerValue algorithm, reader.next(der_tag::kSequence));
  SUPPLY_TRY(timestamp.signature_algorithm, stated_algorithm(algorithm.content));
  SUPPLY_TRY(const DerValue signature, reader.next(der_tag::kOctetString));
  timestamp.signature = std::string(signature.content);
  if (reader.peek() == der_tag::context(1)) SUPPLY_TRY(reader.next());  // unsigned attributes
  SUPPLY_TRY(reader.end());
  return check_attributes(attributes.content, timestamp);
}

Status read_certificates(std::string_view content, Timestamp& timestamp) {
  std::size_t count = 0;
  for (DerReader reader(content); !reader.empty();) {
    SUPPLY_TRY(const DerValue each, reader.next());
    if (++count > kMaxChainCertificates)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxChainCertificates) + " certificates");
    if (each.tag != der_tag::kSequence) continue;  // attribute certificates and others
    if (Result<Certificate> certificate = Certificate::from_der(each.whole))
      timestamp.certificates.push_back(*std::move(certificate));  // a surplus one may be of any form
  }
  return {};
}

// A type, and in [0] what is of it. Source: RFC 5652, sections 3 (ContentInfo) and 5.2 (EncapsulatedContentInfo).
Result<std::string_view> content_of_type(std::string_view type, const char* what, const char* want,
                                         std::string_view info) {
  DerReader parts(info);
  SUPPLY_TRY(const DerValue oid, parts.next(der_tag::kOid));
  SUPPLY_TRY(const std::string found, der_oid(oid.content));
  if (found != type) return malformed(std::string(what) + " of type " + found + ": want " + want);
  SUPPLY_TRY(const DerValue wrapped, parts.next(der_tag::context(0)));
  SUPPLY_TRY(parts.end());
  return wrapped.content;
}

Status read_signed_data(std::string_view content, Timestamp& timestamp) {
  DerReader reader(content);
  SUPPLY_TRY(reader.next(der_tag::kInteger));
  SUPPLY_TRY(reader.next(der_tag::kSet));  // digestAlgorithms: a hint, each signer names its own
  SUPPLY_TRY(const DerValue encapsulated, reader.next(der_tag::kSequence));
  SUPPLY_TRY(const std::string_view wrapped,
             content_of_type(kTstInfo, "content", "a timestamp's", encapsulated.content));
  SUPPLY_TRY(const std::string_view info, der_content(wrapped, der_tag::kOctetString));
  timestamp.content = std::string(info);
  SUPPLY_TRY(read_tst_info(info, timestamp).at("TSTInfo"));
  if (reader.peek() == der_tag::context(0)) {
    SUPPLY_TRY(const DerValue certificates, reader.next());
    SUPPLY_TRY(read_certificates(certificates.content, timestamp));
  }
  if (reader.peek() == der_tag::context(1)) SUPPLY_TRY(reader.next());  // revocation lists
  SUPPLY_TRY(const DerValue signers, reader.next(der_tag::kSet));
  SUPPLY_TRY(reader.end());
  DerReader each(signers.content);
  SUPPLY_TRY(const DerValue signer, each.next(der_tag::kSequence));
  // "The time-stamp token MUST NOT contain any signatures other than the signature of the TSA."
  if (!each.empty()) return no("several signers: want one (RFC 3161, section 2.4.2)");
  return read_signer_info(signer.content, timestamp).at("signer");
}

Status read_response(std::string_view response, Timestamp& timestamp) {
  SUPPLY_TRY(const std::string_view content, der_content(response, der_tag::kSequence));
  DerReader reader(content);
  SUPPLY_TRY(const DerValue status, reader.next(der_tag::kSequence));
  DerReader info(status.content);
  SUPPLY_TRY(const DerValue code, info.next(der_tag::kInteger));
  // 0 granted, 1 granted with modifications: in both cases a token must be there (RFC 3161, section 2.4.2).
  SUPPLY_TRY(const std::uint64_t number, der_whole_number(code.content).at("status"));
  if (number > 1) return no("status " + std::to_string(number) + ": the authority did not grant it");
  if (reader.empty()) return malformed("no token");
  SUPPLY_TRY(const DerValue token, reader.next(der_tag::kSequence));
  SUPPLY_TRY(reader.end());
  SUPPLY_TRY(const std::string_view wrapped, content_of_type(kSignedData, "token", "signed data", token.content));
  SUPPLY_TRY(const std::string_view data, der_content(wrapped, der_tag::kSequence));
  return read_signed_data(data, timestamp);
}

// IssuerSerial ::= SEQUENCE { issuer GeneralNames, serialNumber INTEGER }
Result<bool> is_named_by(DerReader& id, const Certificate& signer) {
  SUPPLY_TRY(const DerValue whole, id.next(der_tag::kSequence));
  SUPPLY_TRY(id.end());
  DerReader parts(whole.content);
  SUPPLY_TRY(const DerValue issuers, parts.next(der_tag::kSequence));
  SUPPLY_TRY(const DerValue serial, parts.next(der_tag::kInteger));
  SUPPLY_TRY(parts.end());
  SUPPLY_TRY(const std::string_view issuer, der_content(issuers.content, der_tag::context(4)));
  return issuer == signer.issuer && serial.content == signer.serial;
}

// RFC 5816, RFC 2634: a certificate that the signed attributes name is the one that signed.
Status check_named_certificate(const Timestamp& timestamp, const Certificate& signer) {
  SUPPLY_TRY(const std::string_view set, der_content(timestamp.signed_attributes, der_tag::kSet));
  SUPPLY_TRY(const Attributes attributes, attributes_of(set));
  for (const bool second : {false, true}) {
    const auto found = attributes.find(second ? "1.2.840.113549.1.9.16.2.47" : "1.2.840.113549.1.9.16.2.12");
    if (found == attributes.end()) continue;
    SUPPLY_TRY(const std::string_view sequence, der_content(found->second, der_tag::kSequence));
    DerReader lists(sequence);
    SUPPLY_TRY(const DerValue list, lists.next(der_tag::kSequence));
    DerReader ids(list.content);
    SUPPLY_TRY(const DerValue first, ids.next(der_tag::kSequence));
    DerReader id(first.content);
    HashAlgorithm algorithm = second ? HashAlgorithm::sha256 : HashAlgorithm::sha1;
    if (second && id.peek() == der_tag::kSequence) {
      SUPPLY_TRY(const DerValue named, id.next());
      SUPPLY_TRY(algorithm, sha2(named.content));
    }
    SUPPLY_TRY(const DerValue hash, id.next(der_tag::kOctetString));
    SUPPLY_TRY(const bool same, id.empty() ? Result<bool>(true) : is_named_by(id, signer));
    if (!same || hash.content != crypto::hash(algorithm, signer.der))
      return no("signed attributes name another certificate than the signer's");
  }
  return {};
}

// rsaEncryption is with the hash that is said beside it (RFC 3370, section 3.2).
SignatureScheme with_rsa(HashAlgorithm hash) {
  if (hash == HashAlgorithm::sha256) return SignatureScheme::rsa_pkcs1_sha256;
  return hash == HashAlgorithm::sha384 ? SignatureScheme::rsa_pkcs1_sha384 : SignatureScheme::rsa_pkcs1_sha512;
}

Status check_signature(const Timestamp& timestamp, const Certificate& signer, Budget& budget) {
  if (!signer.key) return no("signer's key: " + signer.key_fault->message());
  SUPPLY_TRY(budget.spend(Cost::verifications, signer.key->cost(timestamp.signature)));
  const auto made = [&]() -> Status {
    const std::string_view bytes = timestamp.signed_attributes;
    if (timestamp.signature_algorithm.oid == kRsaEncryption)
      return verify_as(with_rsa(timestamp.digest_algorithm), *signer.key, bytes, timestamp.signature);
    return verify_as(timestamp.signature_algorithm, *signer.key, bytes, timestamp.signature);
  }();
  if (made) return {};
  return no(made.error().code() == ErrorCode::unsupported ? made.error().message()
                                                          : "not signed by the authority's certificate");
}

}  // namespace

Result<Timestamp> Timestamp::parse(std::string_view response) {
  if (response.size() > kMaxTimestampBytes)
    return Error(ErrorCode::limit_exceeded, "timestamp larger than " + std::to_string(kMaxTimestampBytes) + " bytes");
  Timestamp timestamp;
  SUPPLY_TRY(read_response(response, timestamp).at("timestamp"));
  return timestamp;
}

bool Timestamp::names(const Certificate& certificate) const {
  if (!signer_key_id.empty()) return certificate.subject_key_id == signer_key_id;
  return certificate.issuer == signer_issuer && certificate.serial == signer_serial;
}

Status verify_timestamp(const Timestamp& timestamp, std::string_view message, std::span<const Certificate> chain,
                        Budget& budget, SignatureMemo* memo) {
  if (timestamp.imprint != crypto::hash(timestamp.imprint_algorithm, message))
    return no("it is of other bytes (message imprint)");
  const auto listed = std::find_if(chain.begin(), chain.end(), [](const Certificate& one) { return !one.is_ca; });
  const Certificate* signer = nullptr;
  if (listed != chain.end()) {
    if (!timestamp.names(*listed)) return no("made with another certificate than the one that the authority lists");
    signer = &*listed;
  } else {
    const auto& brought = timestamp.certificates;
    const auto found =
        std::find_if(brought.begin(), brought.end(), [&](const Certificate& one) { return timestamp.names(one); });
    if (found == brought.end()) return no("the signer's certificate is neither in the timestamp nor listed");
    signer = &*found;
  }
  SUPPLY_TRY(check_signature(timestamp, *signer, budget));
  SUPPLY_TRY(check_named_certificate(timestamp, *signer));
  // RFC 3161, section 2.3: the usage is alone, and is critical.
  if (signer->extended_key_usage.size() != 1 || !signer->extended_key_usage_critical)
    return no("the signer's extKeyUsage must be timeStamping alone, and critical");
  const auto chain_at = [&](Time time) -> Status {
    SUPPLY_TRY(chain_of(*signer, chain, timestamp.certificates, {kTimeStamping, time, true, memo}, budget));
    return {};
  };
  SUPPLY_TRY(chain_at(timestamp.time));
  return timestamp.latest == timestamp.time ? Status() : chain_at(timestamp.latest);
}

}  // namespace supply::crypto
