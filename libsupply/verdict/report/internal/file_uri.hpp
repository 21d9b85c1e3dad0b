// A file's path as the URI that SARIF wants.
#pragma once

#include <string>
#include <string_view>

namespace supply::report {

/// A relative reference ("ci/Dockerfile", "a%20b") for a relative path, "file:///srv/Dockerfile" for an absolute one;
/// whatever is not an unreserved character or a slash is percent-encoded. Source: RFC 3986, sections 2.1 and 4.2.
std::string file_uri(std::string_view path);

}  // namespace supply::report
