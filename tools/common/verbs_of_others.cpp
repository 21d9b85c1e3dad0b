#include "tools/common/verbs_of_others.hpp"

#include <utility>

namespace supply::tools {

std::string_view instead_of_verb(std::string_view verb) {
  static constexpr std::pair<std::string_view, std::string_view> kVerbs[] = {
      {"attach", "attest IMAGE --type T --predicate FILE"},
      {"clean", "delete IMAGE@DIGEST, of what inspect IMAGE lists"},
      {"generate-key-pair", "key generate"},
      {"import-key-pair", "key import"},
      {"initialize", "trust update, or trust init --mirror URL --root FILE"},
      {"load", "copy oci:DIR:TAG IMAGE"},
      {"public-key", "key public"},
      {"save", "copy IMAGE oci:DIR:TAG"},
      {"signing-config", "sign --signing-config FILE"},
      {"tree", "inspect IMAGE"},
      {"triangulate", "inspect IMAGE"},
      {"trusted-root", "trust root create"},
  };
  for (const auto& [name, instead] : kVerbs)
    if (name == verb) return instead;
  return {};
}

}  // namespace supply::tools
