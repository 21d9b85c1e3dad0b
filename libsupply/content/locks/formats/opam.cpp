// NAME.opam.locked, in which `opam lock` writes every package that a project gets. Source: opam manual, "opam lock",
// "Common file format".
#include <algorithm>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name.ends_with(".opam.locked") || name == "opam.locked";
}

// "name" {= "1.0"} or "name" {= "1.0" & with-test}
Status add(std::string_view content, const Span& span, LockBuilder& out) {
  const std::size_t close = content.find('"', 1);
  if (!content.starts_with('"') || close == std::string_view::npos)
    return wrong_at(span, "not a package with its version: " + quote(content));
  const std::string_view name = content.substr(1, close - 1), condition = content.substr(close + 1);
  const std::size_t equals = condition.find("= \"");
  std::string_view version;
  if (equals != std::string_view::npos &&
      (equals == 0 || (condition[equals - 1] != '>' && condition[equals - 1] != '<' && condition[equals - 1] != '!')))
    version = condition.substr(equals + 3, condition.find('"', equals + 3) - equals - 3);
  SUPPLY_TRY(const std::size_t entry, out.add(name, version, span));
  out.from_registry(entry);
  if (version.empty()) out.unread(span, "no fixed version: " + quote(content));
  const bool tests = condition.find("with-test") != std::string_view::npos ||
                     condition.find("with-doc") != std::string_view::npos ||
                     condition.find("with-dev-setup") != std::string_view::npos;
  out[entry].scope = tests ? pkg::Scope::development : pkg::Scope::runtime;
  return {};
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  if (text.find("opam-version:") == std::string_view::npos) return wrong_at({}, "no opam-version");
  LockBuilder out("opam");
  bool depends = false;
  for (const SpannedLine& line : spanned_lines(text)) {
    std::string_view content = trim(line.text);
    if (!depends) {
      if (!content.starts_with("depends:")) continue;
      depends = true;
      content = trim(content.substr(8));
      if (content.starts_with('[')) content = trim(content.substr(1));
    }
    const bool last = content.ends_with(']');
    if (last) content = trim(content.substr(0, content.size() - 1));
    // One on each line, as opam writes; several on one are told apart by what closes each.
    while (!content.empty()) {
      const std::size_t name_end = content.find('"', 1), brace = content.find('{'),
                        next = content.find('"', name_end + 1);
      const bool conditional = brace != std::string_view::npos && (next == std::string_view::npos || brace < next);
      const std::size_t end = conditional                      ? content.find('}', brace)
                              : next == std::string_view::npos ? content.size()
                                                               : next - 1;
      if (end == std::string_view::npos) return wrong_at(line.span, "a condition that does not end");
      SUPPLY_TRY(add(content.substr(0, end), line.span, out));
      content = trim(content.substr(std::min(end + 1, content.size())));
    }
    if (last) depends = false;
  }
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& opam() {
  static const Format format = {"opam", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
