// How near a network address is. Source: IANA special-purpose address registries (RFC 6890, RFC 6598, RFC 4193).
#pragma once

#include <string_view>

#include "libsupply/base/http/client.hpp"

struct sockaddr;

namespace supply::http {

/// Also looks through IPv6 forms that carry an IPv4 address (mapped, 6to4, NAT64). An unknown family is local.
AddressScope scope_of(const sockaddr* address);
/// The same for an address in text ("127.0.0.1", "::1"); nothing for a name.
std::optional<AddressScope> scope_of(std::string_view host);

}  // namespace supply::http
