// Source: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/ and Debian policy 12.5.
#include <algorithm>
#include <optional>
#include <set>

#include "libsupply/base/deb822/deb822.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/declared.hpp"
#include "libsupply/content/license/internal/aliases.hpp"

namespace supply::license {
namespace {

// A licence costs a thousand times what its bytes do.
Declared too_many() { return reference("more licences than are read", "more licences than are read", Meaning::unread); }

// The License field of a paragraph: its first line and the text that follows, as it is.
struct Field {
  std::string_view value, more;
};

// What matters of a paragraph.
struct Paragraph {
  bool files = false, format = false;
  std::vector<Field> licenses;  // a second one does not take the first one's place
};

std::string_view next_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_continuation(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

Field field_of(std::string_view value) {
  Field field{trim(next_line(value)), value};
  while (!field.more.empty() && !is_continuation(field.more)) (void)next_line(field.more);
  return field;
}

Paragraph paragraph_of(const deb822::Stanza& stanza) {
  Paragraph out;
  for (const auto& [name, value] : stanza.fields) {
    const std::string lower = to_lower(name);
    if (lower == "license") out.licenses.push_back(field_of(value));
    out.files = out.files || lower == "files";
    out.format = out.format || lower == "format" || lower == "format-specification";
  }
  return out;
}

std::vector<Paragraph> paragraphs(std::string_view text) {
  std::vector<Paragraph> out;
  (void)deb822::for_each_stanza(text, deb822::Strictness::tolerant, [&](const deb822::Stanza& stanza) -> Status {
    Paragraph paragraph = paragraph_of(stanza);
    // Of paragraphs that say nothing the first alone matters: it says what the file is.
    if (out.empty() || !paragraph.licenses.empty()) out.push_back(std::move(paragraph));
    return {};
  });
  return out;
}

std::string text_of(const Field& license) {
  std::string out;
  std::string_view rest = license.more;
  while (!rest.empty()) {
    const std::string_view shown = trim(next_line(rest));
    if (shown != ".") out += shown;
    out += '\n';
  }
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

// The synopsis; some authors put it on the second line.
std::string_view synopsis_of(const Field& license) {
  if (!license.value.empty() || license.more.empty()) return license.value;
  std::string_view rest = license.more;
  return trim(next_line(rest));
}

Declared read_synopsis(std::string_view synopsis) {
  if (static_cast<std::size_t>(std::count(synopsis.begin(), synopsis.end(), ',')) > kMaxSynopsisCommas)
    return reference(synopsis, synopsis, Meaning::unread);
  return from_synopsis(synopsis);
}

Declared from_paragraphs(const std::vector<Paragraph>& all) {
  std::map<std::string, const Field*> stand_alone;
  std::vector<const Field*> used, header;
  for (const Paragraph& paragraph : all) {
    for (const Field& license : paragraph.licenses) {
      if (paragraph.files) used.push_back(&license);
      else if (paragraph.format) header.push_back(&license);
      else stand_alone.emplace(to_lower(synopsis_of(license)), &license);
    }
  }
  if (used.empty()) used.swap(header);
  // Each synopsis once, with the first text that is below it.
  std::map<std::string_view, const Field*> texts;
  std::vector<std::string_view> order;
  for (const Field* field : used) {
    const auto [place, added] = texts.emplace(synopsis_of(*field), field);
    if (added) order.push_back(place->first);
    else if (place->second->more.empty()) place->second = field;
  }
  const auto read = [&](std::string_view synopsis, const Field& field) {
    Declared part = read_synopsis(synopsis);
    for (auto& [ref, text] : part.texts) {
      const auto alone = stand_alone.find(to_lower(text));
      std::string full = text_of(alone != stand_alone.end() && field.more.empty() ? *alone->second : field);
      // A name without the text that it stands for says nothing.
      if (!full.empty()) text = std::move(full);
      else part.unread.insert(ref);
    }
    return part;
  };
  std::vector<Declared> parts;
  for (const std::string_view synopsis : order) {
    if (parts.size() == kMaxCopyrightLicenses) {
      parts.push_back(too_many());
      break;
    }
    parts.push_back(read(synopsis, *texts[synopsis]));
  }
  // In the header it is the licence of the package as a whole (copyright-format 1.0, "License field"). Some write there
  // in prose what the paragraphs say.
  if (header.size() > kMaxCopyrightLicenses) parts.push_back(too_many());
  for (std::size_t i = 0; i < std::min(header.size(), kMaxCopyrightLicenses); ++i) {
    const Declared files = all_of(parts);
    Declared part = read(synopsis_of(*header[i]), *header[i]);
    const std::string said = std::string(header[i]->value) + "\n" + text_of(*header[i]);
    if (part.unread.empty() || speaks_of_others(said, files)) parts.push_back(std::move(part));
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
      if (version.empty()) return reference(name, "/usr/share/common-licenses/" + std::string(name), Meaning::named);
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

bool is_name_byte(char c) { return is_alnum(c) || c == '.' || c == '-'; }

Declared from_prose(std::string_view text) {
  constexpr std::string_view kDirectory = "/usr/share/common-licenses/";
  const std::string prose = collapsed(text);
  std::vector<Declared> parts;
  std::size_t from = 0;
  bool only_perls = true;
  const bool as_perl = to_lower(prose).find("same terms as perl") != std::string::npos;
  for (std::size_t at = prose.find(kDirectory); at != std::string::npos; at = prose.find(kDirectory, at + 1)) {
    std::size_t end = at + kDirectory.size();
    while (end < prose.size() && is_name_byte(prose[end])) ++end;
    std::string_view name = std::string_view(prose).substr(at + kDirectory.size(), end - at - kDirectory.size());
    while (name.ends_with('.') || name.ends_with('-')) name.remove_suffix(1);
    // The directory may follow itself, with a slash that is in both.
    constexpr std::size_t kWindow = 1500;
    from = std::min(from, at);
    if (at - from > kWindow) from = at - kWindow;
    if (!name.starts_with("GPL") && !name.starts_with("Artistic")) only_perls = false;
    if (parts.size() == kMaxCopyrightLicenses) {
      parts.push_back(too_many());
      break;
    }
    if (!name.empty()) parts.push_back(from_pointer(name, std::string_view(prose).substr(from, at - from)));
    from = end;
  }
  return as_perl && only_perls ? any_of(std::move(parts)) : all_of(std::move(parts));
}

}  // namespace

Declared from_debian_copyright(std::string_view text) {
  const std::vector<Paragraph> all = paragraphs(text);
  const bool machine_readable = !all.empty() && all.front().format;
  return machine_readable ? from_paragraphs(all) : from_prose(text);
}

}  // namespace supply::license
