// A repository "r.example/app" in memory, and a Registry that looks at it. Tests only.
#pragma once

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/image/oci/index.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/registry/registry.hpp"
#include "libsupply/testing/fake_client.hpp"
#include "libsupply/testing/faulty_registry.hpp"

namespace supply::testing {

/// Known credentials by registry.
class FixedCredentials : public registry::CredentialSource {
 public:
  explicit FixedCredentials(std::map<std::string, registry::Credential> known) : known_(std::move(known)) {}
  Result<std::optional<registry::Credential>> find(const std::string& registry, const std::string&) override {
    const auto found = known_.find(registry);
    return found == known_.end() ? std::nullopt : std::optional(found->second);
  }

 private:
  std::map<std::string, registry::Credential> known_;
};

struct RegistryKit {
  FaultyRegistry server;
  std::shared_ptr<FakeClock> clock = std::make_shared<FakeClock>();
  FakeClient* client = nullptr;
  std::unique_ptr<registry::Registries> registries;
  std::unique_ptr<registry::Registry> store;

  explicit RegistryKit(std::map<std::string, registry::Credential> known = {}, registry::Options options = {.seed = 1},
                       const std::string& reference = "r.example/app:1") {
    auto made = std::make_unique<FakeClient>();
    client = made.get();
    client->hosts["https://r.example"] = [this](const HttpRequest& request) { return server.handle(request); };
    registries = std::make_unique<registry::Registries>(
        std::move(made), std::make_unique<FixedCredentials>(std::move(known)), options, clock);
    store = open(reference);
  }
  std::unique_ptr<registry::Registry> open(const std::string& reference) {
    auto opened = registries->open(*oci::Reference::parse(reference));
    return opened ? *std::move(opened) : nullptr;
  }
  static oci::Descriptor describe(const std::string& bytes, std::string_view type = "application/octet-stream") {
    return {.media_type = std::string(type), .digest = crypto::sha256(bytes), .size = bytes.size()};
  }
  /// An image manifest with one layer of these bytes, stored under the tag.
  oci::Descriptor image(const std::string& layer, const std::string& tag) {
    server.put_blob(layer);
    server.put_blob("{}");
    oci::Descriptor config = describe("{}", oci::kConfigType);
    const std::string bytes = oci::to_bytes(oci::Manifest{
        .media_type = std::string(oci::kManifestType), .config = config, .layers = {describe(layer, oci::kLayerType)}});
    server.put_manifest(bytes, std::string(oci::kManifestType), tag);
    return describe(bytes, oci::kManifestType);
  }
  /// The bytes of an artifact that refers to `subject`.
  static std::string artifact(const oci::Descriptor& subject, const std::string& type,
                              oci::Annotations annotations = {{"k", "v"}}) {
    return oci::to_bytes(oci::Manifest{.media_type = std::string(oci::kManifestType),
                                       .artifact_type = type,
                                       .config = oci::empty_descriptor(),
                                       .layers = {oci::empty_descriptor()},
                                       .subject = subject,
                                       .annotations = std::move(annotations)});
  }
  /// Attaches that artifact through the store.
  static Status attach(registry::Registry& store, const oci::Descriptor& subject, const std::string& type) {
    const std::string bytes = artifact(subject, type);
    oci::Descriptor descriptor = describe(bytes, oci::kManifestType);
    descriptor.artifact_type = type;
    descriptor.annotations = {{"k", "v"}};
    return store.put_referrer(descriptor, bytes, subject.digest);
  }
  Result<std::string> read(const oci::Descriptor& descriptor) {
    auto source = store->open(descriptor);
    if (!source) return std::move(source).error();
    return io::read_all(**source, 64 * kMiB);
  }
};

}  // namespace supply::testing
