#include "libsupply/base/crypto/certificate.hpp"

#include <algorithm>

#include "libsupply/base/crypto/der.hpp"
#include "libsupply/base/crypto/internal/der_writer.hpp"
#include "libsupply/base/crypto/internal/pem.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto {
namespace {

Error malformed(std::string what) { return Error(ErrorCode::malformed, std::move(what)); }

Result<std::string> bit_string(std::string_view content) {
  if (content.empty() || content.front() != 0) return malformed("BIT STRING that ends within a byte");
  return std::string(content.substr(1));
}

Status read_basic_constraints(std::string_view value, Certificate& certificate) {
  SUPPLY_TRY(const std::string_view content, der_content(value, der_tag::kSequence));
  DerReader reader(content);
  if (reader.peek() == der_tag::kBoolean) {
    SUPPLY_TRY(const DerValue ca, reader.next());
    SUPPLY_TRY(certificate.is_ca, der_boolean(ca.content));
  }
  if (reader.peek() == der_tag::kInteger) {
    SUPPLY_TRY(const DerValue length, reader.next());
    SUPPLY_TRY(const std::uint64_t number, der_whole_number(length.content));
    certificate.path_length = number;
  }
  return reader.end();
}

Status read_key_usage(std::string_view value, Certificate& certificate) {
  SUPPLY_TRY(const std::string_view content, der_content(value, der_tag::kBitString));
  if (content.size() < 2 || content.size() > 3 || static_cast<unsigned char>(content[0]) > 7)
    return malformed("keyUsage");
  unsigned bits = 0;
  for (unsigned bit = 0; bit < 8; ++bit)
    if ((static_cast<unsigned char>(content[1]) & (0x80U >> bit)) != 0) bits |= 1U << bit;
  if (content.size() == 3 && (static_cast<unsigned char>(content[2]) & 0x80U) != 0) bits |= 1U << 8;
  certificate.key_usage = bits;
  return {};
}

Status read_extended_key_usage(std::string_view value, Certificate& certificate) {
  SUPPLY_TRY(const std::string_view content, der_content(value, der_tag::kSequence));
  DerReader reader(content);
  while (!reader.empty()) {
    SUPPLY_TRY(const DerValue oid, reader.next(der_tag::kOid));
    SUPPLY_TRY(std::string usage, der_oid(oid.content));
    certificate.extended_key_usage.push_back(std::move(usage));
  }
  if (certificate.extended_key_usage.empty()) return malformed("extKeyUsage without a usage");
  return {};
}

// OtherName ::= SEQUENCE { type-id OBJECT IDENTIFIER, value [0] EXPLICIT ANY }
Result<AlternativeName> other_name(std::string_view content) {
  DerReader reader(content);
  SUPPLY_TRY(const DerValue oid, reader.next(der_tag::kOid));
  SUPPLY_TRY(const DerValue value, reader.next(der_tag::context(0)));
  SUPPLY_TRY(reader.end());
  SUPPLY_TRY(std::string name, der_oid(oid.content));
  DerReader inside(value.content);
  if (inside.peek() != der_tag::kUtf8String)
    return AlternativeName{AlternativeName::Kind::unknown, std::string(value.content), std::move(name)};
  SUPPLY_TRY(const DerValue text, inside.next());
  SUPPLY_TRY(inside.end());
  return AlternativeName{AlternativeName::Kind::other_name, std::string(text.content), std::move(name)};
}

bool is_ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

Status read_names(std::string_view value, Certificate& certificate) {
  SUPPLY_TRY(const std::string_view content, der_content(value, der_tag::kSequence));
  DerReader reader(content);
  while (!reader.empty()) {
    SUPPLY_TRY(const DerValue name, reader.next());
    using Kind = AlternativeName::Kind;
    if (name.tag == der_tag::context(0)) {
      SUPPLY_TRY(AlternativeName other, other_name(name.content).at("otherName"));
      certificate.names.push_back(std::move(other));
      continue;
    }
    const Kind kind = name.tag == der_tag::context_primitive(1)   ? Kind::email
                      : name.tag == der_tag::context_primitive(2) ? Kind::dns
                      : name.tag == der_tag::context_primitive(6) ? Kind::uri
                                                                  : Kind::unknown;
    // IA5String: what is no ASCII has a form of its own (RFC 9598).
    if (kind != Kind::unknown && !is_ascii(name.content)) return malformed("name that is not ASCII");
    certificate.names.push_back({kind, std::string(kind == Kind::unknown ? name.whole : name.content), {}});
  }
  if (certificate.names.empty()) return malformed("subjectAltName without a name");
  return {};
}

Status read_extension(Certificate& certificate, const Extension& extension) {
  if (extension.oid == "2.5.29.19") return read_basic_constraints(extension.value, certificate);
  if (extension.oid == "2.5.29.15") return read_key_usage(extension.value, certificate);
  if (extension.oid == "2.5.29.37") {
    certificate.extended_key_usage_critical = extension.critical;
    return read_extended_key_usage(extension.value, certificate);
  }
  if (extension.oid == "2.5.29.17") return read_names(extension.value, certificate);
  if (extension.oid == "2.5.29.14") {
    SUPPLY_TRY(const std::string_view id, der_content(extension.value, der_tag::kOctetString));
    certificate.subject_key_id = std::string(id);
  }
  return {};
}

Result<Extension> extension_from(std::string_view content) {
  DerReader reader(content);
  Extension extension;
  SUPPLY_TRY(const DerValue oid, reader.next(der_tag::kOid));
  SUPPLY_TRY(extension.oid, der_oid(oid.content));
  if (reader.peek() == der_tag::kBoolean) {
    SUPPLY_TRY(const DerValue critical, reader.next());
    SUPPLY_TRY(extension.critical, der_boolean(critical.content));
  }
  SUPPLY_TRY(const DerValue value, reader.next(der_tag::kOctetString));
  SUPPLY_TRY(reader.end());
  extension.value = std::string(value.content);
  return extension;
}

Status read_extensions(std::string_view content, Certificate& certificate) {
  SUPPLY_TRY(const std::string_view list, der_content(content, der_tag::kSequence));
  DerReader reader(list);
  if (reader.empty()) return malformed("empty list of extensions");
  while (!reader.empty()) {
    SUPPLY_TRY(const DerValue each, reader.next(der_tag::kSequence));
    SUPPLY_TRY(Extension extension, extension_from(each.content).at("extension"));
    if (certificate.extension(extension.oid) != nullptr) return malformed("extension " + extension.oid + " twice");
    SUPPLY_TRY(read_extension(certificate, extension).at("extension " + extension.oid));
    certificate.extensions.push_back(std::move(extension));
  }
  return {};
}

Status read_validity(std::string_view content, Certificate& certificate) {
  DerReader reader(content);
  SUPPLY_TRY(const DerValue from, reader.next());
  SUPPLY_TRY(const DerValue until, reader.next());
  SUPPLY_TRY(reader.end());
  for (const DerValue& time : {from, until})  // RFC 5280, section 4.1.2.5.2
    if (time.content.find('.') != std::string_view::npos) return malformed("time with a fraction of a second");
  SUPPLY_TRY(certificate.not_before, der_time(from));
  SUPPLY_TRY(certificate.not_after, der_time(until));
  return {};
}

// TBSCertificate. Returns the AlgorithmIdentifier in it.
Result<std::string_view> read_tbs(std::string_view content, Certificate& certificate) {
  DerReader reader(content);
  SUPPLY_TRY(const DerValue version, reader.next(der_tag::context(0)));
  SUPPLY_TRY(const std::string_view number, der_content(version.content, der_tag::kInteger));
  if (number != "\x02") return malformed("version: want 3");
  SUPPLY_TRY(const DerValue serial, reader.next(der_tag::kInteger));
  SUPPLY_TRY(der_integer(serial.content).at("serialNumber"));
  certificate.serial = std::string(serial.content);
  SUPPLY_TRY(const DerValue algorithm, reader.next(der_tag::kSequence));
  SUPPLY_TRY(const DerValue issuer, reader.next(der_tag::kSequence));
  certificate.issuer = std::string(issuer.whole);
  SUPPLY_TRY(const DerValue validity, reader.next(der_tag::kSequence));
  SUPPLY_TRY(read_validity(validity.content, certificate).at("validity"));
  SUPPLY_TRY(const DerValue subject, reader.next(der_tag::kSequence));
  certificate.subject = std::string(subject.whole);
  SUPPLY_TRY(const DerValue spki, reader.next(der_tag::kSequence));
  certificate.spki = std::string(spki.whole);
  Result<PublicKey> key = PublicKey::from_der(spki.whole);
  if (key) certificate.key = *std::move(key);
  else certificate.key_fault = std::move(key).error();
  for (const unsigned id : {1U, 2U})  // issuerUniqueID, subjectUniqueID
    if (reader.peek() == der_tag::context_primitive(id)) SUPPLY_TRY(reader.next());
  if (reader.peek() == der_tag::context(3)) {
    SUPPLY_TRY(const DerValue extensions, reader.next());
    SUPPLY_TRY(read_extensions(extensions.content, certificate));
  }
  SUPPLY_TRY(reader.end());
  return algorithm.whole;
}

Result<Certificate> certificate_from(std::string_view der) {
  SUPPLY_TRY(const std::string_view content, der_content(der, der_tag::kSequence));
  Certificate certificate;
  certificate.der = std::string(der);
  DerReader reader(content);
  SUPPLY_TRY(const DerValue tbs, reader.next(der_tag::kSequence));
  certificate.tbs = std::string(tbs.whole);
  SUPPLY_TRY(const DerValue algorithm, reader.next(der_tag::kSequence));
  SUPPLY_TRY(certificate.signature_algorithm, stated_algorithm(algorithm.content));
  SUPPLY_TRY(const DerValue signature, reader.next(der_tag::kBitString));
  SUPPLY_TRY(certificate.signature, bit_string(signature.content));
  SUPPLY_TRY(reader.end());
  SUPPLY_TRY(const std::string_view inside, read_tbs(tbs.content, certificate));
  if (inside != algorithm.whole) return malformed("two signature algorithms that differ");
  return certificate;
}

}  // namespace

Result<Certificate> Certificate::from_der(std::string_view der) {
  if (der.size() > kMaxCertificateBytes)
    return Error(ErrorCode::limit_exceeded,
                 "certificate larger than " + std::to_string(kMaxCertificateBytes) + " bytes");
  return certificate_from(der).at("certificate");
}

Result<std::vector<Certificate>> Certificate::all_from_pem(std::string_view pem) {
  if (pem.size() > kMaxCertificatesPemBytes)
    return Error(ErrorCode::limit_exceeded,
                 "certificates in PEM larger than " + std::to_string(kMaxCertificatesPemBytes) + " bytes");
  SUPPLY_TRY(const std::vector<internal::PemBlock> blocks, internal::read_long_pem(pem));
  if (blocks.size() > kMaxChainCertificates)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxChainCertificates) + " certificates");
  std::vector<Certificate> certificates;
  for (const internal::PemBlock& block : blocks) {
    if (block.label != "CERTIFICATE") return malformed("PEM block " + quote(block.label) + ": want \"CERTIFICATE\"");
    SUPPLY_TRY(Certificate certificate, from_der(block.der.view()));
    certificates.push_back(std::move(certificate));
  }
  return certificates;
}

const Extension* Certificate::extension(std::string_view oid) const {
  const auto found = std::find_if(extensions.begin(), extensions.end(),
                                  [&](const Extension& extension) { return extension.oid == oid; });
  return found == extensions.end() ? nullptr : &*found;
}

// What was read once is read again here, so that nothing but that extension and the lengths around it differs.
std::string Certificate::tbs_without(std::string_view oid) const {
  std::string fields, kept;
  const Result<std::string_view> content = der_content(tbs, der_tag::kSequence);
  if (!content) return {};
  for (DerReader reader(*content); !reader.empty();) {
    const Result<DerValue> field = reader.next();
    if (!field) return {};
    if (field->tag != der_tag::context(3)) {
      fields += field->whole;
      continue;
    }
    const Result<std::string_view> list = der_content(field->content, der_tag::kSequence);
    if (!list) return {};
    for (DerReader each(*list); !each.empty();) {
      const Result<DerValue> entry = each.next();
      if (!entry) return {};
      const Result<Extension> extension = extension_from(entry->content);
      if (!extension || extension->oid != oid) kept += entry->whole;
    }
    if (!kept.empty()) fields += internal::der(der_tag::context(3), internal::der(der_tag::kSequence, kept));
  }
  return internal::der(der_tag::kSequence, fields);
}

}  // namespace supply::crypto
