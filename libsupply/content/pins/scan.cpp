#include "libsupply/content/pins/scan.hpp"

#include <algorithm>
#include <system_error>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/requirements.hpp"
#include "libsupply/content/pins/format.hpp"

namespace supply::pins {
namespace fs = std::filesystem;
namespace {

bool claimed(const std::string& path) {
  return format_of(path) != nullptr || possible_format_of(path) != nullptr || locks::is_requirements_file(path);
}

Error unreadable(const fs::path& path, const std::error_code& error) {
  const ErrorCode code = error == std::errc::permission_denied ? ErrorCode::forbidden
                         : error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory
                             ? ErrorCode::not_found
                             : ErrorCode::unavailable;
  return Error(code, quote(path.string()) + ": " + error.message());
}

// Other people's sources, and what is no source at all.
bool left_out(const fs::path& directory) {
  constexpr std::string_view kNames[] = {".git", ".hg",           ".svn",        "node_modules", "vendor", ".venv",
                                         "venv", "site-packages", "__pycache__", ".tox",         ".nox"};
  std::error_code ignored;
  return std::find(std::begin(kNames), std::end(kNames), directory.filename().string()) != std::end(kNames) ||
         fs::exists(directory / "pyvenv.cfg", ignored);
}

class Walker {
 public:
  explicit Walker(std::size_t limit) : limit_(limit) {}

  void walk(const fs::path& root, const fs::path& directory, std::size_t depth) {
    if (depth > kMaxWalkDepth)
      return unread(directory,
                    Error(ErrorCode::limit_exceeded, quote(directory.string()) + ": directories nest more than " +
                                                         std::to_string(kMaxWalkDepth) + " deep"));
    const auto names = io::list_directory(directory);
    if (!names) return unread(directory, names.error());
    for (const std::string& name : *names) {
      if (full_) return;
      if (++entries_ > limit_) {
        full_ = true;
        return unread(root, Error(ErrorCode::limit_exceeded,
                                  quote(root.string()) + ": more than " + std::to_string(limit_) + " files"));
      }
      look_at(root, (directory / name).lexically_normal(), depth);
    }
  }

  void add(const fs::path& path, FoundFile file) {
    if (full_) return;
    const auto [it, fresh] = out.files.try_emplace(path.generic_string(), file);
    if (!fresh) it->second.named = it->second.named || file.named;
    if (out.files.size() <= kMaxPinFiles) return;
    full_ = true;
    out.files.erase(it);
    unread(path, Error(ErrorCode::limit_exceeded,
                       quote(path.string()) + ": more than " + std::to_string(kMaxPinFiles) + " files with pins"));
  }

  void unread(const fs::path& path, Error error) { out.unread.push_back({path.generic_string(), std::move(error)}); }

  Found out;

 private:
  void look_at(const fs::path& root, const fs::path& path, std::size_t depth) {
    std::error_code error;
    const fs::file_status status = fs::symlink_status(path, error);
    if (error) return unread(path, unreadable(path, error));
    if (fs::is_symlink(status)) return look_at_link(root, path);
    if (fs::is_directory(status)) {
      if (left_out(path)) out.skipped.push_back(path.generic_string());
      else walk(root, path, depth + 1);
    } else if (claimed(path.generic_string())) {
      if (fs::is_regular_file(status)) add(path, {root, {}, false});
      else unread(path, Error(ErrorCode::unsupported, quote(path.string()) + ": is not a regular file"));
    }
  }

  void look_at_link(const fs::path& root, const fs::path& path) {
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    const std::optional<io::Path> real = inside(root, path);
    if (fs::is_directory(status)) {
      if (real) return;
      if (left_out(path)) out.skipped.push_back(path.generic_string());
      else probe(path);
    } else if (claimed(path.generic_string())) {
      if (real && fs::is_regular_file(status)) add(path, {root, *real, false});
      else if (fs::exists(status) && !fs::is_regular_file(status))
        unread(path, Error(ErrorCode::unsupported, quote(path.string()) + ": is not a regular file"));
      else out.stray_links.push_back(path.generic_string());
    }
  }

  // Whether there are pin files behind a link that leads out of the tree.
  void probe(const fs::path& link) {
    std::size_t names = 0;
    const auto said = [&](ErrorCode code, const std::string& what) {
      unread(link, Error(code, quote(link.string()) + ": is a link out of what is checked, " + what +
                                   ": name the directory too, if it belongs to it"));
    };
    std::error_code error;
    fs::recursive_directory_iterator at(link, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      if (++names > kMaxProbedEntries || static_cast<std::size_t>(at.depth()) > kMaxWalkDepth)
        return said(ErrorCode::unsupported, "to a large directory that was not looked through");
      std::error_code ignored;
      if (at->is_directory(ignored) && !at->is_symlink(ignored)) {
        if (left_out(at->path())) at.disable_recursion_pending();
      } else if (claimed(at->path().generic_string())) {
        return said(ErrorCode::unsupported, "to a directory with " + quote(at->path().filename().string()) + " in it");
      }
    }
    if (error) said(unreadable(link, error).code(), "and " + error.message());
  }

  const std::size_t limit_;
  std::size_t entries_ = 0;
  bool full_ = false;
};

void find_under(const fs::path& given, Walker& walker) {
  const fs::path path = given.lexically_normal();
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::not_found)
    return walker.unread(given, Error(ErrorCode::not_found, quote(given.string()) + ": no such file or directory"));
  if (error) return walker.unread(given, unreadable(path, error));
  if (fs::is_directory(status)) return walker.walk(path, path, 0);
  // A name that only looks like one is enough when the file was named.
  const std::string name = to_lower(path.filename().string());
  const bool likely = name.find("dockerfile") != std::string::npos || name.find("containerfile") != std::string::npos ||
                      name.ends_with(".txt");
  if (!claimed(path.generic_string()) && !likely)
    return walker.unread(
        given, Error(ErrorCode::unsupported,
                     quote(given.string()) +
                         ": no kind of file in which pins are known to stand (Dockerfile, requirements.txt)"));
  walker.add(path, {path.has_parent_path() ? path.parent_path() : fs::path("."), {}, true});
}

}  // namespace

Found find_files(const std::vector<io::Path>& paths, std::size_t limit) {
  Walker walker(limit);
  for (const fs::path& given : paths) find_under(given, walker);
  std::sort(walker.out.skipped.begin(), walker.out.skipped.end());
  std::sort(walker.out.stray_links.begin(), walker.out.stray_links.end());
  return std::move(walker.out);
}

std::optional<io::Path> inside(const io::Path& root, const io::Path& path) {
  std::error_code error;
  const fs::path real_root = fs::canonical(root, error);
  if (error) return std::nullopt;
  fs::path real = fs::canonical(path, error);
  if (error) return std::nullopt;
  const fs::path relative = real.lexically_relative(real_root);
  if (relative.empty() || *relative.begin() == "..") return std::nullopt;
  return real;
}

}  // namespace supply::pins
