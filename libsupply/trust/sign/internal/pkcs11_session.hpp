// A session with a token: the module is loaded, one token and one key of it found. One thread at a time.
#pragma once

#include "libsupply/base/crypto/key.hpp"
#include "libsupply/trust/sign/internal/cryptoki.hpp"
#include "libsupply/trust/sign/internal/pkcs11_uri.hpp"

namespace supply::sign::internal {

class Pkcs11Session {
 public:
  /// Loads the module and opens a session with the only token that fits. Errors: usage (no such module, or it is none;
  /// no token fits, or several do), unavailable (the module fails).
  static Result<Pkcs11Session> open(const std::string& module_path, const Pkcs11Uri& uri);
  Pkcs11Session(Pkcs11Session&& other) noexcept;
  Pkcs11Session& operator=(Pkcs11Session&&) = delete;
  ~Pkcs11Session();

  bool needs_login() const { return needs_login_; }
  /// Errors: usage, for a wrong PIN (not tried again: tokens lock themselves); forbidden, when it is locked.
  Status login(std::string_view pin);
  /// Errors: usage (no such key, or several fit), unsupported (another type).
  Result<crypto::PublicKey> public_key();
  /// By the private key: `data` is what the mechanism takes. Errors: as public_key(), unauthenticated, unavailable.
  Result<std::string> sign(cryptoki::Ulong mechanism, std::string_view data);

 private:
  Pkcs11Session() = default;
  Result<cryptoki::ObjectHandle> find(cryptoki::Ulong object_class);
  Result<std::string> attribute(cryptoki::ObjectHandle object, cryptoki::Ulong type);
  Result<cryptoki::Ulong> number(cryptoki::ObjectHandle object, cryptoki::Ulong type);

  void* library_ = nullptr;
  cryptoki::Functions* module_ = nullptr;
  cryptoki::SessionHandle session_ = 0;
  bool is_open_ = false, needs_login_ = false, initialized_ = false;
  Pkcs11Uri uri_;
};

}  // namespace supply::sign::internal
