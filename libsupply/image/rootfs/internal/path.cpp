#include "libsupply/image/rootfs/internal/path.hpp"

#include <fmt/core.h>

#include <algorithm>

#include "libsupply/base/limits/limits.hpp"

namespace supply::rootfs {
namespace {

// Whether every component counts as it stands.
bool is_clean(std::string_view path) {
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

}  // namespace

Result<std::string_view> clean_path(std::string_view raw, std::string& scratch) {
  while (raw.starts_with('/') || raw.starts_with("./")) raw.remove_prefix(raw.front() == '/' ? 1 : 2);
  while (raw.ends_with('/')) raw.remove_suffix(1);
  if (raw == ".") raw = {};
  if (!raw.empty() && !is_clean(raw)) {
    scratch.clear();
    for (std::size_t at = 0; at <= raw.size();) {
      const std::size_t end = std::min(raw.find('/', at), raw.size());
      const std::string_view part = raw.substr(at, end - at);
      at = end + 1;
      if (part == "..") {
        if (scratch.empty()) return Error(ErrorCode::malformed, "path leaves the root");
        const std::size_t slash = scratch.rfind('/');
        scratch.resize(slash == std::string::npos ? 0 : slash);
      } else if (!part.empty() && part != ".") {
        if (!scratch.empty()) scratch += '/';
        scratch += part;
      }
    }
    raw = scratch;
  }
  if (static_cast<std::size_t>(std::count(raw.begin(), raw.end(), '/')) >= kMaxPathComponents)
    return Error(ErrorCode::limit_exceeded, fmt::format("a path of more than {} components", kMaxPathComponents));
  return raw;
}

}  // namespace supply::rootfs
