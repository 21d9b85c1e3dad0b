// A policy from disk, with the key files that it names.
#pragma once

#include "libsupply/base/io/file.hpp"
#include "libsupply/verdict/policy/policy.hpp"

namespace supply::gate {

/// Key paths are relative to the policy's directory. Errors: usage, also when the policy or a key cannot be read.
Result<policy::Policy> read_policy(const io::Path& path);

}  // namespace supply::gate
