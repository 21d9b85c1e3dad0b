// A pattern of images, as `match` in a policy has it. Valid from birth: in the one form that references are compared
// in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"
#include "libsupply/image/oci/reference.hpp"

namespace supply::policy {

class ImagePattern {
 public:
  /// The host's spelling is made canonical, as a reference's is: capitals, a final dot, ":443", ":05000", Docker Hub's
  /// names, "debian" for docker.io/library/debian. "oci:DIR" and the other local forms match their kind alone.
  /// Errors: usage, for what could match nothing: a host, tag or digest that is none, capitals in a registry's
  /// repository, a form that names no image to judge, ".." in a path; with wildcards also where only a directory could
  /// match by a pattern that does not say that it means one ("*", "*:prod"). The message says what to write.
  static Result<ImagePattern> parse(std::string_view text);

  /// Whether the pattern is the image's name (of a local form its path, without "." parts), name:tag, name@digest or
  /// name:tag@digest; whole text against whole text. `*` is any run without '/', `**` any run, `?` one character but
  /// '/'.
  bool matches(const oci::Reference& reference) const;
  /// As it is in the policy.
  const std::string& to_string() const { return text_; }

 private:
  ImagePattern() = default;
  std::string text_;
  /// What registries' names and local paths are compared with; absent: none of them can match.
  std::optional<std::string> registry_, local_;
  std::optional<oci::Reference::Kind> kind_;  ///< of a local form that was named
};

}  // namespace supply::policy
