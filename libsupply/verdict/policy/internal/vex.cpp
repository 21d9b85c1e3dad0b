#include "libsupply/verdict/policy/internal/vex.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/pkg/purl.hpp"

namespace supply::policy {

namespace {

using predicates::VexDocument;

/// Its package URL, or what else it is called.
std::string name_of(const VexDocument::Component& component) {
  const auto purl = component.identifiers.find("purl");
  return purl == component.identifiers.end() ? component.id : purl->second;
}

/// The package URL without qualifiers and subpath, and the same without its version.
bool is_package(const std::string& said, const std::string& purl) {
  if (purl.empty()) return false;
  const auto parsed = pkg::Purl::parse(said);
  if (!parsed) return said == purl;
  pkg::PurlParts parts = parsed->parts();
  parts.qualifiers.clear();
  parts.subpath.clear();
  const bool has_version = !parts.version.empty();
  const auto plain = pkg::Purl::create(parts);
  if (!plain) return false;
  const std::string whole = plain->to_string();
  if (has_version) return whole == purl;
  return purl.starts_with(whole + "@");
}

/// pkg:oci/app@sha256:…?repository_url=registry.example.org/app. Source: purl-spec, PURL-TYPES.rst, oci.
bool is_image(const VexDocument::Component& product, const VexSubject& subject) {
  for (const auto& [name, hash] : product.hashes)
    if (std::find(subject.digests.begin(), subject.digests.end(), to_lower(hash)) != subject.digests.end()) return true;
  const auto parsed = pkg::Purl::parse(name_of(product));
  if (!parsed || parsed->parts().type != "oci") return false;
  const pkg::PurlParts& parts = parsed->parts();
  if (parts.version.empty()) {
    const auto url = parts.qualifiers.find("repository_url");
    return url != parts.qualifiers.end() && url->second == subject.repository;
  }
  const std::size_t colon = parts.version.find(':');
  const std::string hex = colon == std::string::npos ? parts.version : parts.version.substr(colon + 1);
  return std::find(subject.digests.begin(), subject.digests.end(), hex) != subject.digests.end();
}

bool is_about(const VexDocument::Statement& statement, const VexSubject& subject) {
  return std::any_of(statement.products.begin(), statement.products.end(), [&](const VexDocument::Product& product) {
    if (is_package(name_of(product), subject.purl)) return true;
    if (!is_image(product, subject)) return false;
    return product.subcomponents.empty() ||
           std::any_of(product.subcomponents.begin(), product.subcomponents.end(),
                       [&](const VexDocument::Component& part) { return is_package(name_of(part), subject.purl); });
  });
}

bool names(const VexDocument::Statement& statement, const std::vector<std::string>& vulnerability) {
  return std::any_of(vulnerability.begin(), vulnerability.end(), [&](const std::string& id) {
    return id == statement.vulnerability ||
           std::find(statement.aliases.begin(), statement.aliases.end(), id) != statement.aliases.end();
  });
}

/// Why the statement excuses, empty when it does not.
std::string excuse(const VexDocument::Statement& statement) {
  const std::string& reason = statement.justification.empty() ? statement.impact : statement.justification;
  const std::string why = reason.empty() ? "" : " (" + reason + ")";
  if (statement.status == VexDocument::Status::fixed) return "fixed" + why;
  // not_affected wants a reason (section "Status Labels"); without one it is nobody's answer.
  if (statement.status == VexDocument::Status::not_affected && !reason.empty()) return "not_affected" + why;
  return {};
}

}  // namespace

std::optional<std::string> not_affected(const std::vector<VexDocument>& documents,
                                        const std::vector<std::string>& vulnerability, const VexSubject& subject,
                                        Time latest) {
  std::optional<Time> newest;
  std::vector<const VexDocument::Statement*> last;
  for (const VexDocument& document : documents)
    for (const VexDocument::Statement& each : document.statements) {
      if (!names(each, vulnerability) || !is_about(each, subject)) continue;
      if (!each.time) {  // it may be the newest
        if (excuse(each).empty()) return std::nullopt;
        continue;
      }
      if (newest && *each.time < *newest) continue;
      if (!newest || *each.time > *newest) last.clear();
      newest = each.time;
      last.push_back(&each);
    }
  if (last.empty() || *newest > latest) return std::nullopt;
  std::string why;
  for (const VexDocument::Statement* each : last) {
    const std::string said = excuse(*each);
    if (said.empty()) return std::nullopt;
    why = why.empty() ? said : std::min(why, said);
  }
  return why;
}

}  // namespace supply::policy
