#include "tools/supply/private_key.hpp"

#include "libsupply/base/text/text.hpp"
#include "tools/common/command.hpp"
#include "tools/common/keys.hpp"
#include "tools/common/terminal.hpp"

namespace supply::tools {
namespace {

std::optional<std::string> passphrase_in_environment() {
  for (const char* name : {"SUPPLY_PASSWORD", "COSIGN_PASSWORD"})
    if (std::optional<std::string> value = environment(name)) return value;
  return std::nullopt;
}

}  // namespace

Result<crypto::PrivateKey> read_private_key(const std::string& key) {
  SUPPLY_TRY(const std::string text, read_key_text(key));
  std::string passphrase;
  if (crypto::PrivateKey::is_encrypted(text)) {
    std::optional<std::string> given = passphrase_in_environment();
    if (!given) given = ask_secret("Passphrase of " + quote(shown_key(key)) + ": ");
    if (!given)
      return Error(ErrorCode::usage, "--key " + quote(shown_key(key)) +
                                         ": is encrypted, and there is no passphrase (set SUPPLY_PASSWORD)");
    passphrase = *std::move(given);
  }
  Result<crypto::PrivateKey> parsed = crypto::PrivateKey::from_pem(text, passphrase);
  if (!parsed) return key_fault(key, parsed.error());
  return parsed;
}

Result<std::string> new_passphrase() {
  if (std::optional<std::string> given = passphrase_in_environment()) return *std::move(given);
  std::optional<std::string> first = ask_secret("Passphrase for the new key: ");
  if (!first)
    return Error(ErrorCode::usage, "no passphrase for the new key (set SUPPLY_PASSWORD): a key is never written plain");
  const std::optional<std::string> second = ask_secret("The same again: ");
  if (first != second) return Error(ErrorCode::usage, "the two passphrases differ");
  return *std::move(first);
}

}  // namespace supply::tools
