#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

std::string_view to_string(Hold hold) {
  switch (hold) {
    case Hold::unknown: return "unknown";
    case Hold::hash_only: return "hash-only";
    case Hold::weak: return "weak";
    case Hold::unhashed: return "unhashed";
    case Hold::mutable_ref: return "mutable-ref";
    case Hold::plaintext_http: return "plaintext-http";
  }
  return "unknown";
}

const Format* format_of(std::string_view path) {
  for (const Format* format : all_formats())
    if (format->claims(path)) return format;
  return nullptr;
}

}  // namespace supply::locks
