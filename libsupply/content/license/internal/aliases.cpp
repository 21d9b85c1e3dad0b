#include "libsupply/content/license/internal/aliases.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/expression.hpp"

namespace supply::license {
namespace {

struct Alias {
  std::string_view key, expression;
};

// Keys as plain() leaves them, sorted. Sources: Debian's machine-readable copyright format 1.0, "Short name"; PyPI's
// trove classifiers; what npm, Alpine and Go packages write; Fedora's short names of before SPDX ("Callaway"). An alias
// is here only when no other licence goes by that name.
constexpr std::array kAliases = {
    Alias{"2 clause bsd", "BSD-2-Clause"},
    Alias{"2-clause bsd", "BSD-2-Clause"},
    Alias{"3 clause bsd", "BSD-3-Clause"},
    Alias{"3-clause bsd", "BSD-3-Clause"},
    Alias{"aladdin free public", "Aladdin"},
    Alias{"apache 2", "Apache-2.0"},
    Alias{"apache software 2", "Apache-2.0"},
    Alias{"apache software 2.0", "Apache-2.0"},
    Alias{"apache-2", "Apache-2.0"},
    Alias{"apache-2-llvm-exceptions", "Apache-2.0 WITH LLVM-exception"},
    Alias{"apache2", "Apache-2.0"},
    Alias{"apache2.0", "Apache-2.0"},
    Alias{"artistic", "Artistic-1.0-Perl"},
    Alias{"artistic clarified", "ClArtistic"},
    Alias{"artistic-2", "Artistic-2.0"},
    Alias{"asl 1.0", "Apache-1.0"},
    Alias{"asl 1.1", "Apache-1.1"},
    Alias{"asl 2", "Apache-2.0"},
    Alias{"asl 2.0", "Apache-2.0"},
    Alias{"blue oak model", "BlueOak-1.0.0"},
    Alias{"boost", "BSL-1.0"},
    Alias{"boost software 1.0", "BSL-1.0"},
    Alias{"boost-1.0", "BSL-1.0"},
    Alias{"bsd 2 clause", "BSD-2-Clause"},
    Alias{"bsd 3 clause", "BSD-3-Clause"},
    Alias{"bsd-2", "BSD-2-Clause"},
    Alias{"bsd-3", "BSD-3-Clause"},
    Alias{"bsd-4", "BSD-4-Clause"},
    Alias{"bsd2", "BSD-2-Clause"},
    Alias{"bsd3", "BSD-3-Clause"},
    Alias{"cc-by-sa-3", "CC-BY-SA-3.0"},
    Alias{"cc-by-sa-4", "CC-BY-SA-4.0"},
    Alias{"cc0", "CC0-1.0"},
    Alias{"cc0 1.0 universal", "CC0-1.0"},
    Alias{"cc0 1.0 universal public domain dedication", "CC0-1.0"},
    Alias{"cddl-1", "CDDL-1.0"},
    Alias{"common development and distribution 1.0", "CDDL-1.0"},
    Alias{"cpl", "CPL-1.0"},
    Alias{"crystal stacker", "CrystalStacker"},
    Alias{"eclipse public 1.0", "EPL-1.0"},
    Alias{"eclipse public 2.0", "EPL-2.0"},
    Alias{"educational community 2.0", "ECL-2.0"},
    Alias{"eu datagrid", "EUDatagrid"},
    Alias{"european union public 1.0", "EUPL-1.0"},
    Alias{"european union public 1.1", "EUPL-1.1"},
    Alias{"european union public 1.2", "EUPL-1.2"},
    Alias{"expat", "MIT"},
    Alias{"free bsd", "BSD-2-Clause"},
    Alias{"freebsd", "BSD-2-Clause"},
    Alias{"gpl+", "GPL-1.0-or-later"},
    Alias{"historical permission notice and disclaimer", "HPND"},
    Alias{"jasper", "JasPer-2.0"},
    Alias{"lbnl bsd", "BSD-3-Clause-LBNL"},
    Alias{"lgpl+", "LGPL-2.0-or-later"},
    Alias{"mirbsd", "MirOS"},
    Alias{"miros", "MirOS"},
    Alias{"mit expat", "MIT"},
    Alias{"mit no attribution", "MIT-0"},
    Alias{"mit with advertising", "MIT-advertising"},
    Alias{"mit x11", "MIT"},
    Alias{"mit/expat", "MIT"},
    Alias{"mit/x11", "MIT"},
    Alias{"modified bsd", "BSD-3-Clause"},
    Alias{"mozilla public 1.0", "MPL-1.0"},
    Alias{"mozilla public 1.1", "MPL-1.1"},
    Alias{"mozilla public 2.0", "MPL-2.0"},
    Alias{"mpl 1.1", "MPL-1.1"},
    Alias{"mpl 2", "MPL-2.0"},
    Alias{"mpl-2", "MPL-2.0"},
    Alias{"mpl2", "MPL-2.0"},
    Alias{"mulan permissive software 2", "MulanPSL-2.0"},
    Alias{"new bsd", "BSD-3-Clause"},
    Alias{"ofl", "OFL-1.1"},
    Alias{"open software 3.0", "OSL-3.0"},
    Alias{"openldap", "OLDAP-2.8"},
    Alias{"openldap-2.8", "OLDAP-2.8"},
    Alias{"psf", "PSF-2.0"},
    Alias{"psf-2", "PSF-2.0"},
    Alias{"psfl", "PSF-2.0"},
    Alias{"python software foundation", "PSF-2.0"},
    Alias{"qpl", "QPL-1.0"},
    Alias{"revised bsd", "BSD-3-Clause"},
    Alias{"rpsl", "RPSL-1.0"},
    Alias{"same terms as perl", "Artistic-1.0-Perl OR GPL-1.0-or-later"},
    Alias{"sil open font 1.1", "OFL-1.1"},
    Alias{"simplified bsd", "BSD-2-Clause"},
    Alias{"universal permissive", "UPL-1.0"},
    Alias{"university of illinois/ncsa open source", "NCSA"},
    Alias{"vsl", "VSL-1.0"},
    Alias{"w3c", "W3C"},
    Alias{"zend", "Zend-2.0"},
    Alias{"zero-clause bsd", "0BSD"},
    Alias{"zlib with acknowledgement", "zlib-acknowledgement"},
    Alias{"zlib/libpng", "Zlib"},
    Alias{"zpl 2.1", "ZPL-2.1"},
};
static_assert(std::is_sorted(kAliases.begin(), kAliases.end(),
                             [](const Alias& a, const Alias& b) { return a.key < b.key; }));

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

// Lower case, words that say nothing left out, one space between the rest.
std::string plain(std::string_view spelling) {
  std::string key = to_lower(spelling);
  for (char& c : key) {
    if (c == '_' || c == ',' || c == '"' || c == '\'' || c == '\t' || c == '\n' || c == '\r') c = ' ';
  }
  replace_all(key, "gnu library or lesser general public", "lgpl");
  replace_all(key, "gnu lesser general public", "lgpl");
  replace_all(key, "gnu affero general public", "agpl");
  replace_all(key, "gnu general public", "gpl");
  replace_all(key, "gnu free documentation", "gfdl");
  std::string out;
  for (std::string_view word : split(key, ' ')) {
    if (word.empty() || word == "the" || word == "license" || word == "licence" || word == "license." ||
        word == "version" || word == "gnu" || word == "v" || word == "v.") {
      continue;
    }
    if (word.size() > 1 && word[0] == 'v' && is_digit(word[1])) word.remove_prefix(1);
    if (!out.empty()) out += ' ';
    out += word;
  }
  return out;
}

// "gpl 2 or later", "gplv3+", "lgpl-2.1", "gfdl-niv-1.3+".
std::optional<std::string> find_gnu(std::string_view key) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> kFamilies = {
      {{"agpl", "AGPL"}, {"gfdl-niv", "GFDL"}, {"gfdl", "GFDL"}, {"lgpl", "LGPL"}, {"gpl", "GPL"}}};
  const auto* family =
      std::find_if(kFamilies.begin(), kFamilies.end(), [&](const auto& one) { return key.starts_with(one.first); });
  if (family == kFamilies.end()) return std::nullopt;
  std::string_view rest = key.substr(family->first.size());
  while (!rest.empty() && (rest[0] == '-' || rest[0] == ' ' || rest[0] == 'v')) rest.remove_prefix(1);
  std::string number;
  while (!rest.empty() && (is_digit(rest[0]) || rest[0] == '.')) {
    number += rest[0];
    rest.remove_prefix(1);
  }
  if (number.empty()) return std::nullopt;
  if (number.find('.') == std::string::npos) number += ".0";
  static constexpr std::array<std::string_view, 8> kLater = {
      "+", " +", " or later", "-or-later", " or any later", " or newer", " or greater", "+ or later"};
  std::string_view end = "-only";
  if (std::find(kLater.begin(), kLater.end(), rest) != kLater.end()) {
    end = "-or-later";
  } else if (!rest.empty() && rest != "-only" && rest != " only") {
    return std::nullopt;
  }
  std::string id = std::string(family->second) + "-" + number;
  if (family->first == "gfdl-niv") id += "-no-invariants";
  const auto found = find_license(id + std::string(end));
  if (!found) return std::nullopt;
  return std::string(*found);
}

std::optional<std::string> find_plain(std::string_view key) {
  const auto* alias = std::lower_bound(kAliases.begin(), kAliases.end(), key,
                                       [](const Alias& one, std::string_view wanted) { return one.key < wanted; });
  if (alias != kAliases.end() && alias->key == key) return std::string(alias->expression);
  if (auto gnu = find_gnu(key)) return gnu;
  std::string id(key);
  std::replace(id.begin(), id.end(), ' ', '-');
  if (const auto found = find_license(id)) return std::string(current(*found));
  // "mplv2.0" and "mpl-v2.0"
  for (std::size_t i = 1; i + 1 < id.size(); ++i) {
    if (id[i] != 'v' || !is_digit(id[i + 1])) continue;
    const std::string without = id.substr(0, i) + (id[i - 1] == '-' ? "" : "-") + id.substr(i + 1);
    if (const auto found = find_license(without)) return std::string(current(*found));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_alias(std::string_view spelling) {
  if (spelling.size() > 200) return std::nullopt;
  spelling = trim(spelling);
  if (const auto id = find_license(spelling)) return std::string(current(*id));
  if (auto found = find_plain(plain(spelling))) return found;
  // "MIT License (MIT)": both say the same, or it is not understood.
  const std::size_t open = spelling.find('(');
  if (open == std::string_view::npos || !spelling.ends_with(')')) return std::nullopt;
  const auto before = find_plain(plain(spelling.substr(0, open)));
  const auto inside = find_plain(plain(spelling.substr(open + 1, spelling.size() - open - 2)));
  if (before && inside && *before != *inside) return std::nullopt;
  return before ? before : inside;
}

}  // namespace supply::license
