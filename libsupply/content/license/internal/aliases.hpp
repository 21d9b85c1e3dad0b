// How the ecosystems spell licences of the SPDX list.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace supply::license {

/// The SPDX expression (mostly one identifier) that one spelling surely stands for: "Expat" is MIT, "GPL-2+" is
/// GPL-2.0-or-later, "Apache License, Version 2.0" is Apache-2.0. Nothing for what leaves a choice ("BSD", "GPL").
std::optional<std::string> find_alias(std::string_view spelling);

}  // namespace supply::license
