#include "libsupply/content/catalog/internal/path_gems.hpp"

#include <algorithm>

#include "libsupply/base/text/text.hpp"

namespace supply::catalog {

Result<std::vector<PathGem>> parse_path_gems(std::string_view lock) {
  std::vector<PathGem> out;
  std::string_view section, remote;
  for (std::string_view line : lines(lock)) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == std::string_view::npos) continue;
    const std::string_view content = line.substr(indent);
    if (indent == 0) {
      section = content;
      remote = {};
    }
    if (section != "PATH") continue;
    const std::size_t open = content.find(" (");
    if (indent == 2 && content.starts_with("remote: ")) remote = content.substr(8);
    if (indent == 4) {
      if (remote.empty() || open == std::string_view::npos || !content.ends_with(')'))
        return Error(ErrorCode::malformed, "PATH: " + quote(content) + " is no gem with its version");
      const std::string_view version = content.substr(open + 2, content.size() - open - 3);
      const std::size_t dash = std::min(version.find('-'), version.size());
      out.push_back({std::string(remote),
                     std::string(content.substr(0, open)),
                     std::string(version.substr(0, dash)),
                     std::string(version.substr(std::min(dash + 1, version.size()))),
                     {}});
    }
    if (indent == 6 && !out.empty()) {
      std::string_view name = content.substr(0, open);
      if (name.ends_with('!')) name.remove_suffix(1);
      out.back().requires_.emplace_back(name);
    }
  }
  return out;
}

}  // namespace supply::catalog
