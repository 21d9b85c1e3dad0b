// A step of a supply chain as an in-toto layout has it. Source: in-toto/attestation, spec/predicates/link.md.
#pragma once

#include "libsupply/trust/predicates/resource_descriptor.hpp"

namespace supply::predicates {

struct Link {
  std::string name = {};  ///< of the step
  std::vector<std::string> command = {};
  std::vector<ResourceDescriptor> materials = {};     ///< each with a name and a digest
  std::string byproducts = "{}", environment = "{}";  ///< JSON texts of objects
};

}  // namespace supply::predicates
