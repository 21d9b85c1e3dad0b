// What users of cosign type when they verify: each flag does what it says, or names what to type instead.
#pragma once

#include <string>

#include "libsupply/base/result/result.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

enum class Verifies { images, blobs };

struct CosignFlags {
  bool local_image = false;

  /// "oci:DIR" of "DIR" with --local-image, which cosign means so.
  std::string image(const std::string& text) const;
};

/// Adds them, unseen in the help: those that Supply has under the same name are the verb's own. Of those that say no
/// more than what to type, the ones that were typed: CLI11 compares each option with all others.
void add_cosign_flags(CLI::App& verb, CosignFlags& flags, Verifies what, const Run& run);

}  // namespace supply::tools
