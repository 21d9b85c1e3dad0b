#include "libsupply/content/catalog/internal/brew_receipt.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/licensing.hpp"
#include "libsupply/content/license/declared.hpp"

namespace supply::catalog {
namespace {

// The text in quotes of `license "MIT"`; empty for what is an expression of Ruby.
std::string_view quoted_value(std::string_view line, std::string_view word) {
  if (!line.starts_with(word)) return {};
  std::string_view value = trim(line.substr(word.size()));
  if (value.size() < 2 || value[0] != '"') return {};
  value.remove_prefix(1);
  const std::size_t end = value.find('"');
  return end == std::string_view::npos || value.substr(0, end).find("#{") != std::string_view::npos
             ? std::string_view()
             : value.substr(0, end);
}

// `license "MIT"`, `license any_of: ["MIT", "Apache-2.0"]`, `license all_of: […]` on one line; of anything else nothing
// is known.
std::optional<license::Declared> read_license(std::string_view line) {
  constexpr std::string_view kWord = "license ";
  if (!line.starts_with(kWord)) return std::nullopt;
  if (const std::string_view one = quoted_value(line, kWord); !one.empty()) return license::from_text(one);
  std::string_view rest = trim(line.substr(kWord.size()));
  const bool any = rest.starts_with("any_of: ["), all = rest.starts_with("all_of: [");
  if ((!any && !all) || !rest.ends_with(']')) return std::nullopt;
  rest = rest.substr(9, rest.size() - 10);
  std::vector<license::Declared> parts;
  for (const std::string_view part : split(rest, ',')) {
    const std::string_view text = quoted_value(trim(part), "");
    if (text.empty()) return std::nullopt;
    parts.push_back(license::from_text(text));
  }
  return any ? license::any_of(std::move(parts)) : license::all_of(std::move(parts));
}

Status read_receipt(std::string_view receipt, DebPackage& out, std::string& tap) {
  json::Limits limits;
  limits.duplicate_keys = json::DuplicateKeys::last_wins;
  SUPPLY_TRY(const json::Value value, json::parse(receipt, limits));
  if (!value.is_object()) return Error(ErrorCode::malformed, "no object");
  SUPPLY_TRY(const json::Value* source, json::optional_object(value, "source"));
  if (source != nullptr) {
    SUPPLY_TRY(tap, json::string_or_empty(*source, "tap"));
  }
  SUPPLY_TRY(out.package.architecture, json::string_or_empty(value, "arch"));
  SUPPLY_TRY(const json::Value* dependencies, json::optional_array(value, "runtime_dependencies"));
  if (dependencies == nullptr) return {};
  for (const json::Value& one : *dependencies) {
    if (!one.is_object()) continue;
    SUPPLY_TRY(const std::string name, json::string_or_empty(one, "full_name"));
    if (!name.empty()) out.depends.push_back({std::string(base_name(name))});
  }
  return {};
}

}  // namespace

Result<DebPackage> describe_keg(std::string_view name, std::string_view version, std::string_view receipt,
                                std::string_view formula) {
  DebPackage out;
  pkg::Package& package = out.package;
  package.name = name;
  package.version = version;
  package.cataloger = "brew";
  std::string tap;
  if (!receipt.empty()) SUPPLY_TRY(read_receipt(receipt, out, tap));
  for (std::string_view line : lines(formula)) {
    line = trim(line);
    if (const auto declared = read_license(line); declared && package.declared_license.empty())
      set_license(*declared, package);
    if (const std::string_view page = quoted_value(line, "homepage "); !page.empty() && package.homepage.empty())
      package.homepage = page;
  }
  // Source: purl-spec, types/brew-definition.json: without a namespace it is of homebrew/core.
  if (tap == "homebrew/core") package.supplier = "Organization: Homebrew";
  const std::string name_space = tap == "homebrew/core" ? "" : tap;
  SUPPLY_TRY(package.purl, pkg::Purl::create({"brew", name_space, package.name, package.version, {}, ""}));
  return out;
}

std::string reduce_formula(std::string_view formula) {
  std::string out;
  for (std::string_view line : lines(formula)) {
    line = trim(line);
    if (line.starts_with("license ") || line.starts_with("homepage ")) out += std::string(line) + "\n";
  }
  return out;
}

}  // namespace supply::catalog
