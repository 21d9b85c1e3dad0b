// What `cosign attest --type custom` makes of any file. Source: sigstore/cosign, pkg/cosign/attestation.
#pragma once

#include <optional>
#include <string>

#include "libsupply/base/time/time.hpp"

namespace supply::predicates {

struct CosignCustom {
  std::string data = {};  ///< the file's bytes
  std::optional<Time> timestamp = {};
};

}  // namespace supply::predicates
