// Cargo.lock, versions 1 to 4. Source: cargo, src/cargo/core/resolver/encode.rs.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "Cargo.lock"; }

Status say_source(LockBuilder& out, std::size_t entry, std::string_view source) {
  if (source.starts_with("git+")) {
    const std::size_t mark = source.find('#');
    return out.from_git(entry, source.substr(0, source.find_first_of("?#")),
                        mark == std::string_view::npos ? std::string_view() : source.substr(mark + 1));
  }
  const std::size_t plus = source.find('+');
  if (source.empty()) out.from_path(entry, "");
  else out.from_registry(entry, plus == std::string_view::npos ? source : source.substr(plus + 1));
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_toml(text));
  const json::Value& root = document.root();
  const json::Value* version = json::find(root, "version");
  if (version != nullptr && (!version->is_number_integer() || *version < 1 || *version > 4))
    return unknown_version(version->dump());
  LockBuilder out("cargo");
  std::multimap<std::string, std::size_t> by_name;
  const json::Value& list = elements(root, "package");
  const json::Value& checksums = members(root, "metadata");  // of version 1
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Span span = document.span_of("/package/" + std::to_string(i));
    const std::string name = text_in(list[i], "name"), number = text_in(list[i], "version"),
                      source = text_in(list[i], "source");
    if (number.empty()) return wrong_at(span, "package " + quote(name) + " has no version");
    SUPPLY_TRY(const std::size_t entry, out.add(name, number, span));
    by_name.emplace(name, entry);
    SUPPLY_TRY(say_source(out, entry, source));
    std::string checksum = text_in(list[i], "checksum");
    if (checksum.empty()) checksum = text_in(checksums, "checksum " + name + " " + number + " (" + source + ")");
    if (!checksum.empty() && checksum != "<none>") SUPPLY_TRY(out.hash(entry, "sha256", checksum));
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const json::Value& wanted : elements(list[i], "dependencies")) {
      if (!wanted.is_string())
        return wrong_at(document.span_of("/package/" + std::to_string(i)), "no dependency's name");
      // "name", "name version" or "name version (source)", as far as they are needed to tell it.
      const auto text_of = wanted.get<std::string>();
      const std::vector<std::string_view> words = split(text_of, ' ');
      const auto [first, last] = by_name.equal_range(std::string(words[0]));
      for (auto at = first; at != last; ++at)
        if (words.size() < 2 || out[at->second].version == words[1]) SUPPLY_TRY(out.depend(i, at->second));
    }
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& cargo() {
  static const Format format = {"cargo", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
