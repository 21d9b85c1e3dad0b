// How a layout is changed. The order makes every moment a valid layout: blobs first, then index.json, each by rename.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/internal/kept_documents.hpp"
#include "libsupply/image/layout/internal/layout_names.hpp"
#include "libsupply/image/layout/internal/layout_storage.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/manifest_info.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/store/tag_of_digest.hpp"

namespace supply::layout {
namespace {

using json::Value;

constexpr std::size_t kCopyBytes = 256 * kKiB;
constexpr std::chrono::seconds kPatience(30);  // for another writer of the same blob

Status copy(io::Source& source, io::Sink* sink) {
  std::vector<char> buffer(kCopyBytes);
  for (;;) {
    SUPPLY_TRY(const std::size_t count, source.read(buffer));
    if (count == 0) return {};
    if (sink != nullptr) SUPPLY_TRY(sink->write(std::string_view(buffer.data(), count)));
  }
}

// What can be had by asking again later.
bool passes(ErrorCode code) {
  return code == ErrorCode::unavailable || code == ErrorCode::rate_limited || code == ErrorCode::unauthenticated ||
         code == ErrorCode::forbidden;
}

// One blob on its way into a file that may hold a part of it already. Its bytes are hashed once as they come.
class Transfer {
 public:
  Transfer(const oci::Descriptor& descriptor, io::StagedFile& file, crypto::Hasher hasher)
      : descriptor_(descriptor), file_(file), hasher_(std::move(hasher)), buffer_(kCopyBytes) {}

  Status run(const store::OpenSource& open) {
    SUPPLY_TRY(take_part());
    const bool resumed = size_ > 0;
    Status status = fetch(open);
    if (status || !resumed || passes(status.error().code())) return status;
    // What was there, or what it was gone on with, is not the blob: once more from the start.
    SUPPLY_TRY(restart());
    return fetch(open);
  }
  /// Whether it failed for what is here (a full disk), not for what comes.
  bool no_room() const { return no_room_; }

 private:
  Status take_part() {
    if (file_.size() > descriptor_.size) return restart();
    while (size_ < file_.size()) {
      SUPPLY_TRY(const std::size_t count, file_.read_at(size_, buffer_));
      if (count == 0) return restart();
      hasher_.update(std::string_view(buffer_.data(), count));
      size_ += count;
    }
    return {};
  }

  Status restart() {
    SUPPLY_TRY(file_.restart());
    (void)hasher_.finish();
    size_ = 0;
    return {};
  }

  Status fetch(const store::OpenSource& open) {
    if (size_ < descriptor_.size || size_ == 0) {
      SUPPLY_TRY(const std::unique_ptr<io::Source> source, open(size_));
      for (;;) {
        SUPPLY_TRY(const std::size_t count, source->read(buffer_));
        if (count == 0) break;
        if (count > descriptor_.size - size_)
          return damaged("holds more than the " + std::to_string(descriptor_.size) + " bytes that its descriptor says");
        const std::string_view bytes(buffer_.data(), count);
        hasher_.update(bytes);
        if (Status written = file_.write(bytes); !written) {
          no_room_ = true;
          return written;
        }
        size_ += count;
      }
    }
    if (size_ < descriptor_.size)
      return damaged("holds " + std::to_string(size_) + " bytes, its descriptor says " +
                     std::to_string(descriptor_.size));
    if (const Digest actual = hasher_.finish_digest(); actual != descriptor_.digest)
      return damaged("its bytes are " + actual.to_string());
    return {};
  }

  Error damaged(const std::string& what) const {
    return Error(ErrorCode::mismatch, descriptor_.digest.to_string() + ": damaged: " + what);
  }

  const oci::Descriptor& descriptor_;
  io::StagedFile& file_;
  crypto::Hasher hasher_;
  std::vector<char> buffer_;
  std::uint64_t size_ = 0;
  bool no_room_ = false;
};

std::string_view text_at(const Value& entry, std::string_view key) {
  const Value* member = json::find(entry, key);
  return member != nullptr && member->is_string() ? std::string_view(member->get_ref<const std::string&>())
                                                  : std::string_view();
}

std::string_view name_of(const Value& entry) {
  const Value* annotations = json::find(entry, "annotations");
  return annotations == nullptr ? std::string_view() : text_at(*annotations, kRefName);
}

// An entry that is right already stays as it is, with whatever others have written into it.
void set_entry(Value& entries, const oci::Descriptor& descriptor, std::string_view tag) {
  bool there = false;
  auto& array = entries.get_ref<Value::array_t&>();
  std::erase_if(array, [&](const Value& entry) {
    if (name_of(entry) != tag) return false;
    const bool same = text_at(entry, "digest") == descriptor.digest.to_string() &&
                      text_at(entry, "mediaType") == descriptor.media_type;
    if (same && !there) {
      there = true;
      return false;
    }
    // A name belongs to one entry; of those without a name there may be many.
    return !tag.empty();
  });
  if (there) return;
  Value entry = descriptor.to_json();
  if (!tag.empty()) entry["annotations"][std::string(kRefName)] = tag;
  array.push_back(std::move(entry));
}

Value new_index() { return {{"schemaVersion", 2}, {"mediaType", oci::kIndexType}, {"manifests", Value::array()}}; }

Error too_large(std::string_view what) {
  return Error(ErrorCode::limit_exceeded, std::string(what) + " would be larger than " +
                                              std::to_string(kMaxManifestBytes) + " bytes or have more than " +
                                              std::to_string(kMaxIndexEntries) + " entries");
}

}  // namespace

// Whether the blob is there and is what its name says; whatever keeps it from being read, it is to be written anew.
Result<bool> Layout::has(const oci::Descriptor& descriptor) {
  auto present = open_stored(descriptor);
  if (!present && present.error().code() == ErrorCode::unsupported) return std::move(present).error();
  return present && copy(**present, nullptr);
}

Status Layout::put_blob(const oci::Descriptor& descriptor, io::Source& bytes) {
  SUPPLY_TRY(const bool there, has(descriptor));
  if (there) return {};
  SUPPLY_TRY(const std::unique_ptr<io::Source> checked, store::verified(io::borrow(bytes), descriptor));
  SUPPLY_TRY(const io::Path staging, storage_->staging());
  SUPPLY_TRY(io::StagedFile file, io::StagedFile::create(staging));
  SUPPLY_TRY(copy(*checked, &file));
  return storage_->commit_blob(std::move(file), descriptor.digest);
}

Status Layout::upload_blob(const oci::Descriptor& descriptor, const store::OpenSource& open) {
  SUPPLY_TRY(const bool there, has(descriptor));
  if (there) return {};
  SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(descriptor.digest));
  SUPPLY_TRY(const io::Path staging, storage_->staging());
  std::string name("part-");
  name.append(descriptor.digest.algorithm()).append("-").append(descriptor.digest.encoded());
  SUPPLY_TRY(std::optional<io::StagedFile> part, io::StagedFile::claim(staging, name, std::chrono::seconds(0)));
  if (!part) {
    SUPPLY_TRY(std::optional<io::StagedFile> waited, io::StagedFile::claim(staging, name, kPatience));
    if (waited) part.emplace(*std::move(waited));
    // The writer that had it has put it there, most likely.
    SUPPLY_TRY(const bool put, has(descriptor));
    if (put) return {};
  }
  const bool resumable = part.has_value();
  if (!part) {
    SUPPLY_TRY(io::StagedFile own, io::StagedFile::create(staging));
    part.emplace(std::move(own));
  }
  Transfer transfer(descriptor, *part, std::move(hasher));
  const Status status = transfer.run(open);
  if (status) return storage_->commit_blob(*std::move(part), descriptor.digest);
  if (resumable && part->size() > 0 && !transfer.no_room() && passes(status.error().code())) part->leave();
  return status;
}

Status Layout::put_checked(const oci::Descriptor& descriptor, std::string_view bytes) {
  if (bytes.size() > kMaxManifestBytes)
    return Error(ErrorCode::limit_exceeded, descriptor.digest.to_string() + ": a manifest of " +
                                                std::to_string(bytes.size()) + " bytes, the limit is " +
                                                std::to_string(kMaxManifestBytes));
  const std::unique_ptr<io::Source> source = io::from_string(std::string(bytes));
  SUPPLY_TRY(const std::unique_ptr<io::Source> checked,
             store::verified(io::from_string(std::string(bytes)), descriptor));
  SUPPLY_TRY(copy(*checked, nullptr));
  return put_blob(descriptor, *source);
}

Status Layout::change_index(const std::function<Status(Value& entries)>& change) {
  const std::string place = storage_->place() + ": index.json";
  const auto change_text = [&](const std::string& old_text) -> Result<std::string> {
    if (auto parsed = oci::Index::parse(old_text, ""); !parsed) return std::move(parsed).error().at(place);
    SUPPLY_TRY(Value value, json::parse(old_text));
    Value& entries = value["manifests"];
    if (entries.is_null()) entries = Value::array();
    const Value before = entries;
    SUPPLY_TRY(change(entries));
    if (entries == before) return old_text;
    std::string text = json::to_text(value);
    if (text.size() > kMaxManifestBytes || entries.size() > kMaxIndexEntries) return too_large(place);
    return text;
  };
  SUPPLY_TRY(storage_->change_index(change_text));
  kept_->clear();  // what was deleted is not there any more
  storage_->collect_garbage();
  return {};
}

Status Layout::may_change_images() const {
  const auto list = storage_->read("manifest.json", kMaxArchiveListBytes);
  if (!list && list.error().code() == ErrorCode::not_found) return {};
  return Error(ErrorCode::unsupported,
               storage_->place() +
                   ": has docker's manifest.json beside its index.json, and only index.json would be changed: remove "
                   "manifest.json, or write to another layout");
}

Status Layout::put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                            const std::optional<std::string>& tag) {
  if (tag && !store::is_referrer_tag(*tag)) SUPPLY_TRY(may_change_images());
  SUPPLY_TRY(put_checked(descriptor, bytes));
  if (!tag) return {};
  return change_index([&](Value& entries) -> Status {
    SUPPLY_TRY(keep_checked(descriptor, bytes));
    set_entry(entries, descriptor, *tag);
    return {};
  });
}

Status Layout::replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                                const std::optional<Digest>& expected) {
  if (!store::is_referrer_tag(tag)) SUPPLY_TRY(may_change_images());
  SUPPLY_TRY(put_checked(descriptor, bytes));
  return change_index([&](Value& entries) -> Status {
    const std::string_view wanted = expected ? std::string_view(expected->to_string()) : std::string_view();
    std::string_view stands;
    for (const Value& entry : entries)
      if (name_of(entry) == tag) stands = text_at(entry, "digest");
    if (stands != wanted) return Error(ErrorCode::unavailable, "tag " + quote(tag) + ": changed by another writer");
    SUPPLY_TRY(keep_checked(descriptor, bytes));
    set_entry(entries, descriptor, tag);
    return {};
  });
}

Status Layout::put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) {
  return put_referrers({{descriptor, bytes}}, subject);
}

Status Layout::put_referrers(const std::vector<store::Referrer>& referrers, const Digest& subject) {
  std::vector<oci::Descriptor> listed;
  for (const auto& [descriptor, bytes] : referrers) {
    SUPPLY_TRY(const oci::ManifestInfo document,
               oci::parse_manifest_info(bytes, descriptor.media_type).at(descriptor.digest.to_string()));
    if (document.subject != subject)
      return Error(ErrorCode::malformed, descriptor.digest.to_string() + ": its subject is not " + subject.to_string());
    SUPPLY_TRY(put_checked(descriptor, bytes));
    listed.push_back(
        {.media_type = descriptor.media_type,
         .digest = descriptor.digest,
         .size = descriptor.size,
         .artifact_type = descriptor.artifact_type.empty() ? document.artifact_type : descriptor.artifact_type,
         .annotations = descriptor.annotations.empty() ? document.annotations : descriptor.annotations});
  }
  if (listed.empty()) return {};
  return change_index([&](Value& entries) -> Status {
    for (const auto& [descriptor, bytes] : referrers) SUPPLY_TRY(keep_checked(descriptor, bytes));
    SUPPLY_TRY(const oci::Descriptor list, extend_referrers_index(entries, listed, subject));
    for (const oci::Descriptor& referrer : listed) set_entry(entries, referrer, "");
    set_entry(entries, list, store::referrers_tag(subject));
    return {};
  });
}

// Under the lock: a manifest that was there may have been removed since it was looked at.
Status Layout::keep_checked(const oci::Descriptor& descriptor, std::string_view bytes) {
  return storage_->blob_size(descriptor.digest) ? Status() : put_checked(descriptor, bytes);
}

// The index of the subject's referrers as it is, what others have written into it included.
Result<Value> Layout::referrers_index(const Value& entries, const Digest& subject) {
  const std::string tag = store::referrers_tag(subject);
  Value index = new_index();
  auto& list = index["manifests"].get_ref<Value::array_t&>();
  for (const Value& entry : entries) {
    if (name_of(entry) != tag) continue;
    SUPPLY_TRY(const oci::Descriptor old, oci::Descriptor::parse(entry));
    const std::string place = "tag " + quote(tag);
    if (!oci::is_index(old.media_type) || old.digest == subject)
      return Error(ErrorCode::unsupported, place + ": names something else than an index of referrers");
    SUPPLY_TRY(const std::string bytes, store::fetch(*this, old, kMaxManifestBytes).at(place));
    SUPPLY_TRY(const oci::Index parsed, oci::Index::parse(bytes, old.media_type).at(place));
    SUPPLY_TRY(Value value, json::parse(bytes));
    // What others have written stays, members that Supply does not know included.
    for (const auto& [key, member] : value.items())
      if (key != "manifests") index[key] = member;
    for (Value& listed : value["manifests"]) list.push_back(std::move(listed));
  }
  return index;
}

Result<oci::Descriptor> Layout::put_referrers_index(const Value& index) {
  const std::string text = json::to_text(index);
  if (text.size() > kMaxManifestBytes || index["manifests"].size() > kMaxReferrers)
    return too_large("the index of referrers");
  oci::Descriptor described{
      .media_type = index["mediaType"].get<std::string>(), .digest = crypto::sha256(text), .size = text.size()};
  const std::unique_ptr<io::Source> source = io::from_string(text);
  SUPPLY_TRY(put_blob(described, *source));
  return described;
}

Result<oci::Descriptor> Layout::extend_referrers_index(const Value& entries, const std::vector<oci::Descriptor>& added,
                                                       const Digest& subject) {
  SUPPLY_TRY(Value index, referrers_index(entries, subject));
  auto& list = index["manifests"].get_ref<Value::array_t&>();
  for (const oci::Descriptor& descriptor : added) list.push_back(descriptor.to_json());
  const auto by_digest = [](const Value& a, const Value& b) { return text_at(a, "digest") < text_at(b, "digest"); };
  std::stable_sort(list.begin(), list.end(), by_digest);
  const auto same = [](const Value& a, const Value& b) { return text_at(a, "digest") == text_at(b, "digest"); };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  return put_referrers_index(index);
}

Status Layout::shorten_referrers_index(Value& entries, const Digest& removed, const Digest& subject) {
  SUPPLY_TRY(Value index, referrers_index(entries, subject));
  const std::string tag = store::referrers_tag(subject);
  auto& list = index["manifests"].get_ref<Value::array_t&>();
  if (std::erase_if(list, [&](const Value& entry) { return text_at(entry, "digest") == removed.to_string(); }) == 0)
    return {};
  if (list.empty()) {
    std::erase_if(entries.get_ref<Value::array_t&>(), [&](const Value& entry) { return name_of(entry) == tag; });
    return {};
  }
  SUPPLY_TRY(const oci::Descriptor shorter, put_referrers_index(index));
  set_entry(entries, shorter, tag);
  return {};
}

Status Layout::remove(const oci::Selector& selector) {
  return change_index([&](Value& entries) -> Status {
    const std::string place = storage_->place() + ": ";
    auto& array = entries.get_ref<Value::array_t&>();
    if (!selector.digest) {
      if (!selector.tag) return Error(ErrorCode::usage, place + "no tag and no digest to remove");
      if (!store::is_referrer_tag(*selector.tag)) SUPPLY_TRY(may_change_images());
      if (std::erase_if(array, [&](const Value& entry) { return name_of(entry) == *selector.tag; }) == 0)
        return Error(ErrorCode::not_found, place + "tag " + quote(*selector.tag) + ": not there");
      return {};
    }
    const Digest& digest = *selector.digest;
    const std::string& text = digest.to_string();
    bool found = std::erase_if(array, [&](const Value& entry) { return text_at(entry, "digest") == text; }) > 0;
    // A referrer would be found where it is.
    if (const auto size = storage_->blob_size(digest); size && *size <= kMaxManifestBytes) {
      auto bytes = store::fetch(*this, {.media_type = {}, .digest = digest, .size = *size}, kMaxManifestBytes);
      const auto document = bytes ? oci::parse_manifest_info(*bytes, "") : Result<oci::ManifestInfo>(bytes.error());
      if (document && document->subject) {
        SUPPLY_TRY(shorten_referrers_index(entries, digest, *document->subject));
        SUPPLY_TRY(storage_->delete_blob(digest));
        return {};
      }
    }
    if (found) SUPPLY_TRY(may_change_images());
    if (found) return {};
    return Error(ErrorCode::not_found, place + text + ": no entry of index.json");
  });
}

Status Layout::commit() { return storage_->commit(); }

}  // namespace supply::layout
