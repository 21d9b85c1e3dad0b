// Questions to whoever sits at the terminal, whatever standard input is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace supply::tools {

/// A line that is typed without being shown; nothing where there is no terminal.
std::optional<std::string> ask_secret(std::string_view question);

}  // namespace supply::tools
