#include "libsupply/base/crypto/internal/openssl_ptr.hpp"

#include <openssl/err.h>

#include <string>

namespace supply::crypto::internal {

bool worked(int code) {
  ERR_clear_error();
  return code > 0;
}

Status check(int code, std::string_view what) {
  const unsigned long error = ERR_peek_last_error();
  const char* const reason = ERR_reason_error_string(error);
  ERR_clear_error();
  if (code > 0) return {};
  std::string message(what);
  if (reason != nullptr) message.append(": ").append(reason);
  return Error(ErrorCode::internal, std::move(message));
}

}  // namespace supply::crypto::internal
