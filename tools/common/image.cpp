#include "tools/common/image.hpp"

#include <unistd.h>

#include <utility>

#include "libsupply/base/http/curl_client.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/layout/docker_archive.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/image/layout/oci_archive.hpp"
#include "libsupply/image/registry/certs_d.hpp"
#include "libsupply/image/registry/registry.hpp"
#include "libsupply/image/rootfs/scan_cache.hpp"
#include "libsupply/image/store/split_store.hpp"
#include "tools/common/input.hpp"
#include "tools/common/version.hpp"

namespace supply::tools {
namespace {

using Kind = oci::Reference::Kind;

template <class To, class From>
Result<std::unique_ptr<To>> as(Result<std::unique_ptr<From>> opened) {
  if (!opened) return std::move(opened).error();
  return std::unique_ptr<To>(*std::move(opened));
}

// Where an archive that comes as a stream is kept while it is read; nobody ever sees its name.
io::Path spool_directory() { return environment("TMPDIR").value_or("/var/tmp"); }

Error only_read(const oci::Reference& reference) {
  return Error(ErrorCode::usage, quote(reference.to_string()) + ": standard input can be read, not changed");
}

// A registry's image that is not to be had, where something here has the name that was typed: "sbom.json".
Error with_path_of_that_name(const oci::Reference& reference, const Error& why) {
  std::string typed = reference.name();
  if (reference.selector().digest || reference.selector().tag != "latest") return why;  // more than a name was typed
  for (const std::string_view implied : {"docker.io/", "library/"})
    if (typed.starts_with(implied)) typed.erase(0, implied.size());
  if (!io::exists(typed)) return why;
  return Error(why.code(), why.message() + "; what is here under that name is ./" + typed);
}

Result<oci::Descriptor> resolve(store::ImageSource& source, const oci::Reference& reference) {
  auto root = source.resolve(reference.selector());
  // A registry names the image in its errors itself.
  if (reference.kind() == Kind::registry) return root ? root : with_path_of_that_name(reference, root.error());
  return std::move(root).at(reference.to_string());
}

}  // namespace

Result<std::optional<oci::Reference>> cosign_repository() {
  const std::string text = environment("COSIGN_REPOSITORY").value_or("");
  if (text.empty()) return std::optional<oci::Reference>();
  Result<oci::Reference> parsed = oci::Reference::parse(text);
  if (!parsed) return Error(ErrorCode::usage, "COSIGN_REPOSITORY " + quote(text) + ": " + parsed.error().message());
  const oci::Selector& selector = parsed->selector();
  if (parsed->kind() != Kind::registry || selector.digest || (selector.tag && text.ends_with(':' + *selector.tag)))
    return Error(ErrorCode::usage,
                 "COSIGN_REPOSITORY " + quote(text) + ": name a registry's repository, without tag and digest");
  return std::optional(*std::move(parsed));
}

Result<std::unique_ptr<store::ContentStore>> open_repository(registry::Registries& registries,
                                                             const oci::Reference& reference,
                                                             const std::optional<oci::Reference>& attachments) {
  auto images = as<store::ContentStore>(registries.open(reference));
  if (!images || !attachments || attachments->name() == reference.name()) return images;
  SUPPLY_TRY(auto elsewhere, as<store::ContentStore>(registries.open(*attachments)));
  return std::unique_ptr<store::ContentStore>(
      std::make_unique<store::SplitStore>(*std::move(images), std::move(elsewhere)));
}

std::string attachments_note(const oci::Reference& attachments) {
  return "what is attached is in " + attachments.name() + " (COSIGN_REPOSITORY)";
}

Result<std::unique_ptr<http::Client>> make_client(const Common& common) {
  if (common.offline) return std::unique_ptr<http::Client>(std::make_unique<http::OfflineClient>());
  http::CurlOptions options;
  options.user_agent = "supply/" + std::string(kVersion);
  options.ca_file = common.ca_file;
  options.environment = whole_environment();
  options.bounds_run = common.deadline.empty();
  return http::curl_client(std::move(options));
}

Result<registry::Options> registry_options(const Common& common) {
  registry::Options options;
  options.cache_directory = cache_directory(common);
  options.certificate_directories = registry::certificate_directories(whole_environment());
  options.plain_http = common.plain_http;
  options.expect_tls = !common.ca_file.empty();
  if (!common.deadline.empty()) {
    SUPPLY_TRY(const std::chrono::milliseconds duration, duration_of(common.deadline, "--deadline"));
    options.deadline = std::chrono::steady_clock::now() + duration;
  }
  if (!common.client_certificate.empty())
    options.certificate = http::ClientCertificate{common.client_certificate, common.client_key};
  for (const std::string& text : common.token_servers) {
    SUPPLY_TRY(http::Origin server, token_server_of(text));
    options.realms.push_back(std::move(server));
  }
  return options;
}

registry::CredentialPlaces credential_places(const Common& common) {
  return {whole_environment(), common.auth_file, ::getuid()};
}

std::string name_with_digest(const Image& image) {
  return image.reference.with({image.reference.selector().tag, image.root.digest}).to_string();
}

Stores::Stores(const Common& common, const Console& console) : common_(common), console_(console) { begin_next(); }

Stores::~Stores() {
  if (!registries_) return;
  for (const std::string& warning : registries_->warnings()) console_.warn(warning);
}

const rootfs::ScanCache* Stores::scan_cache() {
  const std::scoped_lock lock(mutex_);
  if (!scans_) {
    scans_.emplace();
    const std::string directory = cache_directory(common_);
    // Another build of the program may see other things in a layer.
    auto opened = directory.empty() ? Error(ErrorCode::not_found, "no cache")
                                    : rootfs::ScanCache::open(directory, io::change_mark("/proc/self/exe"));
    if (opened) *scans_ = std::make_unique<rootfs::ScanCache>(*std::move(opened));
    else if (!directory.empty()) console_.warn("nothing is kept for the next run: " + opened.error().message());
  }
  return scans_->get();
}

Result<registry::Registries*> Stores::registries() {
  const std::scoped_lock lock(mutex_);
  if (!registries_) {
    SUPPLY_TRY(registry::Options options, registry_options(common_));
    SUPPLY_TRY(std::unique_ptr<http::Client> client, make_client(common_));
    auto credentials = std::make_unique<registry::CredentialFiles>(credential_places(common_));
    registries_ = std::make_unique<registry::Registries>(std::move(client), std::move(credentials), std::move(options));
  }
  return registries_.get();
}

Result<std::unique_ptr<store::ContentStore>> Stores::registry(const oci::Reference& reference) {
  SUPPLY_TRY(registry::Registries * registries, this->registries());
  return as<store::ContentStore>(registries->open(reference));
}

void Stores::leave_attachments() { leaves_attachments_ = true; }

Result<std::unique_ptr<store::ContentStore>> Stores::with_attachments(const oci::Reference& reference) {
  SUPPLY_TRY(registry::Registries * registries, this->registries());
  if (leaves_attachments_) return open_repository(*registries, reference, std::nullopt);
  SUPPLY_TRY(const std::optional<oci::Reference> attachments, cosign_repository());
  if (attachments && attachments->name() != reference.name()) {
    const std::scoped_lock lock(mutex_);
    if (!std::exchange(noted_attachments_, true)) console_.note(attachments_note(*attachments));
  }
  return open_repository(*registries, reference, attachments);
}

Result<std::unique_ptr<store::ImageSource>> Stores::source(const oci::Reference& reference) {
  return source(reference, budget());
}

Result<std::unique_ptr<store::ImageSource>> Stores::source(const oci::Reference& reference, Budget& own) {
  const bool stream = reference.path() == "-";
  StandardInput input;
  switch (reference.kind()) {
    case Kind::layout: return as<store::ImageSource>(layout::Layout::open(reference.path()));
    case Kind::registry: return as<store::ImageSource>(with_attachments(reference));
    case Kind::oci_archive:
      if (stream) return layout::read_archive(input, own, spool_directory());
      return as<store::ImageSource>(layout::open_archive(reference.path(), own, spool_directory()));
    case Kind::docker_archive:
      if (stream) return layout::read_docker_archive(input, own, spool_directory());
      return layout::open_docker_archive(reference.path(), own, spool_directory());
  }
  return Error(ErrorCode::internal, "a reference of no kind");
}

Result<std::unique_ptr<store::ContentStore>> Stores::target(const oci::Reference& reference) {
  if (reference.path() == "-") return only_read(reference);
  switch (reference.kind()) {
    case Kind::layout: return as<store::ContentStore>(layout::Layout::open(reference.path()));
    case Kind::registry: return with_attachments(reference);
    case Kind::oci_archive:
      return as<store::ContentStore>(layout::open_archive(reference.path(), budget(), spool_directory()));
    case Kind::docker_archive: break;  // Target has refused it
  }
  return Error(ErrorCode::internal, "a reference of no kind");
}

Result<std::unique_ptr<store::ContentStore>> Stores::destination(const oci::Reference& reference) {
  if (reference.path() == "-") return only_read(reference);
  switch (reference.kind()) {
    case Kind::layout: return as<store::ContentStore>(layout::Layout::create(reference.path()));
    case Kind::registry: return registry(reference);
    case Kind::oci_archive: return as<store::ContentStore>(layout::create_archive(reference.path()));
    case Kind::docker_archive: return layout::create_docker_archive(reference.path());
  }
  return Error(ErrorCode::internal, "a reference of no kind");
}

Result<Target> Stores::parse(const std::string& text, TargetForms forms) const {
  return Target::parse(text, {console_.verb(), forms});
}

Result<oci::Reference> Stores::reference(const std::string& text, TargetForms images) const {
  SUPPLY_TRY(const Target target, parse(text, images));
  return *target.image();
}

Result<Image> Stores::image(const oci::Reference& reference) {
  SUPPLY_TRY(std::unique_ptr<store::ImageSource> source, this->source(reference));
  SUPPLY_TRY(oci::Descriptor root, resolve(*source, reference));
  return Image{reference, std::move(source), std::move(root), reference.kind() != Kind::registry};
}

Result<Image> Stores::image(const std::string& text) {
  SUPPLY_TRY(const oci::Reference reference, this->reference(text, kImages));
  return image(reference);
}

Result<Image> Stores::judged(const std::string& text) {
  SUPPLY_TRY(const oci::Reference reference, this->reference(text, kImagesWithDigest));
  return image(reference);
}

Result<oci::Reference> Stores::reference_to_change(const std::string& text) const {
  SUPPLY_TRY(oci::Reference reference, this->reference(text, kImagesWithDigest));
  if (reference.path() == "-") return only_read(reference);
  return reference;
}

Result<OpenImage> Stores::changed(const std::string& text) {
  SUPPLY_TRY(oci::Reference reference, reference_to_change(text));
  SUPPLY_TRY(std::unique_ptr<store::ContentStore> store, target(reference));
  SUPPLY_TRY(oci::Descriptor root, resolve(*store, reference));
  return OpenImage{std::move(reference), std::move(store), std::move(root)};
}

}  // namespace supply::tools
