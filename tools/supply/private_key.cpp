#include "tools/supply/private_key.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include "libsupply/base/bytes/text.hpp"
#include "tools/common/command.hpp"
#include "tools/common/keys.hpp"

namespace supply::tools {
namespace {

constexpr std::size_t kMaxPassphraseBytes = 1024;

std::optional<std::string> passphrase_in_environment() {
  for (const char* name : {"SUPPLY_PASSWORD", "COSIGN_PASSWORD"})
    if (std::optional<std::string> value = environment(name)) return value;
  return std::nullopt;
}

// Asks on the terminal without echo; nullopt where there is none.
std::optional<std::string> ask(std::string_view question) {
  const int terminal = ::open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (terminal < 0) return std::nullopt;
  termios before{};
  if (::tcgetattr(terminal, &before) != 0) {
    ::close(terminal);
    return std::nullopt;
  }
  termios silent = before;
  silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(terminal, TCSAFLUSH, &silent);
  std::string answer;
  bool ended = ::write(terminal, question.data(), question.size()) < 0;
  while (!ended && answer.size() < kMaxPassphraseBytes) {
    char c = 0;
    if (::read(terminal, &c, 1) != 1 || c == '\n') ended = true;
    else answer += c;
  }
  ::tcsetattr(terminal, TCSAFLUSH, &before);
  (void)!::write(terminal, "\n", 1);
  ::close(terminal);
  return answer;
}

}  // namespace

Result<crypto::PrivateKey> read_private_key(const std::string& key) {
  SUPPLY_TRY(const std::string text, read_key_text(key));
  std::string passphrase;
  if (crypto::PrivateKey::is_encrypted(text)) {
    std::optional<std::string> given = passphrase_in_environment();
    if (!given) given = ask("Passphrase of " + quote(key) + ": ");
    if (!given)
      return Error(ErrorCode::usage,
                   "--key " + quote(key) + ": is encrypted, and there is no passphrase (set SUPPLY_PASSWORD)");
    passphrase = *std::move(given);
  }
  Result<crypto::PrivateKey> parsed = crypto::PrivateKey::from_pem(text, passphrase);
  const bool private_key = text.find("PRIVATE KEY-----") != std::string::npos;
  if (!parsed && !private_key) return Error(ErrorCode::usage, "--key " + quote(key) + ": holds no private key");
  return std::move(parsed).at("--key " + quote(key));
}

Result<std::string> new_passphrase() {
  if (std::optional<std::string> given = passphrase_in_environment()) return *std::move(given);
  std::optional<std::string> first = ask("Passphrase for the new key: ");
  if (!first)
    return Error(ErrorCode::usage, "no passphrase for the new key (set SUPPLY_PASSWORD): a key is never written plain");
  const std::optional<std::string> second = ask("The same again: ");
  if (first != second) return Error(ErrorCode::usage, "the two passphrases differ");
  return *std::move(first);
}

}  // namespace supply::tools
