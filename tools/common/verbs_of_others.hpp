// What users of cosign, gh, npm, syft, crane and skopeo call what Supply calls otherwise. Static storage; any thread.
#pragma once

#include <string_view>

namespace supply::tools {

/// What to type in place of that verb; empty where nobody has such a verb.
std::string_view instead_of_verb(std::string_view verb);

}  // namespace supply::tools
