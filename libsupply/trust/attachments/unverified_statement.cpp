#include "libsupply/trust/attachments/unverified_statement.hpp"

#include "libsupply/trust/attest/sigstore_bundle.hpp"

namespace supply::attachments {
namespace {

std::optional<std::string> payload_of(const Attachment& evidence) {
  switch (evidence.kind) {
    case AttachmentKind::bundle: {
      Result<attest::Bundle> bundle = attest::Bundle::parse(evidence.bytes.view());
      auto* envelope = bundle ? std::get_if<attest::Envelope>(&bundle->content) : nullptr;
      if (envelope == nullptr) return std::nullopt;
      return std::move(envelope->payload);
    }
    case AttachmentKind::envelope: {
      Result<attest::Envelope> envelope = attest::Envelope::parse(evidence.bytes.view());
      if (!envelope) return std::nullopt;
      return std::move(envelope->payload);
    }
    case AttachmentKind::unsigned_statement: return std::string(evidence.bytes.view());
    case AttachmentKind::simple_signing: return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::optional<attest::Statement> unverified_statement(const Attachment& evidence) {
  const std::optional<std::string> payload = payload_of(evidence);
  if (!payload) return std::nullopt;
  Result<attest::Statement> statement = attest::Statement::parse(*payload);
  if (!statement) return std::nullopt;
  return *std::move(statement);
}

}  // namespace supply::attachments
