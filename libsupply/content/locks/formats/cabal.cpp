// cabal.project.freeze. Source: cabal.readthedocs.io, "cabal freeze".
#include <algorithm>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "cabal.project.freeze"; }

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  LockBuilder out("hackage");
  bool constraints = false;
  for (const SpannedLine& line : spanned_lines(text)) {
    std::string_view content = trim(line.text);
    if (content.empty() || content.starts_with("--")) continue;
    if (is_letter(line.text[0])) {
      const std::size_t colon = content.find(':');
      if (colon == std::string_view::npos) return wrong_at(line.span, "want a field and its value");
      constraints = content.substr(0, colon) == "constraints";
      content = trim(content.substr(colon + 1));
    } else if (line.text[0] != ' ' && line.text[0] != '\t') return wrong_at(line.span, "not a line of a freeze file");
    if (!constraints) continue;
    for (std::string_view one : split(content, ',')) {
      one = trim(one);
      const std::size_t equals = one.find("==");
      if (equals == std::string_view::npos) {
        // Flags of a package, or that its tests are built; anything else wants some version.
        const std::string_view rest = trim(one.substr(std::min(one.find_first_of(" \t"), one.size())));
        const bool flags = rest.empty() || rest[0] == '+' || rest[0] == '-' || rest == "test" || rest == "bench";
        if (!flags) out.unread(line.span, "no fixed version: " + quote(one));
        continue;
      }
      std::string_view name = trim(one.substr(0, equals));
      if (const std::size_t dot = name.rfind('.'); dot != std::string_view::npos) name.remove_prefix(dot + 1);
      SUPPLY_TRY(const std::size_t entry, out.add(name, trim(one.substr(equals + 2)), line.span));
      out.from_registry(entry);
    }
  }
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"cabal.project"}, {"*.cabal"}};

}  // namespace

namespace formats {
const Format& cabal() {
  static const Format format = {"cabal", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
