#include "tools/common/keys.hpp"

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

Error key_fault(const std::string& key, const Error& error) {
  return Error(error.code() == ErrorCode::internal ? ErrorCode::internal : ErrorCode::usage,
               "--key " + quote(key) + ": " + error.message());
}

Result<std::string> read_key_text(const std::string& key) {
  if (key.starts_with("env://")) {
    const std::string name = key.substr(6);
    const std::optional<std::string> text = environment(name.c_str());
    if (!text) return Error(ErrorCode::usage, "--key " + quote(key) + ": the environment has no such variable");
    return *text;
  }
  if (const std::size_t scheme = key.find("://"); scheme != std::string::npos || key.starts_with("pkcs11:"))
    return Error(ErrorCode::usage,
                 "--key " + quote(key) + ": not a key that Supply can reach (want a file, env://NAME)");
  Result<std::string> text = io::read_file(key, kMaxKeyFileBytes);
  if (!text && text.error().code() == ErrorCode::not_found)
    return Error(ErrorCode::usage, "--key " + quote(key) + ": no such file");
  if (!text) return key_fault(key, text.error());
  return text;
}

Result<crypto::PublicKey> public_key_in(const std::string& key, std::string_view text) {
  Result<crypto::PublicKey> parsed = crypto::PublicKey::from_pem(text);
  if (!parsed) return key_fault(key, std::move(parsed).error());
  return parsed;
}

Result<std::vector<verify::TrustedKey>> trusted_keys(const std::vector<std::string>& keys) {
  std::vector<verify::TrustedKey> trusted;
  for (const std::string& key : keys) {
    SUPPLY_TRY(const std::string text, read_key_text(key));
    SUPPLY_TRY(crypto::PublicKey parsed, public_key_in(key, text));
    trusted.push_back({key, std::move(parsed)});
  }
  return trusted;
}

}  // namespace supply::tools
