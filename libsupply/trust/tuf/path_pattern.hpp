// Which target paths a delegated role may speak for. Pure; any thread.
// Source: TUF specification 1.0, section 4.5 ("PATHPATTERN"); shell patterns as POSIX fnmatch(3) with FNM_PATHNAME.
#pragma once

#include <cstdint>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::tuf {

/// Whether the pattern stands for the path: `*` for any bytes but "/", `?` for one, `[a-c]` and `[!a-c]` for one of a
/// set (never "/"); a `[` without its end is itself. Takes its steps from `left`. Errors: limit_exceeded.
Result<bool> matches(std::string_view pattern, std::string_view path, std::uint64_t& left);

}  // namespace supply::tuf
