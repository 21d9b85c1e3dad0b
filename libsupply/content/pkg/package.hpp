// A package that is installed in an image, whatever put it there. A value.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/content/pkg/model.hpp"
#include "libsupply/content/pkg/purl.hpp"

namespace supply::pkg {

struct Checksum {
  std::string algorithm;  ///< "sha256", "sha1", "md5"
  std::string hex;
  friend auto operator<=>(const Checksum&, const Checksum&) = default;
};

/// What a package is needed for, where somebody says it.
enum class Scope : std::uint8_t { unknown, runtime, optional, development };
std::string_view to_string(Scope scope);  ///< "" of unknown; the view is of static storage

struct Package {
  Purl purl;                  ///< the identity; type, namespace, name, version and qualifiers
  std::string name, version;  ///< as the ecosystem writes them (a deb's epoch stays in its version)
  std::string shown_type;     ///< where there is no purl: the purl type that a document shows otherwise; else empty
  std::string architecture;
  std::string source_name, source_version;  ///< the source package, where it differs; else empty
  std::string supplier;                     ///< "Organization: Debian" or "Person: A B (a@example.org)", else empty
  std::string homepage;
  std::string declared_license;        ///< an SPDX expression, or empty; LicenseRefs are defined in `license_texts`
  std::string concluded_license = {};  ///< the same, of what its files say where it declares none that is known
  std::map<std::string, std::string> license_texts;  ///< LicenseRef-… to what the package itself says
  std::set<std::string> unread_licenses;  ///< those LicenseRefs that stand for text which is no licence expression
  std::string copyright;
  std::vector<Checksum> checksums;
  std::vector<std::string> cpes;     ///< CPE 2.3 names whose vendor and product are known exactly, sorted
  std::vector<std::string> depends;  ///< reference_of() packages of the same cataloger, resolved, sorted
  std::vector<std::string> files;    ///< paths that it owns, without leading '/', sorted
  std::string cataloger;             ///< "dpkg", "apk", "python", "npm", "go"
  std::string location;              ///< path of the database or file it was read from
  std::optional<Digest> layer;       ///< blob digest of the layer that holds that file
  /// Index into Inventory::layers: since that layer this very version has been there without a break. Absent where
  /// the layers below do not say.
  std::optional<std::uint32_t> introduced;
  std::string owner;  ///< purl (to_string) of the system's package that owns that file: both are one thing; else empty
  Scope scope = Scope::unknown;     ///< in what the inventory is of; what is installed in an image has none
  std::optional<Model> model = {};  ///< of a machine learning model
  std::string origin = {};          ///< where several inventories are in one: Origin::key of the one that it is from

  /// Orders by purl, then place, then origin.
  friend std::strong_ordering operator<=>(const Package& a, const Package& b);
};

/// The purl's type, or what shows of it otherwise; may be empty.
std::string_view type_of(const Package& package);
/// How other packages of an inventory name it: its purl; without one its name and version ("a@1").
std::string reference_of(const Package& package);
/// Its declared licence; where there is none, the concluded one.
std::string_view license_of(const Package& package);

}  // namespace supply::pkg
