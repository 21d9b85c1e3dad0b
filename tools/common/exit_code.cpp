#include "tools/common/exit_code.hpp"

#include <algorithm>
#include <array>

namespace supply::tools {

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::usage: return ExitCode::usage;
    case ErrorCode::not_found:
    case ErrorCode::unauthenticated:
    case ErrorCode::forbidden:
    case ErrorCode::rate_limited:
    case ErrorCode::unavailable:
    case ErrorCode::unsupported: return ExitCode::unknown;
    case ErrorCode::malformed:
    case ErrorCode::mismatch:
    case ErrorCode::limit_exceeded: return ExitCode::damaged;
    case ErrorCode::internal: return ExitCode::internal;
  }
  return ExitCode::internal;
}

ExitCode worse(ExitCode a, ExitCode b) {
  constexpr std::array kOrder = {ExitCode::internal, ExitCode::usage,   ExitCode::damaged,
                                 ExitCode::no,       ExitCode::unknown, ExitCode::yes};
  return std::find(kOrder.begin(), kOrder.end(), a) < std::find(kOrder.begin(), kOrder.end(), b) ? a : b;
}

}  // namespace supply::tools
