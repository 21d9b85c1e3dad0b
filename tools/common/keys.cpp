#include "tools/common/keys.hpp"

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

Error key_fault(const std::string& key, const Error& error) {
  return Error(error.code() == ErrorCode::internal ? ErrorCode::internal : ErrorCode::usage,
               "--key " + quote(shown_key(key)) + ": " + error.message());
}

Result<std::string> read_key_text(const std::string& key) {
  if (key.starts_with("env://")) {
    const std::string name = key.substr(6);
    const std::optional<std::string> text = environment(name.c_str());
    if (!text)
      return Error(ErrorCode::usage, "--key " + quote(shown_key(key)) + ": the environment has no such variable");
    return *text;
  }
  if (is_remote_key(key))
    return Error(ErrorCode::usage,
                 "--key " + quote(shown_key(key)) + ": not a key that Supply can reach (want a file, env://NAME)");
  Result<std::string> text = io::read_file(key, kMaxKeyFileBytes);
  if (!text && text.error().code() == ErrorCode::not_found)
    return Error(ErrorCode::usage, "--key " + quote(shown_key(key)) + ": no such file");
  if (!text) return key_fault(key, text.error());
  return text;
}

Result<crypto::PublicKey> public_key_in(const std::string& key, std::string_view text) {
  Result<crypto::PublicKey> parsed = crypto::PublicKey::from_pem(text);
  if (!parsed) return key_fault(key, std::move(parsed).error());
  return parsed;
}

Result<std::vector<verify::TrustedKey>> trusted_keys(const std::vector<std::string>& keys, const Common& common) {
  std::vector<verify::TrustedKey> trusted;
  for (const std::string& key : keys) {
    if (is_remote_key(key)) {
      SUPPLY_TRY(crypto::PublicKey remote, remote_public_key(key, common));
      trusted.push_back({shown_key(key), std::move(remote)});
      continue;
    }
    SUPPLY_TRY(const std::string text, read_key_text(key));
    SUPPLY_TRY(crypto::PublicKey parsed, public_key_in(key, text));
    trusted.push_back({key, std::move(parsed)});
  }
  return trusted;
}

std::string shown_key(const std::string& key) {
  const std::size_t at = key.starts_with("pkcs11:") ? key.find("pin-value=") : std::string::npos;
  if (at == std::string::npos) return key;
  const std::size_t value = at + 10, end = key.find_first_of("&;", value);
  return key.substr(0, value) + "..." + (end == std::string::npos ? "" : key.substr(end));
}

bool is_remote_key(const std::string& key) {
  return (key.find("://") != std::string::npos && !key.starts_with("env://")) || key.starts_with("pkcs11:") ||
         key.starts_with("exec:");
}

}  // namespace supply::tools
