// The signed SBOMs among an image's attestations.
#pragma once

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/trust/attest/verified.hpp"
#include "libsupply/verdict/policy/facts.hpp"

namespace supply::gate {

/// SPDX or CycloneDX, with or without a version at the type's end.
bool is_sbom_type(std::string_view predicate_type);
/// Reads the SBOM, and holds it against `actual`, what is in the image, unless that is null. What is wrong with the
/// document is in the result's `problem`: it was somebody's to sign, and is no damage of the image.
policy::AttachedSbom attached_sbom(const attest::Verified<attest::Statement>& statement,
                                   const catalog::Catalog* actual);

}  // namespace supply::gate
