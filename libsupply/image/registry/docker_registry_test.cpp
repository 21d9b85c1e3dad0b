// Against Debian's docker-registry on loopback, over real sockets, and nginx before it.
#include "libsupply/testing/docker_registry.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/http/curl_client.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/image/registry/credential_store.hpp"
#include "libsupply/testing/registry_kit.hpp"

using namespace supply;
using namespace std::chrono_literals;
using testing::Authority;
using testing::DockerRegistry;
using testing::HttpReply;
using testing::HttpRequest;
using testing::HttpServer;
using testing::Nginx;
using testing::RegistryKit;

namespace {

const registry::Credential kUser{.username = "user", .password = "s3cret", .source = "test"};

bool missing() {
  return testing::program_or_shout("docker-registry").empty() || testing::program_or_shout("nginx").empty();
}

// Passes everything on until its process "dies" in the middle of a body.
class MortalClient : public http::Client {
 public:
  explicit MortalClient(std::unique_ptr<http::Client> client, std::uint64_t dies_after)
      : client_(std::move(client)), left_(dies_after) {}
  Result<http::Response> send(const http::Request& request) override {
    if (dead_) return Error(ErrorCode::unsupported, "dead");
    ++requests;
    if (request.stream == nullptr) return client_->send(request);
    Mortal mortal(*this, *request.stream);
    http::Request copy = request;
    copy.stream = &mortal;
    auto response = client_->send(copy);
    if (dead_) return Error(ErrorCode::unsupported, "dead");
    return response;
  }
  std::uint64_t sent = 0;
  int requests = 0;

 private:
  struct Mortal : io::Source {
    Mortal(MortalClient& of, io::Source& from) : client(of), source(from) {}
    Result<std::size_t> read(std::span<char> into) override {
      if (client.left_ == 0) {
        client.dead_ = true;
        return Error(ErrorCode::unsupported, "dies");
      }
      SUPPLY_TRY(const std::size_t count, source.read(into.first(std::min<std::uint64_t>(into.size(), client.left_))));
      client.left_ -= count;
      client.sent += count;
      return count;
    }
    MortalClient& client;
    io::Source& source;
  };
  std::unique_ptr<http::Client> client_;
  std::uint64_t left_;
  bool dead_ = false;
};

// What one process has.
struct Process {
  MortalClient* client = nullptr;
  std::unique_ptr<registry::Registries> registries;

  explicit Process(http::CurlOptions curl = {}, registry::Options options = {},
                   std::map<std::string, registry::Credential> known = {}, std::uint64_t dies_after = UINT64_MAX) {
    options.retry.first_pause = 5ms;
    auto mortal = std::make_unique<MortalClient>(*http::curl_client(std::move(curl)), dies_after);
    client = mortal.get();
    registries = std::make_unique<registry::Registries>(
        std::move(mortal), std::make_unique<testing::FixedCredentials>(std::move(known)), options);
  }
  std::unique_ptr<registry::Registry> open(const std::string& reference) const {
    return *registries->open(*oci::Reference::parse(reference));
  }
};

std::string noise(std::size_t size, std::uint64_t seed = 1) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>((seed = seed * 6364136223846793005U + 1442695040888963407U) >> 56);
  return bytes;
}

store::OpenSource again(const std::string& bytes) {
  return [&bytes](std::uint64_t offset) {
    return Result<std::unique_ptr<io::Source>>(
        io::from_string(bytes.substr(std::min<std::uint64_t>(bytes.size(), offset))));
  };
}

void require(const Status& status) {
  CAPTURE(status ? "" : status.error().message());
  REQUIRE(status);
}

std::string text_of(registry::Registry& store, const oci::Descriptor& descriptor) {
  auto source = store.open(descriptor);
  if (!source) return "error: " + source.error().message();
  auto text = io::read_all(**source, 64 * kMiB);
  return text ? *text : "error: " + text.error().message();
}

// An image whose one layer is `layer`; returns its manifest's descriptor.
oci::Descriptor push_image(registry::Registry& store, const std::string& layer, const std::string& tag) {
  const std::string config = "{}";
  require(store.upload_blob(RegistryKit::describe(config), again(config)));
  require(store.upload_blob(RegistryKit::describe(layer), again(layer)));
  const std::string bytes = oci::to_bytes(oci::Manifest{.media_type = std::string(oci::kManifestType),
                                                        .config = RegistryKit::describe(config, oci::kConfigType),
                                                        .layers = {RegistryKit::describe(layer, oci::kLayerType)}});
  const oci::Descriptor image = RegistryKit::describe(bytes, oci::kManifestType);
  require(store.put_manifest(image, bytes, tag));
  return image;
}

template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message());
  CHECK(result.error().message().find("s3cret") == std::string::npos);
  return result.error().code();
}

// Eight processes attach at the same time; all eight are there.
void attach_eight(const std::string& authority, std::chrono::milliseconds settle, int number) {
  const Process setup;
  const auto store = setup.open(authority + "/race" + std::to_string(number));
  const auto image = push_image(*store, "layer " + std::to_string(number), "1");
  require(store->upload_blob(oci::empty_descriptor(), again("{}")));
  std::vector<std::thread> threads;
  std::vector<std::string> errors(8, "?");
  for (std::size_t i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      const Process process({}, {.settle = settle});
      const Status attached = RegistryKit::attach(*process.open(authority + "/race" + std::to_string(number)), image,
                                                  "t/" + std::to_string(i));
      errors[i] = attached ? "" : attached.error().message();
    });
  for (std::thread& thread : threads) thread.join();
  CHECK(errors == std::vector<std::string>(8));
  const auto list = store->referrers(image.digest);
  REQUIRE(list);
  CHECK(list->size() == 8);
}

}  // namespace

TEST_CASE("docker-registry: what is pushed is there, digest for digest, and goes when it is removed") {
  if (missing()) return;
  const DockerRegistry server;
  const Process process;
  const auto store = process.open(server.authority() + "/team/app");
  const std::string layer = noise(3'000'000);
  const oci::Descriptor image = push_image(*store, layer, "1.0");
  CHECK(store->resolve({.tag = "1.0", .digest = {}})->digest == image.digest);
  CHECK(text_of(*store, RegistryKit::describe(layer)) == layer);
  const auto rest = store->open_raw(RegistryKit::describe(layer), 2'000'000);
  REQUIRE(rest);
  CHECK(*io::read_all(**rest, kMiB) == layer.substr(2'000'000));
  require(store->put_manifest(image, text_of(*store, image), "latest"));
  CHECK(*store->tags() == std::vector<std::string>{"1.0", "latest"});
  CHECK(code_of(store->resolve({.tag = "2", .digest = {}})) == ErrorCode::not_found);
  CHECK(code_of(store->open(RegistryKit::describe("other"))) == ErrorCode::not_found);
  // By tag this registry deletes nothing, and the message says so.
  CHECK(code_of(store->remove({.tag = "1.0", .digest = {}})) == ErrorCode::unsupported);
  require(store->remove({.tag = {}, .digest = image.digest}));
  const Process later;
  CHECK(code_of(later.open(server.authority() + "/team/app")->resolve({.tag = "1.0", .digest = {}})) ==
        ErrorCode::not_found);
}

TEST_CASE("docker-registry: a blob by sha512 is one, a manifest by sha512 is refused with the reason") {
  if (missing()) return;
  const DockerRegistry server;
  const Process process;
  const auto store = process.open(server.authority() + "/app");
  const std::string layer = noise(100'000);
  const auto by_sha512 = [](const std::string& bytes, std::string_view type) {
    crypto::Hasher hasher(crypto::HashAlgorithm::sha512);
    hasher.update(bytes);
    return oci::Descriptor{.media_type = std::string(type), .digest = hasher.finish_digest(), .size = bytes.size()};
  };
  const auto blob = by_sha512(layer, oci::kLayerType);
  require(store->upload_blob(blob, again(layer)));
  CHECK(text_of(*store, blob) == layer);
  const std::string index =
      "{\"schemaVersion\":2,\"mediaType\":\"" + std::string(oci::kIndexType) + "\",\"manifests\":[]}";
  const Status put = store->put_manifest(by_sha512(index, oci::kIndexType), index, std::nullopt);
  CHECK(code_of(put) == ErrorCode::unsupported);
  CHECK(put.error().message().find("sha256 only") != std::string::npos);
}

TEST_CASE("docker-registry: a blob of another repository is mounted, and one that is not there is sent") {
  if (missing()) return;
  const DockerRegistry server;
  const Process process;
  const auto from = process.open(server.authority() + "/from"), to = process.open(server.authority() + "/to");
  const std::string layer = noise(10'000), absent = noise(10'000, 2);
  push_image(*from, layer, "1");
  CHECK(*to->mount_blob(*from, RegistryKit::describe(layer)));
  CHECK(text_of(*to, RegistryKit::describe(layer)) == layer);
  CHECK_FALSE(*to->mount_blob(*from, RegistryKit::describe(absent)));
  require(to->upload_blob(RegistryKit::describe(absent), again(absent)));
  CHECK(text_of(*to, RegistryKit::describe(absent)) == absent);
}

TEST_CASE("docker-registry: a tag is replaced, though conditions are not heeded here") {
  if (missing()) return;
  const DockerRegistry server;
  const Process process({}, {.settle = 50ms});
  const auto store = process.open(server.authority() + "/app");
  const auto one = push_image(*store, "one", "t"), two = push_image(*store, "two", "other");
  const std::string bytes = text_of(*store, two);
  CHECK(code_of(store->replace_manifest(two, bytes, "t", two.digest)) == ErrorCode::unavailable);
  CHECK(code_of(store->replace_manifest(two, bytes, "t", std::nullopt)) == ErrorCode::unavailable);
  require(store->replace_manifest(two, bytes, "t", one.digest));
  CHECK(store->resolve({.tag = "t", .digest = {}})->digest == two.digest);
  require(store->replace_manifest(two, bytes, "new", std::nullopt));
}

TEST_CASE("docker-registry: credentials over TLS, right, wrong and none") {
  if (missing()) return;
  Authority authority;
  const DockerRegistry server({.tls = Authority::loopback(authority), .htpasswd = true});
  const http::CurlOptions curl{.ca_file = authority.file()};
  const registry::Options options{.expect_tls = true};
  const std::string name = server.authority() + "/app";
  const Process good(curl, options, {{server.authority(), kUser}});
  const std::string layer = noise(1'000'000);
  const auto image = push_image(*good.open(name), layer, "1");
  CHECK(text_of(*good.open(name), RegistryKit::describe(layer)) == layer);
  const Process nobody(curl, options);
  const auto refused = nobody.open(name)->resolve({.tag = "1", .digest = {}});
  CHECK(code_of(refused) == ErrorCode::unauthenticated);
  CHECK(refused.error().message().find("without credentials") != std::string::npos);
  const Process wrong(curl, options, {{server.authority(), {.username = "user", .password = "wrong"}}});
  CHECK(code_of(wrong.open(name)->resolve({.tag = "1", .digest = {}})) == ErrorCode::unauthenticated);
  // Without the authority's file nothing is sent at all, and nothing is tried again.
  const Process unsure({}, options, {{server.authority(), kUser}});
  const auto unknown = unsure.open(name)->resolve({.tag = "1", .digest = {}});
  CHECK(code_of(unknown) == ErrorCode::unsupported);
  CHECK(unknown.error().message().find("--ca-file") != std::string::npos);
  const auto login = [&](const registry::Credential& credential) {
    return registry::check_credential(*http::curl_client(curl), server.authority(), credential, options);
  };
  CHECK(*login(kUser) == registry::LoginResult::accepted);
  CHECK(code_of(login({.username = "user", .password = "wrong"})) == ErrorCode::unauthenticated);
}

TEST_CASE("docker-registry: the directories of certificates that docker and podman have are for their registry alone") {
  if (missing()) return;
  Authority authority;
  const DockerRegistry server({.tls = Authority::loopback(authority), .client_authority = authority.file()});
  const auto ours = authority.issue("client", "DNS:client");
  const testing::TempDirectory directories;
  const registry::Options options{
      .expect_tls = true,
      .certificate_directories = {(directories / "none").string(), (directories / "user").string(),
                                  (directories / "system").string()}};
  const auto put = [&](const std::string& registry) {
    const std::string at = "user/" + registry + "/";
    testing::write(directories / (at + "ca.crt"), testing::read(authority.file()));
    testing::write(directories / (at + "client.cert"), testing::read(ours.file));
    testing::write(directories / (at + "client.key"), testing::read(ours.key_file));
  };
  const auto resolve = [&] {
    const Process process({}, options);
    return process.open(server.authority() + "/app")->resolve({.tag = "1", .digest = {}});
  };
  put("other.example");
  put("127.0.0.1:1");
  CHECK(code_of(resolve()) == ErrorCode::unsupported);  // an authority that is not known
  put(server.authority());
  CHECK(code_of(resolve()) == ErrorCode::not_found);  // in, and there is no such image
  CHECK(*registry::check_credential(*http::curl_client({}), server.authority(), kUser, options) ==
        registry::LoginResult::not_asked);
}

TEST_CASE("docker-registry: what refers to an image is found through the tag") {
  if (missing()) return;
  const DockerRegistry server;
  const Process process({}, {.settle = 50ms});
  const auto store = process.open(server.authority() + "/app");
  const auto image = push_image(*store, "layer", "1");
  require(store->upload_blob(oci::empty_descriptor(), again("{}")));
  CHECK(store->referrers(image.digest)->empty());
  require(RegistryKit::attach(*store, image, "t/a"));
  require(RegistryKit::attach(*store, image, "t/b"));
  const Process reader;
  const auto list = reader.open(server.authority() + "/app")->referrers(image.digest);
  REQUIRE(list);
  REQUIRE(list->size() == 2);
  CHECK(list->front().annotations.at("k") == "v");
  CHECK(reader.client->requests == 2);  // no API, then the tag
}

TEST_CASE("docker-registry: eight attaches at once leave eight referrers") {
  if (missing()) return;
  const DockerRegistry server;
  for (int run = 0; run < 2; ++run) attach_eight(server.authority(), 700ms, run);
}

// test_supply_image_registry "[fifty]": takes minutes.
TEST_CASE("docker-registry: fifty times eight attaches at once leave eight referrers each", "[.][fifty]") {
  if (missing()) return;
  const DockerRegistry server;
  for (int run = 0; run < 50; ++run) attach_eight(server.authority(), 2'000ms, run);
}

TEST_CASE("docker-registry: an upload that died is brought to its end by the next process, also after a restart") {
  if (missing()) return;
  DockerRegistry server;
  const testing::TempDirectory cache;
  const std::string blob = noise(20'000'000);
  const oci::Descriptor descriptor = RegistryKit::describe(blob);
  const registry::Options options{.cache_directory = cache.path().string()};
  for (const std::uint64_t dies_after : {5'000'000U, 12'000'000U}) {
    const Process dying({}, options, {}, dies_after);
    CHECK_FALSE(dying.open(server.authority() + "/app")->upload_blob(descriptor, again(blob)));
    CHECK(dying.client->sent == dies_after);
  }
  server.restart();
  const Process next({}, options);
  const auto store = next.open(server.authority() + "/app");
  require(store->upload_blob(descriptor, again(blob)));
  CHECK(text_of(*store, descriptor) == blob);
  CHECK(std::filesystem::is_empty(cache / "uploads"));
}

TEST_CASE("docker-registry behind nginx, which keeps half requests to itself: no more than a chunk is sent again") {
  if (missing()) return;
  const DockerRegistry server;
  const Nginx nginx("location / { proxy_pass http://" + server.authority() + "; proxy_set_header Host $http_host; }");
  const testing::TempDirectory cache;
  const std::string blob = noise(30'000'000);
  const oci::Descriptor descriptor = RegistryKit::describe(blob);
  const registry::Options options{.cache_directory = cache.path().string()};
  std::uint64_t sent = 0;
  const auto process = [&](std::uint64_t dies_after) {
    const Process one({}, options, {}, dies_after);
    const Status put = one.open(nginx.authority() + "/app")->upload_blob(descriptor, again(blob));
    sent = one.client->sent;
    return put;
  };
  CHECK_FALSE(process(21'000'000));  // all of it in one request: nginx has kept it to itself
  CHECK_FALSE(process(29'000'000));  // now in chunks of 8 MiB, three of them whole
  const Status put = process(UINT64_MAX);
  require(put);
  CHECK(sent == 30'000'000 - 3 * 8 * kMiB);
  const Process reader;
  CHECK(text_of(*reader.open(server.authority() + "/app"), descriptor) == blob);
}

TEST_CASE("nginx redirects blobs: no credentials go along, and nothing goes from TLS to none") {
  if (missing()) return;
  Authority authority;
  const std::string blob = noise(200'000);
  const HttpServer storage([&](const HttpRequest&) { return HttpReply{.body = blob}; });
  const DockerRegistry server({.htpasswd = true});
  const std::string rules =
      "location ~ /blobs/sha256: { add_header WWW-Authenticate 'Basic realm=x' always; if ($http_authorization = '') { "
      "return 401; } return 307 " +
      storage.url() + "/bucket?signature=x; }\nlocation / { proxy_pass http://" + server.authority() +
      "; proxy_set_header Host $http_host; }";
  const Nginx plain(rules), secure(rules, Authority::loopback(authority));
  const Process process({}, {}, {{plain.authority(), kUser}});
  CHECK(text_of(*process.open(plain.authority() + "/app"), RegistryKit::describe(blob)) == blob);
  REQUIRE(storage.requests().size() == 1);
  CHECK(storage.requests()[0].header("Authorization").empty());
  const Process over_tls({.ca_file = authority.file()}, {.expect_tls = true}, {{secure.authority(), kUser}});
  const auto opened = over_tls.open(secure.authority() + "/app")->open(RegistryKit::describe(blob));
  CHECK(code_of(opened) == ErrorCode::unsupported);
  CHECK(opened.error().message().find("no TLS") != std::string::npos);
  CHECK(storage.requests().size() == 1);
}

TEST_CASE("nginx answers 503 to whoever asks too often: everything arrives all the same") {
  if (missing()) return;
  const DockerRegistry server;
  const Nginx nginx("limit_req zone=z burst=2 nodelay; location / { proxy_pass http://" + server.authority() +
                        "; proxy_set_header Host $http_host; }",
                    {}, "limit_req_zone $binary_remote_addr zone=z:64k rate=30r/s;");
  const Process process({}, {.retry = {.attempts = 8}});
  const auto store = process.open(nginx.authority() + "/app");
  const auto image = push_image(*store, noise(100'000), "1");
  for (int i = 0; i < 10; ++i) {
    const Process reader({}, {.retry = {.attempts = 8}});
    const auto resolved = reader.open(nginx.authority() + "/app")->resolve({.tag = "1", .digest = {}});
    REQUIRE(resolved);
    CHECK(resolved->digest == image.digest);
  }
  CHECK(nginx.error_log().find("limiting requests") != std::string::npos);
}
