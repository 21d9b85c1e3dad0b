#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/lock.hpp"

namespace supply::locks {

std::string_view to_string(Integrity integrity) {
  switch (integrity) {
    case Integrity::unknown: return "unknown";
    case Integrity::hash_only: return "hash-only";
    case Integrity::weak: return "weak";
    case Integrity::unhashed: return "unhashed";
    case Integrity::mutable_ref: return "mutable-ref";
    case Integrity::plaintext_http: return "plaintext-http";
  }
  return "unknown";
}

const Format* format_of(std::string_view path) {
  for (const Format* format : all_formats())
    if (format->matches(path)) return format;
  return nullptr;
}

}  // namespace supply::locks
