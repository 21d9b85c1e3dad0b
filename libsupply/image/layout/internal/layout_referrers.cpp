// What a layout holds that refers to an image. A referrer that cannot be read is an error, never left out:
// "no signatures" must not be what damage looks like.
#include "libsupply/image/layout/internal/layout_referrers.hpp"

#include <span>
#include <utility>
#include <vector>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/kept_documents.hpp"
#include "libsupply/image/layout/internal/layout_storage.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/manifest_info.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/tag_of_digest.hpp"

namespace supply::layout {
namespace {

constexpr std::size_t kFirstRead = 4 * kKiB;

/// Whether bytes may be a manifest with a subject. A name can be written with escapes.
bool may_have_subject(std::string_view bytes) {
  return bytes.find("\"subject\"") != std::string_view::npos || bytes.find("\\u") != std::string_view::npos;
}

/// Everything in the bytes that is written like a digest.
std::vector<std::string> digests_in(std::string_view bytes) {
  std::vector<std::string> digests;
  for (const auto& [prefix, size] : {std::pair("sha256:", 64), std::pair("sha512:", 128)})
    for (std::size_t at = bytes.find(prefix); at != std::string_view::npos; at = bytes.find(prefix, at + 1))
      if (auto digest = Digest::parse(bytes.substr(at, 7 + static_cast<std::size_t>(size))))
        digests.push_back(digest->to_string());
  return digests;
}

}  // namespace

class Referrers::Search {
 public:
  Search(Layout& layout, const LayoutStorage& files, Referrers& into, KeptDocuments& kept)
      : layout_(layout), storage_(files), into_(into), kept_(kept) {}

  void run(const oci::Index& index) {
    // The lists that were made for their subjects first: what they say of annotations counts.
    std::map<Digest, Status> lists;
    for (const oci::Descriptor& entry : index.manifests) {
      const std::string tag(annotation(entry, kRefName));
      if (!store::is_referrer_tag(tag) || !oci::is_index(entry.media_type) || store::referrers_tag(entry.digest) == tag)
        continue;
      auto list = lists.find(entry.digest);
      if (list == lists.end()) list = lists.emplace(entry.digest, look_at_list(entry)).first;
      if (!list->second) into_.unread_lists_.emplace(tag, list->second.error());
    }
    Status status = look_at_entries(index);
    for (const std::string_view algorithm : {"sha256", "sha512"})
      if (status) status = look_at_blobs(algorithm);
    if (!status) into_.damage_ = std::move(status).error();
  }

 private:
  // Every entry is said to be a referrer, so none may be missing.
  Status look_at_list(const oci::Descriptor& list) {
    const std::string place = "referrers index " + list.digest.to_string();
    SUPPLY_TRY(const std::string bytes, store::fetch(layout_, list, kMaxManifestBytes).at("referrers index"));
    kept_.keep(list.digest, bytes);
    SUPPLY_TRY(const oci::Index index, oci::Index::parse(bytes, list.media_type).at(place));
    for (const oci::Descriptor& entry : index.manifests)
      if (oci::is_manifest_or_index(entry.media_type) && !known_.contains(entry.digest))
        SUPPLY_TRY(take(entry, store::fetch(layout_, entry, kMaxManifestBytes)).at(place));
    return {};
  }

  Status look_at_entries(const oci::Index& index) {
    for (const oci::Descriptor& entry : index.manifests) {
      if (!oci::is_manifest_or_index(entry.media_type) || known_.contains(entry.digest)) continue;
      auto bytes = store::fetch(layout_, entry, kMaxManifestBytes);
      // Of an image that is not here whole, the manifests of other platforms need not be there.
      if (!bytes && bytes.error().code() == ErrorCode::not_found && !looks_like_referrer(entry)) continue;
      SUPPLY_TRY(take(entry, std::move(bytes)).at("referrers"));
    }
    return {};
  }

  // Manifests with a subject that no index lists, as `cosign save` leaves them.
  Status look_at_blobs(std::string_view algorithm) {
    SUPPLY_TRY(const std::vector<std::string> names, storage_.blob_names(algorithm));
    for (const std::string& name : names) {
      const auto digest = Digest::parse(std::string(algorithm) + ':' + name);
      if (!digest || !digest->verifiable() || known_.contains(*digest)) continue;
      const auto size = storage_.blob_size(*digest);
      if (!size && size.error().code() == ErrorCode::unsupported) continue;  // a directory
      // A link to nowhere has no size; opening it says what is wrong.
      if (size && (*size > kMaxManifestBytes || *size < 2)) continue;
      SUPPLY_TRY(look_at_blob(*digest));
    }
    return {};
  }

  Status look_at_blob(const Digest& digest) {
    auto file = storage_.open_blob(digest, 0);
    if (!file) {
      if (file.error().code() == ErrorCode::not_found) return {};  // gone since the names were listed
      return std::move(file).error().at(digest.to_string());
    }
    std::string bytes(kFirstRead, '\0');
    SUPPLY_TRY(const std::size_t got, (*file)->read(bytes));
    bytes.resize(got);
    if (!bytes.starts_with('{')) return {};
    SUPPLY_TRY(const std::string rest, io::read_all(**file, kMaxManifestBytes).at(digest.to_string()));
    bytes += rest;
    // Damage may have changed the subject's name, or the word itself: a blob that speaks of subjects may refer to
    // anything then, one that does not to whatever it names.
    SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(digest));
    hasher.update(bytes);
    if (const Digest actual = hasher.finish_digest(); actual != digest) {
      Error damaged(ErrorCode::mismatch, digest.to_string() + ": damaged: its bytes are " + actual.to_string());
      if (may_have_subject(bytes)) return damaged;
      for (std::string& named : digests_in(bytes)) into_.unread_.emplace(std::move(named), damaged);
      return {};
    }
    return take(oci::Descriptor{.media_type = {}, .digest = digest, .size = bytes.size()}, bytes);
  }

  // Under its subject, or under what it claims to be its subject when it cannot be read.
  Status take(const oci::Descriptor& entry, const Result<std::string>& bytes) {
    if (!bytes) return Error(bytes.error());
    known_.insert(entry.digest);
    kept_.keep(entry.digest, *bytes);
    if (!may_have_subject(*bytes)) return {};
    auto document = oci::parse_manifest_info(*bytes, entry.media_type);
    if (!document) {
      if (std::string claimed = oci::claimed_subject(*bytes); !claimed.empty())
        into_.unread_.emplace(std::move(claimed),
                              std::move(document).error().at("referrer " + entry.digest.to_string()));
      return {};
    }
    if (!document->subject) return {};
    oci::Descriptor referrer{.media_type = std::move(document->media_type),
                             .digest = entry.digest,
                             .size = entry.size,
                             .artifact_type = std::move(document->artifact_type),
                             .annotations = entry.annotations};
    for (const std::string_view key : {kRefName, kContainerdName}) referrer.annotations.erase(std::string(key));
    if (referrer.annotations.empty()) referrer.annotations = std::move(document->annotations);
    into_.found_[document->subject->to_string()].emplace(entry.digest, std::move(referrer));
    return {};
  }

  Layout& layout_;
  const LayoutStorage& storage_;
  Referrers& into_;
  KeptDocuments& kept_;
  std::set<Digest> known_;  // manifests that were looked at
};

Referrers::Referrers(Layout& layout, const LayoutStorage& files, const oci::Index& index, std::string state,
                     KeptDocuments& kept)
    : state_(std::move(state)) {
  Search(layout, files, *this, kept).run(index);
}

Result<std::vector<oci::Descriptor>> Referrers::of(const Digest& subject) const {
  if (damage_) return *damage_;
  if (const auto list = unread_lists_.find(store::referrers_tag(subject)); list != unread_lists_.end())
    return Error(list->second).at("referrers of " + subject.to_string());
  if (const auto unread = unread_.find(subject.to_string()); unread != unread_.end()) return unread->second;
  std::vector<oci::Descriptor> list;
  const auto found = found_.find(subject.to_string());
  if (found == found_.end()) return list;
  if (found->second.size() > kMaxReferrers)
    return Error(ErrorCode::limit_exceeded,
                 subject.to_string() + ": more than " + std::to_string(kMaxReferrers) + " referrers");
  for (const auto& [digest, descriptor] : found->second) list.push_back(descriptor);
  return list;
}

Result<std::vector<oci::Descriptor>> Layout::referrers(const Digest& subject) {
  // What is there is searched once, for all subjects, until something of it changes.
  const std::scoped_lock lock(referrers_mutex_);
  std::string state = storage_->state();
  if (referrers_ && referrers_->state() == state) return referrers_->of(subject);
  SUPPLY_TRY(const std::shared_ptr<const oci::Index> index, read_index());
  if (referrers_) kept_->clear();  // some of it may have been removed
  referrers_ = std::make_unique<Referrers>(*this, *storage_, *index, std::move(state), *kept_);
  return referrers_->of(subject);
}

Result<std::vector<std::vector<oci::Descriptor>>> Layout::referrers_of(const std::vector<Digest>& subjects) {
  std::vector<std::vector<oci::Descriptor>> lists;
  for (const Digest& subject : subjects) {
    SUPPLY_TRY(std::vector<oci::Descriptor> list, referrers(subject));
    lists.push_back(std::move(list));
  }
  return lists;
}

}  // namespace supply::layout
