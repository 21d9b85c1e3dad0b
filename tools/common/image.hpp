// From what a user typed to a store and an image in it.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libsupply/base/limits/budget.hpp"
#include "libsupply/image/store/store.hpp"
#include "tools/common/command.hpp"
#include "tools/common/target.hpp"

namespace supply::http {
class Client;
}
namespace supply::rootfs {
class ScanCache;
}
namespace supply::registry {
class Registries;
struct CredentialPlaces;
struct Options;
}  // namespace supply::registry

namespace supply::tools {

/// What verbs say that read layers by their digests alone.
inline constexpr std::string_view kDiffIdsUnchecked =
    "the digests of the layers that were read hold; their diff_ids were not checked (supply inspect --verify checks "
    "them)";

/// An image that was named, and the digest it had at that moment: a tag is resolved once per run.
struct Image {
  oci::Reference reference;
  std::unique_ptr<store::ImageSource> store;
  oci::Descriptor root;
  bool local = false;  ///< on this machine: its blobs cost nothing to check
};

/// The reference with the digest that it had: for reports.
std::string name_with_digest(const Image& image);

/// The same where something will be attached: call store->commit() when all is.
struct OpenImage {
  oci::Reference reference;
  std::unique_ptr<store::ContentStore> store;
  oci::Descriptor root;
};

/// The stores of one run, and what it may spend on each thing that it judges. What the registries warned of is said
/// when it ends. Any thread may open.
class Stores {
 public:
  Stores(const Common& common, const Console& console);
  Stores(const Stores&) = delete;
  Stores& operator=(const Stores&) = delete;
  ~Stores();

  /// What is read draws from it: the run's, or that of the image that begin_next() began. Outlives everything that the
  /// stores gave.
  Budget& budget() { return *budgets_.back(); }
  /// Before each of several images that the run judges in turn, when what was held of the one before is given back:
  /// each has a budget of its own, so that what one costs decides nothing about another.
  void begin_next() { budgets_.push_back(std::make_unique<Budget>()); }
  /// Where scans of layers are kept between runs; nullptr without one (--no-cache, or nobody's own directory).
  const rootfs::ScanCache* scan_cache();

  /// For verbs that read nothing that is attached, or move and name what is there: what is attached is that in the
  /// image's own repository, whatever COSIGN_REPOSITORY says.
  void leave_attachments();

  /// An argument of the verb that runs. Errors: those of Target::parse.
  Result<Target> parse(const std::string& text, TargetForms forms) const;
  /// The same where only an image is taken.
  Result<oci::Reference> reference(const std::string& text, TargetForms images) const;

  /// The same of one to attach something to. Errors also: usage (standard input).
  Result<oci::Reference> reference_to_change(const std::string& text) const;

  /// An image to look at. Errors: those of the store.
  Result<Image> image(const oci::Reference& reference);
  /// The same of any form. Errors also: usage (not an image).
  Result<Image> image(const std::string& text);
  /// One to judge by its digest. Errors also: usage (a docker-archive, which has none).
  Result<Image> judged(const std::string& text);
  /// One to attach something to. Errors also: usage (a docker-archive, standard input).
  Result<OpenImage> changed(const std::string& text);

  /// Only the store that a reference names, to read from. Of a registry, what is attached is in the repository that
  /// COSIGN_REPOSITORY names, as cosign has it; that is noted. Errors also: usage, when it names none.
  Result<std::unique_ptr<store::ImageSource>> source(const oci::Reference& reference);
  /// The same for one of several images that are judged at once: `own` outlives the store.
  Result<std::unique_ptr<store::ImageSource>> source(const oci::Reference& reference, Budget& own);
  /// The same to write to: a layout or archive that is there.
  Result<std::unique_ptr<store::ContentStore>> target(const oci::Reference& reference);
  /// The same; a layout or archive is made if need be.
  Result<std::unique_ptr<store::ContentStore>> destination(const oci::Reference& reference);

 private:
  Result<registry::Registries*> registries();
  /// With what is attached to it, wherever that is.
  Result<std::unique_ptr<store::ContentStore>> with_attachments(const oci::Reference& reference);
  Result<std::unique_ptr<store::ContentStore>> registry(const oci::Reference& reference);

  const Common& common_;
  const Console& console_;
  std::vector<std::unique_ptr<Budget>> budgets_;  // at least one
  bool leaves_attachments_ = false;
  std::mutex mutex_;
  bool noted_attachments_ = false;
  std::unique_ptr<registry::Registries> registries_;
  std::optional<std::unique_ptr<rootfs::ScanCache>> scans_;  ///< once it was asked for
};

/// Where cosign keeps what it attaches to images of any repository (COSIGN_REPOSITORY); nothing: beside each image.
/// Errors: usage, when that is no registry's repository.
Result<std::optional<oci::Reference>> cosign_repository();
/// A registry's repository; what is attached to its images is in `attachments`, or there too.
Result<std::unique_ptr<store::ContentStore>> open_repository(registry::Registries& registries,
                                                             const oci::Reference& reference,
                                                             const std::optional<oci::Reference>& attachments);
/// What a run says of it once.
std::string attachments_note(const oci::Reference& attachments);

/// What a run's options say of registries, for callers that ask one without a store. Errors: usage.
Result<std::unique_ptr<http::Client>> make_client(const Common& common);
Result<registry::Options> registry_options(const Common& common);
registry::CredentialPlaces credential_places(const Common& common);

}  // namespace supply::tools
