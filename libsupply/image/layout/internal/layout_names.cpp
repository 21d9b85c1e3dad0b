#include "libsupply/image/layout/internal/layout_names.hpp"

#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/tag_of_digest.hpp"

namespace supply::layout {

std::string empty_index() {
  const json::Value empty = {{"schemaVersion", 2}, {"mediaType", oci::kIndexType}, {"manifests", json::Value::array()}};
  return json::to_text(empty);
}

std::string blob_name(const Digest& digest) {
  std::string name("blobs/");
  name.append(digest.algorithm()).append("/").append(digest.encoded());
  return name;
}

std::optional<Digest> named_blob(std::string_view name) {
  constexpr std::string_view kBlobs = "blobs/";
  if (!name.starts_with(kBlobs)) return std::nullopt;
  std::string text(name.substr(kBlobs.size()));
  const std::size_t slash = text.find('/');
  if (slash == std::string::npos) return std::nullopt;
  text[slash] = ':';
  auto digest = Digest::parse(text);
  if (!digest || !digest->verifiable()) return std::nullopt;
  return *std::move(digest);
}

Result<Digest> hash_of(io::Source& source) {
  crypto::Hasher hasher(crypto::HashAlgorithm::sha256);
  std::vector<char> buffer(256 * kKiB);
  for (;;) {
    SUPPLY_TRY(const std::size_t count, source.read(buffer));
    if (count == 0) return hasher.finish_digest();
    hasher.update(std::string_view(buffer.data(), count));
  }
}

std::string_view annotation(const oci::Descriptor& descriptor, std::string_view key) {
  const auto found = descriptor.annotations.find(std::string(key));
  return found == descriptor.annotations.end() ? std::string_view() : std::string_view(found->second);
}

bool looks_like_referrer(const oci::Descriptor& entry) {
  return annotation(entry, kRefName).empty() && !entry.artifact_type.empty() &&
         entry.artifact_type != oci::kConfigType && entry.artifact_type != oci::kDockerConfigType;
}

bool is_marked_as_other(const oci::Descriptor& entry) {
  const std::string_view kind = annotation(entry, kCosignKind);
  return store::is_referrer_tag(annotation(entry, kRefName)) || kind == "dev.cosignproject.cosign/sigs" ||
         kind == "dev.cosignproject.cosign/atts" || (entry.platform && !entry.platform->runnable());
}

}  // namespace supply::layout
