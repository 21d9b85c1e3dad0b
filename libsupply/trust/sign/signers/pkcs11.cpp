// A key in a token, by its PKCS#11 URI: the module that speaks to it is loaded when it is needed. The PIN comes from
// SUPPLY_PKCS11_PIN or COSIGN_PKCS11_PIN, from the file that pin-source names, or from the terminal.
// Source: RFC 7512; OASIS PKCS #11 2.40.
#include <mutex>

#include "libsupply/base/crypto/key_parts.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/signer_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/sign/internal/key_service.hpp"
#include "libsupply/trust/sign/internal/pkcs11_session.hpp"
#include "libsupply/trust/sign/internal/remote_key.hpp"

namespace supply::sign::signers {
namespace {

using crypto::SignatureScheme;
using internal::Pkcs11Session;

constexpr std::string_view kScheme = "pkcs11:";

// DigestInfo without the hash. Source: RFC 8017, section 9.2, note 1.
std::string digest_info(crypto::HashAlgorithm hash) {
  switch (hash) {
    case crypto::HashAlgorithm::sha384: return *from_hex("3041300d060960864801650304020205000430");
    case crypto::HashAlgorithm::sha512: return *from_hex("3051300d060960864801650304020305000440");
    default: return *from_hex("3031300d060960864801650304020105000420");
  }
}

Result<std::string> pin_of(const internal::Pkcs11Uri& uri, const SignerContext& context) {
  if (!uri.pin_source.empty()) {
    std::string_view path = uri.pin_source;
    if (path.starts_with("file:")) path.remove_prefix(path.starts_with("file://") ? 7 : 5);
    if (path.starts_with('|')) return Error(ErrorCode::usage, "pin-source: no program is run for a PIN; want a file");
    const Result<std::string> text = io::read_file(path, kMaxCredentialFileBytes);
    if (!text) return Error(ErrorCode::usage, "pin-source: " + text.error().message());
    std::string_view pin = *text;
    while (pin.ends_with('\n') || pin.ends_with('\r')) pin.remove_suffix(1);
    return std::string(pin);
  }
  for (const char* name : {"SUPPLY_PKCS11_PIN", "COSIGN_PKCS11_PIN"})
    if (std::string pin = internal::variable(context, name); !pin.empty()) return pin;
  std::optional<std::string> typed;
  if (context.ask_secret) typed = context.ask_secret("PIN of the token: ");
  if (!typed) return Error(ErrorCode::usage, "the token wants a PIN (set SUPPLY_PKCS11_PIN, or pin-source in the URI)");
  return *std::move(typed);
}

class TokenKey : public internal::RemoteKey {
 public:
  TokenKey(Pkcs11Session session, internal::Pkcs11Uri uri, const SignerContext& context)
      : session_(std::move(session)), uri_(std::move(uri)), context_(context) {}

  // Many tokens show public keys to anybody; one that does not is asked again with a PIN.
  Result<internal::RemotePublicKey> public_key() const override {
    const std::scoped_lock lock(mutex_);
    Result<crypto::PublicKey> key = session_.public_key();
    if (!key && key.error().code() == ErrorCode::usage && session_.needs_login() && !logged_in_) {
      SUPPLY_TRY(log_in());
      key = session_.public_key();
    }
    if (!key) return std::move(key).error();
    const std::vector<SignatureScheme> made = schemes(key->type());
    return internal::RemotePublicKey{*std::move(key), made};
  }

  Result<std::string> sign(SignatureScheme scheme, const std::string& input) const override {
    const std::scoped_lock lock(mutex_);
    if (session_.needs_login() && !logged_in_) SUPPLY_TRY(log_in());
    if (scheme == SignatureScheme::ed25519) return session_.sign(internal::cryptoki::kEddsa, input);
    if (scheme == SignatureScheme::ecdsa_sha256 || scheme == SignatureScheme::ecdsa_sha384 ||
        scheme == SignatureScheme::ecdsa_sha512) {
      SUPPLY_TRY(const std::string halves, session_.sign(internal::cryptoki::kEcdsa, input));
      return crypto::ecdsa_der_of(halves);
    }
    return session_.sign(internal::cryptoki::kRsaPkcs, digest_info(crypto::hash_of(scheme)) + input);
  }

 private:
  static std::vector<SignatureScheme> schemes(crypto::KeyType type) {
    return type == crypto::KeyType::ed25519 ? std::vector{SignatureScheme::ed25519} : std::vector<SignatureScheme>{};
  }

  Status log_in() const {
    SUPPLY_TRY(const std::string pin, pin_of(uri_, context_));
    SUPPLY_TRY(session_.login(pin));
    logged_in_ = true;
    return {};
  }

  mutable std::mutex mutex_;
  mutable Pkcs11Session session_;
  mutable bool logged_in_ = false;
  internal::Pkcs11Uri uri_;
  SignerContext context_;
};

Result<std::unique_ptr<Signer>> open(const std::string& name, const SignerContext& context) {
  SUPPLY_TRY(internal::Pkcs11Uri uri, internal::Pkcs11Uri::parse(name));
  std::string module = uri.module_path;
  if (module.empty()) module = internal::variable(context, "SUPPLY_PKCS11_MODULE_PATH");
  if (module.empty()) module = internal::variable(context, "COSIGN_PKCS11_MODULE_PATH");
  if (!module.starts_with('/'))
    return Error(ErrorCode::usage,
                 "say which module speaks to the token: ?module-path=/absolute/path.so, or "
                 "COSIGN_PKCS11_MODULE_PATH");
  SUPPLY_TRY(Pkcs11Session session, Pkcs11Session::open(module, uri));
  return internal::remote_signer(std::make_unique<TokenKey>(std::move(session), std::move(uri), context),
                                 context.scheme);
}

}  // namespace

const SignerKind& pkcs11() {
  static const SignerKind kind = {kScheme, "pkcs11:token=...;object=...", open};
  return kind;
}

}  // namespace supply::sign::signers
