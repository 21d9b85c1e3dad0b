#include "tools/supply/blob_to_sign.hpp"

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/input.hpp"
#include "tools/supply/blob_artifact.hpp"

namespace supply::tools {

Result<BlobToSign> BlobToSign::parse(const std::string& file, const std::string& bundle, const Console& console) {
  BlobToSign blob;
  blob.bundle_ = bundle;
  if (BlobArtifact::is_digest(file)) {
    Result<Digest> digest = Digest::parse(file);
    if (!digest) return Error(ErrorCode::usage, "FILE " + quote(file) + ": " + digest.error().message());
    if (bundle.empty()) return Error(ErrorCode::usage, "--bundle: say where, since FILE is a digest");
    blob.file_ = file;
    blob.digest_ = *std::move(digest);
    return blob;
  }
  SUPPLY_TRY(blob.file_, blob_path(file, console));
  if (blob.file_ == "-" && bundle.empty())
    return Error(ErrorCode::usage, "--bundle: say where, since the file is standard input");
  if (bundle.empty()) blob.bundle_ = blob.file_ + ".sigstore.json";
  return blob;
}

Status BlobToSign::read() {
  if (digest_) return {};
  SUPPLY_TRY(bytes_, read_input(file_, "FILE", kMaxBlobBytes));
  digest_ = crypto::sha256(*bytes_);
  return {};
}

std::string BlobToSign::base_name() const { return !bytes_ || file_ == "-" ? "" : io::Path(file_).filename().string(); }

sign::SigningInput BlobToSign::input() const {
  if (bytes_) return sign::SigningInput::of_message(*bytes_);
  const crypto::HashAlgorithm algorithm =
      digest_->algorithm() == "sha512" ? crypto::HashAlgorithm::sha512 : crypto::HashAlgorithm::sha256;
  return sign::SigningInput::of_hash(algorithm, *from_hex(digest_->encoded()));
}

}  // namespace supply::tools
