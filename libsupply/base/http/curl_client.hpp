// The Client that speaks to the network; the only user of libcurl. HTTP/1.1 over as many connections as there are
// requests at once, which are kept and used again (several connections are faster than one with HTTP/2). An answer's
// body is pulled: the reading thread drives its connection, and no more than a few hundred KiB of it are ever in
// memory. Whatever a server does, each exchange ends by itself: see pace.hpp.
#pragma once

#include <chrono>

#include "libsupply/base/http/client.hpp"
#include "libsupply/base/http/pace.hpp"
#include "libsupply/base/http/proxy.hpp"

namespace supply::http {

struct CurlOptions {
  std::string user_agent = "supply";
  std::string ca_file = {};      ///< PEM; its CA certificates are trusted beside the system's
  Environment environment = {};  ///< for the proxy variables only
  Times times = {};
  bool bounds_run = true;        ///< times.run holds; not where the user has said how long all may take
  std::string unix_socket = {};  ///< every connection goes to this socket, whatever the address of a request is
};

/// Errors: usage (the CA file cannot be read or holds no certificate), internal.
Result<std::unique_ptr<Client>> curl_client(CurlOptions options);

}  // namespace supply::http
