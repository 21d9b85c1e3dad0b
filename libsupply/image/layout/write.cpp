// How a layout is changed. The order makes every moment a valid layout: blobs first, then index.json, each by rename.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/bytes/limits.hpp"
#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/lock.hpp"
#include "libsupply/base/io/staging.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/image/layout/document.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"

namespace supply::layout {
namespace {

using json::Value;

constexpr std::string_view kStaging = ".supply-staging";
constexpr std::chrono::seconds kLockPatience(60);
constexpr std::size_t kCopyBytes = 256 * kKiB;

// Clears the litter of dead writers, and the staging folder, when a change is over.
class Tidy {
 public:
  explicit Tidy(const io::Path& folder) : staging_(folder / kStaging) {}
  Tidy(const Tidy&) = delete;
  Tidy& operator=(const Tidy&) = delete;
  ~Tidy() { (void)io::clear_staging(staging_); }  // litter is no reason for a change that was made to fail

 private:
  io::Path staging_;
};

class Borrowed : public io::Source {
 public:
  explicit Borrowed(io::Source& source) : source_(source) {}
  Result<std::size_t> read(std::span<char> into) override { return source_.read(into); }

 private:
  io::Source& source_;
};

Status copy(io::Source& source, io::Sink* sink) {
  std::vector<char> buffer(kCopyBytes);
  for (;;) {
    SUPPLY_TRY(const std::size_t count, source.read(buffer));
    if (count == 0) return {};
    if (sink != nullptr) SUPPLY_TRY(sink->write(std::string_view(buffer.data(), count)));
  }
}

Status publish(const io::Path& folder, const io::Path& target, std::string_view bytes) {
  SUPPLY_TRY(io::StagedFile file, io::StagedFile::create(folder / kStaging));
  SUPPLY_TRY(file.write(bytes));
  return file.publish(target);
}

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

Result<std::unique_ptr<Layout>> Layout::create(const io::Path& folder) {
  const std::string place = "layout " + quote(folder.native());
  SUPPLY_TRY(io::make_folders(folder).at(place));
  {
    const Tidy tidy(folder);
    SUPPLY_TRY(const io::Lock lock, io::Lock::take(folder, kLockPatience));
    if (!io::exists(folder / "oci-layout")) {
      SUPPLY_TRY(const std::vector<std::string> names, io::list_folder(folder));
      for (const std::string& name : names)
        if (name != "blobs" && name != "index.json" && name != kStaging)
          return Error(ErrorCode::usage,
                       place + ": the folder is no OCI layout and is not empty: it has " + quote(name));
      SUPPLY_TRY(io::make_folders(folder / "blobs" / "sha256").at(place));
      if (!io::exists(folder / "index.json"))
        SUPPLY_TRY(publish(folder, folder / "index.json", json::to_text(new_index())).at(place));
      // Last, because it is what makes the folder a layout.
      SUPPLY_TRY(publish(folder, folder / "oci-layout", R"({"imageLayoutVersion":"1.0.0"})").at(place));
    }
  }
  return open(folder);
}

Status Layout::put_blob(const oci::Descriptor& descriptor, io::Source& bytes) {
  const Tidy tidy(folder_);
  auto present = open(descriptor);
  if (present && copy(**present, nullptr)) return {};
  if (!present && present.error().code() == ErrorCode::unsupported) return std::move(present).error();
  // Not there, or not what its name says (whatever kept it from being read): it is written anew.
  const io::Path path = blob_path(descriptor.digest);
  SUPPLY_TRY(io::make_folders(path.parent_path()));
  SUPPLY_TRY(const std::unique_ptr<io::Source> checked, store::verified(std::make_unique<Borrowed>(bytes), descriptor));
  SUPPLY_TRY(io::StagedFile file, io::StagedFile::create(folder_ / kStaging));
  SUPPLY_TRY(copy(*checked, &file));
  return file.publish(path);
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
  const std::string place = "layout " + quote(folder_.native()) + ": index.json";
  SUPPLY_TRY(const io::Lock lock, io::Lock::take(folder_, kLockPatience));
  SUPPLY_TRY(const std::string old_text, io::read_file(folder_ / "index.json", kMaxManifestBytes).at(place));
  if (auto parsed = oci::Index::parse(old_text, ""); !parsed) return std::move(parsed).error().at(place);
  SUPPLY_TRY(Value value, json::parse(old_text));
  Value& entries = value["manifests"];
  if (entries.is_null()) entries = Value::array();
  const Value before = entries;
  SUPPLY_TRY(change(entries));
  if (entries == before) return {};
  const std::string text = json::to_text(value);
  if (text.size() > kMaxManifestBytes || entries.size() > kMaxIndexEntries) return too_large(place);
  return publish(folder_, folder_ / "index.json", text).at(place);
}

Status Layout::put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                            const std::optional<std::string>& tag) {
  const Tidy tidy(folder_);
  SUPPLY_TRY(put_checked(descriptor, bytes));
  if (!tag) return {};
  return change_index([&](Value& entries) -> Status {
    set_entry(entries, descriptor, *tag);
    return {};
  });
}

Status Layout::replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                                const std::optional<Digest>& expected) {
  const Tidy tidy(folder_);
  SUPPLY_TRY(put_checked(descriptor, bytes));
  return change_index([&](Value& entries) -> Status {
    const std::string_view wanted = expected ? std::string_view(expected->to_string()) : std::string_view();
    std::string_view stands;
    for (const Value& entry : entries)
      if (name_of(entry) == tag) stands = text_at(entry, "digest");
    if (stands != wanted) return Error(ErrorCode::unavailable, "tag " + quote(tag) + ": changed by another writer");
    set_entry(entries, descriptor, tag);
    return {};
  });
}

Status Layout::put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) {
  const Tidy tidy(folder_);
  SUPPLY_TRY(const Document document, parse_document(bytes, descriptor.media_type).at(descriptor.digest.to_string()));
  if (document.subject != subject)
    return Error(ErrorCode::malformed, descriptor.digest.to_string() + ": its subject is not " + subject.to_string());
  SUPPLY_TRY(put_checked(descriptor, bytes));
  oci::Descriptor listed{
      .media_type = descriptor.media_type,
      .digest = descriptor.digest,
      .size = descriptor.size,
      .artifact_type = descriptor.artifact_type.empty() ? document.artifact_type : descriptor.artifact_type,
      .annotations = descriptor.annotations.empty() ? document.annotations : descriptor.annotations};
  return change_index([&](Value& entries) -> Status {
    SUPPLY_TRY(const oci::Descriptor list, extend_referrers_index(entries, listed, subject));
    set_entry(entries, listed, "");
    set_entry(entries, list, store::referrers_tag(subject));
    return {};
  });
}

Result<oci::Descriptor> Layout::extend_referrers_index(const Value& entries, const oci::Descriptor& descriptor,
                                                       const Digest& subject) {
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
  list.push_back(descriptor.to_json());
  const auto by_digest = [](const Value& a, const Value& b) { return text_at(a, "digest") < text_at(b, "digest"); };
  std::stable_sort(list.begin(), list.end(), by_digest);
  const auto same = [](const Value& a, const Value& b) { return text_at(a, "digest") == text_at(b, "digest"); };
  list.erase(std::unique(list.begin(), list.end(), same), list.end());
  const std::string text = json::to_text(index);
  if (text.size() > kMaxManifestBytes || list.size() > kMaxReferrers) return too_large("tag " + quote(tag));
  oci::Descriptor described{
      .media_type = index["mediaType"].get<std::string>(), .digest = crypto::sha256(text), .size = text.size()};
  const std::unique_ptr<io::Source> source = io::from_string(text);
  SUPPLY_TRY(put_blob(described, *source));
  return described;
}

}  // namespace supply::layout
