#include "libsupply/content/sbom/internal/spdx_files.hpp"

#include <algorithm>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/sbom/internal/spdx_parts.hpp"

namespace supply::sbom {

std::string spdx_file_id(std::string_view path) {
  return "SPDXRef-File-" + to_hex(crypto::hash(crypto::HashAlgorithm::sha256, path).substr(0, 8));
}

std::string_view checksum_of(const DocumentFile& file, std::string_view algorithm) {
  for (const pkg::Checksum& checksum : file.checksums)
    if (checksum.algorithm == algorithm) return checksum.hex;
  return {};
}

void VerificationCode::add(const DocumentFile& file) {
  if (const std::string_view sha1 = checksum_of(file, "sha1"); !sha1.empty()) hashes_.emplace_back(sha1);
}

std::string VerificationCode::finish() {
  std::sort(hashes_.begin(), hashes_.end());
  crypto::Hasher hasher(crypto::HashAlgorithm::sha1);
  for (const std::string& hash : hashes_) hasher.update(hash);
  return to_hex(hasher.finish());
}

Owners::Owners(const pkg::Inventory& catalog, Files files) {
  if (files == Files::none) return;
  for (std::size_t i = 0; i < catalog.packages.size(); ++i) {
    for (const std::string& path : catalog.packages[i].files) owners_[path].push_back(static_cast<std::uint32_t>(i));
  }
}

const std::vector<std::uint32_t>& Owners::of(std::string_view path) const {
  static const std::vector<std::uint32_t> none;
  const auto found = owners_.find(path);
  return found == owners_.end() ? none : found->second;
}

Status for_each_file(const DocumentContent& document, const Owners& owners,
                     const std::function<void(const DocumentFile& file)>& call) {
  if (document.files == Files::none) return {};
  if (document.listed_files != nullptr) {
    for (const DocumentFile& file : *document.listed_files)
      if (!checksum_of(file, "sha1").empty() && (document.files == Files::all || !owners.of(file.path).empty()))
        call(file);
    return {};
  }
  std::string missing;
  document.tree.for_each([&](const rootfs::File& file) {
    if (file.type != rootfs::EntryType::file || !missing.empty()) return;
    if (document.files == Files::owned && owners.of(file.path).empty()) return;
    if (file.digests == nullptr) {
      missing = file.path;
      return;
    }
    call({std::string(file.path), {{"sha1", to_hex(file.digests->sha1)}, {"sha256", to_hex(file.digests->sha256)}}});
  });
  if (!missing.empty()) return Error(ErrorCode::internal, "SBOM with files: no digests of " + quote(missing));
  return {};
}

namespace {

void write_element(JsonWriter& json, std::string_view path, const std::vector<pkg::Checksum>& checksums,
                   std::string_view type = {}) {
  json.open('{');
  json.member("SPDXID", spdx_file_id(path));
  json.key("checksums");
  json.open('[');
  for (const pkg::Checksum& checksum : checksums) {
    write_spdx_checksum(json, checksum.algorithm, checksum.hex);
  }
  json.close(']');
  json.member("copyrightText", "NOASSERTION");
  json.member("fileName", "./" + std::string(path));
  if (!type.empty()) {
    json.key("fileTypes");
    json.open('[');
    json.string(type);
    json.close(']');
  }
  json.member("licenseConcluded", "NOASSERTION");
  json.close('}');
  json.line();
}

}  // namespace

void write_file(JsonWriter& json, const DocumentFile& file) { write_element(json, file.path, file.checksums); }

void write_embedded(JsonWriter& json, const pkg::EmbeddedSbom& document) {
  write_element(json, document.path, {{"sha1", document.sha1}, {"sha256", document.sha256}},
                document.format.starts_with("SPDX") ? "SPDX" : "OTHER");
}

}  // namespace supply::sbom
