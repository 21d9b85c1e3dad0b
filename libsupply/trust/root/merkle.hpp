// Merkle trees of transparency logs. Pure functions. Source: RFC 6962, section 2.1; RFC 9162, section 2.1.3.2.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::root {

/// SHA-256(0x00 || entry).
std::string leaf_hash(std::string_view entry);
/// The root hash of a tree of `tree_size` leaves in which `leaf`, a hash, is at `index`, by the path from it up.
/// Errors: mismatch, when the index is not below the size, or the path is too short or too long or has something in it
/// that is no hash.
Result<std::string> root_of_path(std::string_view leaf, std::uint64_t index, std::uint64_t tree_size,
                                 std::span<const std::string> path);

}  // namespace supply::root
