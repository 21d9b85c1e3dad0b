#include <catch2/catch.hpp>

#include "libsupply/testing/registry_kit.hpp"

using namespace supply;
using testing::HttpReply;
using testing::HttpRequest;
using testing::RegistryKit;

namespace {

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& c : bytes) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
  return bytes;
}

store::OpenSource again(const std::string& bytes) {
  return [&bytes](std::uint64_t) { return Result<std::unique_ptr<io::Source>>(io::from_string(bytes)); };
}

}  // namespace

TEST_CASE("a blob is asked for, then sent in one piece; the session's query is kept as it is") {
  RegistryKit kit;
  const std::string blob = noise(100'000);
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  REQUIRE(kit.server.log.size() == 3);
  CHECK(kit.server.log[0].method == "HEAD");
  CHECK(kit.server.log[2].target.find("?_state=s%2F0&digest=sha256%3A") != std::string::npos);
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.log.size() == 4);
}

TEST_CASE("a blob of no bytes is one too") {
  RegistryKit kit;
  const std::string none;
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(none), again(none)));
  CHECK(kit.server.blobs.size() == 1);
}

TEST_CASE("one of another size under the same digest is sent again") {
  RegistryKit kit;
  const std::string blob = noise(1'000);
  kit.server.blobs[crypto::sha256(blob).to_string()] = "cut";
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
}

TEST_CASE("an upload that is cut goes on from where the server says it is") {
  RegistryKit kit;
  const std::string blob = noise(500'000);
  kit.client->cut_next_upload = 200'001;
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("POST", "") == 1);
  CHECK(kit.server.count("PATCH", "") == 1);
  const auto patch =
      std::find_if(kit.server.log.begin(), kit.server.log.end(), [](const auto& r) { return r.method == "PATCH"; });
  CHECK(patch->header("Content-Range") == "200001-499999");
  CHECK(patch->body.size() == 299'999);
}

TEST_CASE("an upload whose session is forgotten starts anew") {
  RegistryKit kit;
  kit.server.forgets_cut_uploads = true;
  const std::string blob = noise(500'000);
  kit.client->cut_next_upload = 200'001;
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("POST", "") == 2);
}

TEST_CASE("passing trouble at any step of an upload is survived") {
  for (const char* method : {"HEAD", "POST", "PUT"})
    for (const int status : {408, 429, 500, 503}) {
      CAPTURE(method, status);
      RegistryKit kit;
      const std::string blob = noise(10'000);
      kit.server.fault(method, "/blobs/", {.status = status}, 2);
      REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
      CHECK(kit.server.blobs.size() == 1);
    }
}

TEST_CASE("what stays is an error of its kind") {
  for (const auto& [status, code] : std::initializer_list<std::pair<int, ErrorCode>>{{401, ErrorCode::unauthenticated},
                                                                                     {403, ErrorCode::forbidden},
                                                                                     {429, ErrorCode::rate_limited},
                                                                                     {500, ErrorCode::unavailable},
                                                                                     {400, ErrorCode::unsupported}})
    for (const char* method : {"HEAD", "POST", "PUT"}) {
      CAPTURE(method, status);
      RegistryKit kit;
      const std::string blob = noise(10'000);
      kit.server.fault(method, "/blobs/", {.status = status});
      const Status sent = kit.store->put_blob_from(RegistryKit::describe(blob), again(blob));
      REQUIRE_FALSE(sent);
      CHECK(sent.error().code() == code);
    }
}

TEST_CASE("a source that can be read once is sent once, and a small one as often as need be") {
  const std::string small = noise(10'000), large = noise(5 * 1024 * 1024);
  RegistryKit kit;
  kit.server.fault("PUT", "/blobs/", {.status = 503}, 1);
  auto source = io::from_string(small);
  CHECK(kit.store->put_blob(RegistryKit::describe(small), *source));
  source = io::from_string(large);
  CHECK(kit.store->put_blob(RegistryKit::describe(large), *source));
  RegistryKit other;
  other.server.fault("PUT", "/blobs/", {.status = 503}, 1);
  source = io::from_string(large);
  const Status cut = other.store->put_blob(RegistryKit::describe(large), *source);
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code() == ErrorCode::unavailable);
}

TEST_CASE("bytes that are not what the descriptor says are not stored") {
  RegistryKit kit;
  const std::string blob = noise(10'000), other = noise(9'999);
  auto source = io::from_string(other);
  CHECK(kit.store->put_blob(RegistryKit::describe(blob), *source).error().code() == ErrorCode::mismatch);
  CHECK(kit.store->put_blob_from(RegistryKit::describe(blob), again(other)).error().code() == ErrorCode::mismatch);
  std::string flipped = blob;
  flipped[77] ^= 1;
  CHECK(kit.store->put_blob_from(RegistryKit::describe(blob), again(flipped)).error().code() == ErrorCode::mismatch);
  CHECK(kit.server.blobs.empty());
}

TEST_CASE("a registry that has stored something else is not believed") {
  RegistryKit kit;
  const std::string blob = noise(100);
  kit.server.fault("PUT", "/blobs/",
                   {.status = 201, .headers = {{"Docker-Content-Digest", crypto::sha256("x").to_string()}}});
  CHECK(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)).error().code() == ErrorCode::mismatch);
}

TEST_CASE("where one request is too large, chunks are sent, of the size that the server wants") {
  RegistryKit kit;
  const std::string blob = noise(20 * 1024 * 1024 + 5);
  kit.server.rule([](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.body.size() > 9 * 1024 * 1024) return HttpReply{.status = 413};
    return std::nullopt;
  });
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("PATCH", "") == 3);
}

TEST_CASE("a chunk that a server appended twice is noticed by its own word") {
  RegistryKit kit;
  const std::string blob = noise(20 * 1024 * 1024);
  bool once = true;
  kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.body.size() > 9 * 1024 * 1024) return HttpReply{.status = 413};
    if (request.method == "PATCH" && once) {
      once = false;
      for (auto& [id, bytes] : kit.server.uploads) bytes += request.body + request.body;
      return HttpReply{.status = 202, .headers = {{"Location", "/v2/app/blobs/uploads/s2"}, {"Range", "0-16777215"}}};
    }
    return std::nullopt;
  });
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("POST", "") == 3);
}

TEST_CASE("a Location elsewhere gets the bytes and nothing that says who we are; without TLS it gets nothing") {
  const std::string blob = noise(1'000);
  RegistryKit kit({{"r.example", {.username = "u", .password = "p"}}});
  kit.server.challenge = "Basic realm=x";
  kit.server.token = "dTpw";
  std::string to = "https://storage.example/put?sig=1";
  kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.method != "POST" || request.header("Authorization").empty()) return std::nullopt;
    return HttpReply{.status = 202, .headers = {{"Location", to}}};
  });
  for (const char* host : {"https://storage.example", "http://storage.example"})
    kit.client->hosts[host] = [&](const HttpRequest& request) {
      CHECK(request.host == "https://storage.example");
      CHECK(request.header("Authorization").empty());
      CHECK(request.body == blob);
      return HttpReply{.status = 201};
    };
  REQUIRE(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.client->requests.back().target.starts_with("/put?sig=1&digest=sha256%3A"));
  to = "http://storage.example/put";
  CHECK(kit.store->put_blob_from(RegistryKit::describe(blob), again(blob)).error().code() == ErrorCode::unsupported);
}

TEST_CASE("a blob of another repository is mounted, or the session that was opened instead is used") {
  RegistryKit kit;
  const std::string blob = noise(1'000);
  kit.server.put_blob(blob);
  const auto other = kit.open("r.example/other");
  REQUIRE(*other->take_blob(*kit.store, RegistryKit::describe(blob)));
  CHECK(kit.server.log.back().query("from") == "app");
  const std::string missing = noise(2'000);
  CHECK_FALSE(*other->take_blob(*kit.store, RegistryKit::describe(missing)));
  REQUIRE(other->put_blob_from(RegistryKit::describe(missing), again(missing)));
  CHECK(kit.server.count("POST", "") == 2);
  CHECK_FALSE(*kit.store->take_blob(*kit.open("s.example/app"), RegistryKit::describe(blob)));
}

TEST_CASE("a manifest is put under its digest or a tag, and its bytes are checked first") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  const std::string bytes = kit.server.manifests[image.digest.to_string()].bytes;
  kit.server.manifests.clear();
  REQUIRE(kit.store->put_manifest(image, bytes, "2"));
  CHECK(kit.server.tags["2"] == image.digest.to_string());
  CHECK(kit.server.log.back().header("Content-Type") == oci::kManifestType);
  REQUIRE(kit.store->put_manifest(image, bytes, ""));
  REQUIRE(kit.store->put_manifest(image, bytes, std::nullopt));
  CHECK(kit.server.log.back().target.ends_with(image.digest.to_string()));
  CHECK(kit.store->put_manifest(image, bytes + " ", "3").error().code() == ErrorCode::mismatch);
  kit.server.fault("PUT", "/manifests/",
                   {.status = 201, .headers = {{"Docker-Content-Digest", crypto::sha256("x").to_string()}}});
  CHECK(kit.store->put_manifest(image, bytes, "3").error().code() == ErrorCode::mismatch);
}
