#include "libsupply/image/store/store.hpp"

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::store {
namespace {

constexpr std::size_t kRequestsAtOnce = 8;

Error mismatch(const oci::Descriptor& descriptor, const std::string& what) {
  return Error(ErrorCode::mismatch, descriptor.digest.to_string() + ": damaged: " + what);
}

class VerifiedSource : public io::Source {
 public:
  VerifiedSource(std::unique_ptr<io::Source> source, const oci::Descriptor& descriptor, crypto::Hasher hasher)
      : source_(std::move(source)), descriptor_(descriptor), hasher_(std::move(hasher)) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (failure_) return *failure_;
    auto count = read_checked(into);
    if (!count) failure_ = count.error();
    return count;
  }

 private:
  Result<std::size_t> read_checked(std::span<char> into) {
    SUPPLY_TRY(const std::size_t count, source_->read(into));
    if (count == 0) {
      if (size_ < descriptor_.size)
        return mismatch(descriptor_, "holds " + std::to_string(size_) + " bytes, its descriptor says " +
                                         std::to_string(descriptor_.size));
      if (!held_) SUPPLY_TRY(check_digest());  // of an empty blob
      return count;
    }
    if (count > descriptor_.size - size_)
      return mismatch(descriptor_,
                      "holds more than the " + std::to_string(descriptor_.size) + " bytes that its descriptor says");
    size_ += count;
    hasher_.update(std::string_view(into.data(), count));
    if (size_ == descriptor_.size) SUPPLY_TRY(check_digest());
    return count;
  }

  Status check_digest() {
    const Digest actual = hasher_.finish_digest();
    if (actual != descriptor_.digest) return mismatch(descriptor_, "its bytes are " + actual.to_string());
    held_ = true;
    return {};
  }

  std::unique_ptr<io::Source> source_;
  oci::Descriptor descriptor_;
  crypto::Hasher hasher_;
  std::uint64_t size_ = 0;
  bool held_ = false;
  std::optional<Error> failure_;
};

Result<std::unique_ptr<io::Source>> read_over(ImageSource& store, const oci::Descriptor& descriptor,
                                              std::uint64_t offset) {
  SUPPLY_TRY(std::unique_ptr<io::Source> source, store.open(descriptor));
  SUPPLY_TRY(const std::uint64_t skipped, io::skip(*source, offset));
  if (skipped < offset) return mismatch(descriptor, "ends before byte " + std::to_string(offset));
  return source;
}

Result<std::vector<std::vector<oci::Descriptor>>> ask_for_each(ImageSource& store,
                                                               const std::vector<Digest>& subjects) {
  std::vector<std::vector<oci::Descriptor>> lists(subjects.size());
  SUPPLY_TRY(parallel_for(subjects.size(), kRequestsAtOnce, [&](std::size_t i) -> Status {
    auto list = store.referrers(subjects[i]);
    if (!list) return std::move(list).error().at("referrers of " + subjects[i].to_string());
    lists[i] = *std::move(list);
    return {};
  }));
  return lists;
}

}  // namespace

Status BasicStore::replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                                    const std::optional<Digest>& expected) {
  const Result<oci::Descriptor> now = resolve({.tag = tag, .digest = std::nullopt});
  if (!now && now.error().code() != ErrorCode::not_found) return now.error();
  const std::optional<Digest> stands = now ? std::optional(now->digest) : std::nullopt;
  if (stands != expected) return Error(ErrorCode::unavailable, "tag " + quote(tag) + ": changed by another writer");
  return put_manifest(descriptor, bytes, tag);
}

Result<std::unique_ptr<io::Source>> verified(std::unique_ptr<io::Source> source, const oci::Descriptor& descriptor) {
  SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(descriptor.digest));
  return std::unique_ptr<io::Source>(
      std::make_unique<VerifiedSource>(std::move(source), descriptor, std::move(hasher)));
}

Result<std::unique_ptr<io::Source>> BasicSource::open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) {
  return read_over(*this, descriptor, offset);
}

Result<std::vector<std::vector<oci::Descriptor>>> BasicSource::referrers_of(const std::vector<Digest>& subjects) {
  return ask_for_each(*this, subjects);
}

Result<std::unique_ptr<io::Source>> BasicStore::open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) {
  return read_over(*this, descriptor, offset);
}

Result<std::vector<std::vector<oci::Descriptor>>> BasicStore::referrers_of(const std::vector<Digest>& subjects) {
  return ask_for_each(*this, subjects);
}

Status BasicStore::upload_blob(const oci::Descriptor& descriptor, const OpenSource& open) {
  SUPPLY_TRY(const std::unique_ptr<io::Source> source, open(0));
  return put_blob(descriptor, *source);
}

Status BasicStore::put_referrers(const std::vector<Referrer>& referrers, const Digest& subject) {
  for (const Referrer& referrer : referrers) SUPPLY_TRY(put_referrer(referrer.descriptor, referrer.bytes, subject));
  return {};
}

Status BasicStore::remove(const oci::Selector& /*selector*/) {
  return Error(ErrorCode::unsupported, quote(name()) + ": nothing can be deleted there");
}

Result<bool> BasicStore::mount_blob(ImageSource& /*other*/, const oci::Descriptor& /*descriptor*/) { return false; }

std::string digest_tag(const Digest& digest, std::string_view ending) {
  std::string tag(digest.algorithm());
  return tag.append("-").append(digest.encoded()).append(ending);
}

std::string referrers_tag(const Digest& subject) {
  return std::string(subject.algorithm().substr(0, 32)) + '-' + std::string(subject.encoded().substr(0, 64));
}

Result<std::string> fetch(ImageSource& source, const oci::Descriptor& descriptor, std::size_t limit) {
  if (descriptor.size > limit)
    return Error(ErrorCode::limit_exceeded, descriptor.digest.to_string() + ": " + std::to_string(descriptor.size) +
                                                " bytes, the limit is " + std::to_string(limit));
  if (descriptor.data) {
    SUPPLY_TRY(const std::unique_ptr<io::Source> inlined, verified(io::from_string(*descriptor.data), descriptor));
    return io::read_all(*inlined, limit).at("inline data");
  }
  SUPPLY_TRY(const std::unique_ptr<io::Source> stream, source.open(descriptor));
  return io::read_all(*stream, limit);
}

Result<oci::Descriptor> put_bytes(ContentStore& store, std::string_view bytes, std::string_view media_type) {
  oci::Descriptor descriptor{
      .media_type = std::string(media_type), .digest = crypto::sha256(bytes), .size = bytes.size()};
  SUPPLY_TRY(store.upload_blob(descriptor, [&](std::uint64_t offset) {
    return Result<std::unique_ptr<io::Source>>(io::from_string(std::string(bytes.substr(offset))));
  }));
  return descriptor;
}

}  // namespace supply::store
