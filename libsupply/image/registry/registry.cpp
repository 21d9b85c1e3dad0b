#include "libsupply/image/registry/registry.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/image/registry/internal/header_fields.hpp"
#include "libsupply/image/registry/internal/pagination.hpp"
#include "libsupply/image/registry/internal/registry_state.hpp"

namespace supply::registry {
namespace {

constexpr std::size_t kBytesKept = 8 * kMiB;
constexpr std::string_view kArtifactManifestType = "application/vnd.oci.artifact.manifest.v1+json";

// Without this docker-registry 2.8 answers 404 for OCI manifests.
std::string accepted() {
  constexpr std::string_view kTypes[] = {oci::kManifestType, oci::kIndexType, oci::kDockerManifestType,
                                         oci::kDockerIndexType};
  return join(kTypes, ", ");
}

bool is_manifest_or_index(std::string_view media_type) {
  return oci::is_manifest(media_type) || oci::is_index(media_type) || oci::is_schema1(media_type) ||
         media_type == kArtifactManifestType;
}

// Types that say nothing of what a document is.
bool is_vague(std::string_view type) {
  return type.empty() || type == "application/json" || type == "application/octet-stream" || type == "text/plain" ||
         type == "binary/octet-stream";
}

// What the document itself says of its type, or what its members make it; "" when it is neither.
Result<std::string> written_type(std::string_view bytes) {
  SUPPLY_TRY(const json::Value document, json::parse(bytes, {.bytes = kMaxManifestBytes}));
  SUPPLY_TRY(std::string written, json::string_or_empty(document, "mediaType"));
  return written;
}

Result<std::string> implied_type(std::string_view bytes) {
  SUPPLY_TRY(const json::Value document, json::parse(bytes, {.bytes = kMaxManifestBytes}));
  if (json::find(document, "manifests") != nullptr) return std::string(oci::kIndexType);
  if (json::find(document, "config") != nullptr) return std::string(oci::kManifestType);
  const json::Value* version = json::find(document, "schemaVersion");
  if (version != nullptr && *version == 1) return std::string("application/vnd.docker.distribution.manifest.v1+json");
  return Error(ErrorCode::malformed, "neither a manifest nor an index");
}

Error schema1(const std::string& what) {
  return Error(ErrorCode::unsupported,
               what + ": Docker's schema 1, which nothing can be verified in (push the image anew)");
}

http::Origin origin_of(const std::string& registry, bool secure) {
  const std::string host = registry == "docker.io" ? "registry-1.docker.io" : registry;
  const auto url = http::Url::parse((secure ? "https://" : "http://") + host);
  return url ? url->origin() : http::Origin{};
}

}  // namespace

Registries::Registries(std::unique_ptr<http::Client> client, std::unique_ptr<CredentialSource> credentials,
                       Options options, std::shared_ptr<http::Clock> clock)
    : options_(std::move(options)), session_(std::make_shared<Session>()) {
  session_->client = std::move(client);
  session_->credentials = std::move(credentials);
  session_->clock = std::move(clock);
  session_->retry = options_.retry;
  session_->deadline = options_.deadline;
  session_->settle = options_.settle;
  session_->certificate = options_.certificate;
  session_->realms = options_.realms;
  session_->cache_directory = options_.cache_directory;
  session_->seed = options_.seed != 0 ? options_.seed : std::random_device{}();
}

Result<std::vector<http::Origin>> Registries::origins_of(const std::string& registry) const {
  const http::Origin tls = origin_of(registry, true), plain = origin_of(registry, false);
  if (tls.host.empty()) return Error(ErrorCode::usage, "registry " + quote(registry) + " has no usable name");
  std::vector<http::Origin> origins{tls};
  if (tls.is_loopback()) {
    origins = {plain};
    if (!options_.plain_http) origins.insert(options_.expect_tls ? origins.begin() : origins.end(), tls);
  } else if (options_.plain_http && registry != "docker.io") {
    origins = {plain};
  }
  return origins;
}

Result<std::unique_ptr<Registry>> Registries::open(const oci::Reference& reference) {
  if (reference.kind() != oci::Reference::Kind::registry)
    return Error(ErrorCode::usage, quote(reference.to_string()) + " is in no registry");
  SUPPLY_TRY(std::vector<http::Origin> origins, origins_of(reference.address()));
  const std::scoped_lock lock(mutex_);
  std::shared_ptr<RegistryClient>& client = clients_[{reference.address(), reference.repository()}];
  if (!client) {
    SUPPLY_TRY(Certificates certificates, find_certificates(options_.certificate_directories, reference.registry()));
    client = std::make_shared<RegistryClient>(session_, std::move(origins), reference.registry(),
                                              reference.repository(), std::move(certificates));
  }
  return std::make_unique<Registry>(client, reference.name());
}

Result<LoginResult> Registries::check_login(const std::string& registry) {
  SUPPLY_TRY(std::vector<http::Origin> origins, origins_of(registry));
  SUPPLY_TRY(Certificates certificates, find_certificates(options_.certificate_directories, registry));
  RegistryClient client(session_, std::move(origins), registry, {}, std::move(certificates));
  SUPPLY_TRY(const BufferedResponse answer, client.document({.target = "/v2/", .what = registry}, kMaxErrorBodyBytes));
  if (answer.status == 404) return Error(ErrorCode::not_found, registry + ": is no registry (its /v2/ answers 404)");
  if (answer.status != 200) return client.failure(registry, answer);
  if (client.has_shown_credential()) return LoginResult::accepted;
  const std::string why = client.explanation();
  if (why.empty()) return LoginResult::not_asked;
  return Error(ErrorCode::unauthenticated, registry + ": has not seen the credentials" + why);
}

Registry::Registry(std::shared_ptr<RegistryClient> client, std::string name)
    : client_(std::move(client)), name_(std::move(name)), state_(std::make_unique<State>()) {}

Registry::~Registry() = default;

std::string Registry::path(std::string_view kind, std::string_view rest) const {
  return "/v2/" + client_->repository() + "/" + std::string(kind) + "/" + std::string(rest);
}

Result<Registry::FetchedManifest> Registry::check_manifest(const BufferedResponse& document, const std::string& what,
                                                           const oci::Descriptor* expected) {
  // What nobody has named by its digest is an answer, which may be anybody's, and no damaged content.
  const bool named = expected != nullptr || document.headers.find("Docker-Content-Digest").has_value();
  const auto wrong = [&](ErrorCode code, const std::string& why) {
    Error error(code, why);
    return (named ? std::move(error) : not_found_out(std::move(error))).at(what);
  };
  const std::string sent_type = content_type(document.headers);
  if (oci::is_schema1(sent_type)) return schema1(what);
  // The digest that was asked for; for a tag, what the registry says, in an algorithm that can be checked.
  std::optional<Digest> wanted;
  if (expected != nullptr) {
    wanted = expected->digest;
  } else if (const auto hint = document.headers.find("Docker-Content-Digest")) {
    auto digest = Digest::parse(*hint);
    if (!digest) return wrong(ErrorCode::malformed, "Docker-Content-Digest: " + digest.error().message());
    wanted = *std::move(digest);
  }
  Digest actual = crypto::sha256(document.bytes);
  if (wanted && wanted->algorithm() != "sha256") {
    SUPPLY_TRY(crypto::Hasher hasher, crypto::Hasher::create(*wanted).at(what));
    hasher.update(document.bytes);
    actual = hasher.finish_digest();
  }
  if (wanted && actual != *wanted)
    return wrong(ErrorCode::mismatch, "damaged: its bytes are " + actual.to_string() + ", not " + wanted->to_string());
  auto parsed = written_type(document.bytes);
  if (!parsed) return wrong(parsed.error().code(), parsed.error().message());
  const std::string written = *std::move(parsed);
  if (oci::is_schema1(written)) return schema1(what);
  std::string type = is_vague(sent_type) ? written : sent_type;
  if (type.empty()) {
    auto implied = implied_type(document.bytes);
    if (!implied) return wrong(implied.error().code(), implied.error().message());
    type = *std::move(implied);
    if (oci::is_schema1(type)) return schema1(what);
  }
  if (!written.empty() && written != type)
    return wrong(ErrorCode::malformed, "media type " + quote(written) + " in it, and Content-Type " + quote(type));
  if (!is_manifest_or_index(type))
    return wrong(ErrorCode::malformed, quote(type) + " is no manifest's or index's media type");
  if (expected != nullptr && is_manifest_or_index(expected->media_type) && expected->media_type != type)
    return wrong(ErrorCode::mismatch,
                 "media type " + quote(type) + ", its descriptor says " + quote(expected->media_type));
  FetchedManifest manifest{{.media_type = std::move(type), .digest = std::move(actual), .size = document.bytes.size()},
                           document.bytes,
                           std::string(document.headers.find("ETag").value_or(""))};
  const std::scoped_lock lock(state_->mutex);
  state_->kept_bytes += manifest.bytes.size();
  state_->kept.push_front(manifest);
  while (state_->kept_bytes > kBytesKept) {
    state_->kept_bytes -= state_->kept.back().bytes.size();
    state_->kept.pop_back();
  }
  return manifest;
}

Result<Registry::FetchedManifest> Registry::get_manifest(const std::string& reference,
                                                         const oci::Descriptor* expected) {
  const std::string what = expected != nullptr ? expected->digest.to_string() : name_ + ":" + reference;
  if (expected != nullptr) {
    const std::scoped_lock lock(state_->mutex);
    for (const FetchedManifest& each : state_->kept)
      if (each.descriptor.digest == expected->digest &&
          (!is_manifest_or_index(expected->media_type) || each.descriptor.media_type == expected->media_type))
        return each;
  }
  SUPPLY_TRY(const BufferedResponse document, client_->document({.target = path("manifests", reference),
                                                                 .headers = {{"Accept", accepted()}},
                                                                 .scopes = client_->scopes("pull"),
                                                                 .what = what},
                                                                kMaxManifestBytes));
  if (document.status != 200) return client_->failure(what, document);
  return check_manifest(document, what, expected);
}

Result<oci::Descriptor> Registry::resolve(const oci::Selector& selector) {
  if (selector.digest) {
    const oci::Descriptor wanted{.media_type = {}, .digest = *selector.digest};
    SUPPLY_TRY(FetchedManifest manifest, get_manifest(selector.digest->to_string(), &wanted));
    return std::move(manifest.descriptor);
  }
  SUPPLY_TRY(FetchedManifest manifest, get_manifest(selector.tag.value_or("latest"), nullptr));
  return std::move(manifest.descriptor);
}

Result<std::vector<std::string>> Registry::tags() {
  const std::string what = name_ + ": tags";
  std::vector<std::string> tags;
  RegistryRequest call{.target = path("tags", "list?n=1000"), .scopes = client_->scopes("pull"), .what = what};
  Pages pages;
  for (std::size_t page = 0;; ++page) {
    SUPPLY_TRY(const BufferedResponse document, client_->document(call, kMaxTagPageBytes));
    if (document.status != 200) return client_->failure(what, document);
    auto list = json::parse(document.bytes, {.bytes = kMaxTagPageBytes, .depth = 4});
    if (!list) return not_found_out(std::move(list).error()).at(what);
    // An empty repository's is null at docker-registry. Without the member it is another document.
    if (!list->is_object() || !list->contains("tags"))
      return Error(ErrorCode::unavailable, what + ": could not be found out: the answer has no member \"tags\"");
    auto names = json::string_list(*list, "tags");
    if (!names) return not_found_out(std::move(names).error()).at(what);
    if (tags.size() + names->size() > kMaxTags)
      return Error(ErrorCode::limit_exceeded, what + ": more than " + std::to_string(kMaxTags));
    std::move(names->begin(), names->end(), std::back_inserter(tags));
    SUPPLY_TRY(const auto next, next_page(*client_, document, pages, what));
    if (!next) break;
    call.url = *next;
  }
  std::sort(tags.begin(), tags.end());
  tags.erase(std::unique(tags.begin(), tags.end()), tags.end());
  return tags;
}

Status Registry::read_back(const std::string& reference, const std::optional<std::string_view>& wanted,
                           const std::string& what) {
  const std::string said = wanted ? "stored" : "deleted";
  std::string stands;
  // Some registries answer from a cache for a while.
  for (auto pause = client_->session().settle / 8;; pause *= 2) {
    const RegistryRequest call{.target = path("manifests", reference),
                               .headers = {{"Accept", accepted()}},
                               .scopes = client_->scopes(wanted ? "pull,push" : "pull"),
                               .what = what + ": is " + said + ", as the registry says; reading it back"};
    SUPPLY_TRY(const BufferedResponse answer, client_->document(call, kMaxManifestBytes));
    if (answer.status == 200) {
      if (wanted && answer.bytes == *wanted) return {};
      stands = wanted ? "has " + crypto::sha256(answer.bytes).to_string() + " there" : "still has it";
    } else {
      Error why = client_->failure(call.what, answer);
      if (why.code() != ErrorCode::not_found) return why;
      if (!wanted) return {};
      stands = "does not have it";
    }
    if (pause > client_->session().settle * 2 ||
        (client_->session().deadline && client_->session().clock->now() + pause >= *client_->session().deadline))
      return Error(ErrorCode::unavailable,
                   what + ": the registry says that it has " + said + " it, and " + stands +
                       (wanted ? " (another writer, or a registry that does not do what it says)" : ""));
    client_->session().clock->sleep(pause);
  }
}

Status Registry::remove(const oci::Selector& selector) {
  const std::string reference = selector.digest ? selector.digest->to_string() : selector.tag.value_or("latest");
  const std::string what = name_ + (selector.digest ? "@" : ":") + reference;
  SUPPLY_TRY(const BufferedResponse document, client_->document({.method = "DELETE",
                                                                 .target = path("manifests", reference),
                                                                 .scopes = client_->scopes("delete"),
                                                                 .what = what},
                                                                kMaxErrorBodyBytes));
  if (document.status == 202 || document.status == 200 || document.status == 204) {
    {
      const std::scoped_lock lock(state_->mutex);
      std::erase_if(state_->kept,
                    [&](const FetchedManifest& each) { return each.descriptor.digest == selector.digest; });
      state_->kept_bytes = 0;
      for (const FetchedManifest& each : state_->kept) state_->kept_bytes += each.bytes.size();
    }
    return read_back(reference, std::nullopt, what);
  }
  if (!selector.digest && (document.status == 400 || document.status == 405))
    return Error(ErrorCode::unsupported, what +
                                             ": the registry does not delete by tag (by digest it takes every tag of "
                                             "the image with it)");
  return client_->failure(what, document);
}

}  // namespace supply::registry
