// CLI11, without the eight validators that it defines as constants of every source that includes it. No verb uses them,
// and making those of fifty sources at each start took as long as all else before main(): the pages of all the sources
// had to be read. Here their names are those of functions that nobody defines.
#pragma once

#define ExistingFile ExistingFile()
#define ExistingDirectory ExistingDirectory()
#define ExistingPath ExistingPath()
#define NonexistentPath NonexistentPath()
#define ValidIPV4 ValidIPV4()
#define Number(...) Number()
#define NonNegativeNumber(...) NonNegativeNumber()
#define PositiveNumber(...) PositiveNumber()
#include <CLI/CLI.hpp>  // nowhere else
#undef ExistingFile
#undef ExistingDirectory
#undef ExistingPath
#undef NonexistentPath
#undef ValidIPV4
#undef Number
#undef NonNegativeNumber
#undef PositiveNumber

#include <type_traits>

static_assert(std::is_function_v<decltype(CLI::ExistingFile)> && std::is_function_v<decltype(CLI::Number)>);
