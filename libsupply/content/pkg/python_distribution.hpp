// File names of Python's distributions. Pure functions; any thread.
// Source: PyPA specifications, "Binary distribution format", "Source distribution format", "Names and normalization".
#pragma once

#include <string_view>

namespace supply::pkg {

/// Whether the name is of a wheel ("demo_pkg-1.0-py3-none-any.whl") or of a source distribution
/// ("demo-pkg-1.0.tar.gz").
bool is_python_distribution(std::string_view file_name);
/// Whether both names are of one distribution: names and versions in their normal forms, tags in any order ("py2.py3").
/// False where one is none of a distribution.
bool are_same_python_distribution(std::string_view one, std::string_view other);

}  // namespace supply::pkg
