#include "tools/supply/blob_artifact.hpp"

#include <filesystem>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/input.hpp"
#include "tools/common/target.hpp"
#include "tools/supply/file_hash.hpp"

namespace supply::tools {
namespace {

constexpr std::string_view kSha384 = "sha384:";
constexpr std::size_t kSha384Digits = 96;
constexpr std::size_t kHeldBytes = 1 * kMiB;  // smaller files are read once, whole

Error another(const std::string& path) {
  return Error(ErrorCode::mismatch, "file " + quote(path) + " was changed while it was read");
}

}  // namespace

bool BlobArtifact::is_digest(const std::string& text) {
  return text.starts_with("sha256:") || text.starts_with("sha512:");
}

bool BlobArtifact::is_digest_to_verify(const std::string& text) { return is_digest(text) || text.starts_with(kSha384); }

Result<std::string> blob_path(const std::string& text, const Console& console, Directories directories) {
  constexpr std::string_view kDir = "dir:";
  std::error_code fault;
  const bool is_directory = std::filesystem::is_directory(text.substr(text.starts_with(kDir) ? kDir.size() : 0), fault);
  const TargetForms forms = directories == Directories::yes && is_directory
                                ? TargetForms{TargetForm::file, TargetForm::dir}
                                : TargetForms{TargetForm::file};
  SUPPLY_TRY(const Target target, Target::parse(text, {console.verb(), forms, AcceptedTargets::Word::path}));
  return target.path();
}

Result<BlobArtifact> BlobArtifact::open(const std::string& text, const Console& console) {
  if (is_digest_to_verify(text)) {
    if (text.starts_with(kSha384) &&
        (text.size() != kSha384.size() + kSha384Digits || !is_lower_hex(std::string_view(text).substr(kSha384.size()))))
      return Error(ErrorCode::usage,
                   "FILE " + quote(text) + ": want " + std::to_string(kSha384Digits) + " lower-case hex digits");
    Result<Digest> digest = Digest::parse(text);
    if (!digest) return Error(ErrorCode::usage, "FILE " + quote(text) + ": " + digest.error().message());
    return BlobArtifact(text, std::nullopt, *std::move(digest), false);
  }
  Result<std::string> path = blob_path(text, console);
  if (!path) return std::move(path).error();
  return open_file(*std::move(path));
}

Result<BlobArtifact> BlobArtifact::open_file(std::string path) {
  if (path != "-") {
    const Result<std::uint64_t> size = io::file_size(path);
    if (size && *size > kHeldBytes) {
      Result<FileHashes> hashes = hash_file(path, crypto::HashAlgorithm::sha256);
      if (!hashes) return std::move(hashes).error().at("FILE");
      return BlobArtifact(std::move(path), std::nullopt, std::move(hashes->sha256), true);
    }
  }
  Result<std::string> bytes = read_input(path, "FILE", kMaxBlobBytes);
  if (!bytes) return std::move(bytes).error();
  Digest digest = crypto::sha256(*bytes);
  return BlobArtifact(std::move(path), *std::move(bytes), std::move(digest), false);
}

verify::Artifact BlobArtifact::artifact() const {
  verify::Artifact artifact{bytes_ ? std::optional<std::string_view>(*bytes_) : std::nullopt, digest_};
  if (!can_read_again_) return artifact;
  artifact.read_hash = [this](crypto::HashAlgorithm algorithm) -> Result<std::string> {
    SUPPLY_TRY(FileHashes hashes, hash_file(name_, algorithm));
    if (hashes.sha256 != digest_) return another(name_);
    return std::move(hashes.other);
  };
  artifact.read_bytes = [this]() -> Result<std::string> {
    SUPPLY_TRY(std::string bytes, io::read_file(name_, kMaxBlobBytes));
    if (crypto::sha256(bytes) != digest_) return another(name_);
    return bytes;
  };
  return artifact;
}

}  // namespace supply::tools
