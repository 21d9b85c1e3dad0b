#include "libsupply/base/http/url.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/network_limits.hpp"

using namespace supply;
using http::Url;

TEST_CASE("an address has an origin and a target") {
  const auto url = Url::parse("HTTPS://Registry.Example:5000/v2/app?n=1&b=%2F#part");
  REQUIRE(url);
  CHECK(url->origin() == http::Origin{"https", "registry.example", 5000});
  CHECK(url->target() == "/v2/app?n=1&b=%2F");
  CHECK(url->to_string() == "https://registry.example:5000/v2/app?n=1&b=%2F");
  CHECK(url->shown() == "https://registry.example:5000/v2/app");
  CHECK(Url::parse("http://[::1]")->to_string() == "http://[::1]/");
  CHECK(Url::parse("https://a.b:443/")->to_string() == "https://a.b/");
  CHECK(Url::parse("http://a?x")->target() == "/?x");
}

TEST_CASE("an address that two programs could read differently is refused") {
  for (const char* text : {"",
                           "registry/app",
                           "ftp://a/",
                           "file:///etc/passwd",
                           "https://",
                           "https:///x",
                           "https://user@a/",
                           "https://good.example@evil.example/",
                           "https://evil.example\\@good.example/",
                           "https://a\\b/",
                           "https://a b/",
                           "https://a/\r\nX: y",
                           "https://a/\x01",
                           "https://\xc3\xa4.example/",
                           "https://a:0/",
                           "https://a:65536/",
                           "https://a:x/",
                           "https://a:80:90/",
                           "https://[::1/",
                           "https://[zz]/",
                           "https://[::1]x/",
                           "https://2130706433/",
                           "https://0x7f.0.0.1/",
                           "https://127.1/",
                           "https://0177.0.0.1/",
                           "https://1.2.3.256/",
                           "https://1.2.3.04/",
                           "https://-a/",
                           "https://a..b/",
                           "https://.a/",
                           "https://a%2eb/"}) {
    CAPTURE(text);
    const auto url = Url::parse(text);
    REQUIRE_FALSE(url);
    CHECK(url.error().code() == ErrorCode::malformed);
  }
  CHECK(Url::parse("https://a/" + std::string(kMaxUrlBytes - 10, 'x')));
  CHECK(Url::parse("https://a/" + std::string(kMaxUrlBytes, 'x')).error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a query with a signature is not shown") {
  CHECK(Url::parse("https://user:secret@a/?sig=abc").error().message().find("secret") == std::string::npos);
  CHECK(Url::parse("ftp://a/?sig=abc").error().message().find("abc") == std::string::npos);
}

TEST_CASE("a reference is resolved as RFC 3986 section 5.4 says") {
  const auto base = Url::parse("http://a/b/c/d;p?q");
  REQUIRE(base);
  const std::pair<const char*, const char*> examples[] = {{"g", "http://a/b/c/g"},
                                                          {"./g", "http://a/b/c/g"},
                                                          {"g/", "http://a/b/c/g/"},
                                                          {"/g", "http://a/g"},
                                                          {"//g", "http://g/"},
                                                          {"?y", "http://a/b/c/d;p?y"},
                                                          {"g?y", "http://a/b/c/g?y"},
                                                          {"#s", "http://a/b/c/d;p?q"},
                                                          {"g#s", "http://a/b/c/g"},
                                                          {";x", "http://a/b/c/;x"},
                                                          {"", "http://a/b/c/d;p?q"},
                                                          {".", "http://a/b/c/"},
                                                          {"./", "http://a/b/c/"},
                                                          {"..", "http://a/b/"},
                                                          {"../g", "http://a/b/g"},
                                                          {"../..", "http://a/"},
                                                          {"../../g", "http://a/g"},
                                                          {"../../../g", "http://a/g"},
                                                          {"/./g", "http://a/g"},
                                                          {"/../g", "http://a/g"},
                                                          {"g.", "http://a/b/c/g."},
                                                          {"./../g", "http://a/b/g"},
                                                          {"g/./h", "http://a/b/c/g/h"},
                                                          {"g/../h", "http://a/b/c/h"},
                                                          {"g?y/../x", "http://a/b/c/g?y/../x"},
                                                          {"http://x/y", "http://x/y"}};
  for (const auto& [reference, expected] : examples) {
    CAPTURE(reference);
    const auto url = base->resolve(reference);
    REQUIRE(url);
    CHECK(url->to_string() == expected);
  }
  CHECK_FALSE(base->resolve("javascript:alert(1)"));
  CHECK_FALSE(base->resolve("/a b"));
}

TEST_CASE("a query is extended, whatever is there") {
  const auto with = [](const char* text) { return Url::parse(text)->with_query("digest", "sha256:a/b").target(); };
  CHECK(with("http://a/x") == "/x?digest=sha256%3Aa%2Fb");
  CHECK(with("http://a/x?_state=1%3D") == "/x?_state=1%3D&digest=sha256%3Aa%2Fb");
  CHECK(with("http://a/x?") == "/x?digest=sha256%3Aa%2Fb");
}

TEST_CASE("only this machine is loopback") {
  const auto loopback = [](const char* text) { return Url::parse(text)->origin().is_loopback(); };
  CHECK(loopback("http://localhost:5000/"));
  CHECK(loopback("http://127.0.0.1/"));
  CHECK(loopback("http://127.8.9.10/"));
  CHECK(loopback("http://[::1]/"));
  CHECK_FALSE(loopback("http://localhost.example/"));
  CHECK_FALSE(loopback("http://127.0.0.1.example/"));
  CHECK_FALSE(loopback("http://10.0.0.1/"));
}
