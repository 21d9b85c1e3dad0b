// Asks a container engine what it runs, through the API that Docker and podman share. GET requests alone: nothing is
// started, stopped or changed. One thread per client.
#pragma once

#include <string>

#include "libsupply/base/result/result.hpp"
#include "libsupply/image/engine/running.hpp"

namespace supply::http {
class Client;
}

namespace supply::engine {

/// The path of "unix:///run/docker.sock". Errors: usage (any other form: what comes over a network would have to prove
/// who it is).
Result<std::string> socket_of(const std::string& host);

/// All containers that run, are paused or restart, each with its image's digests and what changed in it. What one of
/// them does not answer is said in its values; the client's connections go to the engine's socket. Errors: those of the
/// client; not_found, forbidden, unavailable (other answers); malformed, limit_exceeded (an answer that is too large,
/// too many containers). Source: Docker Engine API v1.41: ContainerList, ContainerInspect, ContainerChanges,
/// ImageInspect, SystemVersion.
Result<Snapshot> ask(http::Client& client);

}  // namespace supply::engine
