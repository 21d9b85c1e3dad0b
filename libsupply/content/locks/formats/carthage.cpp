// Cartfile.resolved. Carthage has no registry: a package is a repository, or an address.
// Source: Carthage, Documentation/Artifacts.md, "Cartfile.resolved".
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "Cartfile.resolved"; }

// The texts in quotes.
std::vector<std::string> quoted(std::string_view text) {
  std::vector<std::string> out;
  for (std::size_t open = text.find('"'); open != std::string_view::npos;) {
    const std::size_t close = text.find('"', open + 1);
    if (close == std::string_view::npos) break;
    out.emplace_back(text.substr(open + 1, close - open - 1));
    open = text.find('"', close + 1);
  }
  return out;
}

std::string last_of(std::string_view address) {
  while (address.ends_with('/')) address.remove_suffix(1);
  std::string_view name = address.substr(address.find_last_of("/:") + 1);
  for (const std::string_view end : {".git", ".json"})
    if (name.ends_with(end)) name.remove_suffix(end.size());
  return std::string(name);
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("generic");
  for (const SpannedLine& line : spanned_lines(text)) {
    const std::string_view content = trim(line.text);
    if (content.empty() || content.starts_with('#')) continue;
    const std::string_view kind = content.substr(0, content.find(' '));
    const std::vector<std::string> parts = quoted(content);
    if (parts.size() != 2 || (kind != "github" && kind != "git" && kind != "binary"))
      return wrong_at(line.span, "want github, git or binary with an address and a version");
    SUPPLY_TRY(const std::size_t entry, out.add(last_of(parts[0]), parts[1], line.span));
    const std::size_t slash = parts[0].find('/');
    if (kind == "binary") {
      SUPPLY_TRY(out.from_url(entry, parts[0]));
    } else if (kind == "github" && slash != std::string::npos && parts[0].find("://") == std::string::npos) {
      SUPPLY_TRY(out.say_type(entry, "github", parts[0].substr(0, slash), last_of(parts[0])));
      out[entry].name = parts[0];
      out[entry].source = SourceKind::git;
      out[entry].resolved = "https://github.com/" + parts[0];
      out[entry].commit = parts[1];
    } else {
      SUPPLY_TRY(out.from_git(entry, parts[0], parts[1]));
    }
  }
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"Cartfile"}};

}  // namespace

namespace formats {
const Format& carthage() {
  static const Format format = {"carthage", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
