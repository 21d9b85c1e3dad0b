// Predicate types that differ in their version alone. Pure.
#pragma once

#include <string>
#include <string_view>

namespace supply::attest {

/// Whether the URI is that of `known` but for its last part, the version ("…/v0.2" for "…/v0.1"), and no type that
/// Supply reads is so called: what such a predicate says is not known, and it is not as if it were not there.
/// Source: in-toto/attestation, spec/v1/field_types.md, TypeURI.
bool is_other_version(std::string_view type, std::string_view known);

/// What is said of a predicate of another version: `what` is "provenance", "test results".
std::string unread_version(std::string_view what, std::string_view type);

}  // namespace supply::attest
