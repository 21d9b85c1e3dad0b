// Where images live: one repository of a registry, one layout, one archive. Each backend is a room of its own that
// implements these two interfaces. Any thread may call; a Source that was handed out belongs to one thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/io/stream.hpp"
#include "libsupply/image/oci/descriptor.hpp"
#include "libsupply/image/oci/reference.hpp"

namespace supply::store {

class ImageSource {
 public:
  virtual ~ImageSource() = default;

  /// The repository, for messages and subject names.
  virtual std::string name() const = 0;
  /// The descriptor of the manifest or index that the selector names. Errors: not_found (only when the store surely
  /// does not have it), usage (nothing named and not exactly one image there; the message lists what is), or why it
  /// could not be found out.
  virtual Result<oci::Descriptor> resolve(const oci::Selector& selector) = 0;
  /// A stream over a blob or manifest. It fails with mismatch as soon as size or digest cannot hold any more, and
  /// answers its end only when both did. Errors: not_found, unsupported (digest algorithm), or why not.
  virtual Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) = 0;
  /// The bytes from `offset` on as the store has them, unchecked: for callers that store them, and check the
  /// whole then. Errors: those of open().
  virtual Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) = 0;
  /// Every manifest whose subject is `subject`, wherever this kind of store keeps them, each once, sorted by digest;
  /// artifact type and annotations as in the list or, where that lacks them, in the manifest. Empty means there are
  /// surely none: whatever could not be read is an error.
  virtual Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) = 0;
  /// The same for several subjects, in their order. A store that has to search for referrers searches once.
  virtual Result<std::vector<std::vector<oci::Descriptor>>> referrers_of(const std::vector<Digest>& subjects) = 0;
  /// The tags, sorted.
  virtual Result<std::vector<std::string>> tags() = 0;
  /// How many questions at the same time are worth a thread each: one, where none waits for another machine.
  virtual std::size_t requests_at_once() const = 0;
};

/// Makes a stream over the same bytes, from `offset` on, each time it is called.
using OpenSource = std::function<Result<std::unique_ptr<io::Source>>(std::uint64_t offset)>;

/// A manifest that has a subject, as put_referrer takes it.
struct Referrer {
  oci::Descriptor descriptor;
  std::string_view bytes;
};

class ContentStore : public ImageSource {
 public:
  /// Stores a blob; idempotent. A damaged one that is there is replaced. Errors: mismatch, when `bytes` are not what
  /// the descriptor says.
  virtual Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) = 0;
  /// The same with bytes that can be had again: a transfer that was cut, in this process or an earlier one, goes on
  /// where it was.
  virtual Status upload_blob(const oci::Descriptor& descriptor, const OpenSource& open) = 0;
  /// Takes a blob over from another store without its bytes passing through here. False: it has to be sent.
  virtual Result<bool> mount_blob(ImageSource& other, const oci::Descriptor& descriptor) = 0;
  /// Stores a manifest or index whose parts are there already. With a tag it is found under it; with an empty tag it is
  /// an image of the store that has no name (in a layout: an entry of index.json); without one it is only a part of
  /// something else.
  virtual Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                              const std::optional<std::string>& tag) = 0;
  /// put_manifest under `tag` while the tag still names `expected` (nothing: there is no such tag): for callers that
  /// add to what is there. Errors: unavailable, when another writer was faster: read the tag anew.
  virtual Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                                  const std::optional<Digest>& expected) = 0;
  /// Stores a manifest that has a subject, and makes it findable as a referrer of it. `descriptor` carries the
  /// artifact type and annotations for the list.
  virtual Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) = 0;
  /// The same for several of one subject: where a list has to be edited, once.
  virtual Status put_referrers(const std::vector<Referrer>& referrers, const Digest& subject) = 0;
  /// Takes a tag away; of a digest, what is there under it with every tag that it has. Errors: not_found, unsupported.
  virtual Status remove(const oci::Selector& selector) = 0;
  /// Ends a change: what was put lasts, and what earlier transfers left unfinished is cleared. Until then an archive
  /// may be as it was. Callers that have put something call it last.
  virtual Status commit() = 0;
};

/// What a backend need not do in a way of its own. A store in front of another derives from the interface
/// itself: there the compiler asks for every method, and none is forgotten.
class BasicSource : public ImageSource {
 public:
  /// Reads over what precedes.
  Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) override;
  /// Asks for each, several at a time.
  Result<std::vector<std::vector<oci::Descriptor>>> referrers_of(const std::vector<Digest>& subjects) override;
  std::size_t requests_at_once() const override { return 8; }
};

class BasicStore : public ContentStore {
 public:
  /// As those of BasicSource.
  Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) override;
  Result<std::vector<std::vector<oci::Descriptor>>> referrers_of(const std::vector<Digest>& subjects) override;
  std::size_t requests_at_once() const override { return 8; }
  /// From the beginning.
  Status upload_blob(const oci::Descriptor& descriptor, const OpenSource& open) override;
  /// False.
  Result<bool> mount_blob(ImageSource& other, const oci::Descriptor& descriptor) override;
  /// Asks and then puts; a store that has a lock does both under it.
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override;
  /// One after the other.
  Status put_referrers(const std::vector<Referrer>& referrers, const Digest& subject) override;
  /// Unsupported.
  Status remove(const oci::Selector& selector) override;
  Status commit() override { return {}; }
};

/// Reads a whole blob or manifest: inline `data` when there, else the store. Nothing unchecked is returned.
/// Errors: mismatch, limit_exceeded, and those of open().
Result<std::string> fetch(ImageSource& source, const oci::Descriptor& descriptor, std::size_t limit);
/// Stores bytes as a blob of that media type and returns its descriptor (sha256).
Result<oci::Descriptor> put_bytes(ContentStore& store, std::string_view bytes, std::string_view media_type);
/// The tag under which stores without a referrers API keep the index of a subject's referrers: "sha256-<hex>".
/// Source: distribution-spec v1.1, "Referrers Tag Schema".
std::string referrers_tag(const Digest& subject);
/// A tag that cosign makes from a digest: "sha256-<hex>" and `ending` (".sig", ".att", ".sbom").
std::string digest_tag(const Digest& digest, std::string_view ending);
/// Wraps `source` so that it keeps the promise of ImageSource::open for `descriptor`.
Result<std::unique_ptr<io::Source>> verified(std::unique_ptr<io::Source> source, const oci::Descriptor& descriptor);

}  // namespace supply::store
