// The kinds of keys that a user can name by --key, chosen by the URI's scheme. Each is one file in signers/.
#pragma once

#include <chrono>
#include <functional>
#include <span>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/http/proxy.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/trust/sign/signer.hpp"

namespace supply::sign {

/// What a kind may use of the world around it: nothing else is asked, read or run.
struct SignerContext {
  http::Environment environment = {};
  /// A line that is typed without being shown; nothing where nobody can be asked. Null: nobody can be asked.
  std::function<std::optional<std::string>(std::string_view question)> ask_secret = {};
  http::Client* client = nullptr;  ///< of services; null is as offline: kinds that need it answer unsupported
  http::Clock* clock = nullptr;    ///< for retries; null: the real one
  std::function<Time()> now = {};  ///< for requests that are signed with a date
  std::optional<http::TimePoint> deadline = {};
  bool plain_http = false;                     ///< the user lets credentials go by HTTP to another machine too
  SchemeChoice scheme = SchemeChoice::sha256;  ///< where the key's owner leaves it open
};

struct SignerKind {
  std::string_view scheme;  ///< what a name of this kind begins with ("env://", "pkcs11:"); "" is a file's path
  std::string_view form;    ///< as it is typed, for messages: "env://NAME"
  /// `name` is all of it. Errors: usage (the name, or the key that it names, is none), and those of Signer::sign.
  Result<std::unique_ptr<Signer>> (*open)(const std::string& name, const SignerContext& context);
};

/// All of them, by their files' names.
std::span<const SignerKind* const> all_signers();

/// Whether a key's name is a URI rather than a file's path: it has "://", or begins with a kind's scheme.
bool is_key_uri(std::string_view name);
/// The signer that `name` means. Errors: usage, naming the forms that there are, and those of the kind; none
/// repeats the name.
Result<std::unique_ptr<Signer>> open_signer(const std::string& name, const SignerContext& context);

}  // namespace supply::sign
