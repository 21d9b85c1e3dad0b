// What users of cosign type: each flag does what it says, or names what to type instead.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "libsupply/base/result/result.hpp"
#include "tools/common/command.hpp"

namespace supply::tools {

enum class Verifies { images, blobs };

struct CosignFlags {
  bool local_image = false;

  /// "oci:DIR" of "DIR" with --local-image, which cosign means so.
  std::string image(const std::string& text) const;
};

/// An option that another program takes and Supply does not, and what to type. A flag takes true or false for a value.
struct OptionOfOthers {
  const char* option;
  bool has_value;
  const char* instead;
};

/// Refuses those of `all`, and those of every verb of cosign's, that were typed and are not the verb's own: behind all
/// of the verb's own options.
void refuse_options_of_others(CLI::App& verb, std::span<const OptionOfOthers> all, const Run& run);

/// Adds those of verifying, unseen in the help: those that Supply has under the same name are the verb's own. Of those
/// that say no more than what to type, the ones that were typed: CLI11 compares each option with all others.
void add_cosign_flags(CLI::App& verb, CosignFlags& flags, Verifies what, const Run& run);

/// Of "a=b,c=d", which cosign takes for two annotations, both. What has a part that is no key=value, or quotes, is one.
std::vector<std::string> split_annotations(const std::vector<std::string>& typed);

}  // namespace supply::tools
