// The names that things have in a document that Supply writes, whatever its format: made of what the image holds alone.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/content/sbom/document.hpp"

namespace supply::sbom {

/// Letters, digits, '.' and '-' only, at most 64. Source: SPDX 2.3, 7.2.
std::string id_part(std::string_view text);
/// Whether formats take it as an address.
bool is_url(std::string_view text);
/// A name-based UUID in the name space of URLs. Source: RFC 9562, 5.5.
std::string uuid_of(std::string_view name);
/// Of an image among several in one document.
std::string id_of_origin(std::string_view key);
/// Of the image; empty for one that has no name or no manifest digest. Source: purl-spec, types/oci-definition.json.
pkg::Purl subject_purl(const DocumentSubject& subject);

/// The catalog's packages as a document names them. Borrows the catalog.
class PackageIds {
 public:
  /// Each id begins with `prefix`, but that of the package that a document of one inventory is about: it is `root`.
  PackageIds(const DocumentContent& document, std::string_view prefix, std::string_view root);
  PackageIds(const PackageIds&) = delete;  // the maps have views into it
  PackageIds& operator=(const PackageIds&) = delete;
  /// Of the package with that index.
  const std::string& id(std::size_t package) const { return ids_[package]; }
  /// The index of the package that has the root's id.
  std::optional<std::size_t> subject() const { return subject_; }
  /// Its purl (to_string).
  const std::string& purl(std::size_t package) const { return purls_[package]; }
  /// The index of a package that reference_of() names so. Of several, the one in the same place as `near`, as with the
  /// modules of a Go program, else the first; of several inventories only one of the same origin.
  std::optional<std::size_t> find(const std::string& purl, const pkg::Package& near) const;

 private:
  std::vector<std::string> ids_, purls_;
  std::optional<std::size_t> subject_;
  using Key = std::pair<std::string_view, std::string_view>;
  std::map<Key, std::size_t> by_purl_;                                // origin and purl
  std::map<std::pair<Key, std::string_view>, std::size_t> by_place_;  // and location
};

}  // namespace supply::sbom
