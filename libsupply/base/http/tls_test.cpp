// TLS as a real server speaks it: docker-registry on loopback, with certificates of an authority that openssl made.
#include <catch2/catch.hpp>

#include "libsupply/base/http/curl_client.hpp"
#include "libsupply/base/limits/limits.hpp"
#include "libsupply/testing/connect_proxy.hpp"
#include "libsupply/testing/docker_registry.hpp"

using namespace supply;
using http::Url;
using testing::Authority;
using testing::DockerRegistry;

namespace {

bool missing() { return testing::program_or_shout("docker-registry").empty(); }

Result<int> status_of(const std::string& url, http::CurlOptions options,
                      const http::ClientCertificate* certificate = nullptr) {
  auto client = http::curl_client(std::move(options));
  REQUIRE(client);
  http::Request request{.url = *Url::parse(url)};
  request.certificate = certificate;
  auto response = (*client)->send(request);
  if (!response) return std::move(response).error();
  auto text = io::read_all(*response->body, kMiB);
  if (!text) return std::move(text).error();
  return response->status;
}

ErrorCode code_of(const Result<int>& result, const std::string& words) {
  REQUIRE_FALSE(result);
  CAPTURE(result.error().message());
  CHECK(result.error().message().find(words) != std::string::npos);
  return result.error().code();
}

}  // namespace

TEST_CASE("a server of an authority that is not known is refused, and with the authority's file it is not") {
  if (missing()) return;
  Authority authority, other("Another authority");
  const DockerRegistry server({.tls = Authority::loopback(authority)});
  const std::string url = "https://" + server.authority() + "/v2/";
  // Not worth another try: unsupported, with the remedy.
  CHECK(code_of(status_of(url, {}), "--ca-file") == ErrorCode::unsupported);
  CHECK(code_of(status_of(url, {.ca_file = other.file()}), "--ca-file") == ErrorCode::unsupported);
  CHECK(*status_of(url, {.ca_file = authority.file()}) == 200);
  // One file of several CA certificates is one too.
  const testing::TempDirectory directory;
  testing::write(directory / "both.pem", testing::read(other.file()) + testing::read(authority.file()));
  CHECK(*status_of(url, {.ca_file = (directory / "both.pem").string()}) == 200);
}

TEST_CASE("a certificate for another host, or one that has expired, is refused") {
  if (missing()) return;
  Authority authority;
  const DockerRegistry wrong({.tls = authority.issue("wrong", "DNS:wrong.example")});
  CHECK(code_of(status_of("https://localhost:" + std::to_string(wrong.port()) + "/v2/", {.ca_file = authority.file()}),
                "localhost") == ErrorCode::unsupported);
  CHECK(code_of(status_of("https://" + wrong.authority() + "/v2/", {.ca_file = authority.file()}), "127.0.0.1") ==
        ErrorCode::unsupported);
  const DockerRegistry old({.tls = authority.issue("old", "DNS:localhost,IP:127.0.0.1", -1)});
  CHECK(code_of(status_of("https://" + old.authority() + "/v2/", {.ca_file = authority.file()}), "expired") ==
        ErrorCode::unsupported);
}

TEST_CASE("a server that wants a client's certificate gets it, and says clearly when it gets none") {
  if (missing()) return;
  Authority authority, other("Another authority");
  const DockerRegistry server({.tls = Authority::loopback(authority), .client_authority = authority.file()});
  const std::string url = "https://" + server.authority() + "/v2/";
  const auto ours = authority.issue("client", "DNS:client"), strange = other.issue("client", "DNS:client");
  const http::ClientCertificate good{ours.file, ours.key_file}, bad{strange.file, strange.key_file},
      mixed{ours.file, strange.key_file}, none{"/nowhere/cert.pem", "/nowhere/key.pem"};
  const http::CurlOptions options{.ca_file = authority.file()};
  CHECK(*status_of(url, options, &good) == 200);
  for (const http::ClientCertificate* shown : {static_cast<const http::ClientCertificate*>(nullptr), &bad}) {
    // The connection's end may overtake the alert that says why: then it may be worth another try. Both name the
    // remedy.
    const ErrorCode code = code_of(status_of(url, options, shown), "--client-cert");
    CHECK((code == ErrorCode::unauthenticated || code == ErrorCode::unavailable));
  }
  CHECK(code_of(status_of(url, options, &mixed), "") == ErrorCode::usage);
  CHECK(code_of(status_of(url, options, &none), "") == ErrorCode::usage);
}

TEST_CASE("a connection made with a client's certificate is not used without it") {
  if (missing()) return;
  Authority authority;
  const DockerRegistry server({.tls = Authority::loopback(authority), .client_authority = authority.file()});
  const auto ours = authority.issue("client", "DNS:client");
  const http::ClientCertificate certificate{ours.file, ours.key_file};
  auto client = http::curl_client({.ca_file = authority.file()});
  REQUIRE(client);
  http::Request request{.url = *Url::parse("https://" + server.authority() + "/v2/")};
  request.certificate = &certificate;
  for (int i = 0; i < 2; ++i) {
    auto response = (*client)->send(request);
    REQUIRE(response);
    REQUIRE(io::read_all(*response->body, kMiB));
  }
  request.certificate = nullptr;
  CHECK_FALSE((*client)->send(request));
}

TEST_CASE("plain HTTP and TLS that meet are not worth another try") {
  if (missing()) return;
  Authority authority;
  const DockerRegistry plain, secure({.tls = Authority::loopback(authority)});
  CHECK(code_of(status_of("https://" + plain.authority() + "/v2/", {}), "--plain-http") == ErrorCode::unsupported);
  CHECK(*status_of("http://" + secure.authority() + "/v2/", {}) == 400);
}

TEST_CASE("through a proxy TLS is spoken with the server itself, and the proxy sees nothing of the request") {
  if (missing()) return;
  Authority authority;
  const DockerRegistry server({.tls = Authority::loopback(authority)});
  const testing::ConnectProxy proxy(server.port());
  for (const char* name : {"https_proxy", "HTTPS_PROXY", "all_proxy"})
    CHECK(*status_of("https://registry.example/v2/?secret=1",
                     {.ca_file = authority.file(), .environment = {{name, proxy.url()}}}) == 200);
  CHECK(code_of(status_of("https://other.example/v2/",
                          {.ca_file = authority.file(), .environment = {{"https_proxy", proxy.url()}}}),
                "other.example") == ErrorCode::unsupported);
  REQUIRE(proxy.heads().size() == 4);
  CHECK(proxy.heads()[0].starts_with("CONNECT registry.example:443 HTTP/1.1\r\n"));
  CHECK(proxy.heads()[0].find("secret") == std::string::npos);
  // This machine, and what no_proxy names, are reached directly.
  CHECK(*status_of("https://" + server.authority() + "/v2/",
                   {.ca_file = authority.file(), .environment = {{"https_proxy", proxy.url()}}}) == 200);
  CHECK(proxy.heads().size() == 4);
}
