// Runs a helper program: no shell, a few bytes in, a few bytes out, within a time.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace supply::process {

struct Command {
  std::string program;  ///< a path, or a name that is looked up in PATH of `environment`
  std::vector<std::string> arguments = {};
  std::map<std::string, std::string> environment = {};  ///< all that the program gets
  std::string input = {};
  std::size_t output_limit = 64 * 1024;
  std::chrono::milliseconds patience{30'000};
};

struct Output {
  int exit_code = 0;  ///< 128 + the signal's number when one ended it
  std::string output;
  std::string errors;  ///< the first KiB of what it said on standard error
};

/// Waits for the program's end. Errors: not_found (no such program), forbidden (not executable), unavailable (it took
/// too long and was killed with its children), limit_exceeded (it wrote too much and was killed), internal.
Result<Output> run(const Command& command);

}  // namespace supply::process
