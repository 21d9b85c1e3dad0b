// cpanfile.snapshot of Carton and Carmel. Source: Carton, lib/Carton/Snapshot/{Parser,Emitter}.pm, "carton snapshot
// format: version 1.0"; purl-spec, types/cpan-definition.json: the namespace is the author's id.
#include <map>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"
#include "libsupply/content/locks/internal/spanned_lines.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "cpanfile.snapshot"; }

// "Name" and "1.0" of "Name-1.0", also of "Name-v1.2.3-TRIAL": the version begins at the last hyphen before a digit.
std::pair<std::string, std::string> parted(std::string_view name) {
  for (std::size_t at = name.rfind('-'); at != std::string_view::npos && at > 0; at = name.rfind('-', at - 1)) {
    const std::string_view rest = name.substr(at + 1);
    const std::string_view number = rest.starts_with('v') ? rest.substr(1) : rest;
    if (!number.empty() && number[0] >= '0' && number[0] <= '9')
      return {std::string(name.substr(0, at)), std::string(rest)};
  }
  return {std::string(name), ""};
}

Result<LockFile> read(std::string_view text) {
  if (!is_utf8(text)) return wrong_at({}, "not UTF-8");
  if (text.find("carton snapshot format: version 1.") == std::string_view::npos)
    return wrong_at({}, "no version of the format");
  LockBuilder out("cpan");
  std::map<std::string, std::size_t> by_module;
  std::vector<std::pair<std::size_t, std::string>> wanted;
  std::string_view part;
  for (const SpannedLine& line : spanned_lines(text)) {
    const std::string_view content = trim(line.text);
    const std::size_t indent = line.text.find_first_not_of(' ');
    if (content.empty() || content.starts_with('#') || indent == 0) continue;
    const std::string_view word = content.substr(0, content.find(' '));
    if (indent == 2) {
      const auto [name, version] = parted(content);
      SUPPLY_TRY(const std::size_t entry, out.add(name, version, line.span));
      out.from_registry(entry);
    } else if (out.size() == 0) {
      return wrong_at(line.span, "what belongs to no distribution");
    } else if (indent == 4) {
      part = content;
      if (word != "pathname:") continue;
      // "A/AU/AUTHOR/Name-1.0.tar.gz"
      const std::string_view place = trim(content.substr(word.size()));
      const auto components = split(place, '/');
      LockEntry& entry = out[out.size() - 1];
      if (components.size() >= 4 && components[0].size() == 1 && components[2].starts_with(components[1]))
        SUPPLY_TRY(out.say_type(out.size() - 1, "cpan", components[2], entry.name));
      out.from_registry(out.size() - 1, place);
    } else if (part == "provides:") {
      by_module[std::string(word)] = out.size() - 1;
    } else if (part == "requirements:") {
      wanted.emplace_back(out.size() - 1, word);
    }
  }
  for (const auto& [from, module] : wanted)
    if (const auto to = by_module.find(module); to != by_module.end()) SUPPLY_TRY(out.depend(from, to->second));
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"cpanfile"}};

}  // namespace

namespace formats {
const Format& cpanfile() {
  static const Format format = {"cpanfile", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
