#include "libsupply/content/catalog/internal/portage_database.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

bool is_word(char c) { return is_alnum(c) || c == '_'; }

void skip_digits(std::string_view& text) {
  while (!text.empty() && is_digit(text[0])) text.remove_prefix(1);
}

// What follows the longest version at the beginning of the text, "-r3" included; nothing where there is none.
std::optional<std::string_view> behind_version(std::string_view text) {
  if (text.empty() || !is_digit(text[0])) return std::nullopt;
  skip_digits(text);
  while (text.size() > 1 && text[0] == '.' && is_digit(text[1])) {
    text.remove_prefix(1);
    skip_digits(text);
  }
  if (!text.empty() && is_lower(text[0])) text.remove_prefix(1);
  constexpr std::array<std::string_view, 5> kSuffixes = {"_pre", "_p", "_beta", "_alpha", "_rc"};
  for (const auto* suffix = kSuffixes.begin(); suffix != kSuffixes.end();) {
    if (text.starts_with(*suffix)) {
      text.remove_prefix(suffix->size());
      skip_digits(text);
      suffix = kSuffixes.begin();
    } else {
      ++suffix;
    }
  }
  if (text.size() > 2 && text.starts_with("-r") && is_digit(text[2])) {
    text.remove_prefix(2);
    skip_digits(text);
  }
  return text;
}

bool is_name(std::string_view name) {
  return !name.empty() && is_word(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '+' || c == '-'; });
}

// Walks "a flag? ( b ) || ( c d )": calls open(kind of group), word(text) and close(). Words in groups whose condition
// does not hold are passed over. False when groups are nested deeper than the limit or do not match.
enum class Group { all, any };
template <class Open, class Word, class Close>
bool walk(std::string_view text, const std::function<bool(std::string_view)>& holds, const Open& open, const Word& word,
          const Close& close) {
  std::vector<bool> taken = {true};
  bool next = true;
  Group kind = Group::all;
  while (true) {
    const std::size_t begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return taken.size() == 1;
    text.remove_prefix(begin);
    const std::string_view token = text.substr(0, text.find_first_of(kBlanks));
    text.remove_prefix(token.size());
    if (token == "||" || token == "^^" || token == "??") {
      kind = Group::any;
    } else if (token.ends_with('?')) {
      next = holds(token.substr(0, token.size() - 1));
    } else if (token == "(") {
      if (taken.size() > kMaxLicenseDepth) return false;
      taken.push_back(taken.back() && next);
      if (taken.back()) open(kind);
      next = true;
      kind = Group::all;
    } else if (token == ")") {
      if (taken.size() == 1) return false;
      if (taken.back()) close();
      taken.pop_back();
    } else if (taken.back()) {
      word(token);
    }
  }
}

license::Declared read_license(std::string_view text, const std::function<bool(std::string_view)>& holds) {
  struct Open {
    Group kind = Group::all;
    std::vector<license::Declared> parts;
  };
  std::vector<Open> groups(1);
  const auto close = [&] {
    Open closed = std::move(groups.back());
    groups.pop_back();
    if (closed.parts.empty()) return;
    groups.back().parts.push_back(closed.kind == Group::any ? license::any_of(std::move(closed.parts))
                                                            : license::all_of(std::move(closed.parts)));
  };
  const bool whole =
      text.size() <= kMaxLicenseExpressionBytes &&
      walk(
          text, holds,
          [&](Group kind) {
            groups.push_back({kind, {}});
          },
          [&](std::string_view word) { groups.back().parts.push_back(license::from_text(word)); }, close);
  if (!whole) return license::reference("Portage", text, license::Meaning::unread);
  return groups[0].parts.empty() ? license::Declared() : license::all_of(std::move(groups[0].parts));
}

// "sys-libs/zlib" of ">=sys-libs/zlib-1.2:0=[static-libs]"; nothing of a blocker. Source: PMS 8.3.
std::string atom_name(std::string_view atom) {
  if (atom.starts_with('!')) return {};
  const bool versioned = !atom.empty() && std::string_view("<>=~").find(atom[0]) != std::string_view::npos;
  atom.remove_prefix(std::min(atom.find_first_not_of("<>=~"), atom.size()));
  atom = atom.substr(0, atom.find_first_of(":["));
  if (atom.ends_with('*')) atom.remove_suffix(1);
  const std::size_t slash = atom.find('/');
  if (slash == std::string_view::npos) return {};
  if (!versioned) return std::string(atom);
  const std::string_view name = split_portage_name(atom.substr(slash + 1)).first;
  return name.empty() ? std::string(atom) : std::string(atom.substr(0, slash + 1)) + std::string(name);
}

void read_depends(std::string_view text, const std::function<bool(std::string_view)>& holds, DebPackage& package) {
  std::size_t depth = 0;                  // of groups
  std::vector<std::size_t> alternatives;  // the depths of those of which one is enough
  const auto open = [&](Group kind) {
    ++depth;
    if (kind != Group::any) return;
    if (alternatives.empty()) package.depends.emplace_back();
    alternatives.push_back(depth);
  };
  const auto word = [&](std::string_view atom) {
    std::string name = atom_name(atom);
    if (name.empty()) return;
    if (alternatives.empty()) package.depends.emplace_back();
    package.depends.back().push_back(std::move(name));
  };
  const auto close = [&] {
    if (!alternatives.empty() && alternatives.back() == depth) alternatives.pop_back();
    --depth;
  };
  walk(text, holds, open, word, close);
}

}  // namespace

bool is_portage_category(std::string_view name) {
  return !name.empty() && is_word(name[0]) && name != "CVS" && name != "lost+found" &&
         std::all_of(name.begin(), name.end(), [](char c) { return is_word(c) || c == '-' || c == '.' || c == '+'; });
}

std::pair<std::string_view, std::string_view> split_portage_name(std::string_view directory) {
  for (std::size_t dash = directory.find('-'); dash != std::string_view::npos; dash = directory.find('-', dash + 1)) {
    const std::string_view name = directory.substr(0, dash);
    const auto rest = behind_version(directory.substr(dash + 1));
    if (!rest || !is_name(name)) continue;
    if (rest->empty()) return {name, directory.substr(dash + 1)};
    // A name does not end in what could be a version.
    const auto again = rest->starts_with('-') ? behind_version(rest->substr(1)) : std::nullopt;
    if (again && again->empty()) return {};
  }
  return {};
}

Result<DebPackage> describe_portage(std::string_view category, std::string_view directory,
                                    const std::map<std::string, std::string_view>& files,
                                    const pkg::OperatingSystem& distribution) {
  const auto text = [&](const char* name) {
    const auto found = files.find(name);
    return found == files.end() ? std::string_view() : trim(found->second);
  };
  std::set<std::string_view> used;
  for (std::string_view rest = text("USE"); !rest.empty(); rest = trim(rest)) {
    const std::string_view flag = rest.substr(0, rest.find_first_of(kBlanks));
    used.insert(flag);
    rest.remove_prefix(flag.size());
  }
  const bool known = files.contains("USE");
  const auto holds = [&](std::string_view flag) {
    const bool negated = flag.starts_with('!');
    if (negated) flag.remove_prefix(1);
    return !known || used.contains(flag) != negated;
  };
  DebPackage out;
  pkg::Package& package = out.package;
  const auto [name, version] = split_portage_name(directory);
  package.name = std::string(category) + "/" + std::string(name);
  package.version = version;
  package.cataloger = "portage";
  package.homepage = text("HOMEPAGE").substr(0, text("HOMEPAGE").find_first_of(kBlanks));
  if (!text("LICENSE").empty()) set_license(read_license(text("LICENSE"), holds), package);
  for (const char* field : {"RDEPEND", "PDEPEND", "IDEPEND"}) read_depends(text(field), holds, out);
  const std::string_view repository = text("repository");
  if (repository == "gentoo") package.supplier = "Organization: Gentoo";
  pkg::PurlParts parts{"ebuild", std::string(category), std::string(name), package.version, {}, ""};
  parts.qualifiers["distro"] = distribution.label();
  if (repository != "gentoo") parts.qualifiers["repository"] = repository;
  SUPPLY_TRY(package.purl, pkg::Purl::create(std::move(parts)));
  return out;
}

std::string reduce_portage_contents(std::string_view contents) {
  std::string out;
  for (std::string_view line : lines(contents)) {
    // "obj /usr/bin/a MD5 TIME", "sym /usr/bin/b -> a TIME"; a path may have blanks.
    std::size_t end = std::string_view::npos;
    if (line.starts_with("obj ")) {
      end = line.rfind(' ');
      if (end != std::string_view::npos && end > 4) end = line.rfind(' ', end - 1);
    } else if (line.starts_with("sym ")) {
      end = line.find(" -> ");
    }
    if (end == std::string_view::npos || end <= 4) continue;
    line = line.substr(4, end - 4);
    while (line.starts_with('/')) line.remove_prefix(1);
    if (!line.empty()) out.append(line).append("\n");
  }
  return out;
}

}  // namespace supply::catalog
