// Credentials baked into an image's configuration: its environment, labels and history.
#pragma once

#include <compare>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/content/secrets/credential.hpp"
#include "libsupply/image/oci/config.hpp"

namespace supply::secrets {

enum class Where { env, label, history };
std::string_view to_string(Where where);

/// One of them; never its value.
struct Secret {
  Where where = Where::env;
  std::size_t index = 0;  ///< of the entry in env or history, from 0; 0 for labels
  std::string name;       ///< of the variable, label or build argument; empty when only a shape gave it away
  std::string kind;       ///< as secret_variable says it
  friend bool operator==(const Secret&, const Secret&) = default;
  friend auto operator<=>(const Secret&, const Secret&) = default;
};

/// All in one image's configuration, sorted, each once.
std::vector<Secret> find(const oci::Config& config);
/// One error per secret, rule "secrets/<where>"; `image` is the place. The value is never in it.
std::vector<Finding> findings(const oci::Config& config, std::string_view image);

}  // namespace supply::secrets
