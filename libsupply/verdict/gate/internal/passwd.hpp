// Which user names an image knows, read as container runtimes read its /etc/passwd.
#pragma once

#include "libsupply/image/rootfs/file_tree.hpp"
#include "libsupply/verdict/policy/facts.hpp"

namespace supply::gate {

/// Keeps /etc/passwd while its layer passes. Has static storage.
const rootfs::Collector* passwd_collector();
/// The users in the tree's /etc/passwd; none when there is no such file.
policy::Users users(const rootfs::FileTree& tree);
/// One file. An id that is no number, or out of range, is 0, so that nobody passes for harmless by it.
policy::Users parse_passwd(std::string_view text);

}  // namespace supply::gate
