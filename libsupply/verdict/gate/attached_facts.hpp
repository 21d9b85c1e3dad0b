// From verified evidence to the facts that rules see: the one mapping, which tests of rules and reports run too.
#pragma once

#include <map>
#include <vector>

#include "libsupply/content/catalog/catalog.hpp"
#include "libsupply/trust/verify/verifier.hpp"
#include "libsupply/verdict/policy/facts.hpp"
#include "libsupply/verdict/policy/needs.hpp"

namespace supply::gate {

/// By subject, the signed SBOMs, to be compared with each platform that the subject vouches for.
using Sboms = std::map<Digest, std::vector<attest::Verified<attest::Statement>>>;

/// Fills `attached` and `unfinished` of the facts. Returns the SBOMs among the statements.
Sboms add_attached(verify::JudgedSubjects judged, const policy::Needs& needs, policy::Facts& facts);
/// Fills `sboms` of the platform with those of its manifest and its ancestors, compared with `actual`, what is in the
/// image, unless that is null, and held to the profiles of those names.
void add_sboms(const Sboms& sboms, const pkg::Inventory* actual, const std::set<std::string>& profiles,
               policy::PlatformFacts& platform);

}  // namespace supply::gate
