// What packages cost a run that makes them out of what somebody else wrote. One long text that many packages name is
// copied as often: each copy is drawn from a budget.
#pragma once

#include <cstdint>
#include <set>
#include <string_view>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/content/pkg/package.hpp"

namespace supply::pkg {

/// Of the value and its texts, in bytes.
std::uint64_t memory_of(const Package& package);

/// Draws what a package takes that is in an inventory: while it is sorted, compared and written as a document too.
/// Errors: limit_exceeded.
Status spend_package(const Package& package, Share& share);

/// Package::depends becomes those references (see reference_of()). Errors: limit_exceeded.
Status set_depends(Package& package, const std::set<std::string_view>& references, Share& share);

}  // namespace supply::pkg
