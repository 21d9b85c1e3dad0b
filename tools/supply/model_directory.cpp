#include "tools/supply/model_directory.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/trust_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/supply/file_hash.hpp"

namespace supply::tools {
namespace {

constexpr std::size_t kReadBytes = 256 * kKiB;

Error too_many() {
  return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxModelFiles) + " files of a model");
}

// Of an empty file one that is empty, which no manifest lists.
Status add_shards(const std::string& file, const std::string& path, std::uint64_t shard_bytes,
                  verify::ModelFiles& files) {
  SUPPLY_TRY(const std::unique_ptr<io::Source> stream, io::open_file(file, io::FollowLinks::no));
  std::vector<char> buffer(kReadBytes);
  crypto::Hasher hasher(crypto::HashAlgorithm::sha256);
  std::uint64_t start = 0, end = 0;
  const auto finish = [&]() -> Status {
    if (files.size() >= kMaxModelFiles) return too_many();
    const Digest digest = std::exchange(hasher, crypto::Hasher(crypto::HashAlgorithm::sha256)).finish_digest();
    files.emplace(path + ':' + std::to_string(start) + ':' + std::to_string(end), digest.encoded());
    start = end;
    return {};
  };
  for (;;) {
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), start + shard_bytes - end));
    SUPPLY_TRY(const std::size_t count, stream->read({buffer.data(), room}));
    if (count == 0) break;
    hasher.update({buffer.data(), count});
    end += count;
    if (end - start == shard_bytes) SUPPLY_TRY(finish());
  }
  return end > start || end == 0 ? finish() : Status();
}

// `below`: the path from the model's directory, with a slash at its end; empty for itself.
Status add_files(const std::filesystem::path& directory, const std::string& below,
                 const verify::ModelManifest& manifest, const std::string& bundle, verify::ModelFiles& files) {
  SUPPLY_TRY(const std::vector<std::string> names, io::list_directory(directory));
  for (const std::string& name : names) {
    const std::string path = below + name;
    if (manifest.ignored.contains(path)) continue;
    const std::filesystem::path here = directory / name;
    std::error_code fault;
    const auto status = std::filesystem::symlink_status(here, fault);
    if (status.type() == std::filesystem::file_type::directory) {
      SUPPLY_TRY(add_files(here, path + '/', manifest, bundle, files));
      continue;
    }
    if (status.type() != std::filesystem::file_type::regular)
      return Error(ErrorCode::unsupported, quote(path) + " of the model is no file: a link or a device");
    if (!bundle.empty() && std::filesystem::equivalent(here, bundle, fault)) continue;
    if (files.size() >= kMaxModelFiles) return too_many();
    if (manifest.shard_bytes != 0) {
      SUPPLY_TRY(add_shards(here, path, manifest.shard_bytes, files).at(path));
      continue;
    }
    SUPPLY_TRY(const FileHashes hashes, hash_file(here, crypto::HashAlgorithm::sha256, io::FollowLinks::no).at(path));
    files.emplace(path, hashes.sha256.encoded());
  }
  return {};
}

}  // namespace

Result<verify::ModelFiles> model_files(const std::string& directory, const verify::ModelManifest& manifest,
                                       const std::string& bundle) {
  if (manifest.is_file())
    return Error(ErrorCode::mismatch, "the model that was signed is one file, and " + quote(directory) + " is none");
  verify::ModelFiles files;
  SUPPLY_TRY(add_files(directory, {}, manifest, bundle, files).at("model"));
  return files;
}

Result<verify::ModelFiles> model_file_shards(const std::string& file, std::uint64_t shard_bytes) {
  verify::ModelFiles files;
  SUPPLY_TRY(add_shards(file, ".", shard_bytes, files).at("model"));
  return files;
}

}  // namespace supply::tools
