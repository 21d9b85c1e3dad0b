#include "libsupply/base/path/path.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstring>

#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply {
namespace {

// Whether every component counts as it is.
bool is_clean(std::string_view path) {
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, end - at);
    if (part.empty() || part == "." || part == "..") return false;
    at = end + 1;
  }
  return true;
}

// As path.rfind('/'), which looks at one byte after the other: every file of an image comes by here many times.
std::size_t last_slash(std::string_view path) {
  const void* const at = path.empty() ? nullptr : memrchr(path.data(), '/', path.size());
  return at == nullptr ? std::string_view::npos : static_cast<std::size_t>(static_cast<const char*>(at) - path.data());
}

}  // namespace

std::string_view base_name(std::string_view path) { return path.substr(last_slash(path) + 1); }

std::string_view directory_of(std::string_view path) {
  const std::size_t slash = last_slash(path);
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_or_ends_with(std::string_view path, std::string_view end) {
  if (!path.ends_with(end)) return false;
  return path.size() == end.size() || path[path.size() - end.size() - 1] == '/';
}

std::vector<std::string_view> path_components(std::string_view path) {
  std::vector<std::string_view> parts = split(path, '/');
  std::erase_if(parts, [](std::string_view part) { return part.empty() || part == "."; });
  return parts;
}

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
        scratch.resize(directory_of(scratch).size());
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

std::string relative_path(std::string_view path) {
  if (path.starts_with('/')) return {};
  const std::vector<std::string_view> parts = path_components(path);
  if (std::find(parts.begin(), parts.end(), "..") != parts.end()) return {};
  return join(parts, "/");
}

std::string link_target(std::string_view from, std::string_view link) {
  if (link.starts_with('/')) return {};
  std::vector<std::string_view> parts = path_components(directory_of(from));
  for (const std::string_view part : path_components(link)) {
    if (part != "..") {
      parts.push_back(part);
      continue;
    }
    if (parts.empty()) return {};
    parts.pop_back();
  }
  return join(parts, "/");
}

}  // namespace supply
