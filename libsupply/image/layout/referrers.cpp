// The places where tools leave what refers to an image. A referrer that cannot be read is an error, never left out:
// "no signatures" must not be what damage looks like.
#include <map>
#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/image/layout/document.hpp"
#include "libsupply/image/layout/files.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::layout {
namespace {

class Search {
 public:
  Search(Layout& layout, const Files& files, const Digest& subject)
      : layout_(layout), files_(files), subject_(subject) {}

  // What an index lists. `all_refer`: every entry is said to be a referrer, so none may be missing.
  Status look_at_list(const oci::Index& index, bool all_refer) {
    for (const oci::Descriptor& entry : index.manifests) {
      if (!oci::is_document(entry.media_type) || found_.contains(entry.digest)) continue;
      auto bytes = store::fetch(layout_, entry, kMaxManifestBytes);
      if (!bytes) {
        if (bytes.error().code() == ErrorCode::not_found && !all_refer && !looks_like_referrer(entry)) continue;
        return std::move(bytes).error().at("referrers of " + subject_.to_string());
      }
      SUPPLY_TRY(take(entry, *bytes));
    }
    return {};
  }

  // Manifests with the subject that no index lists, as `cosign save` leaves them.
  Status look_at_blobs(std::string_view algorithm) {
    SUPPLY_TRY(const std::vector<std::string> names, files_.blob_names(algorithm));
    for (const std::string& name : names) {
      const auto digest = Digest::parse(std::string(algorithm) + ':' + name);
      if (!digest || !digest->verifiable() || found_.contains(*digest)) continue;
      const auto size = files_.blob_size(*digest);
      if (!size && size.error().code() == ErrorCode::unsupported) continue;  // a folder
      // A link to nowhere has no size; opening it says what is wrong.
      if (size && (*size > kMaxManifestBytes || *size < 2)) continue;
      SUPPLY_TRY(look_at_blob(*digest));
    }
    return {};
  }

  std::vector<oci::Descriptor> results() && {
    std::vector<oci::Descriptor> list;
    for (auto& [digest, descriptor] : found_) list.push_back(std::move(descriptor));
    return list;
  }

 private:
  Status look_at_blob(const Digest& digest) {
    auto file = files_.open_blob(digest, 0);
    if (!file) {
      if (file.error().code() == ErrorCode::not_found) return {};  // gone since the names were listed
      return std::move(file).error().at(digest.to_string());
    }
    char first = 0;
    SUPPLY_TRY(const std::size_t got, (*file)->read(std::span(&first, 1)));
    if (got == 0 || first != '{') return {};
    SUPPLY_TRY(std::string bytes, io::read_all(**file, kMaxManifestBytes).at(digest.to_string()));
    bytes.insert(bytes.begin(), first);
    const bool names_subject = bytes.find(subject_.to_string()) != std::string::npos;
    if (!names_subject && bytes.find("\"subject\"") == std::string::npos) return {};
    // Also when it names another subject: damage may have changed the name.
    SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(digest));
    hasher.update(bytes);
    if (const Digest actual = hasher.finish_digest(); actual != digest)
      return Error(ErrorCode::mismatch, digest.to_string() + ": damaged: its bytes are " + actual.to_string());
    if (!names_subject || !claims_subject(bytes, subject_)) return {};
    return take(oci::Descriptor{.media_type = {}, .digest = digest, .size = bytes.size()}, bytes);
  }

  Status take(const oci::Descriptor& entry, const std::string& bytes) {
    // A manifest that does not hold the digest's text has not got it as its subject, well-formed or not.
    if (bytes.find(subject_.to_string()) == std::string::npos) return {};
    auto document = parse_document(bytes, entry.media_type);
    if (!document) {
      if (!claims_subject(bytes, subject_)) return {};
      return std::move(document).error().at("referrer " + entry.digest.to_string());
    }
    if (document->subject != subject_) return {};
    if (found_.size() == kMaxReferrers)
      return Error(ErrorCode::limit_exceeded,
                   subject_.to_string() + ": more than " + std::to_string(kMaxReferrers) + " referrers");
    oci::Descriptor referrer{.media_type = std::move(document->media_type),
                             .digest = entry.digest,
                             .size = entry.size,
                             .artifact_type = std::move(document->artifact_type),
                             .annotations = entry.annotations};
    for (const std::string_view key : {kRefName, kContainerdName}) referrer.annotations.erase(std::string(key));
    if (referrer.annotations.empty()) referrer.annotations = std::move(document->annotations);
    found_.emplace(entry.digest, std::move(referrer));
    return {};
  }

  Layout& layout_;
  const Files& files_;
  const Digest& subject_;
  std::map<Digest, oci::Descriptor> found_;
};

}  // namespace

Result<std::vector<oci::Descriptor>> Layout::referrers(const Digest& subject) {
  SUPPLY_TRY(const oci::Index index, read_index());
  Search search(*this, *files_, subject);
  // The list that was made for this subject first: what it says of annotations counts.
  const std::string tag = store::referrers_tag(subject);
  for (const oci::Descriptor& entry : index.manifests) {
    if (annotation(entry, kRefName) != tag || !oci::is_index(entry.media_type) || entry.digest == subject) continue;
    const std::string place = "referrers index " + entry.digest.to_string();
    SUPPLY_TRY(const std::string bytes, store::fetch(*this, entry, kMaxManifestBytes).at("referrers index"));
    SUPPLY_TRY(const oci::Index list, oci::Index::parse(bytes, entry.media_type).at(place));
    SUPPLY_TRY(search.look_at_list(list, true));
  }
  SUPPLY_TRY(search.look_at_list(index, false));
  for (const std::string_view algorithm : {"sha256", "sha512"}) SUPPLY_TRY(search.look_at_blobs(algorithm));
  return std::move(search).results();
}

}  // namespace supply::layout
