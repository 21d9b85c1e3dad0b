// buf.lock, versions v1beta1, v1 and v2: modules of Protocol Buffers at commits of a registry.
// Source: buf.build, "buf.lock"; bufbuild/buf, private/bufpkg/bufconfig/buf_lock_file.go.
#include <nlohmann/json.hpp>

#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/locks/internal/document.hpp"
#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {
namespace {

bool matches(std::string_view path) { return base_name(path) == "buf.lock"; }

// "REGISTRY/OWNER/MODULE" in v2, in three members before.
std::string full_name(const json::Value& module) {
  if (std::string name = text_in(module, "name"); !name.empty()) return name;
  return text_in(module, "remote") + "/" + text_in(module, "owner") + "/" + text_in(module, "repository");
}

Status add(const json::Value& module, pkg::Scope scope, const Span& span, LockBuilder& out) {
  const std::string name = full_name(module);
  const auto parts = split(name, '/');
  if (parts.size() != 3) return wrong_at(span, "want REGISTRY/OWNER/MODULE: " + quote(name));
  SUPPLY_TRY(const std::size_t entry, out.add(parts[2], text_in(module, "commit"), span));
  SUPPLY_TRY(out.say_type(entry, "generic", std::string(parts[0]) + "/" + std::string(parts[1]), parts[2]));
  out[entry].name = name;
  out.from_registry(entry, "https://" + std::string(parts[0]));
  out[entry].scope = scope;
  // Of the module's files, as buf adds them up: "b5:…", "shake256:…", "b1-…".
  const std::string digest = text_in(module, "digest");
  const std::size_t at = digest.find_first_of(":-");
  if (at != std::string::npos) out.other_hash(entry, digest.substr(0, at), digest.substr(at + 1));
  return {};
}

Result<LockFile> read(std::string_view text) {
  SUPPLY_TRY(const Document document, Document::from_yaml(text));
  if (Status status = document.check_arrays({"deps", "plugins", "policies"}); !status) return std::move(status).error();
  const std::string version = text_in(document.root(), "version");
  if (version != "v1beta1" && version != "v1" && version != "v2") return unknown_version(version);
  LockBuilder out("generic");
  for (const auto& [kind, scope] : {std::pair<std::string, pkg::Scope>("deps", pkg::Scope::runtime),
                                    {"plugins", pkg::Scope::development},
                                    {"policies", pkg::Scope::development}}) {
    std::size_t at = 0;
    for (const json::Value& module : elements(document.root(), kind))
      SUPPLY_TRY(add(module, scope, document.span_of("/" + kind + "/" + std::to_string(at++)), out));
  }
  return std::move(out).finish();
}

bool declares(std::string_view text) {
  const std::size_t at = text.find("deps:");
  return at != std::string_view::npos && !text.substr(at).starts_with("deps: []");
}

constexpr Manifest kManifests[] = {{"buf.yaml", declares}};

}  // namespace

namespace formats {
const Format& buf() {
  static const Format format = {"buf", matches, read, kManifests};
  return format;
}
}  // namespace formats
}  // namespace supply::locks
