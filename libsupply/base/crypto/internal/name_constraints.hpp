// Which names an authority may certify. Source: RFC 5280, section 4.2.1.10.
#pragma once

#include <span>

#include "libsupply/base/crypto/certificate.hpp"

namespace supply::crypto::internal {

inline constexpr std::string_view kNameConstraints = "2.5.29.30";

/// Whether the issuer's constraints, if it has any, allow every name of the certificates below it: of the leaf, which
/// is the first, and of those issuers that are not self-issued. Names are emails, DNS names, URIs and directory names;
/// a constraint of another form refuses every name of that form. Errors: mismatch, limit_exceeded.
Status check_names(const Certificate& issuer, std::span<const Certificate* const> below);

}  // namespace supply::crypto::internal
