// The capabilities that a file gives to who runs it, by its extended attribute "security.capability". Pure.
// Source: capabilities(7), "File capabilities"; Linux, include/uapi/linux/capability.h (vfs_cap_data, vfs_ns_cap_data).
#pragma once

#include <string>
#include <string_view>

namespace supply::gate {

/// "capabilities cap_net_admin,cap_net_raw=ep" as getcap(8) names them: p permitted, i inheritable, e effective; "" of
/// an attribute that gives none. What cannot be read is said, for a kernel may read it.
std::string capabilities_text(std::string_view attribute);

}  // namespace supply::gate
