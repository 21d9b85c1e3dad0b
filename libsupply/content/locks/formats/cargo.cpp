// Cargo.lock, versions 1 to 4. Source: cargo, src/cargo/core/resolver/encode.rs.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/toml/toml.hpp"
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
  if (Status status = document.check_arrays({"package"}); !status) return std::move(status).error();
  const json::Value& root = document.root();
  const json::Value* version = json::find(root, "version");
  if (version != nullptr && (!version->is_number_integer() || *version < 1 || *version > 4))
    return unknown_version(version->dump());
  LockBuilder out("cargo");
  std::multimap<std::string, std::size_t> by_name, by_version;  // the latter by "name version"
  const json::Value& list = elements(root, "package");
  const json::Value& checksums = members(root, "metadata");  // of version 1
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Span span = document.span_of("/package/" + std::to_string(i));
    const std::string name = text_in(list[i], "name"), number = text_in(list[i], "version"),
                      source = text_in(list[i], "source");
    if (number.empty()) return wrong_at(span, "package " + quote(name) + " has no version");
    SUPPLY_TRY(const std::size_t entry, out.add(name, number, span));
    by_name.emplace(name, entry);
    by_version.emplace(name + " " + number, entry);
    SUPPLY_TRY(say_source(out, entry, source));
    std::string checksum = text_in(list[i], "checksum");
    if (checksum.empty()) checksum = text_in(checksums, "checksum " + name + " " + number + " (" + source + ")");
    if (!checksum.empty() && checksum != "<none>") out.hash(entry, "sha256", checksum);
  }
  for (std::size_t i = 0; i < list.size(); ++i)
    for (const json::Value& wanted : elements(list[i], "dependencies")) {
      if (!wanted.is_string())
        return wrong_at(document.span_of("/package/" + std::to_string(i)), "no dependency's name");
      // "name", "name version" or "name version (source)", as far as they are needed to tell it.
      std::string text_of = wanted.get<std::string>();
      const std::size_t name_end = text_of.find(' ');
      const bool with_version = name_end != std::string::npos;
      if (with_version) text_of.resize(std::min(text_of.find(' ', name_end + 1), text_of.size()));
      const auto [first, last] = (with_version ? by_version : by_name).equal_range(text_of);
      for (auto at = first; at != last; ++at) SUPPLY_TRY(out.depend(i, at->second));
    }
  return std::move(out).finish();
}

// Source: doc.rust-lang.org/cargo, "Specifying Dependencies".
bool asks(const json::Value& table) {
  for (const std::string_view kind : {"dependencies", "dev-dependencies", "build-dependencies"})
    if (!members(table, kind).empty()) return true;
  return false;
}

bool declares(std::string_view text) {
  const auto document = toml::Document::parse(text);
  if (!document || asks(document->root())) return true;
  const json::Value& targets = members(document->root(), "target");
  return std::any_of(targets.begin(), targets.end(), asks);
}

constexpr Manifest kManifests[] = {{"Cargo.toml", declares}};

}  // namespace

namespace formats {
const Format& cargo() {
  static const Format format = {"cargo", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
