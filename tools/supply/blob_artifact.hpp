// A release file, or a digest in its place, as something that a signature is about. Large files are not held.
#pragma once

#include <optional>
#include <string>

#include "libsupply/trust/verify/artifact.hpp"
#include "tools/common/console.hpp"

namespace supply::tools {

class BlobArtifact {
 public:
  /// `text` is what was typed: a path, "-", or "sha256:HEX". Errors: usage, forbidden, limit_exceeded, unavailable.
  static Result<BlobArtifact> open(const std::string& text, const Console& console);

  static bool is_digest(const std::string& text);
  /// The same, and SHA-384, which is verified and not signed.
  static bool is_digest_to_verify(const std::string& text);
  const std::string& name() const { return name_; }
  /// Views into this.
  verify::Artifact artifact() const;

 private:
  static Result<BlobArtifact> open_file(std::string path);
  BlobArtifact(std::string name, std::optional<std::string> bytes, Digest digest, bool again)
      : name_(std::move(name)), bytes_(std::move(bytes)), digest_(std::move(digest)), can_read_again_(again) {}

  std::string name_;
  std::optional<std::string> bytes_;
  Digest digest_;
  bool can_read_again_;
};

/// The path that was typed as FILE, or of a directory where `directories` says so. Errors: usage.
enum class Directories { no, yes };
Result<std::string> blob_path(const std::string& text, const Console& console,
                              Directories directories = Directories::no);

}  // namespace supply::tools
