// What a document says, collected while it is read: elements by the document's own ids, relationships between ids. When
// all was said it becomes a ParsedSbom, in which packages name each other by what they are.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/content/sbom/parsed_sbom.hpp"

namespace supply::sbom {

class Reading {
 public:
  explicit Reading(std::string format) { sbom_.format = std::move(format); }

  /// What is in it already, and what the reader fills itself.
  ParsedSbom& sbom() { return sbom_; }
  /// Each is called once for an id; a second element with an id of the first is kept, and cannot be named.
  /// The statement of it that lint asks; the reference holds until the next call.
  StatedElement& add_element(StatedElement::Role role, std::string id, std::string name);
  void add_package(const std::string& id, pkg::Package package);
  void add_file(const std::string& id, DocumentFile file);
  /// An image in a document of several.
  void add_origin(const std::string& id, DocumentSubject subject);
  void add_system(const std::string& id, pkg::OperatingSystem system);
  /// Ids that stand for the subject.
  void add_subject(const std::string& id) { subjects_.insert(id); }

  void add_dependency(std::string from, std::string to) { depends_.emplace_back(std::move(from), std::move(to)); }
  void add_content(std::string container, std::string content) {
    contains_.emplace_back(std::move(container), std::move(content));
  }
  /// A package owns the file that another one was read from.
  void add_owner(std::string owner, std::string owned) { owners_.emplace_back(std::move(owner), std::move(owned)); }
  /// "cataloger: path: reason", as writers have it.
  void add_unknown(std::string_view text);
  /// One more of a kind of statement that an Inventory has no place for.
  void not_kept(std::string_view what);
  void relate(std::string_view a, std::string_view b);

  ParsedSbom finish() &&;

 private:
  using Edges = std::vector<std::pair<std::string, std::string>>;
  void resolve_contents();
  void resolve_dependencies(const std::vector<std::string>& references);
  pkg::Package* package(const std::string& id);

  ParsedSbom sbom_;
  std::map<std::string, std::size_t, std::less<>> packages_, files_, origins_;
  std::map<std::string, pkg::OperatingSystem> systems_;
  std::set<std::string> subjects_;
  std::set<std::string, std::less<>> related_;
  Edges depends_, contains_, owners_;
  std::map<std::string, std::size_t, std::less<>> not_kept_;
};

/// What writers put where nothing is known: checkers of minimum elements (NTIA) want a value.
inline constexpr std::string_view kUnknownSupplier = "Organization: unknown", kUnknownVersion = "unknown";

/// The path as an Inventory has it: without "./" or '/' before it.
std::string inventory_path(std::string_view path);
/// "SHA-256", "SHA256" and "sha256" are one: the names of checksums in an Inventory.
std::string checksum_name(std::string_view algorithm);
/// What a document says of a licence, into the package: an SPDX expression is taken, else it becomes a LicenseRef.
void set_license(pkg::Package& package, std::string_view text);
/// Each LicenseRef gets its text in the packages whose licence names it.
void set_license_texts(pkg::Inventory& inventory, const std::map<std::string, std::string>& texts);
/// "linux/amd64", or what can be read of it.
void set_platform(DocumentSubject& subject, std::string_view text);
/// What an image's purl says of it. False: it is none.
bool set_image_purl(DocumentSubject& subject, const pkg::Purl& purl);

}  // namespace supply::sbom
