#include "tools/common/keys.hpp"

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/io/file.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

Result<std::string> read_key_text(const std::string& key) {
  if (key.starts_with("env://")) {
    const std::string name = key.substr(6);
    const std::optional<std::string> text = environment(name.c_str());
    if (!text) return Error(ErrorCode::not_found, "--key " + quote(key) + ": the environment has no such variable");
    return *text;
  }
  if (const std::size_t scheme = key.find("://"); scheme != std::string::npos || key.starts_with("pkcs11:"))
    return Error(ErrorCode::usage,
                 "--key " + quote(key) + ": not a key that Supply can reach (want a file, env://NAME)");
  Result<std::string> text = io::read_file(key, kMaxKeyFileBytes);
  // A key that is not there is a wrong command, not an unanswered question.
  if (!text && text.error().code() == ErrorCode::not_found)
    return Error(ErrorCode::usage, "--key " + quote(key) + ": no such file");
  return std::move(text).at("--key");
}

Result<std::vector<verify::TrustedKey>> trusted_keys(const std::vector<std::string>& keys) {
  std::vector<verify::TrustedKey> trusted;
  for (const std::string& key : keys) {
    SUPPLY_TRY(const std::string text, read_key_text(key));
    Result<crypto::PublicKey> parsed = crypto::PublicKey::from_pem(text);
    if (!parsed)
      return Error(ErrorCode::usage,
                   "--key " + quote(key) + ": " + parsed.error().message() + " (want a PEM file with a PUBLIC KEY)");
    trusted.push_back({key, *std::move(parsed)});
  }
  return trusted;
}

}  // namespace supply::tools
