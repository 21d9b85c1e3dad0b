// How a user names an image. Valid from birth. Source: CLI.md "Naming an image"; distribution/reference grammar.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/digest/digest.hpp"

namespace supply::oci {

/// Which image in a repository: a digest decides over a tag; neither means the only one.
struct Selector {
  std::optional<std::string> tag;
  std::optional<Digest> digest;
};

class Reference {
 public:
  enum class Kind { registry, layout, oci_archive, docker_archive };

  /// Errors: usage, saying which form was tried and what is wrong with it. A text that starts with '.' or '/' is a
  /// layout's directory (whether it holds one is found out when it is opened). The tag of a docker_archive may be a
  /// full reference: docker-archive:FILE:app:1.0. So may that of a layout or a tar of one when it begins with a host:
  /// oci:DIR:docker.io/library/app:1.0.
  static Result<Reference> parse(std::string_view text);

  Kind kind() const { return kind_; }
  /// A layout's directory, an archive's file ("-" is standard input); empty for a registry.
  const std::string& path() const { return path_; }
  /// "registry.example:5000", as canonical_registry() writes it; docker.io is written out; empty for local forms.
  const std::string& registry() const { return registry_; }
  /// The same with the port as it was named, to connect to: "registry.example:443" is another place without TLS.
  const std::string& address() const { return address_; }
  /// "library/debian"; empty for local forms.
  const std::string& repository() const { return repository_; }
  const Selector& selector() const { return selector_; }
  /// Parses back to the same.
  std::string to_string() const;
  /// What stands for the repository, without tag and digest, in a report.
  std::string name() const;
  /// The same in what others will read: a subject name, a docker-reference, a document. Of a local form it is the
  /// file's or directory's own name, "image" where there is none: where it lies is nobody's business, and changes.
  std::string published_name() const;
  /// The same place with another selector.
  Reference with(Selector selector) const;
  /// Of a local form, the same with another path.
  Reference at(std::string path) const;

 private:
  Reference() = default;
  Kind kind_ = Kind::registry;
  std::string path_, registry_, address_, repository_;
  Selector selector_;
};

}  // namespace supply::oci
