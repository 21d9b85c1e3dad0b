// From an image's name to the facts that the gate judges by.
#pragma once

#include "libsupply/verdict/gate/collect.hpp"
#include "tools/common/image.hpp"

namespace supply::tools {

/// `text` as a user types it; `budget` is the image's own. The layers of a registry's image are read only where a rule
/// asks what is in them. Any thread. Errors: usage (a wrong name, a form without a digest), and those of
/// gate::collect().
Result<policy::Facts> collect_image(const std::string& text, const policy::Policy& policy, gate::Options options,
                                    Stores& stores, Budget& budget);

}  // namespace supply::tools
