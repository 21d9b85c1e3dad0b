// What a user names on the command line: an image, a source directory, a document, a file. Every verb reads its
// arguments with it. It is here and not beside oci::Reference because it looks at the disk and names the verb in its
// messages, and because documents (policies, Dockerfiles) name images alone. Valid from birth. Any thread. Source:
// CLI.md "Naming an image".
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "libsupply/image/oci/reference.hpp"

namespace supply::tools {

enum class TargetForm : std::uint8_t { registry, oci, oci_archive, docker_archive, dir, sbom, file };

/// A set of forms.
class TargetForms {
 public:
  constexpr TargetForms(std::initializer_list<TargetForm> forms) {
    for (const TargetForm form : forms) bits_ |= 1U << static_cast<unsigned>(form);
  }
  constexpr bool contains(TargetForm form) const { return (bits_ >> static_cast<unsigned>(form) & 1U) != 0; }

 private:
  unsigned bits_ = 0;
};

inline constexpr TargetForms kImages{TargetForm::registry, TargetForm::oci, TargetForm::oci_archive,
                                     TargetForm::docker_archive};
/// Those with a manifest digest, which can be signed and judged.
inline constexpr TargetForms kImagesWithDigest{TargetForm::registry, TargetForm::oci, TargetForm::oci_archive};

/// What a verb takes for one argument.
struct AcceptedTargets {
  std::string verb;  ///< "sbom diff", for messages
  TargetForms forms = kImages;
  /// What a word that says no form means. A path: of verbs whose arguments are files; a file whose name looks like
  /// another form ("sbom:x") is still meant by its name when it is there.
  enum class Word : std::uint8_t { registry, path } word = Word::registry;
};

class Target {
 public:
  /// A text that begins with '.' or '/' is a layout when it names a directory that holds `oci-layout`, or when the verb
  /// takes no other path; else the source directory, document or file that the verb takes. docker:// before a
  /// registry's image is taken. Errors: usage (a wrong name; a form that the verb does not take, with what to type).
  static Result<Target> parse(std::string_view text, const AcceptedTargets& accepted);

  TargetForm form() const { return form_; }
  /// The image; nullopt of a directory, document or file.
  const std::optional<oci::Reference>& image() const { return image_; }
  /// Of a directory, document or file ("-" is standard input); else empty.
  const std::string& path() const { return path_; }
  /// With its form; parses back to the same.
  std::string to_string() const;

 private:
  Target(TargetForm form, std::string path) : form_(form), path_(std::move(path)) {}
  explicit Target(oci::Reference image);

  TargetForm form_;
  std::optional<oci::Reference> image_;
  std::string path_;
};

}  // namespace supply::tools
