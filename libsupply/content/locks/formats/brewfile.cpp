// Brewfile.lock.json of Homebrew Bundle. Taps are repositories of formulae, and no packages.
// Source: Homebrew/homebrew-bundle, lib/bundle/locker.rb; purl-spec, types/brew-definition.json.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "Brewfile.lock.json"; }

// "NAME" of Homebrew's own tap, "OWNER/TAP/NAME".
Status add_formula(const std::string& full, const json::Value& said, std::string_view own_tap, const Span& span,
                   LockBuilder& out) {
  const std::size_t slash = full.rfind('/');
  const std::string tap = slash == std::string::npos ? std::string(own_tap) : full.substr(0, slash);
  const std::string name = full.substr(slash == std::string::npos ? 0 : slash + 1);
  SUPPLY_TRY(const std::size_t entry, out.add(name, text_in(said, "version"), span));
  SUPPLY_TRY(out.say_type(entry, "brew", tap == "homebrew/core" ? "" : tap, name));
  out.from_registry(entry);
  for (const auto& [platform, file] : members(members(said, "bottle"), "files").items())
    if (const std::string digits = text_in(file, "sha256"); !digits.empty()) out.hash(entry, "sha256", digits);
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_objects({"entries"}); !status) return std::move(status).error();
  if (!document.root().contains("entries")) return wrong_at({}, "no entries");
  LockBuilder out("generic");
  for (const auto& [kind, entries] : members(document.root(), "entries").items()) {
    const Span span = document.span_of(pointer_to("/entries", kind));
    if (kind == "tap") continue;
    for (const auto& [name, said] : entries.items()) {
      if (kind == "brew") {
        SUPPLY_TRY(add_formula(name, said, "homebrew/core", span, out));
      } else if (kind == "cask") {
        SUPPLY_TRY(add_formula(name, said, "homebrew/cask", span, out));
      } else if (kind == "mas") {
        SUPPLY_TRY(out.add(name, text_in(said, "version"), span));
      } else {
        out.unread(span, "entry " + quote(name) + " is of a kind that is not read: " + quote(kind));
      }
    }
  }
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& brewfile() {
  static const Format format = {"brewfile", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
