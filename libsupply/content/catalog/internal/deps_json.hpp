// What .NET's host reads of a program's NAME.deps.json. Pure function.
// Source: dotnet/runtime, docs/design/features/host-probing.md; src/native/corehost/hostpolicy/deps_format.cpp;
// dotnet/cli, Documentation/specs/runtime-configuration-file.md.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// The libraries of the target for which the program was made that have something to load: packages, projects and
/// packs of the runtime. What only refers to others (it has no assets) is not one, and its dependencies are those of
/// what requires it. Nothing for JSON that is no such file. Errors: malformed, limit_exceeded.
Result<DescribedList> parse_deps_json(std::string_view text);
/// The names of the assemblies that it accounts for, in lower case: "newtonsoft.json.dll". None of what cannot be read.
std::set<std::string> assemblies_of_deps_json(std::string_view text);

}  // namespace supply::catalog
