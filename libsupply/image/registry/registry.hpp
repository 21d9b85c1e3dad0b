// One repository of a registry as a store. Every digest is computed, whatever the registry says; only its own 404 means
// that something is not there. Source: OCI distribution-spec v1.1; what servers do beside it is in the .cpp files.
#pragma once

#include "libsupply/image/registry/registry_client.hpp"
#include "libsupply/image/store/store.hpp"

namespace supply::registry {

struct Options {
  bool plain_http = false;                       ///< HTTP where nothing else says HTTPS; this machine may always
  bool expect_tls = false;                       ///< this machine too: HTTPS is tried first (a CA file was given)
  std::optional<http::TimePoint> deadline = {};  ///< for everything together
  std::chrono::milliseconds settle{2'000};       ///< until a referrers tag is read back
  std::optional<http::ClientCertificate> certificate = {};  ///< shown to the registries themselves only
  /// Where CA certificates and client certificates are looked for by registry: see certificate_directories().
  std::vector<std::string> certificate_directories = {};
  std::vector<http::Origin> realms = {};  ///< token servers that the user trusts with the credentials
  http::RetryOptions retry = {};
  std::uint64_t seed = 0;  ///< of the jitter; 0: a random one
  /// Where uploads that this process does not bring to their end are left for the next one; empty: nowhere.
  std::string cache_directory = {};
};

class Registry;
/// What a registry says to credentials that are not refused.
enum class LoginResult { not_asked, accepted };

/// The registries of one run. Repositories that are opened twice share their tokens. Any thread.
class Registries {
 public:
  Registries(std::unique_ptr<http::Client> client, std::unique_ptr<CredentialSource> credentials, Options options,
             std::shared_ptr<http::Clock> clock = std::make_shared<http::Clock>());
  /// Asks the registry nothing yet. Errors: usage, for a reference to something else; those of find_certificates().
  Result<std::unique_ptr<Registry>> open(const oci::Reference& reference);
  /// Whether a registry ("registry.example:5000", "docker.io") takes the credentials that are known for it. Errors:
  /// unauthenticated (it does not, or its token server may not have them), not_found (no registry there), why else not.
  Result<LoginResult> check_login(const std::string& registry);
  /// What the registries warned of, each once.
  std::vector<std::string> warnings() const { return session_->warnings(); }

 private:
  Result<std::vector<http::Origin>> origins_of(const std::string& registry) const;

  const Options options_;
  const std::shared_ptr<Session> session_;
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::shared_ptr<RegistryClient>> clients_;
};

class Registry : public store::BasicStore {
 public:
  Registry(std::shared_ptr<RegistryClient> client, std::string name);
  ~Registry() override;

  std::string name() const override { return name_; }
  /// The tag, or "latest"; a digest decides over a tag. One request; the document is kept for open().
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override;
  /// A blob that is cut goes on where it was. Errors also: unsupported (schema 1).
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override;
  Result<std::unique_ptr<io::Source>> open_raw(const oci::Descriptor& descriptor, std::uint64_t offset) override;
  /// From the referrers API, or, where there is none, from the tag. Errors also: unavailable (an
  /// answer that is no list; the tag names something else than an index).
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override;
  /// Only those of one artifact type; the registry is asked to leave out the others.
  Result<std::vector<oci::Descriptor>> referrers_of_type(const Digest& subject, const std::string& artifact_type);
  Result<std::vector<std::string>> tags() override;

  /// Held in memory up to 4 MiB; more is sent once, and a cut is then an error (see upload_blob).
  Status put_blob(const oci::Descriptor& descriptor, io::Source& bytes) override;
  Status upload_blob(const oci::Descriptor& descriptor, const store::OpenSource& open) override;
  /// Mounts it from another repository of the same registry.
  Result<bool> mount_blob(store::ImageSource& other, const oci::Descriptor& descriptor) override;
  /// With a tag it is looked whether the tag stands for it now. Errors also: unavailable (it does not).
  Status put_manifest(const oci::Descriptor& descriptor, std::string_view bytes,
                      const std::optional<std::string>& tag) override;
  /// With If-Match where the registry heeds it; else what was written is read back after the time to settle.
  Status replace_manifest(const oci::Descriptor& descriptor, std::string_view bytes, const std::string& tag,
                          const std::optional<Digest>& expected) override;
  /// Where the registry does not say that it has understood the subject, the index under the tag is edited until the
  /// entry is there after the time to settle. Errors also: unavailable (it does not stay there).
  Status put_referrer(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject) override;
  Status put_referrers(const std::vector<store::Referrer>& referrers, const Digest& subject) override;

  /// Takes a tag, or a manifest with every tag that it has, out of the repository. It is looked whether it is gone.
  /// Errors: not_found, unsupported (the registry does not do that), unavailable (it says that it did, and has it
  /// still).
  Status remove(const oci::Selector& selector) override;

  /// A manifest or index with its bytes.
  struct FetchedManifest {
    oci::Descriptor descriptor;
    std::string bytes;
    std::string entity_tag = {};  ///< ETag
  };

 private:
  struct State;
  struct Upload;
  struct ReferrersTagEdit;
  std::string path(std::string_view kind, std::string_view rest) const;
  Result<FetchedManifest> get_manifest(const std::string& reference, const oci::Descriptor* expected);
  Result<FetchedManifest> check_manifest(const BufferedResponse& document, const std::string& what,
                                         const oci::Descriptor* expected);
  /// Looks whether a tag or digest now stands for the bytes that were `wanted`, or for nothing. Errors: unavailable (it
  /// does not, whatever the registry said), those of resolve().
  Status read_back(const std::string& reference, const std::optional<std::string_view>& wanted,
                   const std::string& what);
  Result<std::optional<FetchedManifest>> find_referrers_tag(const Digest& subject);
  /// The one place where manifests are sent. Errors also: mismatch, when the bytes are not what the descriptor says.
  Result<BufferedResponse> put_manifest_as(const std::string& reference, const oci::Descriptor& descriptor,
                                           std::string_view bytes, http::Headers headers, const std::string& what);
  Result<std::optional<std::vector<oci::Descriptor>>> ask_referrers(const Digest& subject, const std::string& type);
  Result<std::vector<oci::Descriptor>> list_referrers(const Digest& subject, const std::string& type);
  Status complete(std::vector<oci::Descriptor>& list, const Digest& subject);
  Result<bool> put_with_subject(const oci::Descriptor& descriptor, std::string_view bytes, const Digest& subject);
  Status list_under_tag(const std::vector<oci::Descriptor>& descriptors, const Digest& subject);
  Result<bool> has_blob(const oci::Descriptor& descriptor);
  Status upload(const oci::Descriptor& descriptor, const store::OpenSource& open);

  const std::shared_ptr<RegistryClient> client_;
  const std::string name_;
  const std::unique_ptr<State> state_;
};

}  // namespace supply::registry
