// What tests ask of a result that must be an error. Tests only.
#pragma once

#include <stdexcept>

#include "libsupply/base/result/result.hpp"

namespace supply::testing {

/// Throws where there is no error.
template <class T>
ErrorCode code_of(const Result<T>& result) {
  if (result) throw std::logic_error("a success, where an error is expected");
  return result.error().code();
}

}  // namespace supply::testing
