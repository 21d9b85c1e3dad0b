// The files that rules about files look for: by their modes and names in the merged tree, and by their content in every
// layer, for what a later layer removes is in the image all the same.
#pragma once

#include <string_view>
#include <vector>

#include "libsupply/image/rootfs/file_tree.hpp"
#include "libsupply/verdict/policy/facts.hpp"

namespace supply::gate {

/// Keeps of private keys, and of files that hold credentials, what kind they are; never their content.
const rootfs::Collector* credential_collector();

/// Sorted; absent where there are more than kMaxNotableFiles, so that nobody takes some for all. The tree's layers were
/// read with credential_collector().
std::optional<std::vector<policy::FileFact>> notable_files(const rootfs::FileTree& tree);

/// "setuid" and the like for one file of the tree; "" where no rule looks for it. `path` has no leading '/'.
std::string_view kind_by_name(std::string_view path);
/// The same where it is known whether the file is in a directory of programs.
std::string_view kind_in(std::string_view path, bool is_program);
/// What the content of a file of that path gives away: "private-key: RSA", "secret: line 3: github token", or "".
std::string credential_in(std::string_view path, std::string_view content);

}  // namespace supply::gate
