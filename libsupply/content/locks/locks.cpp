#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/requirements.hpp"

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

std::string_view to_string(SourceKind kind) {
  switch (kind) {
    case SourceKind::unknown: return "unknown";
    case SourceKind::registry: return "registry";
    case SourceKind::git: return "git";
    case SourceKind::url: return "url";
    case SourceKind::path: return "path";
  }
  return "unknown";
}

std::string_view to_string(LockScope scope) {
  switch (scope) {
    case LockScope::unknown: return "";
    case LockScope::runtime: return "runtime";
    case LockScope::optional: return "optional";
    case LockScope::development: return "development";
  }
  return "";
}

const Format* format_of(std::string_view path) {
  for (const Format* format : all_formats())
    if (format->matches(path)) return format;
  return nullptr;
}

Result<LockFile> read_lock(const Format& format, std::string_view text) {
  if (text.size() > kMaxLockFileBytes)
    return Error(ErrorCode::limit_exceeded, "larger than " + std::to_string(kMaxLockFileBytes) + " bytes");
  return format.read(text);
}

}  // namespace supply::locks
