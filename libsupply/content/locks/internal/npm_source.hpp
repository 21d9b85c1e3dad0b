// Where a package of JavaScript comes from, by the address that npm, pnpm, Yarn and bun write.
#pragma once

#include <string_view>

#include "libsupply/content/locks/internal/lock_builder.hpp"

namespace supply::locks {

/// "name" and "range" of "name@range" and "@scope/name@range"; the range may be empty.
std::pair<std::string, std::string> npm_name_and_range(std::string_view text);
/// Says it of the entry: a registry's archive, a git repository with its commit, another archive, a path. Where an
/// address of https is a registry's is told by its form, "…/NAME/-/NAME-1.0.0.tgz". Errors: malformed.
Status say_npm_source(LockBuilder& out, std::size_t entry, std::string_view address);

}  // namespace supply::locks
