#include "libsupply/content/pins/walk.hpp"

#include <algorithm>
#include <system_error>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/content/locks/format.hpp"
#include "libsupply/content/pins/format.hpp"

namespace supply::pins {
namespace fs = std::filesystem;
namespace {

bool claimed(const std::string& path) { return format_of(path) != nullptr || locks::format_of(path) != nullptr; }

Error unreadable(const fs::path& path, const std::error_code& error) {
  const ErrorCode code = error == std::errc::permission_denied ? ErrorCode::forbidden
                         : error == std::errc::no_such_file_or_directory || error == std::errc::not_a_directory
                             ? ErrorCode::not_found
                             : ErrorCode::unavailable;
  return Error(code, quote(path.string()) + ": " + error.message());
}

// Other people's sources, and what is no source at all.
bool left_out(const fs::path& folder) {
  constexpr std::string_view kNames[] = {".git", ".hg",           ".svn",        "node_modules", "vendor", ".venv",
                                         "venv", "site-packages", "__pycache__", ".tox",         ".nox"};
  std::error_code ignored;
  return std::find(std::begin(kNames), std::end(kNames), folder.filename().string()) != std::end(kNames) ||
         fs::exists(folder / "pyvenv.cfg", ignored);
}

class Walker {
 public:
  explicit Walker(std::size_t limit) : limit_(limit) {}

  Status walk(const fs::path& root, const fs::path& folder, std::size_t depth) {
    if (depth > kMaxWalkDepth)
      return Error(ErrorCode::limit_exceeded,
                   quote(folder.string()) + ": folders nest more than " + std::to_string(kMaxWalkDepth) + " deep");
    SUPPLY_TRY(const std::vector<std::string> names, io::list_folder(folder));
    for (const std::string& name : names) {
      if (++entries_ > limit_)
        return Error(ErrorCode::limit_exceeded,
                     quote(root.string()) + ": more than " + std::to_string(limit_) + " files");
      const fs::path path = (folder / name).lexically_normal();
      std::error_code error;
      const fs::file_status status = fs::symlink_status(path, error);
      if (error) return unreadable(path, error);
      if (fs::is_directory(status)) {
        if (left_out(path)) out.skipped.push_back(path.generic_string());
        else SUPPLY_TRY(walk(root, path, depth + 1));
      } else if (!claimed(path.generic_string())) {
        continue;
      } else if (fs::is_regular_file(status)) {
        SUPPLY_TRY(add(path, {root, false}));
      } else {
        out.skipped.push_back(path.generic_string());
      }
    }
    return {};
  }

  Status add(const fs::path& path, FoundFile file) {
    const auto [it, fresh] = out.files.try_emplace(path.generic_string(), file);
    if (!fresh) it->second.named = it->second.named || file.named;
    if (out.files.size() > kMaxPinFiles)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxPinFiles) + " files with pins");
    return {};
  }

  Found out;

 private:
  const std::size_t limit_;
  std::size_t entries_ = 0;
};

}  // namespace

Result<Found> find_files(const std::vector<io::Path>& paths, std::size_t limit) {
  Walker walker(limit);
  for (const fs::path& given : paths) {
    const fs::path path = given.lexically_normal();
    std::error_code error;
    const fs::file_status status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
      return Error(ErrorCode::not_found, quote(given.string()) + ": no such file or folder");
    if (error) return unreadable(path, error);
    if (fs::is_directory(status)) {
      SUPPLY_TRY(walker.walk(path, path, 0));
      continue;
    }
    // A name that only looks like one is enough when the file was named.
    const std::string name = to_lower(path.filename().string());
    const bool likely = name.find("dockerfile") != std::string::npos ||
                        name.find("containerfile") != std::string::npos || name.ends_with(".txt");
    if (!claimed(path.generic_string()) && !likely)
      return Error(
          ErrorCode::unsupported,
          quote(given.string()) + ": no kind of file in which pins are known to stand (Dockerfile, requirements.txt)");
    SUPPLY_TRY(walker.add(path, {path.has_parent_path() ? path.parent_path() : fs::path("."), true}));
  }
  std::sort(walker.out.skipped.begin(), walker.out.skipped.end());
  return std::move(walker.out);
}

bool plainly_under(const io::Path& root, const io::Path& path) {
  const fs::path relative = path.lexically_normal().lexically_relative(root.lexically_normal());
  if (relative.empty() || relative.is_absolute() || *relative.begin() == "..") return false;
  fs::path walked = root;
  for (const fs::path& part : relative) {
    walked /= part;
    std::error_code error;
    if (fs::is_symlink(fs::symlink_status(walked, error))) return false;
  }
  return true;
}

}  // namespace supply::pins
