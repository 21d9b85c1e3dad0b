// An entry of an index that was not judged, and why: every report that speaks of the index lists it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "libsupply/image/oci/descriptor.hpp"

namespace supply::oci {

struct LeftOut {
  Descriptor descriptor;
  std::string reason;  ///< a noun phrase: "platform unknown/unknown, which no runtime chooses"
};

/// A line for each: "left out: sha256:…: platform unknown/unknown, …".
std::string to_text(const std::vector<LeftOut>& left_out);
/// Records with digest, mediaType and reason.
nlohmann::json to_json(const std::vector<LeftOut>& left_out);

}  // namespace supply::oci
