// The name of a host in the one form that is compared: what DNS and URLs take for the same is the same text.
#pragma once

#include <string>
#include <string_view>

#include "libsupply/base/result/result.hpp"

namespace supply::oci {

/// "Registry.Example.:05000" as "registry.example:5000": lower case, no final dot, the port without zeros in front and
/// left out where it is `default_port` (0: there is none), an IPv6 address as RFC 5952 writes it.
/// Errors: malformed, for what is no host name, address or port; also for a name that is not ASCII, a user, an escape.
/// Source: RFC 3986, sections 3.2.2, 3.2.3 and 6.2.3; RFC 1123, section 2.1; RFC 5952.
Result<std::string> canonical_host(std::string_view text, int default_port);

/// The same of a registry, as references, policies and credential files name it: Docker Hub is "docker.io" under each
/// of its names, and port 443 is left out, but for a host on this machine (which is asked at port 80 first) and a host
/// of one label (which without a port would be a repository of Docker Hub: "Foo" is "foo:443"). Errors: malformed, as
/// canonical_host.
Result<std::string> canonical_registry(std::string_view text);

}  // namespace supply::oci
