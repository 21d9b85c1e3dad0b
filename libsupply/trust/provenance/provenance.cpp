#include "libsupply/trust/provenance/provenance.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/trust/provenance/predicate.hpp"

namespace supply::provenance {

Result<Provenance> read(std::string_view predicate_type, std::string_view predicate) {
  std::string known;
  for (const Predicate* version : all_predicates()) {
    known += (known.empty() ? "" : ", ") + std::string(version->type);
    if (version->type != predicate_type) continue;
    SUPPLY_TRY(const json::Value value, json::parse(predicate, {.bytes = kMaxAttachmentBytes}).at("provenance"));
    if (!value.is_object()) return Error(ErrorCode::malformed, "provenance: want an object");
    SUPPLY_TRY(Provenance provenance, version->read(value).at("provenance"));
    provenance.predicate_type = predicate_type;
    return provenance;
  }
  return Error(ErrorCode::unsupported,
               "predicate type " + quote(predicate_type) + " is no provenance that is known (" + known + ")");
}

std::string normalise_source(std::string_view uri) {
  std::string text(uri.starts_with("git+") ? uri.substr(4) : uri);
  static const RE2 scp(R"((?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+\.[A-Za-z0-9-]+):([^/:].*))", RE2::Quiet);
  std::string host, rest;
  if (text.find("://") == std::string::npos && RE2::FullMatch(text, scp, &host, &rest))
    text = "ssh://" + host + "/" + rest;
  const std::size_t scheme = text.find("://");
  if (scheme == std::string::npos) return text;
  const std::size_t path_at = std::min(text.find_first_of("/?#", scheme + 3), text.size());
  std::string authority = text.substr(scheme + 3, path_at - scheme - 3);
  authority = authority.substr(authority.rfind('@') + 1);  // npos + 1 is 0
  std::string path = text.substr(path_at);
  path.resize(std::min(path.find_first_of("@?#"), path.size()));
  while (path.ends_with('/')) path.pop_back();
  if (path.ends_with(".git")) path.resize(path.size() - 4);
  if (authority.empty() || path.find_first_of("%\\") != std::string::npos) return {};
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; }))
    return {};
  const std::string inside = path.empty() ? "x" : path.substr(1);
  for (const std::string_view part : split(inside, '/'))
    if (part.empty() || part == "." || part == "..") return {};
  return to_lower(text.substr(0, scheme)) + "://" + to_lower(authority) + path;
}

const Builder* bound(const Provenance& provenance, std::string_view signer, std::span<const Builder> builders) {
  const Builder* best = nullptr;
  if (provenance.builder_id.empty() || signer.empty()) return nullptr;
  for (const Builder& builder : builders) {
    const bool speaks = std::find(builder.signers.begin(), builder.signers.end(), signer) != builder.signers.end();
    if (!speaks || builder.id.empty() || !glob_match(builder.id, provenance.builder_id)) continue;
    if (best == nullptr || builder.level > best->level) best = &builder;
  }
  return best;
}

int level(const Provenance& provenance, std::string_view signer, std::span<const Builder> builders) {
  const Builder* builder = bound(provenance, signer, builders);
  return builder == nullptr ? 1 : std::clamp(builder->level, 1, 3);
}

}  // namespace supply::provenance
