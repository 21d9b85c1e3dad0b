// Which SBOM a predicate is. The document itself is content/sbom's to read. Source: in-toto/attestation,
// spec/predicates/spdx.md and cyclonedx.md.
#pragma once

#include <string>

namespace supply::predicates {

struct SbomDocument {
  enum class Format { spdx, cyclonedx };
  Format format = Format::spdx;
  std::string version = {};  ///< "SPDX-2.3", "1.6"; of SPDX 3 the @context
  std::string name = {};     ///< SPDX 2: documentNamespace; CycloneDX: serialNumber; may be empty
};

}  // namespace supply::predicates
