// One request and its answer, by Boost.Beast, on bytes that have come already. For the .cpp files of this room.
// Source: RFC 9112.
#pragma once

#include <string>

#include "libsupply/base/http_server/server.hpp"

namespace supply::http_server {

/// Whether the bytes hold a whole head. `scanned` is what was looked at before.
bool has_head(std::string_view in, std::size_t& scanned);

struct Exchange {
  bool complete = false;          ///< else more bytes are wanted, and there is no answer yet
  std::size_t bytes = 0;          ///< of head and body
  bool expects_continue = false;  ///< the client waits for a word before it sends its body
  std::string answer = {};
  bool close = true;  ///< the connection is of no more use
};

class Http {
 public:
  Http(const Options& options, Handler handler);
  /// `in` begins with a head. With `overloaded` every request is told to come back later. Any thread.
  Exchange exchange(std::string_view in, TimePoint arrived, bool overloaded, bool closing) const;

 private:
  Options options_;
  Handler handler_;
};

/// The answer to a head that is too large or does not come; the connection ends behind it.
std::string plain_answer(int status, std::string_view reason);

}  // namespace supply::http_server
