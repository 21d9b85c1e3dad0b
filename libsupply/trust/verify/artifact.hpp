// What a signature is to be about: a file, or only its digest.
#pragma once

#include <optional>
#include <string_view>

#include "libsupply/base/digest/digest.hpp"

namespace supply::verify {

struct Artifact {
  std::optional<std::string_view> bytes;  ///< nothing: only the digest is known. A view of the caller's.
  Digest digest;                          ///< sha256 or sha512
};

}  // namespace supply::verify
