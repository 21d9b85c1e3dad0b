// conan.lock of Conan 2 (version 0.5) and of Conan 1 (graph_lock). Source: docs.conan.io, "Lockfiles";
// purl-spec, types/conan-definition.json.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "conan.lock"; }

// "name/version@user/channel#revision%time"
Result<std::size_t> add(std::string_view reference, const Span& span, pkg::Scope scope, LockBuilder& out) {
  reference = reference.substr(0, reference.find('%'));
  const std::size_t mark = reference.find('#');
  const std::string_view revision = mark == std::string_view::npos ? std::string_view() : reference.substr(mark + 1);
  reference = reference.substr(0, mark);
  const std::size_t at = reference.find('@'), slash = reference.find('/');
  if (slash == std::string_view::npos || slash > at) return wrong_at(span, "not a reference: " + quote(reference));
  std::map<std::string, std::string> qualifiers;
  if (at != std::string_view::npos) {
    const std::vector<std::string_view> user = split(reference.substr(at + 1), '/');
    if (!user[0].empty()) qualifiers["user"] = user[0];
    if (user.size() > 1) qualifiers["channel"] = user[1];
  }
  if (!revision.empty()) qualifiers["rrev"] = revision;
  const std::size_t end = at == std::string_view::npos ? reference.size() : at;
  SUPPLY_TRY(const std::size_t entry, out.add(reference.substr(0, slash), reference.substr(slash + 1, end - slash - 1),
                                              span, std::move(qualifiers)));
  out.from_registry(entry);
  out[entry].scope = scope;
  return entry;
}

Status read_graph(const Document& document, const json::Value& nodes, LockBuilder& out) {
  std::map<std::string, std::size_t> by_number;
  for (const auto& [number, node] : nodes.items()) {
    std::string reference = text_in(node, "ref");
    // Before version 0.4 the reference of the package, "REFERENCE:ID#REVISION".
    if (reference.empty()) reference = text_in(node, "pref").substr(0, text_in(node, "pref").find(':'));
    const Span span = document.span_of("/graph_lock/nodes");
    const bool is_project = json::find(node, "path") != nullptr;
    if (reference.find('/') == std::string::npos) {
      if (!is_project) out.unread(span, "node " + quote(number) + " says no reference");
      continue;
    }
    SUPPLY_TRY(by_number[number], add(reference, span, pkg::Scope::runtime, out));
    out[by_number[number]].project = is_project;
  }
  for (const auto& [number, node] : nodes.items())
    for (const json::Value& wanted : elements(node, "requires"))
      if (wanted.is_string() && by_number.contains(number))
        if (const auto to = by_number.find(wanted.get<std::string>()); to != by_number.end())
          SUPPLY_TRY(out.depend(by_number[number], to->second));
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_json(text));
  if (Status status = document.check_arrays({"requires", "build_requires", "python_requires", "config_requires"});
      !status)
    return std::move(status).error();
  if (Status status = document.check_objects({"graph_lock"}); !status) return std::move(status).error();
  const json::Value& root = document.root();
  const std::string version = text_in(root, "version");
  LockBuilder out("conan");
  if (const json::Value& graph = members(root, "graph_lock"); !graph.empty()) {
    SUPPLY_TRY(read_graph(document, members(graph, "nodes"), out));
    return std::move(out).finish();
  }
  if (version.empty()) return wrong_at({}, "no version of the format");
  if (version != "0.5") return unknown_version(version);
  for (const auto& [list, scope] : {std::pair("requires", pkg::Scope::runtime),
                                    {"build_requires", pkg::Scope::development},
                                    {"python_requires", pkg::Scope::development},
                                    {"config_requires", pkg::Scope::development}}) {
    const json::Value& references = elements(root, list);
    for (std::size_t i = 0; i < references.size(); ++i) {
      const Span span = document.span_of("/" + std::string(list) + "/" + std::to_string(i));
      if (!references[i].is_string()) return wrong_at(span, "a reference that is no text");
      SUPPLY_TRY([[maybe_unused]] const std::size_t entry, add(references[i].get<std::string>(), span, scope, out));
    }
  }
  return std::move(out).finish();
}

constexpr Manifest kManifests[] = {{"conanfile.txt"}, {"conanfile.py"}};

}  // namespace

namespace formats {
const Format& conan() {
  static const Format format = {"conan", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
