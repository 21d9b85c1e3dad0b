// The signed SBOMs among an image's attestations.
#pragma once

#include <set>

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/trust/attest/verified.hpp"
#include "libsupply/verdict/policy/facts.hpp"

namespace supply::gate {

/// Reads the SBOM, and compares it with `actual`, what is in the image, unless that is null. What is wrong with the
/// document is in the result's `problem`: it was somebody's to sign, and is no damage of the image.
policy::AttachedSbom attached_sbom(const attest::Verified<attest::Statement>& statement, const pkg::Inventory* actual,
                                   const std::set<std::string>& profiles);

}  // namespace supply::gate
