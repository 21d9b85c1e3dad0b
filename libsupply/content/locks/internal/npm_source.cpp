#include "libsupply/content/locks/internal/npm_source.hpp"

namespace supply::locks {

std::pair<std::string, std::string> npm_name_and_range(std::string_view text) {
  const std::size_t at = text.find('@', 1);
  if (at == std::string_view::npos) return {std::string(text), ""};
  return {std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

Status say_npm_source(LockBuilder& out, std::size_t entry, std::string_view address) {
  if (address.empty()) return {};
  const bool git = address.starts_with("git+") || address.starts_with("git:") || address.starts_with("git@") ||
                   address.starts_with("ssh:") || address.starts_with("github:") ||
                   address.find(".git#") != std::string_view::npos;
  const std::size_t mark = address.find('#');
  if (git) {
    std::string_view commit = mark == std::string_view::npos ? std::string_view() : address.substr(mark + 1);
    if (commit.starts_with("commit=")) commit.remove_prefix(7);
    return out.from_git(entry, address.substr(0, mark), commit.substr(0, commit.find('&')));
  }
  for (const std::string_view local : {"file:", "link:", "workspace:", "portal:", "./", "../"})
    if (address.starts_with(local)) {
      out.from_path(entry, local.ends_with(':') ? address.substr(local.size()) : address);
      return {};
    }
  if (address.find("/-/") != std::string_view::npos) out.from_registry(entry, address);
  else if (address.find("://") != std::string_view::npos) return out.from_url(entry, address);
  return {};
}

}  // namespace supply::locks
