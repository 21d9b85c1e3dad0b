// What a user wants to attest: a file, and its predicate type.
#pragma once

#include <string>

#include "libsupply/base/result/result.hpp"

namespace supply::tools {

struct Predicate {
  std::string text;  ///< as make_statement takes it
  std::string type;
};

/// The JSON object in a file, or in standard input for "-", under the type that `name` says or its content tells.
/// Errors: usage, when it is none (saying what it is), or of another type than `name` says; those of read_input.
Result<Predicate> read_predicate(const std::string& path, const std::string& name);

}  // namespace supply::tools
