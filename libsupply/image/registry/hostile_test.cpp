// The property that counts most: whatever servers say, a credential reaches the host that it is for, and no other.
#include <catch2/catch.hpp>
#include <random>
#include <set>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/testing/registry_kit.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using testing::HttpReply;
using testing::HttpRequest;

namespace {

// Origins that servers of the test speak for, and point to.
const std::vector<std::string> kOrigins = {
    "https://r.example",     "http://r.example",       "https://r.example:8443",       "https://auth.r.example",
    "https://evil.example",  "https://r.example.evil", "https://registry-1.docker.io", "https://auth.docker.io",
    "http://127.0.0.1:5000", "http://127.0.0.1:5001",  "https://127.0.0.1:5000",       "http://localhost:5000",
    "https://10.0.0.7",      "http://169.254.169.254"};
const std::vector<std::string> kReferences = {"r.example/app:1", "debian:1", "127.0.0.1:5000/app:1"};

struct Secret {
  std::string text;
  std::set<std::string> allowed;  ///< origins that may see it
};

// Everything that a registry could use to lead us astray, put together at random.
class Hostile {
 public:
  explicit Hostile(std::uint64_t seed) : random_(seed) {}

  HttpReply answer(const HttpRequest& request) {
    HttpReply reply;
    reply.status =
        pick<int>({200, 200, 201, 202, 204, 206, 301, 302, 303, 307, 308, 401, 401, 401, 401, 403, 404, 429, 500});
    if (chance(2)) reply.headers.emplace_back("Location", address());
    if (chance(3)) reply.headers.emplace_back("Link", "<" + address() + ">; rel=\"next\"");
    if (reply.status == 401 || chance(8)) reply.headers.emplace_back("WWW-Authenticate", challenge());
    if (chance(10)) reply.headers.emplace_back("WWW-Authenticate", challenge());
    if (chance(3)) reply.headers.emplace_back("OCI-Subject", "sha256:" + std::string(64, 'a'));
    if (chance(4)) reply.headers.emplace_back("Range", "0-" + std::to_string(number(100)));
    reply.headers.emplace_back("Content-Type", pick<std::string>({std::string(oci::kIndexType),
                                                                  std::string(oci::kManifestType), "text/html"}));
    const std::string descriptor =
        "{\"mediaType\":\"application/vnd.docker.image.rootfs.foreign.diff.tar.gzip\",\"digest\":\"sha256:" +
        std::string(64, 'b') + "\",\"size\":5,\"urls\":[\"" + address() + "\",\"" + address() + "\"]}";
    reply.body =
        pick<std::string>({"", "{\"tags\":[\"a\"]}", "{\"schemaVersion\":2,\"manifests\":[" + descriptor + "]}",
                           "echo " + request.header("Authorization")});
    // Any server may be a token server; what it gives out is for the registry that was asked.
    if (request.target.find("realm=") != std::string::npos || request.target.find("scope=") != std::string::npos ||
        chance(6)) {
      if (chance(1)) reply.status = 200;
      reply.body = "{\"token\":\"issued-token\",\"expires_in\":" + std::to_string(number(100)) + "}";
    }
    return reply;
  }

 private:
  bool chance(int in) { return std::uniform_int_distribution<int>(0, in)(random_) == 0; }
  std::size_t number(std::size_t below) { return std::uniform_int_distribution<std::size_t>(0, below - 1)(random_); }
  template <class T>
  T pick(const std::vector<T>& from) {
    return from[number(from.size())];
  }
  std::string address() {
    if (chance(4))
      return pick<std::string>({"/v2/app/blobs/uploads/1", "?x=1", "//evil.example/x", "../../x",
                                "https://u:p@r.example/", "https://r.example@evil.example/",
                                "https://evil.example\\@r.example/", "https://r.example\t.evil/"});
    return pick(kOrigins) + "/realm?" + pick<std::string>({"", "realm=1", "x=y"});
  }
  std::string challenge() {
    return pick<std::string>({"Basic realm=\"x\"", "Basic realm=\"x\", ", ""}) +
           pick<std::string>({"", "Bearer realm=\"" + address() + "\",service=\"s\",scope=\"repository:other:pull\"",
                              "Bearer realm=\"" + address() + "\"",
                              "Bearer realm=\"" + address() + "\", error=\"insufficient_scope\""});
  }
  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("in ten thousand hostile exchanges no credential reaches a host that it is not for") {
  const std::map<std::string, registry::Credential> known = {
      {"r.example", {.username = "r-user", .password = "r-secret", .source = "t"}},
      {"docker.io",
       {.username = "hub-user", .password = "hub-secret", .identity_token = "hub-identity", .source = "t"}},
      {"127.0.0.1:5000", {.username = "local-user", .password = "local-secret", .source = "t"}},
      {"evil.example", {.username = "evil-user", .password = "evil-secret", .source = "t"}}};
  const std::set<std::string> r{"https://r.example"}, hub{"https://registry-1.docker.io", "https://auth.docker.io"},
      local{"http://127.0.0.1:5000", "https://127.0.0.1:5000"};
  const std::vector<Secret> secrets = {{"r-secret", r},
                                       {to_base64("r-user:r-secret"), r},
                                       {"hub-secret", hub},
                                       {"hub-identity", hub},
                                       {to_base64("hub-user:hub-secret"), hub},
                                       {"local-secret", local},
                                       {to_base64("local-user:local-secret"), local},
                                       {"evil-secret", {}},
                                       {to_base64("evil-user:evil-secret"), {}}};
  std::size_t exchanges = 0, shown = 0;
  for (std::uint64_t seed = 1; exchanges < 10'000; ++seed) {
    Hostile hostile(seed);
    const std::string reference = kReferences[seed % kReferences.size()];
    const bool plain = seed % 7 == 0;
    testing::RegistryKit kit(known, {.plain_http = plain, .retry = {.attempts = 2}, .seed = seed}, reference);
    for (const std::string& origin : kOrigins)
      kit.client->hosts[origin] = [&](const HttpRequest& request) { return hostile.answer(request); };
    const std::string blob = "hello", subject = "{\"schemaVersion\":2}";
    const auto open = [&](std::uint64_t) { return Result<std::unique_ptr<io::Source>>(io::from_string(blob)); };
    const oci::Descriptor descriptor = testing::RegistryKit::describe(blob);
    std::vector<std::string> messages;
    const auto note = [&](const auto& result) {
      if (!result) messages.push_back(result.error().message());
    };
    for (int round = 0; round < 3; ++round) {
      note(kit.store->resolve({.tag = "1", .digest = {}}));
      note(kit.store->tags());
      note(kit.store->referrers(descriptor.digest));
      note(kit.read(descriptor));
      oci::Descriptor foreign = descriptor;
      foreign.media_type = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip";
      foreign.urls = kOrigins;
      note(kit.read(foreign));
      note(kit.store->upload_blob(descriptor, open));
      note(kit.store->put_referrer(testing::RegistryKit::describe(subject, oci::kManifestType), subject,
                                   descriptor.digest));
      note(kit.store->remove({.tag = "1", .digest = {}}));
    }
    const http::Url endpoint = *http::Url::parse(reference == "debian:1"        ? "https://registry-1.docker.io"
                                                 : reference.starts_with("127") ? "http://127.0.0.1:5000"
                                                 : plain                        ? "http://r.example"
                                                                                : "https://r.example");
    for (const HttpRequest& request : supply::testing::some(kit.client->requests)) {
      ++exchanges;
      std::string sent = request.target + "\n" + request.body;
      for (const auto& [name, value] : request.headers) sent += "\n" + name + ": " + value;
      for (const Secret& secret : secrets) {
        if (sent.find(secret.text) == std::string::npos) continue;
        ++shown;
        CAPTURE(seed, reference, request.host, request.target);
        // With --plain-http the user has said that the registry of that name may be spoken to so.
        REQUIRE((secret.allowed.contains(request.host) ||
                 (plain && secret.text.find("hub") == std::string::npos && request.host == "http://r.example" &&
                  reference.starts_with("r.example") && endpoint.origin().to_string() == request.host)));
      }
      // A token is for the registry alone. On this machine that is one of two schemes.
      const bool bearer = request.header("Authorization").starts_with("Bearer ");
      if (bearer) {
        CAPTURE(seed, reference, request.host, request.target);
        REQUIRE(http::Url::parse(request.host)->origin().host == endpoint.origin().host);
        REQUIRE(http::Url::parse(request.host)->origin().port == (endpoint.origin().port));
      }
    }
    for (const std::string& message : supply::testing::some(messages))
      for (const char* secret : {"r-secret", "hub-secret", "hub-identity", "local-secret", "issued-token"}) {
        CAPTURE(seed, message);
        REQUIRE(message.find(secret) == std::string::npos);
      }
  }
  CHECK(shown > 100);  // the test would prove nothing if nothing were sent
}
