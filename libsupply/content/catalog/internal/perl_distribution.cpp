#include "libsupply/content/catalog/internal/perl_distribution.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/json_fields.hpp"

namespace supply::catalog {
namespace {

bool is_word(char c) { return is_alnum(c) || c == '_'; }

bool is_version(std::string_view text) {
  if (text.starts_with('v')) text.remove_prefix(1);
  return !text.empty() && std::any_of(text.begin(), text.end(), is_digit) &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.' || c == '_'; });
}

bool take(std::string_view& rest, std::string_view word) {
  rest = trim(rest);
  if (!rest.starts_with(word)) return false;
  rest.remove_prefix(word.size());
  rest = trim(rest);
  return true;
}

// "1.230" that is no text but a number is 1.23.
std::string of_number(std::string_view digits) {
  std::string out;
  for (const char c : digits)
    if (c != '_') out += c;
  if (out.find('.') != std::string::npos && std::count(out.begin(), out.end(), '.') == 1) {
    while (out.ends_with('0')) out.pop_back();
    if (out.ends_with('.')) out.pop_back();
    if (out.starts_with('.')) out.insert(0, 1, '0');
  }
  return out;
}

// What is assigned, where it is a literal.
std::string literal(std::string_view rest) {
  take(rest, "version->");
  for (const std::string_view call : {"declare", "parse", "new", "version::qv", "qv", "eval"}) take(rest, call);
  take(rest, "(");
  rest = trim(rest);
  if (rest.empty()) return {};
  if (rest[0] == '"' || rest[0] == '\'') {
    const std::string_view text = rest.substr(1, rest.find(rest[0], 1) - 1);
    return is_version(text) ? std::string(text) : std::string();
  }
  const std::size_t end = std::min(rest.find_first_not_of("v0123456789._"), rest.size());
  const std::string_view digits = rest.substr(0, end);
  if (!is_version(digits)) return {};
  return digits.starts_with('v') || std::count(digits.begin(), digits.end(), '.') > 1 ? std::string(digits)
                                                                                      : of_number(digits);
}

// "package Foo::Bar 1.2;"
std::string of_package(std::string_view line) {
  if (!take(line, "package")) return {};
  const std::size_t end = static_cast<std::size_t>(
      std::find_if_not(line.begin(), line.end(), [](char c) { return is_word(c) || c == ':' || c == '\''; }) -
      line.begin());
  if (end == 0) return {};
  line = trim(line.substr(end));
  const std::size_t after = std::min(line.find_first_not_of("v0123456789._"), line.size());
  const std::string_view version = line.substr(0, after);
  line = trim(line.substr(after));
  return is_version(version) && (line.starts_with(';') || line.starts_with('{')) ? std::string(version) : std::string();
}

// Whether `at` is "VERSION" of a variable "$VERSION" or "*Foo::VERSION".
bool is_variable(std::string_view line, std::size_t at) {
  if (at + 7 < line.size() && is_word(line[at + 7])) return false;
  while (at > 0 && (is_word(line[at - 1]) || line[at - 1] == ':' || line[at - 1] == '\'')) --at;
  return at > 0 && (line[at - 1] == '$' || line[at - 1] == '*') && (at < 2 || line[at - 2] != '\\');
}

// The place behind a '=' that assigns.
std::size_t assignment(std::string_view line, std::size_t from) {
  for (std::size_t at = line.find('=', from); at != std::string_view::npos; at = line.find('=', at + 1)) {
    const char before = at > 0 ? line[at - 1] : ' ', after = at + 1 < line.size() ? line[at + 1] : '=';
    if (before != '<' && before != '>' && before != '=' && before != '!' && after != '=') return at + 1;
  }
  return std::string_view::npos;
}

// Source: CPAN::Meta::Spec 2, "license".
constexpr std::array<std::pair<std::string_view, std::string_view>, 22> kLicenses = {{
    {"perl_5", "Artistic-1.0-Perl OR GPL-1.0-or-later"},
    {"agpl_3", "AGPL-3.0-only"},
    {"apache_1_1", "Apache-1.1"},
    {"apache_2_0", "Apache-2.0"},
    {"artistic_1", "Artistic-1.0"},
    {"artistic_2", "Artistic-2.0"},
    {"bsd", "BSD-3-Clause"},
    {"freebsd", "BSD-2-Clause"},
    {"gfdl_1_2", "GFDL-1.2-only"},
    {"gfdl_1_3", "GFDL-1.3-only"},
    {"gpl_1", "GPL-1.0-only"},
    {"gpl_2", "GPL-2.0-only"},
    {"gpl_3", "GPL-3.0-only"},
    {"lgpl_2_1", "LGPL-2.1-only"},
    {"lgpl_3_0", "LGPL-3.0-only"},
    {"mit", "MIT"},
    {"mozilla_1_0", "MPL-1.0"},
    {"mozilla_1_1", "MPL-1.1"},
    {"openssl", "OpenSSL"},
    {"qpl_1_0", "QPL-1.0"},
    {"sun", "SISSL"},
    {"zlib", "Zlib"},
}};

}  // namespace

std::string perl_module_version(std::string_view source) {
  bool in_pod = false;
  while (!source.empty()) {
    const std::size_t newline = std::min(source.find('\n'), source.size());
    std::string_view line = source.substr(0, newline);
    source.remove_prefix(std::min(newline + 1, source.size()));
    if (line.starts_with('='))
      in_pod = !line.starts_with("=cut") && (in_pod || (line.size() > 1 && is_letter(line[1])));
    if (line.starts_with("=cut")) in_pod = false;
    line = trim(line);
    if (in_pod || line.starts_with('#') || line.starts_with("if") || line.starts_with("unless") ||
        line.starts_with("elsif"))
      continue;
    if (std::string version = of_package(line); !version.empty()) return version;
    const std::size_t at = line.find("VERSION");
    if (at == std::string_view::npos || !is_variable(line, at)) continue;
    const std::size_t value = assignment(line, at + 7);
    if (value == std::string_view::npos) continue;
    return literal(line.substr(value));
  }
  return {};
}

std::map<std::string, std::string> parse_perllocal(std::string_view text) {
  std::map<std::string, std::string> out;
  std::string module;
  for (const std::string_view line : lines(text)) {
    if (line.starts_with("=head2")) {
      module.clear();
      const std::size_t link = line.find("L<");
      if (link == std::string_view::npos || line.find("C<Module>") == std::string_view::npos) continue;
      const std::string_view rest = line.substr(link + 2);
      module = rest.substr(0, rest.find_first_of("|>"));
    } else if (line.starts_with("C<VERSION: ") && line.ends_with('>') && !module.empty()) {
      const std::string_view version = trim(line.substr(11, line.size() - 12));
      if (!version.empty()) out[module] = version;
    }
  }
  return out;
}

Result<PerlMeta> parse_perl_meta(std::string_view text) {
  SUPPLY_TRY(const json::Value root, parse_lenient_json(text));
  if (!root.is_object()) return Error(ErrorCode::malformed, "not an object");
  PerlMeta out;
  out.name = text_of(root, "name");
  out.version = text_of(root, "version");
  // install.json names the main module, and the distribution with its version.
  if (const std::string dist = text_of(root, "dist"); !dist.empty()) {
    out.module = std::exchange(out.name, {});
    const std::string end = "-" + out.version;
    out.name = !out.version.empty() && dist.ends_with(end) ? dist.substr(0, dist.size() - end.size()) : dist;
    const std::string path = text_of(root, "pathname");
    const auto components = split(path, '/');
    if (components.size() >= 4 && components[0].size() == 1 && components[1].size() == 2 &&
        components[2].starts_with(components[1]))
      out.author_id = components[2];
  }
  const std::vector<std::string> authors = texts_of(root, "author");
  if (!authors.empty()) out.supplier = person(authors.front());
  out.homepage = text_of(part_of(root, "resources"), "homepage");
  for (const std::string& license : texts_of(root, "license")) {
    if (license == "unknown") continue;
    const auto* found =
        std::find_if(kLicenses.begin(), kLicenses.end(), [&](const auto& one) { return one.first == license; });
    out.licenses.emplace_back(found == kLicenses.end() ? license : std::string(found->second));
  }
  const json::Value& provides = part_of(root, "provides");
  if (provides.is_object())
    for (const auto& [module, place] : provides.items()) out.provides.push_back(module);
  const json::Value& required = part_of(part_of(part_of(root, "prereqs"), "runtime"), "requires");
  if (required.is_object())
    for (const auto& [module, version] : required.items()) out.requires_.push_back(module);
  return out;
}

std::string module_of_packlist(std::string_view path) {
  if (base_name(path) != ".packlist") return {};
  const std::string_view directory = directory_of(path);
  // The first "auto", as ExtUtils::Installed takes it.
  const std::size_t at = directory.starts_with("auto/") ? 0 : directory.find("/auto/");
  if (at == std::string_view::npos) return {};
  std::string out;
  for (const std::string_view part : path_components(directory.substr(at == 0 ? 5 : at + 6)))
    out += (out.empty() ? "" : "::") + std::string(part);
  return out;
}

}  // namespace supply::catalog
