// environment.yml of conda: what is asked for, with a version where one is fixed. Source: docs.conda.io, "Managing
// environments", "Package match specifications".
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) {
  const std::string_view name = base_name(path);
  return name == "environment.yml" || name == "environment.yaml";
}

// "channel::name=1.0=build", "name==1.0"; "=1.0" alone means 1.0 and what begins with "1.0.", and so is a range.
Status add_conda(std::string_view text, const Span& span, LockBuilder& out) {
  std::map<std::string, std::string> qualifiers;
  if (const std::size_t colons = text.find("::"); colons != std::string_view::npos) {
    qualifiers["channel"] = text.substr(0, colons);
    text.remove_prefix(colons + 2);
  }
  const std::size_t name_end = std::min(text.find_first_of(" \t<>=!~["), text.size());
  const std::string_view name = text.substr(0, name_end), rest = trim(text.substr(name_end));
  std::string version;
  const bool exactly = rest.starts_with("==");
  const std::string_view of_equals = rest.starts_with('=') ? rest.substr(exactly ? 2 : 1) : std::string_view();
  const std::size_t build = of_equals.find('=');
  if (exactly || build != std::string_view::npos) version = of_equals.substr(0, build);
  if (version.find_first_of("*,|<> ") != std::string::npos) version.clear();
  if (!version.empty() && build != std::string_view::npos) qualifiers["build"] = of_equals.substr(build + 1);
  SUPPLY_TRY(const std::size_t entry, out.add(name, version, span, std::move(qualifiers)));
  out.from_registry(entry);
  if (version.empty()) out[entry].range = rest;
  return {};
}

Status add_pip(std::string_view text, const Span& span, LockBuilder& out) {
  const std::string name = python_requirement_name(text);
  if (text.starts_with('-') || name.empty()) {
    out.unread(span, "not a package: " + quote(text));
    return {};
  }
  const std::size_t equals = text.find("==");
  std::string_view version = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 2);
  version = trim(version.substr(0, version.find_first_of(" ;")));
  if (version.find_first_of("*,") != std::string_view::npos) version = {};
  SUPPLY_TRY(const std::size_t entry, out.add(name, version, span));
  SUPPLY_TRY(out.say_type(entry, "pypi", "", name));
  out.from_registry(entry);
  if (version.empty()) out[entry].range = trim(text.substr(std::min(text.find_first_of("<>=!~@"), text.size())));
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_arrays({"dependencies"}); !status) return std::move(status).error();
  LockBuilder out("conda");
  const json::Value& list = elements(document.root(), "dependencies");
  for (std::size_t i = 0; i < list.size(); ++i) {
    const Span span = document.span_of("/dependencies/" + std::to_string(i));
    if (list[i].is_string()) SUPPLY_TRY(add_conda(list[i].get<std::string>(), span, out));
    for (const json::Value& one : elements(list[i], "pip"))
      if (one.is_string()) SUPPLY_TRY(add_pip(one.get<std::string>(), span, out));
  }
  if (out.size() > 0) out.unread({1, 0, 0}, "what the packages of an environment.yml need in turn is in no file");
  return std::move(out).finish();
}

}  // namespace

namespace formats {
const Format& conda_environment() {
  static const Format format = {"conda-environment", matches, read};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
