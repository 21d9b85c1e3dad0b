#include "libsupply/verdict/provenance_check/npm_package.hpp"

#include <algorithm>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/trust/attest/sigstore_bundle.hpp"
#include "libsupply/trust/predicates/predicate.hpp"
#include "libsupply/verdict/provenance_check/internal/npm_keys.hpp"

namespace supply::provenance_check {
namespace {

struct NameAndVersion {
  std::string name, version;
};

// "pkg:npm/%40scope/name@1.2.3"; npm writes the '@' of a scope as %40 or as it is.
std::optional<NameAndVersion> package_of(std::string_view subject) {
  constexpr std::string_view kStart = "pkg:npm/";
  if (!subject.starts_with(kStart)) return std::nullopt;
  std::string text(subject.substr(kStart.size()));
  if (text.starts_with("%40")) text.replace(0, 3, "@");
  const std::size_t at = text.rfind('@');
  if (at == std::string::npos || at == 0 || at + 1 == text.size() || text.find_first_of("%?#") != std::string::npos)
    return std::nullopt;
  return NameAndVersion{text.substr(0, at), text.substr(at + 1)};
}

std::string compare(const NpmPackage& package, const std::string& name, const std::string& version) {
  if (!package.name.empty() && name != package.name) return "it is about package " + quote(name);
  if (!package.version.empty() && version != package.version)
    return "it is about version " + quote(version) + " of " + quote(name);
  return {};
}

const NpmKey* find_key(std::string_view id) {
  for (const NpmKey& key : kNpmKeys)
    if (key.id == id) return &key;
  return nullptr;
}

}  // namespace

std::vector<verify::TrustedKey> npm_keys() {
  std::vector<verify::TrustedKey> out;
  for (const NpmKey& key : kNpmKeys) {
    const auto der = from_base64(key.der);
    if (!der) continue;
    if (auto read = crypto::PublicKey::from_der(*der)) out.push_back({std::string(key.id), *std::move(read)});
  }
  return out;
}

std::string other_package(const attest::Statement& statement, const NpmPackage& package) {
  if (package.name.empty() && package.version.empty()) return {};
  if (statement.subjects.size() != 1) return "it has more than one subject";
  const auto found = package_of(statement.subjects.front().name);
  if (!found) return "its subject " + quote(statement.subjects.front().name) + " is no npm package";
  return compare(package, found->name, found->version);
}

std::string publish_objection(const attest::Verified<attest::Statement>& statement, std::string_view bundle,
                              const NpmPackage& package) {
  const auto parsed = attest::Bundle::parse(bundle);
  const NpmKey* key = find_key(statement.signer().key_name);
  if (key == nullptr) return "it is not by a key of the registry";
  if (!parsed || parsed->key_hint != key->id) return "it names another key than the one that it is signed by";
  const auto start = parse_rfc3339(key->start);
  const auto end = key->end.empty() ? Result<Time>(Time::max()) : parse_rfc3339(key->end);
  const auto& times = statement.signer().times;
  const bool inside = start && end && !times.empty() &&
                      std::all_of(times.begin(), times.end(), [&](Time t) { return *start <= t && t <= *end; });
  if (!inside) return "the registry's key " + std::string(key->id) + " was not in use at its time";
  if (std::string why = other_package(statement.claim(), package); !why.empty()) return why;
  const auto content = predicates::read(statement.claim().predicate_type, statement.claim().predicate);
  if (!content) return content.error().message();
  const auto* release = std::get_if<predicates::Release>(&*content);
  if (release == nullptr) return "it is no publish attestation";
  if (release->registry != "https://registry.npmjs.org") return "it is of registry " + quote(release->registry);
  if (std::string why = compare(package, release->name, release->version); !why.empty()) return why;
  const auto subject = package_of(statement.claim().subjects.front().name);
  if (!subject || subject->name != release->name || subject->version != release->version)
    return "its subject is another package than its predicate's";
  return {};
}

}  // namespace supply::provenance_check
