#include "libsupply/base/result/error.hpp"

namespace supply {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::internal: return "internal";
    case ErrorCode::usage: return "usage";
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::unauthenticated: return "unauthenticated";
    case ErrorCode::forbidden: return "forbidden";
    case ErrorCode::rate_limited: return "rate_limited";
    case ErrorCode::unavailable: return "unavailable";
    case ErrorCode::unsupported: return "unsupported";
    case ErrorCode::malformed: return "malformed";
    case ErrorCode::mismatch: return "mismatch";
    case ErrorCode::limit_exceeded: return "limit_exceeded";
  }
  return "internal";
}

Error Error::at(std::string_view place) && {
  message_.insert(0, ": ");
  message_.insert(0, place);
  return std::move(*this);
}

}  // namespace supply
