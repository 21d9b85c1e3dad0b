#include "libsupply/verdict/gate/policy_file.hpp"

#include "libsupply/base/bytes/limits.hpp"

namespace supply::gate {

Result<policy::Policy> read_policy(const io::Path& path) {
  auto bytes = io::read_file(path, kMaxYamlBytes);
  // Whatever is wrong with the asker's own files is wrong usage: an answer about the image was never in sight.
  if (!bytes) return Error(ErrorCode::usage, "policy: " + bytes.error().message());
  std::error_code failed;
  const io::Path folder = std::filesystem::absolute(path, failed).parent_path();
  if (failed) return Error(ErrorCode::usage, "policy " + path.string() + ": " + failed.message());
  policy::Surroundings surroundings;
  surroundings.name = path.string();
  surroundings.folder = folder.string();
  surroundings.read_key = [&](std::string_view key) { return io::read_file(folder / key, kMaxKeyFileBytes); };
  return policy::parse(*bytes, surroundings);
}

}  // namespace supply::gate
