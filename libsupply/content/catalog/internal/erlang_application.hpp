// Erlang's application resource files, ebin/NAME.app: what an installed application of Erlang/OTP, Elixir or Gleam says
// of itself. Pure function.
// Source: Erlang/OTP, kernel, app(4); the Erlang reference manual, "Data Types".
#pragma once

#include <string_view>

#include "libsupply/content/catalog/internal/described_package.hpp"

namespace supply::catalog {

/// `file_name` is "NAME.app": Erlang loads no application of another name from it. Errors: malformed ("byte 17: …").
Result<DescribedPackage> parse_erlang_application(std::string_view text, std::string_view file_name);

}  // namespace supply::catalog
