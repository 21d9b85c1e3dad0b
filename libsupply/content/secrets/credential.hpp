// Text that looks like a credential: told by the name of a variable or the shape of a value. Pure; any thread. No
// function here returns a value that it found.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace supply::secrets {

/// Whether a variable of this name is expected to hold a credential (DB_PASSWORD, API_KEY, SECRET_KEY_BASE, …). Names
/// that end in _FILE, _PATH, _URL and the like, and known public ones (GPG_KEY, …_PUBLIC_KEY, …_SHA256), are not.
bool secret_name(std::string_view name);

/// What kind of credential is somewhere in the text ("github token", "private key", "password in a url", …), or
/// nullopt. The view is of static storage.
std::optional<std::string_view> secret_shape(std::string_view text);

/// Whether `name`=`value` bakes a credential in, and of which kind: a telling shape, or a telling name ("named like a
/// secret") with a value that is not empty, a path (/run/secrets/…), a reference (${X}, $(…)), a boolean or masked.
std::optional<std::string_view> secret_variable(std::string_view name, std::string_view value);

/// The text with every credential that its shape gives away replaced by "***".
std::string masked(std::string_view text);

}  // namespace supply::secrets
