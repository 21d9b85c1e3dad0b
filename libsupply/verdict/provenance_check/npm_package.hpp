// What npm's registry adds to the provenance of a package: its own attestation of what it published, by keys of its
// own. Pure. Source: npm/attestation, specs/publish/v0.1; docs.npmjs.com, "Verifying ECDSA registry signatures".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libsupply/trust/attest/verified.hpp"
#include "libsupply/trust/verify/trust_policy.hpp"

namespace supply::provenance_check {

/// The registry's keys for attestations, each named by its id ("SHA256:…"). Built in; see make_npm_keys.py.
std::vector<verify::TrustedKey> npm_keys();

struct NpmPackage {
  std::string name, version;  ///< empty: not asked
};

/// Why a statement about a package is not about this one, or empty. The subject is "pkg:npm/%40scope/name@version".
std::string other_package(const attest::Statement& statement, const NpmPackage& package);
/// Why a verified publish attestation does not count: another package, another key than the bundle says, a key outside
/// its time. Empty when it does.
std::string publish_objection(const attest::Verified<attest::Statement>& statement, std::string_view bundle,
                              const NpmPackage& package);

}  // namespace supply::provenance_check
