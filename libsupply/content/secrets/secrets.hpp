// Credentials baked into an image's configuration: found by the name of a variable or by the shape of a value. No
// function here returns a value that it found.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/finding/finding.hpp"
#include "libsupply/image/oci/config.hpp"

namespace supply::secrets {

enum class Where { env, label, history };
std::string_view to_string(Where where);

struct Secret {
  Where where = Where::env;
  std::string name;       ///< of the variable, label or build argument; empty when only the value gave it away
  std::string kind;       ///< "github token", "private key", "password in a url", …; "named like a secret"
  std::size_t index = 0;  ///< of the entry in env (from 0) or history (from 0)
  friend bool operator==(const Secret&, const Secret&) = default;
  friend auto operator<=>(const Secret&, const Secret&) = default;
};

/// Whether a variable of this name is expected to hold a credential (PASSWORD, API_KEY, …). Names that end in _FILE or
/// _PATH and known public ones (GPG_KEY, …_PUBLIC_KEY, …_SHA256) are not.
bool secret_name(std::string_view name);
/// What kind of credential stands somewhere in the text, or nullopt.
std::optional<std::string_view> secret_shape(std::string_view value);
/// Whether `name`=`value` bakes a credential in, and its kind: a telling shape, or a telling name with a value that is
/// not empty, a path (/run/secrets/…), a reference (${X}), a boolean or a hash of public content.
std::optional<std::string_view> secret_variable(std::string_view name, std::string_view value);

/// All in one image's configuration, sorted, each once.
std::vector<Secret> find(const oci::Config& config);
/// One error per secret, rule "secrets/<where>"; `image` is the place. The value never stands in it.
std::vector<Finding> findings(const oci::Config& config, std::string_view image);

}  // namespace supply::secrets
