// The version, as `supply version`, SBOM creators and reports say it.
#pragma once

#include <string_view>

namespace supply::tools {

inline constexpr std::string_view kVersion = SUPPLY_VERSION;

}  // namespace supply::tools
