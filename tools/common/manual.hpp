// Manual pages, made from the options that the verbs declare.
#pragma once

#include <string>
#include <vector>

#include "libsupply/base/result/result.hpp"

namespace CLI {
class App;
}

namespace supply::tools {

/// The page (section 1, man(7)) of a verb, named by its words, or of the program. Errors: usage (no such verb).
Result<std::string> manual_page(const CLI::App& program, const std::vector<std::string>& verb);

}  // namespace supply::tools
