#include "libsupply/trust/tuf/cache.hpp"

#include "libsupply/base/http/url.hpp"
#include "libsupply/base/io/directory.hpp"
#include "libsupply/base/io/private_directory.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::tuf {
namespace {

constexpr std::string_view kHistory = "root_history";

// A role's name may hold anything; percent-encoded it is one component of a path, and never "..".
std::string file_name(std::string_view role) { return http::percent_encode(role) + ".json"; }

Result<std::optional<std::string>> read_if_there(const io::Path& path, std::size_t limit) {
  Result<std::string> text = io::read_file(path, limit);
  if (text) return std::optional(*std::move(text));
  // What is larger than what is stored here is damage, which is as if it were not there.
  if (text.error().code() == ErrorCode::not_found || text.error().code() == ErrorCode::limit_exceeded)
    return std::optional<std::string>();
  return std::move(text).error();
}

Status remove_in(const io::Path& directory, std::string_view name) {
  SUPPLY_TRY(const io::Directory opened, io::Directory::open(directory));
  return opened.remove(name);
}

}  // namespace

Result<Cache> Cache::lock(const io::Path& directory, std::chrono::milliseconds patience) {
  if (!io::exists(directory)) return Error(ErrorCode::not_found, quote(directory.string()) + ": no such directory");
  if (!io::is_private_directory(directory))
    return Error(ErrorCode::forbidden, quote(directory.string()) +
                                           ": is no directory that only its owner can read and write (chmod 700), and "
                                           "what lies in it may be anybody's");
  SUPPLY_TRY(io::FileLock held, io::FileLock::take(directory, patience).at("cache of TUF metadata"));
  return Cache(directory, std::move(held));
}

Result<Cache> Cache::open(const io::Path& directory, std::chrono::milliseconds patience) {
  SUPPLY_TRY(Cache cache, lock(directory, patience));
  if (!io::exists(directory / file_name("root")))
    return Error(ErrorCode::not_found, quote(directory.string()) + ": holds no root.json");
  return cache;
}

Result<Cache> Cache::create(const io::Path& directory, std::string_view root, std::chrono::milliseconds patience) {
  SUPPLY_TRY(io::make_private_directory(directory));
  SUPPLY_TRY(Cache cache, lock(directory, patience));
  const io::Path history = directory / kHistory;
  for (const io::Path& place : {directory, history}) {
    if (!io::exists(place)) continue;
    SUPPLY_TRY(const std::vector<std::string> names, io::list_directory(place));
    for (const std::string& name : names)
      if (name.ends_with(".json")) SUPPLY_TRY(remove_in(place, name));
  }
  SUPPLY_TRY(cache.store("root", root));
  return cache;
}

Result<std::optional<std::string>> Cache::load(std::string_view role, std::size_t limit) const {
  return read_if_there(directory_ / file_name(role), limit);
}

Status Cache::store(std::string_view role, std::string_view bytes) {
  return io::write_file(directory_ / file_name(role), bytes, io::FileMode::owner);
}

Status Cache::remove(std::string_view role) { return remove_in(directory_, file_name(role)); }

Result<std::optional<std::string>> Cache::load_root(std::uint64_t version, std::size_t limit) const {
  return read_if_there(directory_ / kHistory / (std::to_string(version) + ".root.json"), limit);
}

Status Cache::store_root(std::uint64_t version, std::string_view bytes) {
  SUPPLY_TRY(io::make_private_directory(directory_ / kHistory));
  return io::write_file(directory_ / kHistory / (std::to_string(version) + ".root.json"), bytes, io::FileMode::owner);
}

}  // namespace supply::tuf
