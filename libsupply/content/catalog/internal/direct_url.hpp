// Where a Python distribution was installed from, when that was an address: direct_url.json. Pure function.
// Source: packaging.python.org, "Recording the Direct URL Origin of installed distributions" (PEP 610).
#pragma once

#include <string>
#include <string_view>

#include "libsupply/content/pkg/package.hpp"

namespace supply::catalog {

/// Adds to the package's purl `vcs_url` ("git+https://…@commit") or `download_url`, and the archive's SHA-256 to its
/// checksums. What was a directory of the machine that installed it says nothing here. Credentials are left out.
/// Errors: malformed, limit_exceeded.
Status add_direct_url(std::string_view text, pkg::Package& package);

/// The address without what is before its host: installers leave credentials out, but for "git" alone and
/// variables, and nothing of them is needed here.
std::string without_credentials(const std::string& url);

}  // namespace supply::catalog
