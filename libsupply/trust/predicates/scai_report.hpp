// Attributes that somebody asserts of an artifact. Source: in-toto/attestation, spec/predicates/scai.md.
#pragma once

#include "libsupply/trust/predicates/resource_descriptor.hpp"

namespace supply::predicates {

struct ScaiReport {
  struct Attribute {
    std::string attribute = {};
    std::optional<ResourceDescriptor> target = {}, evidence = {};
    std::string conditions = "{}";  ///< the JSON text of an object
  };
  std::vector<Attribute> attributes = {};  ///< at least one, when read
  std::optional<ResourceDescriptor> producer = {};
};

}  // namespace supply::predicates
