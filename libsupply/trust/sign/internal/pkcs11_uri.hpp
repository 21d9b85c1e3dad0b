// "pkcs11:token=t;object=key?module-path=/usr/lib/softhsm/libsofthsm2.so". Source: RFC 7512.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::sign::internal {

struct Pkcs11Uri {
  // What a token and an object must have; nothing: any.
  std::optional<std::string> token, manufacturer, model, serial, object, id;
  std::optional<unsigned long> slot_id;
  std::string module_path, pin_source;

  /// Errors: usage: another form; an attribute twice or unknown, where it could mean another key; type other than
  /// private, public; pin-value, which is a secret and has no place in a command line.
  static Result<Pkcs11Uri> parse(std::string_view uri);
};

}  // namespace supply::sign::internal
