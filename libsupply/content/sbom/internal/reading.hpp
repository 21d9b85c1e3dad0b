// What a document says, collected while it is read: elements by the document's own ids, relationships between ids. When
// all was said it becomes a ParsedSbom, in which packages name each other by what they are. What it takes is drawn from
// a budget of the document's own, each copy of a text too; finish() tells when it was too much, and nothing more was
// taken.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/sbom/parsed_sbom.hpp"

namespace supply::sbom {

class Reading {
 public:
  /// Of a document of so many bytes, which pay for some of what it costs.
  Reading(std::string format, std::size_t bytes) : share_(budget_) {
    sbom_.format = std::move(format);
    share_.earn(bytes);
  }

  /// What is in it already, and what the reader fills itself.
  ParsedSbom& sbom() { return sbom_; }
  /// Draws for what is copied of the document beside what is added. False: it was too much, and no more is taken.
  bool draw(std::uint64_t memory);
  /// Each is called once for an id; a second element with an id of the first is kept, and cannot be named.
  /// The statement of it that lint asks; the reference holds until the next call.
  StatedElement& add_element(StatedElement::Role role, std::string id, std::string name);
  void add_package(const std::string& id, pkg::Package package, PackageDetails details = {});
  void add_file(const std::string& id, DocumentFile file);
  /// An image in a document of several.
  void add_origin(const std::string& id, DocumentSubject subject);
  void add_system(const std::string& id, pkg::OperatingSystem system);
  /// Ids that stand for the subject.
  void add_subject(const std::string& id) { subjects_.insert(id); }

  void add_dependency(std::string from, std::string to);
  void add_content(std::string container, std::string content);
  /// What a package is needed for: of another package it is a dependency besides.
  void add_scope(std::string of, pkg::Scope scope, std::string needed_by);
  /// A package owns the file that another one was read from.
  void add_owner(std::string owner, std::string owned);
  /// Each LicenseRef gets its text in the packages added until now whose licence names it.
  void set_license_texts(const std::map<std::string, std::string>& texts);
  /// The layer of that digest, added to the inventory's when it is named first. Errors: malformed.
  Result<std::uint32_t> layer(std::string_view digest);
  /// "DIGEST: instruction", as writers have it; false: it is no such text.
  bool add_layer(std::string_view text);
  /// A model's particulars for a package that is added later or was before. False: it is no such text.
  bool add_model(const std::string& id, std::string_view text);
  /// "cataloger: path: reason", as writers have it.
  void add_unknown(std::string_view text);
  /// One more of a kind of statement that an Inventory has no place for.
  void not_kept(std::string_view what);
  /// What a document says of a subject beside what a DocumentSubject has.
  void not_kept_of_subject(const DocumentSubject& subject, const pkg::Package& said, const PackageDetails& details);
  void relate(std::string_view a, std::string_view b);

  /// Errors: limit_exceeded.
  Result<ParsedSbom> finish() &&;

 private:
  using Edges = std::vector<std::pair<std::string, std::string>>;
  void add_edge(Edges& edges, std::string from, std::string to);
  void keep_one_of_each_path();
  void resolve_contents();
  void resolve_scopes();
  void resolve_dependencies(const std::vector<std::string>& references);
  pkg::Package* package(const std::string& id);

  Budget budget_;
  Share share_;
  std::optional<Error> exceeded_;
  StatedElement dropped_;
  ParsedSbom sbom_;
  std::map<std::string, std::size_t, std::less<>> packages_, files_, origins_;
  std::map<std::string, pkg::OperatingSystem> systems_;
  std::map<std::string, pkg::Model> models_;
  std::map<std::string, std::uint32_t, std::less<>> layers_;
  std::set<std::string> subjects_;
  std::set<std::string, std::less<>> related_;
  Edges depends_, contains_, owners_;
  struct StatedScope {
    std::string of;
    pkg::Scope scope;
    std::string needed_by;
  };
  std::vector<StatedScope> scopes_;
  std::map<std::string, std::size_t, std::less<>> not_kept_;
};

/// What writers put where nothing is known: checkers of minimum elements (NTIA) want a value.
inline constexpr std::string_view kUnknownSupplier = "Organization: unknown", kUnknownVersion = "unknown";

/// The path as an Inventory has it: without "./" or '/' before it.
std::string inventory_path(std::string_view path);
/// "SHA-256", "SHA256" and "sha256" are one: the names of checksums in an Inventory.
std::string checksum_name(std::string_view algorithm);
/// What a document says of a licence, into the package's member for declared or concluded ones: an SPDX expression is
/// taken, else it becomes a LicenseRef.
void set_license(pkg::Package& package, std::string_view text, std::string pkg::Package::*member);
/// "linux/amd64", or what can be read of it.
void set_platform(DocumentSubject& subject, std::string_view text);
/// What an image's purl says of it. False: it is none.
bool set_image_purl(DocumentSubject& subject, const pkg::Purl& purl);

}  // namespace supply::sbom
