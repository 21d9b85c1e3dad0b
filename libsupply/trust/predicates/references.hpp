// Documents about an artifact that are elsewhere. Source: in-toto/attestation, spec/predicates/reference.md.
#pragma once

#include "libsupply/trust/predicates/resource_descriptor.hpp"

namespace supply::predicates {

struct References {
  std::string attester_id = {};
  std::vector<ResourceDescriptor> references = {};  ///< each with a downloadLocation and a mediaType
};

}  // namespace supply::predicates
