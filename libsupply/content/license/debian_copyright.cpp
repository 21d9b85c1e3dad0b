// Source: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ and Debian policy 12.5.
#include <algorithm>
#include <optional>
#include <set>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/license/aliases.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::license {
namespace {

// A field's first line and the lines that follow it, as deb822 has them.
struct Field {
  std::string_view value;
  std::vector<std::string_view> more;
};

using Stanza = std::map<std::string, Field>;

std::vector<Stanza> stanzas(std::string_view text) {
  std::vector<Stanza> out;
  Stanza stanza;
  Field* field = nullptr;
  for (const std::string_view line : lines(text)) {
    if (trim(line).empty()) {
      if (!stanza.empty()) out.push_back(std::move(stanza));
      stanza.clear();
      field = nullptr;
    } else if (line[0] == ' ' || line[0] == '\t') {
      if (field != nullptr) field->more.push_back(line);
    } else if (const std::size_t colon = line.find(':'); line[0] != '#' && colon != std::string_view::npos) {
      field = &stanza[to_lower(line.substr(0, colon))];
      *field = {trim(line.substr(colon + 1)), {}};
    }
  }
  if (!stanza.empty()) out.push_back(std::move(stanza));
  return out;
}

std::string text_of(const Field& license) {
  std::string out;
  for (const std::string_view line : license.more) {
    const std::string_view shown = trim(line);
    if (shown != ".") out += shown;
    out += '\n';
  }
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

// The synopsis; some authors put it on the second line.
std::string_view synopsis_of(const Field& license) {
  if (!license.value.empty() || license.more.empty()) return license.value;
  return trim(license.more.front());
}

Declared from_stanzas(const std::vector<Stanza>& all) {
  std::map<std::string, const Field*> stand_alone;
  std::vector<const Field*> used;
  for (const Stanza& stanza : all) {
    const auto license = stanza.find("license");
    if (license == stanza.end()) continue;
    if (stanza.contains("files")) {
      used.push_back(&license->second);
    } else if (!stanza.contains("format")) {
      stand_alone.emplace(to_lower(synopsis_of(license->second)), &license->second);
    }
  }
  if (used.empty()) {
    if (const auto license = all.front().find("license"); license != all.front().end())
      used.push_back(&license->second);
  }
  std::vector<Declared> parts;
  std::map<std::string, std::string> texts;
  std::set<std::string_view> seen;
  for (const Field* field : used) {
    const std::string_view synopsis = synopsis_of(*field);
    Declared part;
    if (seen.insert(synopsis).second) {
      part = from_synopsis(synopsis);
    } else if (!field->more.empty()) {
      part = from_synopsis(synopsis);
      part.expression = {};
    }
    for (auto& [ref, text] : part.texts) {
      const auto alone = stand_alone.find(to_lower(text));
      std::string full = text_of(alone != stand_alone.end() && field->more.empty() ? *alone->second : *field);
      if (!full.empty()) text = std::move(full);
    }
    parts.push_back(std::move(part));
  }
  return all_of(std::move(parts));
}

std::string collapsed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

// The number after the last "version " before the pointer that the licence has: for "GPL" alone, a link to the newest.
std::string version_before(std::string_view prose, std::string_view family) {
  std::size_t at = prose.rfind("version ");
  while (at != std::string_view::npos) {
    std::string number;
    for (const char c : prose.substr(at + 8)) {
      if ((c < '0' || c > '9') && c != '.') break;
      number += c;
    }
    while (number.ends_with('.')) number.pop_back();
    if (!number.empty() && find_alias(std::string(family) + "-" + number)) return number;
    if (at == 0) break;
    at = prose.rfind("version ", at - 1);
  }
  return {};
}

// What one pointer to /usr/share/common-licenses means, given the prose before it.
Declared from_pointer(std::string_view name, std::string_view prose) {
  std::string spelling(name);
  const bool gnu = name.starts_with("GPL") || name.starts_with("LGPL") || name.starts_with("GFDL");
  if (gnu) {
    const std::string before = to_lower(prose);
    if (name.find('-') == std::string_view::npos) {
      const std::string version = version_before(before, name);
      if (version.empty()) return reference(name, "/usr/share/common-licenses/" + std::string(name));
      spelling += "-" + version;
    }
    if (before.find("any later version") != std::string::npos || before.find("or later") != std::string::npos ||
        before.find("or newer") != std::string::npos) {
      spelling += "+";
    }
  }
  Declared out = from_synopsis(spelling);
  for (auto& [ref, text] : out.texts) text = "/usr/share/common-licenses/" + std::string(name);
  return out;
}

bool is_name_byte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
}

Declared from_prose(std::string_view text) {
  constexpr std::string_view kFolder = "/usr/share/common-licenses/";
  const std::string prose = collapsed(text);
  std::vector<Declared> parts;
  std::size_t from = 0;
  bool only_perls = true;
  const bool as_perl = to_lower(prose).find("same terms as perl") != std::string::npos;
  for (std::size_t at = prose.find(kFolder); at != std::string::npos; at = prose.find(kFolder, at + 1)) {
    std::size_t end = at + kFolder.size();
    while (end < prose.size() && is_name_byte(prose[end])) ++end;
    std::string_view name = std::string_view(prose).substr(at + kFolder.size(), end - at - kFolder.size());
    while (name.ends_with('.') || name.ends_with('-')) name.remove_suffix(1);
    constexpr std::size_t kWindow = 1500;
    if (at - from > kWindow) from = at - kWindow;
    if (!name.starts_with("GPL") && !name.starts_with("Artistic")) only_perls = false;
    if (!name.empty()) parts.push_back(from_pointer(name, std::string_view(prose).substr(from, at - from)));
    from = end;
  }
  return as_perl && only_perls ? any_of(std::move(parts)) : all_of(std::move(parts));
}

}  // namespace

Declared from_debian_copyright(std::string_view text) {
  const std::vector<Stanza> all = stanzas(text);
  const bool machine_readable =
      !all.empty() && (all.front().contains("format") || all.front().contains("format-specification"));
  return machine_readable ? from_stanzas(all) : from_prose(text);
}

}  // namespace supply::license
