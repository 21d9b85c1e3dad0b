#include "libsupply/trust/attachments/unverified_statement.hpp"

#include "libsupply/trust/attest/sigstore_bundle.hpp"

namespace supply::attachments {
namespace {

// Nothing where a document is malformed: then it says nothing. What Supply does not read is an error.
template <class Document>
Result<std::optional<Document>> readable(Result<Document> parsed) {
  if (parsed) return std::optional(*std::move(parsed));
  const ErrorCode code = parsed.error().code();
  if (code == ErrorCode::unsupported || code == ErrorCode::limit_exceeded) return std::move(parsed).error();
  return std::optional<Document>();
}

Result<std::optional<std::string>> payload_of(const Attachment& evidence) {
  switch (evidence.kind) {
    case AttachmentKind::bundle: {
      SUPPLY_TRY(std::optional<attest::Bundle> bundle, readable(attest::Bundle::parse(evidence.bytes.view())));
      auto* envelope = bundle ? std::get_if<attest::Envelope>(&bundle->content) : nullptr;
      if (envelope == nullptr) return std::optional<std::string>();
      return std::optional(std::move(envelope->payload));
    }
    case AttachmentKind::envelope: {
      SUPPLY_TRY(std::optional<attest::Envelope> envelope, readable(attest::Envelope::parse(evidence.bytes.view())));
      if (!envelope) return std::optional<std::string>();
      return std::optional(std::move(envelope->payload));
    }
    case AttachmentKind::unsigned_statement: return std::optional(std::string(evidence.bytes.view()));
    case AttachmentKind::simple_signing: break;
  }
  return std::optional<std::string>();
}

}  // namespace

Result<std::optional<attest::Statement>> unverified_statement(const Attachment& evidence) {
  SUPPLY_TRY(const std::optional<std::string> payload, payload_of(evidence));
  if (!payload) return std::optional<attest::Statement>();
  return readable(attest::Statement::parse(*payload));
}

}  // namespace supply::attachments
