#include "libsupply/image/registry/registry.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/image/registry/internal/pagination.hpp"
#include "libsupply/testing/registry_kit.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using testing::code_of;
using namespace std::chrono_literals;
using testing::HttpReply;
using testing::HttpRequest;
using testing::RegistryKit;

namespace {

const oci::Selector kTagOne{.tag = "1", .digest = {}};

}  // namespace

TEST_CASE("an image is resolved and read in one request for the manifest and one for each blob") {
  RegistryKit kit;
  const std::string layer(300'000, 'x');
  const oci::Descriptor image = kit.image(layer, "1");
  const auto resolved = kit.store->resolve(kTagOne);
  REQUIRE(resolved);
  CHECK(resolved->digest == image.digest);
  CHECK(resolved->media_type == oci::kManifestType);
  CHECK(resolved->size == image.size);
  REQUIRE(kit.read(*resolved));
  CHECK(*kit.read(RegistryKit::describe(layer)) == layer);
  CHECK(kit.server.log.size() == 2);
  CHECK(kit.store->name() == "r.example/app");
}

TEST_CASE("a digest decides over a tag") {
  RegistryKit kit;
  const auto one = kit.image("one", "1"), two = kit.image("two", "2");
  CHECK(kit.store->resolve({.tag = "1", .digest = two.digest})->digest == two.digest);
  CHECK(code_of(kit.store->resolve({.tag = "1", .digest = crypto::sha256("other")})) == ErrorCode::not_found);
  CHECK(code_of(kit.store->resolve({.tag = "3", .digest = {}})) == ErrorCode::not_found);
}

TEST_CASE("each status is its own kind of failure, and none is taken for absence") {
  for (const auto& [status, code] : std::initializer_list<std::pair<int, ErrorCode>>{{401, ErrorCode::unauthenticated},
                                                                                     {403, ErrorCode::forbidden},
                                                                                     {404, ErrorCode::not_found},
                                                                                     {429, ErrorCode::rate_limited},
                                                                                     {408, ErrorCode::unavailable},
                                                                                     {500, ErrorCode::unavailable},
                                                                                     {502, ErrorCode::unavailable},
                                                                                     {503, ErrorCode::unavailable},
                                                                                     {504, ErrorCode::unavailable},
                                                                                     {400, ErrorCode::unsupported},
                                                                                     {405, ErrorCode::unsupported},
                                                                                     {501, ErrorCode::unsupported},
                                                                                     {302, ErrorCode::unavailable},
                                                                                     {204, ErrorCode::unavailable}}) {
    CAPTURE(status);
    RegistryKit kit;
    const std::string layer = "layer";
    const oci::Descriptor image = kit.image(layer, "1");
    kit.server.fault("", "", {.status = status, .body = "no"});
    CHECK(code_of(kit.store->resolve(kTagOne)) == code);
    CHECK(code_of(kit.read(image)) == code);
    CHECK(code_of(kit.read(RegistryKit::describe(layer))) == code);
    CHECK(code_of(kit.store->tags()) == code);
    if (status != 404 && status != 405 && status != 501) CHECK(code_of(kit.store->referrers(image.digest)) == code);
    if (status != 204)
      CHECK(code_of(kit.store->put_manifest(image, kit.server.manifests[image.digest.to_string()].bytes, "2")) == code);
    const std::string blob = "new";
    auto source = io::from_string(blob);
    if (status != 204) CHECK(code_of(kit.store->put_blob(RegistryKit::describe(blob), *source)) != ErrorCode::internal);
  }
}

TEST_CASE("an error's body is quoted, bounded, and never repeats a secret") {
  RegistryKit kit({{"r.example", {.username = "user", .password = "pass-secret", .source = "test"}}});
  kit.server.challenge = "Basic realm=x";
  kit.server.token = "never";
  kit.server.rule([](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.header("Authorization").empty()) return std::nullopt;
    return testing::registry_error(403, "DENIED",
                                   "you sent " + request.header("Authorization") + " pass-secret \x1b[31m");
  });
  const auto refused = kit.store->resolve(kTagOne);
  CHECK(code_of(refused) == ErrorCode::forbidden);
  const std::string& text = refused.error().message();
  CHECK(text.find("pass-secret") == std::string::npos);
  CHECK(text.find("dXNlc") == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text.find("DENIED") != std::string::npos);
  CHECK(text.find("from test") != std::string::npos);
}

TEST_CASE("passing trouble is tried again, as the server asks, and then given up") {
  RegistryKit kit;
  kit.image("layer", "1");
  kit.server.fault("GET", "/manifests/1", {.status = 503}, 3);
  REQUIRE(kit.store->resolve(kTagOne));
  CHECK(kit.server.log.size() == 4);
  RegistryKit limited;
  limited.image("layer", "1");
  limited.server.fault("GET", "/manifests/1", {.status = 429, .headers = {{"Retry-After", "30"}}}, 1);
  REQUIRE(limited.store->resolve(kTagOne));
  CHECK(limited.clock->slept >= 30s);
  RegistryKit down;
  down.server.fault("", "", {.raw = "cut"});
  CHECK(code_of(down.store->resolve(kTagOne)) == ErrorCode::unavailable);
  CHECK(down.server.log.size() == 5);
}

TEST_CASE("the deadline is kept, however long the server asks to wait") {
  auto kit_clock = testing::FakeClock().now();
  RegistryKit kit({}, {.deadline = kit_clock + 10s, .seed = 1});
  kit.image("layer", "1");
  kit.server.fault("", "", {.status = 429, .headers = {{"Retry-After", "3600"}}});
  CHECK(code_of(kit.store->resolve(kTagOne)) == ErrorCode::rate_limited);
  CHECK(kit.clock->slept == 0ms);
}

TEST_CASE("a manifest that is not what its digest, its header or its descriptor says is refused") {
  RegistryKit kit;
  const oci::Descriptor image = kit.image("layer", "1");
  const std::string bytes = kit.server.manifests[image.digest.to_string()].bytes;
  const auto answer = [&](HttpReply reply) {
    RegistryKit other;
    other.server.fault("GET", "/manifests/", std::move(reply));
    return code_of(other.store->resolve({.tag = "1", .digest = image.digest}));
  };
  const std::string type(oci::kManifestType);
  CHECK(answer({.headers = {{"Content-Type", type}}, .body = bytes + " "}) == ErrorCode::mismatch);
  CHECK(answer({.headers = {{"Content-Type", std::string(oci::kIndexType)}}, .body = bytes}) == ErrorCode::malformed);
  CHECK(answer({.headers = {{"Content-Type", "text/html"}}, .body = bytes}) == ErrorCode::malformed);
  CHECK(answer({.headers = {{"Content-Type", "application/vnd.docker.distribution.manifest.v1+prettyjws"}},
                .body = bytes}) == ErrorCode::unsupported);
  CHECK(answer({.headers = {{"Content-Type", type}}, .body = bytes.substr(0, 50)}) == ErrorCode::mismatch);
  CHECK(answer({.headers = {{"Content-Type", type}}, .body = std::string(kMaxManifestBytes + 1, ' ')}) ==
        ErrorCode::limit_exceeded);

  // By tag there is only the registry's own word to compare it with.
  const auto by_tag = [&](HttpReply reply) {
    RegistryKit other;
    other.server.fault("GET", "/manifests/", std::move(reply));
    return other.store->resolve(kTagOne);
  };
  CHECK(code_of(by_tag({.headers = {{"Content-Type", type}, {"Docker-Content-Digest", crypto::sha256("x").to_string()}},
                        .body = bytes})) == ErrorCode::mismatch);
  CHECK(code_of(by_tag({.headers = {{"Content-Type", type}, {"Docker-Content-Digest", "sha256:../../x"}},
                        .body = bytes})) == ErrorCode::malformed);
  CHECK(code_of(by_tag({.body = "{\"schemaVersion\":1}"})) == ErrorCode::unsupported);
  CHECK(code_of(by_tag({.body = "<html>"})) == ErrorCode::unavailable);
  CHECK(code_of(by_tag({.body = "{}"})) == ErrorCode::unavailable);
  CHECK(by_tag({.headers = {{"Content-Type", type + "; charset=utf-8"}}, .body = bytes})->digest == image.digest);
  CHECK(by_tag({.headers = {{"Content-Type", "application/json"}}, .body = bytes})->media_type == type);
  CHECK(by_tag({.body = "{\"schemaVersion\":2,\"manifests\":[]}"})->media_type == oci::kIndexType);

  // A descriptor that says index for what is a manifest.
  oci::Descriptor wrong = image;
  wrong.media_type = oci::kIndexType;
  CHECK(code_of(kit.read(wrong)) == ErrorCode::mismatch);
  wrong = image;
  wrong.size += 1;
  CHECK(code_of(kit.read(wrong)) == ErrorCode::mismatch);
}

TEST_CASE("sha512 works from end to end, and an algorithm that nobody knows is refused") {
  RegistryKit kit;
  const std::string bytes =
      "{\"schemaVersion\":2,\"mediaType\":\"" + std::string(oci::kIndexType) + "\",\"manifests\":[]}";
  crypto::Hasher hasher(crypto::HashAlgorithm::sha512);
  hasher.update(bytes);
  const Digest digest = hasher.finish_digest();
  const oci::Descriptor index{.media_type = std::string(oci::kIndexType), .digest = digest, .size = bytes.size()};
  REQUIRE(kit.store->put_manifest(index, bytes, std::nullopt));
  CHECK(kit.store->resolve({.tag = {}, .digest = digest})->digest == digest);
  CHECK(*kit.read(index) == bytes);
  const auto odd = *Digest::parse("blake9:0123");
  CHECK(code_of(kit.read({.media_type = "x", .digest = odd, .size = 1})) == ErrorCode::unsupported);
}

TEST_CASE("a blob that is cut goes on where it was") {
  RegistryKit kit;
  std::string blob;
  for (int i = 0; i < 400'000; ++i) blob += static_cast<char>(i * 7 / 3);
  kit.server.put_blob(blob);
  const oci::Descriptor descriptor = RegistryKit::describe(blob);
  kit.server.rule([&, cuts = 0](const HttpRequest& request) mutable -> std::optional<HttpReply> {
    if (request.target.find("/blobs/") == std::string::npos || ++cuts > 3) return std::nullopt;
    const std::string range = request.header("Range");
    const std::size_t from = range.empty() ? 0 : std::stoul(range.substr(6));
    HttpReply reply{.status = from == 0 ? 200 : 206, .body = blob.substr(from), .cut_after = 70'000};
    if (from > 0) reply.headers = {{"Content-Range", "bytes " + std::to_string(from) + "-399999/400000"}};
    return reply;
  });
  CHECK(*kit.read(descriptor) == blob);
  CHECK(kit.server.log.back().header("Range") == "bytes=210000-");
}

TEST_CASE("the bytes from an offset on are a range, which is resumed too, and nobody hashes them here") {
  RegistryKit kit;
  std::string blob;
  for (int i = 0; i < 400'000; ++i) blob += static_cast<char>(i * 7 / 3);
  const oci::Descriptor descriptor = RegistryKit::describe(blob);
  kit.server.put_blob(blob);
  std::string& held = kit.server.blobs[descriptor.digest.to_string()];
  held[300'000] ^= 1;  // damaged: to be found when the whole is checked
  const auto from = [&](std::uint64_t offset) {
    auto source = kit.store->open_raw(descriptor, offset);
    REQUIRE(source);
    return *io::read_all(**source, kMiB);
  };
  CHECK(from(0) == held);
  CHECK(kit.server.log.back().header("Range").empty());
  CHECK(from(123'456) == held.substr(123'456));
  CHECK(kit.server.log.back().header("Range") == "bytes=123456-");
  const auto requests = kit.server.log.size();
  CHECK(from(400'000).empty());
  CHECK(kit.server.log.size() == requests);
  kit.server.fault("GET", "/blobs/",
                   {.status = 206,
                    .headers = {{"Content-Range", "bytes 1000-399999/400000"}},
                    .body = held.substr(1'000),
                    .cut_after = 500},
                   1);
  CHECK(from(1'000) == held.substr(1'000));
  CHECK(kit.server.log.back().header("Range") == "bytes=1500-");
  kit.server.fault("GET", "/blobs/", {.body = held}, 1);  // a server without ranges
  CHECK(from(7) == held.substr(7));
  CHECK(code_of(kit.store->open_raw(RegistryKit::describe("other"), 1)) == ErrorCode::not_found);
  // A manifest is there already.
  const oci::Descriptor image = *kit.store->resolve({.tag = {}, .digest = kit.image("layer", "1").digest});
  const std::string manifest = kit.server.manifests[image.digest.to_string()].bytes;
  const auto before = kit.server.log.size();
  CHECK(*io::read_all(**kit.store->open_raw(image, 5), kMiB) == manifest.substr(5));
  CHECK((*io::read_all(**kit.store->open_raw(image, manifest.size()), kMiB)).empty());
  CHECK(kit.server.log.size() == before);
}

TEST_CASE("a server that ignores the range is read over what was there already") {
  RegistryKit kit;
  const std::string blob(100'000, 'q');
  kit.server.put_blob(blob);
  kit.server.rule([&, first = true](const HttpRequest& request) mutable -> std::optional<HttpReply> {
    if (request.target.find("/blobs/") == std::string::npos) return std::nullopt;
    HttpReply reply{.body = blob};
    if (std::exchange(first, false)) reply.cut_after = 50'000;
    return reply;
  });
  CHECK(*kit.read(RegistryKit::describe(blob)) == blob);
  CHECK(kit.server.log.size() == 2);
}

TEST_CASE("a blob that is damaged, short, long or of another range is never given out whole") {
  const std::string blob(10'000, 'q');
  const oci::Descriptor descriptor = RegistryKit::describe(blob);
  const auto answer = [&](HttpReply reply) {
    RegistryKit kit;
    kit.server.fault("GET", "/blobs/", std::move(reply));
    return code_of(kit.read(descriptor));
  };
  std::string flipped = blob;
  flipped[5'000] = 'Q';
  CHECK(answer({.body = flipped}) == ErrorCode::mismatch);
  CHECK(answer({.body = blob.substr(1)}) == ErrorCode::mismatch);
  CHECK(answer({.body = blob + "x"}) == ErrorCode::mismatch);
  CHECK(answer({.body = blob + "x", .no_length = true}) == ErrorCode::mismatch);
  CHECK(answer({.body = flipped, .no_length = true}) == ErrorCode::mismatch);
  CHECK(answer({.body = blob, .cut_after = 10}) == ErrorCode::unavailable);
  CHECK(answer({.status = 206, .headers = {{"Content-Range", "bytes 5-9999/10000"}}, .body = blob}) ==
        ErrorCode::unavailable);
  // Shorter than it should be, and the server has no more: damaged, not cut.
  RegistryKit kit;
  kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
    if (!request.header("Range").empty()) return HttpReply{.status = 416};
    return HttpReply{.body = blob.substr(0, 5'000), .no_length = true};
  });
  CHECK(code_of(kit.read(descriptor)) == ErrorCode::mismatch);
}

TEST_CASE("a redirect is followed without credentials, within bounds, and never to less protection") {
  const auto redirect = [](const std::string& to) { return HttpReply{.status = 307, .headers = {{"Location", to}}}; };
  const std::string blob = "blob";
  const oci::Descriptor descriptor = RegistryKit::describe(blob);
  {
    RegistryKit kit({{"r.example", {.username = "u", .password = "p"}}});
    kit.server.challenge = "Basic realm=x";
    kit.server.token = "dTpw";  // base64 of u:p
    kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
      if (request.header("Authorization").empty()) return std::nullopt;
      return redirect("https://cdn.example/x?sig=1");
    });
    kit.client->hosts["https://cdn.example"] = [&](const HttpRequest&) { return HttpReply{.body = blob}; };
    CHECK(*kit.read(descriptor) == blob);
    CHECK(kit.client->requests.back().target == "/x?sig=1");
    CHECK(kit.client->requests.back().header("Authorization").empty());
  }
  {  // a CDN that wants credentials gets none, and its 404 is not the registry's
    RegistryKit kit({{"cdn.example", {.username = "u", .password = "p"}}});
    kit.server.fault("GET", "/blobs/", redirect("https://cdn.example/x"));
    int status = 401;
    kit.client->hosts["https://cdn.example"] = [&](const HttpRequest&) {
      return HttpReply{.status = status, .headers = {{"WWW-Authenticate", "Basic realm=x"}}};
    };
    CHECK(code_of(kit.read(descriptor)) == ErrorCode::unauthenticated);
    status = 404;
    CHECK(code_of(kit.read(descriptor)) == ErrorCode::unavailable);
    CHECK(kit.client->requests.size() == 4);
  }
  for (const char* to : {"http://cdn.example/x", "ftp://cdn.example/", "https://u:p@cdn.example/", "//bad host/"}) {
    RegistryKit kit;
    kit.server.fault("GET", "/blobs/", redirect(to));
    kit.client->hosts["http://cdn.example"] = [&](const HttpRequest&) { return HttpReply{.body = blob}; };
    CHECK(code_of(kit.read(descriptor)) == ErrorCode::unsupported);
  }
  RegistryKit loop;
  loop.server.fault("GET", "/blobs/", redirect("?again"));
  CHECK(code_of(loop.read(descriptor)) == ErrorCode::unsupported);
  CHECK(loop.server.log.size() == kMaxRedirects + 1);
}

TEST_CASE("tags come in pages, sorted, and pages that loop or lead away are refused") {
  RegistryKit kit;
  for (const char* tag : {"b", "a", "c", "10", "9"}) kit.image("x", tag);
  kit.server.page_size = 2;
  CHECK(*kit.store->tags() == std::vector<std::string>{"10", "9", "a", "b", "c"});
  CHECK(kit.server.log.size() == 3);
  const auto link = [](const std::string& to) {
    RegistryKit other;
    other.server.fault("GET", "/tags/list",
                       {.headers = {{"Link", "<" + to + ">; rel=\"next\""}}, .body = "{\"tags\":[\"a\"]}"});
    other.client->hosts["https://evil.example"] = [](const HttpRequest&) { return HttpReply{.body = "{\"tags\":[]}"}; };
    return code_of(other.store->tags());
  };
  CHECK(link("/v2/app/tags/list?n=1000") == ErrorCode::unavailable);
  CHECK(link("https://evil.example/v2/") == ErrorCode::unavailable);
  CHECK(link("http://r.example/v2/app/tags/list?x") == ErrorCode::unavailable);
  RegistryKit endless;
  int page = 0;
  endless.server.rule([&](const HttpRequest&) {
    return HttpReply{.headers = {{"Link", "<?page=" + std::to_string(++page) + ">; rel=next"}},
                     .body = "{\"tags\":[\"a\"]}"};
  });
  CHECK(code_of(endless.store->tags()) == ErrorCode::limit_exceeded);
  CHECK(static_cast<std::size_t>(page) == kMaxPages);
  RegistryKit null;
  null.server.fault("GET", "/tags/list", {.body = "{\"name\":\"app\",\"tags\":null}"});
  CHECK(null.store->tags()->empty());
}

TEST_CASE("tags, and the bytes of a page of them, count up to a limit") {
  const auto answer = [](std::string body) {
    RegistryKit kit;
    kit.server.fault("GET", "/tags/list", {.body = std::move(body)});
    return kit.store->tags();
  };
  const auto page = [](std::size_t count) {
    std::string body = "{\"tags\":[\"a\"";
    for (std::size_t i = 1; i < count; ++i) body += ",\"a\"";
    return body + "]}";
  };
  CHECK(answer(page(kMaxTags)));
  CHECK(code_of(answer(page(kMaxTags + 1))) == ErrorCode::limit_exceeded);
  const std::string one = page(1);
  CHECK(answer(one + std::string(kMaxTagPageBytes - one.size(), ' ')));
  CHECK(code_of(answer(one + std::string(kMaxTagPageBytes - one.size() + 1, ' '))) == ErrorCode::limit_exceeded);
}

TEST_CASE("the bytes of all pages of a list count up to a limit") {
  const auto pages = [](bool one_more) {
    RegistryKit kit;
    std::size_t page = 0;
    kit.server.rule([&](const HttpRequest&) {
      const bool last = ++page * kMaxTagPageBytes >= kMaxListBytes + (one_more ? kMaxTagPageBytes : 0);
      HttpReply reply{.body = "{\"tags\":[]}"};
      // The page beyond the limit is as small as a page can be.
      reply.body.resize(last && one_more ? reply.body.size() : kMaxTagPageBytes, ' ');
      if (!last) reply.headers = {{"Link", "</v2/app/tags/list?x=" + std::to_string(page) + ">; rel=next"}};
      return std::optional(std::move(reply));
    });
    return kit.store->tags();
  };
  static_assert(kMaxListBytes % kMaxTagPageBytes == 0);
  CHECK(pages(false));
  CHECK(code_of(pages(true)) == ErrorCode::limit_exceeded);
}

TEST_CASE("a tag or a manifest is deleted, and who does not do that says so") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  kit.image("x", "2");
  REQUIRE(kit.store->remove(kTagOne));
  CHECK(kit.server.tags.size() == 1);
  REQUIRE(kit.store->remove({.tag = {}, .digest = image.digest}));
  CHECK(kit.server.tags.empty());
  CHECK(code_of(kit.store->remove(kTagOne)) == ErrorCode::not_found);
  kit.server.fault("DELETE", "", {.status = 400});
  CHECK(code_of(kit.store->remove(kTagOne)) == ErrorCode::unsupported);
}

TEST_CASE("a warning is kept once") {
  RegistryKit kit;
  kit.server.rule([](const HttpRequest&) {
    return HttpReply{.headers = {{"Warning", "299 - \"going away\""}, {"Warning", "199 - \"x\""}},
                     .body = "{\"tags\":[]}"};
  });
  for (int i = 0; i < 3; ++i) REQUIRE(kit.store->tags());
  CHECK(kit.registries->warnings() == std::vector<std::string>{"https://r.example: \"going away\""});
}

TEST_CASE("warnings are kept up to a number") {
  RegistryKit kit;
  std::size_t count = 0;
  kit.server.rule([&](const HttpRequest&) {
    return HttpReply{.headers = {{"Warning", "299 - \"" + std::to_string(++count) + "\""}}, .body = "{\"tags\":[]}"};
  });
  for (std::size_t i = 0; i < kMaxWarnings; ++i) REQUIRE(kit.store->tags());
  CHECK(kit.registries->warnings().size() == kMaxWarnings);
  REQUIRE(kit.store->tags());
  CHECK(kit.registries->warnings().size() == kMaxWarnings);
}

TEST_CASE("a foreign layer is fetched from its own address, over TLS, as nobody") {
  const std::string layer = "foreign";
  oci::Descriptor descriptor =
      RegistryKit::describe(layer, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
  descriptor.urls = {"http://plain.example/x", "https://r.example/v2/secret", "https://cdn.example/layer"};
  RegistryKit kit({{"cdn.example", {.username = "u", .password = "p"}}});
  for (const char* host : {"http://plain.example", "https://cdn.example"})
    kit.client->hosts[host] = [&](const HttpRequest&) { return HttpReply{.body = layer}; };
  CHECK(*kit.read(descriptor) == layer);
  CHECK(kit.client->requests.size() == 2);
  descriptor.media_type = oci::kLayerType;
  CHECK(code_of(kit.read(descriptor)) == ErrorCode::not_found);
}

TEST_CASE("the address that a manifest names for a layer may not be nearer than the registry is") {
  struct Watching : http::Client {
    Watching(testing::FakeClient& under, std::optional<http::AddressScope>& seen) : under_(under), seen_(seen) {}
    Result<http::Response> send(const http::Request& request) override {
      if (request.url.origin().host == "cdn.example") seen_ = request.scope;
      return under_.send(request);
    }
    testing::FakeClient& under_;
    std::optional<http::AddressScope>& seen_;
  };
  oci::Descriptor descriptor =
      RegistryKit::describe("foreign", "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");
  descriptor.urls = {"https://cdn.example/layer"};
  for (const auto scope : {http::AddressScope::public_address, http::AddressScope::private_address}) {
    RegistryKit kit;
    kit.client->scope = scope;
    std::optional<http::AddressScope> allowed;
    registry::Registries watched(std::make_unique<Watching>(*kit.client, allowed),
                                 std::make_unique<registry::NoCredentials>(), {.seed = 1}, kit.clock);
    (void)(*watched.open(*oci::Reference::parse("r.example/app")))->open(descriptor);
    CHECK(allowed == scope);
  }
}

TEST_CASE("this machine's registry may speak either scheme; the first answer tells") {
  const auto kit_at = [](const std::string& origin, bool expect_tls, bool plain) {
    auto kit = std::make_unique<RegistryKit>(
        std::map<std::string, registry::Credential>{},
        registry::Options{.plain_http = plain, .expect_tls = expect_tls, .seed = 1}, "127.0.0.1:5000/app:1");
    kit->image("x", "1");
    kit->client->hosts[origin] = [k = kit.get()](const HttpRequest& request) { return k->server.handle(request); };
    return kit;
  };
  const auto plain = kit_at("http://127.0.0.1:5000", false, false);
  REQUIRE(plain->store->resolve(kTagOne));
  CHECK(plain->client->requests.size() == 1);
  const auto tls = kit_at("https://127.0.0.1:5000", false, false);
  tls->client->hosts["http://127.0.0.1:5000"] = [](const HttpRequest&) {
    return HttpReply{.status = 400, .body = "Client sent an HTTP request to an HTTPS server.\n"};
  };
  REQUIRE(tls->store->resolve(kTagOne));
  REQUIRE(tls->store->tags());
  CHECK(tls->client->requests.size() == 3);
  const auto expected = kit_at("https://127.0.0.1:5000", true, false);
  REQUIRE(expected->store->resolve(kTagOne));
  CHECK(expected->client->requests.size() == 1);
  // Elsewhere only --plain-http makes it plain, and then only that.
  RegistryKit elsewhere({}, {.plain_http = true, .seed = 1});
  CHECK_FALSE(elsewhere.store->resolve(kTagOne));
  for (const auto& request : supply::testing::some(elsewhere.client->requests))
    CHECK(request.host == "http://r.example");
}

TEST_CASE("the port that was named is the port that is asked, with TLS and without") {
  const auto asked = [](const std::string& reference, bool plain) {
    RegistryKit kit({}, {.plain_http = plain, .seed = 1}, reference);
    CHECK_FALSE(kit.store->resolve(kTagOne));
    REQUIRE_FALSE(kit.client->requests.empty());
    return kit.client->requests.front().host;
  };
  CHECK(asked("h.example:443/app:1", true) == "http://h.example:443");
  CHECK(asked("h.example:0443/app:1", true) == "http://h.example:443");
  CHECK(asked("h.example/app:1", true) == "http://h.example");
  CHECK(asked("h.example:80/app:1", true) == "http://h.example");
  CHECK(asked("h.example:443/app:1", false) == "https://h.example");
  CHECK(asked("h.example:80/app:1", false) == "https://h.example:80");
  CHECK(asked("Foo/app:1", true) == "http://foo");
  CHECK(asked("Foo/app:1", false) == "https://foo");
  // Policies compare the canonical form.
  CHECK(oci::Reference::parse("h.example:443/app:1")->registry() == "h.example");
}

TEST_CASE("what is in no registry is refused") {
  RegistryKit kit;
  CHECK(code_of(kit.registries->open(*oci::Reference::parse("oci:x"))) == ErrorCode::usage);
}

TEST_CASE("Docker Hub is asked where its registry is") {
  RegistryKit kit({}, {.seed = 1}, "debian:12");
  kit.image("x", "12");
  kit.client->hosts["https://registry-1.docker.io"] = [&](const HttpRequest& request) {
    return kit.server.handle(request);
  };
  REQUIRE(kit.store->resolve({.tag = "12", .digest = {}}));
  CHECK(kit.client->requests[0].target == "/v2/library/debian/manifests/12");
}
