// What the rockspec of an installed Lua rock says. It is a program in Lua; nearly all consist of assignments of
// literals, and only those are read. Pure functions. Source: LuaRocks, docs/rockspec_format.md; Lua 5.4 manual, 3.1
// and 3.4.9.
#pragma once

#include <functional>
#include <string_view>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// Calls with each text that is assigned to a variable or a field, and with the names that lead to it, with '/' between
/// them; what has no name in its table has a number: "dependencies/1". What is no literal is passed over, as is what
/// lies deeper than kMaxTermDepth. Views live during the call.
void for_each_lua_text(std::string_view text,
                       const std::function<void(std::string_view names, std::string_view value)>& call);

/// Name and version are those of its place (rocks-5.1/NAME/VERSION), by which LuaRocks knows it.
/// Errors: malformed (the name or version is none for a purl).
Result<DescribedPackage> parse_rockspec(std::string_view text, std::string_view name, std::string_view version);

}  // namespace supply::catalog
