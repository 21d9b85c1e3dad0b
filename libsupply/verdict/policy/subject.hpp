// What a rule judges, as far as exceptions and reports must know it: an image, or a workload of a deployment file.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libsupply/base/digest/digest.hpp"
#include "libsupply/base/finding/finding.hpp"
#include "libsupply/base/time/time.hpp"
#include "libsupply/image/oci/reference.hpp"

namespace supply::policy {

struct Subject {
  std::optional<Digest> digest = {};       ///< of an image
  std::vector<oci::Reference> names = {};  ///< all that an image is called
  std::string workload = {};               ///< a workload's name: "deployment/shop/web:app"; empty for an image
  Location place = {};                     ///< where its findings are, unless they say it themselves
  Time now = {};
};

}  // namespace supply::policy
