// Versions as the package managers compare them.
#pragma once

#include <string>
#include <string_view>

namespace supply::pkg {

/// One spelling for all that the package manager of a purl's type takes for the same version: of deb without the epoch
/// 0
/// ("0:1.0" is 1.0), of pypi in its normal form and without zeros at the end ("v1.0.0", "01.0" and "1.0" are 1). The
/// text itself for other types, and where it is no version. Sources: deb-version(7); PEP 440, "Normalization" and
/// "Public version identifiers".
std::string comparable_version(std::string_view purl_type, std::string_view version);

}  // namespace supply::pkg
