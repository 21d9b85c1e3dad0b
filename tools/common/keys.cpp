#include "tools/common/keys.hpp"

#include <algorithm>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {
namespace {

bool is_key_itself(std::string_view key) { return key.find("-----BEGIN") != std::string_view::npos; }

}  // namespace

Error key_fault(const std::string& key, const Error& error) {
  return Error(error.code() == ErrorCode::internal ? ErrorCode::internal : ErrorCode::usage,
               "--key " + quote(shown_key(key)) + ": " + error.message());
}

Status check_is_place(const std::string& key) {
  if (!is_key_itself(key)) return {};
  return Error(
      ErrorCode::usage,
      "--key: a key itself is no name of one: write it to a file, or into a variable and --key env://VARIABLE");
}

Result<std::string> read_key_text(const std::string& key) {
  SUPPLY_TRY(check_is_place(key));
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
  if (is_key_itself(key)) return "...";
  if (!key.starts_with("pkcs11:")) return key;
  constexpr std::string_view kPin = "pin-value=";
  std::string shown;
  std::string_view rest = key;
  for (std::size_t at = rest.find(kPin); at != std::string_view::npos; at = rest.find(kPin)) {
    shown.append(rest.substr(0, at + kPin.size())).append("...");
    rest.remove_prefix(std::min(rest.find_first_of("&;", at + kPin.size()), rest.size()));
  }
  return shown.append(rest);
}

bool is_remote_key(const std::string& key) {
  return (key.find("://") != std::string::npos && !key.starts_with("env://")) || key.starts_with("pkcs11:") ||
         key.starts_with("exec:");
}

}  // namespace supply::tools
