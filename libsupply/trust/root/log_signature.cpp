#include "libsupply/trust/root/log_signature.hpp"

#include "libsupply/base/crypto/signature_algorithm.hpp"
#include "libsupply/base/json/json_writer.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::root {

Status verify_log_signature(const TransparencyLog& log, std::string_view message, std::string_view signature,
                            Budget& budget) {
  if (!log.key) return Error(ErrorCode::mismatch, "log with a key of a type that Supply does not use");
  const crypto::KeyType type = log.key->type();
  const crypto::SignatureScheme scheme = type == crypto::KeyType::rsa       ? crypto::SignatureScheme::rsa_pkcs1_sha256
                                         : type == crypto::KeyType::ed25519 ? crypto::SignatureScheme::ed25519
                                                                            : crypto::SignatureScheme::ecdsa_sha256;
  SUPPLY_TRY(budget.spend(Cost::verifications, log.key->cost(signature)));
  if (!crypto::verify_as(scheme, *log.key, message, signature))
    return Error(ErrorCode::mismatch, "signature is not by the log's key");
  return {};
}

std::string signed_entry(const attest::LogEntry& entry) {
  std::string text;
  json::JsonWriter json(text);
  json.open('{');
  json.member("body", to_base64(entry.body));
  json.key("integratedTime");
  json.number(static_cast<std::uint64_t>(entry.integrated_time.value_or(0)));
  json.member("logID", to_hex(entry.log_id));
  json.key("logIndex");
  json.number(entry.log_index);
  json.close('}');
  return text;
}

}  // namespace supply::root
