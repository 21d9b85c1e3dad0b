#include "libsupply/content/locks/internal/lock_builder.hpp"

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/checksum_text.hpp"
#include "libsupply/content/secrets/credential.hpp"

namespace supply::locks {
namespace {

// Namespace and name by the rules of the type. Source: purl-spec, types.
std::pair<std::string, std::string> parted(std::string_view type, std::string_view name) {
  const bool paths =
      type == "golang" || type == "composer" || type == "swift" || (type == "npm" && name.starts_with('@'));
  const std::size_t at = type == "maven" ? name.find(':') : paths ? name.rfind('/') : std::string_view::npos;
  if (at == std::string_view::npos) return {"", std::string(name)};
  return {std::string(name.substr(0, at)), std::string(name.substr(at + 1))};
}

}  // namespace

Error wrong_at(const Span& span, std::string_view what) {
  return Error(ErrorCode::malformed, "line " + std::to_string(span.line) + ": " + std::string(what));
}

Error unknown_version(std::string_view version) {
  return Error(ErrorCode::unsupported, "version " + quote(version) + " of the format is not known");
}

std::string python_name(std::string_view name) {
  std::string out;
  for (const char c : to_lower(name)) {
    if (c != '-' && c != '_' && c != '.') out += c;
    else if (!out.ends_with('-')) out += '-';
  }
  return out;
}

std::string python_requirement_name(std::string_view requirement) {
  return python_name(trim(requirement.substr(0, requirement.find_first_of(" \t[(<>=!~@;"))));
}

const json::Value& members(const json::Value& object, std::string_view key) {
  static const json::Value kNone = json::Value::object();
  const json::Value* found = json::find(object, key);
  return found != nullptr && found->is_object() ? *found : kNone;
}

const json::Value& elements(const json::Value& object, std::string_view key) {
  static const json::Value kNone = json::Value::array();
  const json::Value* found = json::find(object, key);
  return found != nullptr && found->is_array() ? *found : kNone;
}

std::string text_in(const json::Value& object, std::string_view key) {
  const json::Value* found = json::find(object, key);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

Result<std::size_t> LockBuilder::add(std::string_view name, std::string_view version, const Span& span,
                                     std::map<std::string, std::string> qualifiers) {
  if (name.empty()) return wrong_at(span, "a package without a name");
  if (lock_.entries.size() >= kMaxLockEntries)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxLockEntries) + " entries");
  auto [name_space, last] = parted(type_, type_ == "pypi" ? python_name(name) : std::string(name));
  LockEntry entry;
  auto purl = pkg::Purl::create(
      {type_, std::move(name_space), std::move(last), std::string(version), std::move(qualifiers), ""});
  if (!purl) return wrong_at(span, purl.error().message());
  entry.purl = *std::move(purl);
  entry.name = type_ == "pypi" ? python_name(name) : std::string(name);
  entry.version = version;
  entry.span = span;
  lock_.entries.push_back(std::move(entry));
  return lock_.entries.size() - 1;
}

Status LockBuilder::change(std::size_t entry, pkg::PurlParts parts) {
  LockEntry& changed = lock_.entries[entry];
  auto purl = pkg::Purl::create(std::move(parts));
  if (!purl) return wrong_at(changed.span, purl.error().message());
  changed.purl = *std::move(purl);
  return {};
}

Status LockBuilder::qualify(std::size_t entry, std::string_view key, std::string value) {
  pkg::PurlParts parts = lock_.entries[entry].purl.parts();
  parts.qualifiers[std::string(key)] = std::move(value);
  return change(entry, std::move(parts));
}

Status LockBuilder::say_subpath(std::size_t entry, std::string_view subpath) {
  pkg::PurlParts parts = lock_.entries[entry].purl.parts();
  parts.subpath = subpath;
  return change(entry, std::move(parts));
}

Status LockBuilder::say_type(std::size_t entry, std::string_view type, std::string_view name_space,
                             std::string_view name) {
  pkg::PurlParts parts = lock_.entries[entry].purl.parts();
  parts.type = type, parts.name_space = name_space, parts.name = name;
  return change(entry, std::move(parts));
}

Status LockBuilder::from_git(std::size_t entry, std::string_view url, std::string_view commit) {
  LockEntry& changed = lock_.entries[entry];
  changed.source = SourceKind::git;
  changed.resolved = secrets::masked(url);
  changed.commit = commit;
  std::string vcs = changed.resolved;
  if (!vcs.starts_with("git+")) vcs.insert(0, "git+");
  if (!commit.empty()) vcs.append("@").append(commit);
  return qualify(entry, "vcs_url", std::move(vcs));
}

Status LockBuilder::from_url(std::size_t entry, std::string_view url) {
  lock_.entries[entry].source = SourceKind::url;
  lock_.entries[entry].resolved = secrets::masked(url);
  return qualify(entry, "download_url", lock_.entries[entry].resolved);
}

void LockBuilder::from_path(std::size_t entry, std::string_view path) {
  lock_.entries[entry].source = SourceKind::path;
  lock_.entries[entry].resolved = path;
}

void LockBuilder::from_registry(std::size_t entry, std::string_view address) {
  lock_.entries[entry].source = SourceKind::registry;
  lock_.entries[entry].resolved = secrets::masked(address);
}

bool LockBuilder::take_hash(std::size_t entry, std::string_view algorithm, std::string_view digits) {
  LockEntry& changed = lock_.entries[entry];
  std::string lower = to_lower(digits), name = to_lower(algorithm);
  if (!pkg::is_hash_of(name, lower)) return false;
  IntegrityValue value{std::move(name), std::move(lower)};
  if (std::find(changed.integrity.begin(), changed.integrity.end(), value) == changed.integrity.end())
    changed.integrity.push_back(std::move(value));
  return true;
}

void LockBuilder::hash(std::size_t entry, std::string_view algorithm, std::string_view digits) {
  if (!take_hash(entry, algorithm, digits))
    unread(lock_.entries[entry].span, "not a hash: " + quote(std::string(algorithm) + ":" + std::string(digits)));
}

void LockBuilder::hash(std::size_t entry, std::string_view text) {
  const std::size_t at = text.find_first_of(":=");
  if (at == std::string_view::npos) unread(lock_.entries[entry].span, "not a hash: " + quote(text));
  else hash(entry, text.substr(0, at), text.substr(at + 1));
}

void LockBuilder::integrity(std::size_t entry, std::string_view text) {
  for (std::string_view part : split(text, ' ')) {
    part = part.substr(0, part.find('?'));
    if (trim(part).empty()) continue;
    const std::size_t dash = part.find('-');
    const auto bytes = from_base64(dash == std::string_view::npos ? part : part.substr(dash + 1));
    if (dash == std::string_view::npos || !bytes || !take_hash(entry, part.substr(0, dash), to_hex(*bytes)))
      unread(lock_.entries[entry].span, "not an integrity value: " + quote(part));
  }
}

void LockBuilder::other_hash(std::size_t entry, std::string_view algorithm, std::string_view value) {
  if (!value.empty()) lock_.entries[entry].integrity.push_back({std::string(algorithm), std::string(value)});
}

Status LockBuilder::depend(std::size_t from, std::size_t to) {
  if (from == to) return {};
  if (++edges_ > kMaxLockEdges)
    return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxLockEdges) + " dependencies");
  lock_.entries[from].depends.push_back(to);
  return {};
}

Status LockBuilder::looked_up(std::size_t bytes) {
  lookups_ += 1 + bytes / 64;
  if (lookups_ > kMaxLockLookups) return Error(ErrorCode::limit_exceeded, "dependencies take too many look-ups");
  return {};
}

void LockBuilder::spread_scopes(const std::vector<std::pair<std::size_t, pkg::Scope>>& roots) {
  for (const pkg::Scope scope : {pkg::Scope::runtime, pkg::Scope::optional, pkg::Scope::development}) {
    std::deque<std::size_t> queue;
    const auto take = [&](std::size_t entry) {
      if (lock_.entries[entry].scope != pkg::Scope::unknown) return;
      lock_.entries[entry].scope = scope;
      queue.push_back(entry);
    };
    for (const auto& [entry, of] : roots)
      if (of == scope) take(entry);
    while (!queue.empty()) {
      const std::size_t entry = queue.front();
      queue.pop_front();
      for (const std::size_t next : lock_.entries[entry].depends) take(next);
    }
  }
}

void LockBuilder::unread(const Span& span, std::string_view reason) {
  lock_.unread.push_back({span.line, std::string(reason)});
}

LockFile LockBuilder::finish() && {
  for (LockEntry& entry : lock_.entries) {
    std::sort(entry.depends.begin(), entry.depends.end());
    entry.depends.erase(std::unique(entry.depends.begin(), entry.depends.end()), entry.depends.end());
    std::sort(entry.integrity.begin(), entry.integrity.end());
  }
  return std::move(lock_);
}

}  // namespace supply::locks
