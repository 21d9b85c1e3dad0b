// What `cargo install --list` lists: $CARGO_HOME/.crates2.json, and .crates.toml of the versions of cargo before it.
// Pure functions. Source: cargo, src/cargo/ops/common_for_install_and_uninstall.rs (CrateListingV1, CrateListingV2);
// core/package_id.rs (PackageId's Display).
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Errors: malformed (no JSON, no list of crates, a crate without name or version), limit_exceeded.
Result<DescribedList> parse_crates2_json(std::string_view text);
/// Errors: malformed, limit_exceeded.
Result<DescribedList> parse_crates_toml(std::string_view text);

}  // namespace supply::catalog
