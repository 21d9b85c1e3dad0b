// A release file, or the digest of one that is elsewhere, as something to sign, and where its bundle goes.
#pragma once

#include <optional>
#include <string>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/trust/sign/signer.hpp"
#include "tools/common/console.hpp"

namespace supply::tools {

class BlobToSign {
 public:
  /// What was typed as FILE and --bundle; nothing is read. Errors: usage (also a digest or standard input without
  /// --bundle).
  static Result<BlobToSign> parse(const std::string& file, const std::string& bundle, const Console& console);
  /// Reads the file. Errors: those of read_input.
  Status read();

  const std::string& name() const { return file_; }
  /// As a statement names it: the file's base name; empty for a digest and standard input.
  std::string base_name() const;
  const std::string& bundle_path() const { return bundle_; }
  /// After read().
  const Digest& digest() const { return *digest_; }
  /// A view into this; after read().
  sign::SigningInput input() const;

 private:
  std::string file_, bundle_;
  std::optional<std::string> bytes_;  // nothing: only the digest is known
  std::optional<Digest> digest_;
};

}  // namespace supply::tools
