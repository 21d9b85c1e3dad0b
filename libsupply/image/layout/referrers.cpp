// The places where tools leave what refers to an image. A referrer that cannot be read is an error, never left out:
// "no signatures" must not be what damage looks like.
#include <map>
#include <set>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/image/layout/document.hpp"
#include "libsupply/image/layout/files.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::layout {
namespace {

// For several subjects at once. Each manifest has one subject at most.
class Search {
 public:
  Search(Layout& layout, const Files& files, const std::vector<Digest>& subjects) : layout_(layout), files_(files) {
    for (const Digest& subject : subjects) {
      found_.try_emplace(subject.to_string());
      forms_.emplace(subject.algorithm(), subject.to_string().size());
    }
  }

  // A list that was made for its subject (for sha512 several can share a tag): every entry is said to be a referrer of
  // it, so none may be missing.
  Status look_at_list(const oci::Index& list, const std::set<std::string>& subjects) {
    for (const oci::Descriptor& entry : list.manifests) {
      if (!oci::is_document(entry.media_type) || known_.contains(entry.digest)) continue;
      auto bytes = store::fetch(layout_, entry, kMaxManifestBytes);
      if (!bytes) return std::move(bytes).error().at("referrers of " + *subjects.begin());
      SUPPLY_TRY(take(entry, *bytes, subjects));
    }
    return {};
  }

  // The entries of index.json.
  Status look_at_entries(const oci::Index& index) {
    for (const oci::Descriptor& entry : index.manifests) {
      if (!oci::is_document(entry.media_type) || known_.contains(entry.digest)) continue;
      auto bytes = store::fetch(layout_, entry, kMaxManifestBytes);
      if (!bytes) {
        if (bytes.error().code() == ErrorCode::not_found && !looks_like_referrer(entry)) continue;
        return std::move(bytes).error().at("referrers");
      }
      SUPPLY_TRY(take(entry, *bytes, subjects_in(*bytes)));
    }
    return {};
  }

  // Manifests with a subject that no index lists, as `cosign save` leaves them.
  Status look_at_blobs(std::string_view algorithm) {
    SUPPLY_TRY(const std::vector<std::string> names, files_.blob_names(algorithm));
    for (const std::string& name : names) {
      const auto digest = Digest::parse(std::string(algorithm) + ':' + name);
      if (!digest || !digest->verifiable() || known_.contains(*digest)) continue;
      const auto size = files_.blob_size(*digest);
      if (!size && size.error().code() == ErrorCode::unsupported) continue;  // a folder
      // A link to nowhere has no size; opening it says what is wrong.
      if (size && (*size > kMaxManifestBytes || *size < 2)) continue;
      SUPPLY_TRY(look_at_blob(*digest));
    }
    return {};
  }

  std::vector<oci::Descriptor> results(const Digest& subject) const {
    std::vector<oci::Descriptor> list;
    for (const auto& [digest, descriptor] : found_.at(subject.to_string())) list.push_back(descriptor);
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
    const std::set<std::string> named = subjects_in(bytes);
    if (named.empty() && bytes.find("\"subject\"") == std::string::npos) return {};
    // Also when it names another subject: damage may have changed the name.
    SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(digest));
    hasher.update(bytes);
    if (const Digest actual = hasher.finish_digest(); actual != digest)
      return Error(ErrorCode::mismatch, digest.to_string() + ": damaged: its bytes are " + actual.to_string());
    if (named.empty() || !named.contains(claimed_subject(bytes))) return {};
    return take(oci::Descriptor{.media_type = {}, .digest = digest, .size = bytes.size()}, bytes, named);
  }

  // The subjects whose digests stand in it. A manifest that does not hold the digest's text has not got it as its
  // subject, well-formed or not.
  std::set<std::string> subjects_in(std::string_view bytes) const {
    std::set<std::string> named;
    for (const auto& [algorithm, size] : forms_)
      for (std::size_t at = bytes.find(algorithm); at != std::string_view::npos; at = bytes.find(algorithm, at + 1))
        if (const auto subject = found_.find(bytes.substr(at, size)); subject != found_.end())
          named.insert(subject->first);
    return named;
  }

  // As a referrer of the one among `subjects` that is its subject.
  Status take(const oci::Descriptor& entry, const std::string& bytes, const std::set<std::string>& subjects) {
    if (subjects.empty()) return {};
    auto document = parse_document(bytes, entry.media_type);
    if (!document) {
      if (!subjects.contains(claimed_subject(bytes))) return {};
      return std::move(document).error().at("referrer " + entry.digest.to_string());
    }
    if (!document->subject) return {};
    const std::string subject = document->subject->to_string();
    if (!subjects.contains(subject)) return {};
    std::map<Digest, oci::Descriptor>& found = found_.find(subject)->second;
    if (found.size() == kMaxReferrers)
      return Error(ErrorCode::limit_exceeded, subject + ": more than " + std::to_string(kMaxReferrers) + " referrers");
    oci::Descriptor referrer{.media_type = std::move(document->media_type),
                             .digest = entry.digest,
                             .size = entry.size,
                             .artifact_type = std::move(document->artifact_type),
                             .annotations = entry.annotations};
    for (const std::string_view key : {kRefName, kContainerdName}) referrer.annotations.erase(std::string(key));
    if (referrer.annotations.empty()) referrer.annotations = std::move(document->annotations);
    found.emplace(entry.digest, std::move(referrer));
    known_.insert(entry.digest);
    return {};
  }

  Layout& layout_;
  const Files& files_;
  std::map<std::string, std::map<Digest, oci::Descriptor>, std::less<>> found_;  // by subject
  std::set<std::pair<std::string, std::size_t>> forms_;  // algorithms of the subjects, and how long they are written
  std::set<Digest> known_;                               // all that was found
};

}  // namespace

Result<std::vector<oci::Descriptor>> Layout::referrers(const Digest& subject) {
  SUPPLY_TRY(std::vector<std::vector<oci::Descriptor>> lists, referrers_of({subject}));
  return std::move(lists.front());
}

Result<std::vector<std::vector<oci::Descriptor>>> Layout::referrers_of(const std::vector<Digest>& subjects) {
  std::vector<std::vector<oci::Descriptor>> lists;
  if (subjects.empty()) return lists;
  SUPPLY_TRY(const oci::Index index, read_index());
  Search search(*this, *files_, subjects);
  // The lists that were made for the subjects first: what they say of annotations counts.
  std::map<std::string, std::set<std::string>> tags;
  for (const Digest& subject : subjects) tags[store::referrers_tag(subject)].insert(subject.to_string());
  for (const oci::Descriptor& entry : index.manifests) {
    const auto tag = tags.find(std::string(annotation(entry, kRefName)));
    if (tag == tags.end() || !oci::is_index(entry.media_type) || tag->second.contains(entry.digest.to_string()))
      continue;
    const std::string place = "referrers index " + entry.digest.to_string();
    SUPPLY_TRY(const std::string bytes, store::fetch(*this, entry, kMaxManifestBytes).at("referrers index"));
    SUPPLY_TRY(const oci::Index list, oci::Index::parse(bytes, entry.media_type).at(place));
    SUPPLY_TRY(search.look_at_list(list, tag->second));
  }
  SUPPLY_TRY(search.look_at_entries(index));
  for (const std::string_view algorithm : {"sha256", "sha512"}) SUPPLY_TRY(search.look_at_blobs(algorithm));
  for (const Digest& subject : subjects) lists.push_back(search.results(subject));
  return lists;
}

}  // namespace supply::layout
