#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/path/path.hpp"
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

const Format* format_of(std::string_view path) {
  for (const Format* format : all_formats())
    if (format->matches(path)) return format;
  return nullptr;
}

namespace {

bool is_named(const Manifest& manifest, std::string_view path) {
  const std::string_view name = base_name(path);
  if (manifest.name.starts_with('*'))
    return name.size() >= manifest.name.size() && name.ends_with(manifest.name.substr(1));
  return name == manifest.name;
}

}  // namespace

bool is_manifest(std::string_view path) {
  for (const Format* format : all_formats())
    for (const Manifest& manifest : format->manifests)
      if (is_named(manifest, path)) return true;
  return false;
}

std::vector<std::string_view> locks_wanted_by(std::string_view path, std::string_view text) {
  std::vector<std::string_view> out;
  for (const Format* format : all_formats())
    for (const Manifest& manifest : format->manifests)
      if (is_named(manifest, path) && (manifest.declares == nullptr || manifest.declares(text))) {
        out.push_back(format->name);
        break;
      }
  return out;
}

Result<LockFile> read_lock(const Format& format, std::string_view text) {
  if (text.size() > kMaxLockFileBytes)
    return Error(ErrorCode::limit_exceeded, "larger than " + std::to_string(kMaxLockFileBytes) + " bytes");
  return format.read(text);
}

}  // namespace supply::locks
