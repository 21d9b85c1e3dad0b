// What a format reads, in one line for each entry: what the tests of this room compare.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"

namespace supply::locks {

inline Result<LockFile> read(std::string_view path, std::string_view text) {
  const Format* format = format_of(path);
  if (format == nullptr) throw std::runtime_error("no format of " + std::string(path));
  return read_lock(*format, text);
}

inline std::string code(std::string_view path, std::string_view text) {
  const auto lock = read(path, text);
  return lock ? "read" : std::string(to_string(lock.error().code()));
}

// "LINE PURL SOURCE [ADDRESS][#COMMIT] [SCOPE] [HASH…] [-> PURL…]"
inline std::string shown(std::string_view path, std::string_view text) {
  const auto lock = read(path, text);
  if (!lock) return lock.error().message() + "\n";
  std::string out;
  for (const LockEntry& entry : lock->entries) {
    if (entry.span.end > text.size()) throw std::runtime_error(entry.name + " ends beyond the file");
    out += std::to_string(entry.span.line) + " " + entry.purl.to_string() + " " +
           (entry.project ? "project" : std::string(to_string(entry.source)));
    if (!entry.resolved.empty() && entry.source != SourceKind::registry && !entry.project) out += " " + entry.resolved;
    if (!entry.commit.empty()) out += "#" + entry.commit.substr(0, 7);
    if (entry.scope != pkg::Scope::unknown) out += " " + std::string(to_string(entry.scope));
    for (const IntegrityValue& value : entry.integrity) out += " " + value.algorithm + ":" + value.value.substr(0, 6);
    if (!entry.range.empty()) out += " wants " + entry.range;
    for (const std::size_t to : entry.depends) out += " -> " + lock->entries[to].name;
    out += "\n";
  }
  for (const UnreadPart& part : lock->unread) out += std::to_string(part.line) + " unread: " + part.reason + "\n";
  for (const IncludedFile& include : lock->includes)
    out += std::to_string(include.line) + " include " + include.path + "\n";
  return out;
}

}  // namespace supply::locks
