// Which proxy a request goes through, by the usual variables of an environment that the caller hands in.
#pragma once

#include <map>
#include <string>

#include "libsupply/base/http/url.hpp"

namespace supply::http {

using Environment = std::map<std::string, std::string>;

/// The proxy's address, or "" for none: https_proxy, http_proxy (never HTTP_PROXY, which a CGI request can set),
/// all_proxy, in lower case before upper case; never for this machine; not for what no_proxy names: hosts with all
/// below them, host:port, addresses, networks (10.0.0.0/8), "*".
std::string proxy_for(const Origin& origin, const Environment& environment);

}  // namespace supply::http
