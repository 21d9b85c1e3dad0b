#include "libsupply/base/http/proxy.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/http/address.hpp"

using namespace supply;
using http::AddressScope;
using http::Environment;
using http::proxy_for;

namespace {

std::string proxy(const char* url, const Environment& environment) {
  return proxy_for(http::Url::parse(url)->origin(), environment);
}

}  // namespace

TEST_CASE("the proxy is that of the scheme, lower case first") {
  const Environment all{{"http_proxy", "http://p:1"},
                        {"https_proxy", "http://p:2"},
                        {"HTTPS_PROXY", "http://p:3"},
                        {"HTTP_PROXY", "http://attacker:4"}};
  CHECK(proxy("http://a/", all) == "http://p:1");
  CHECK(proxy("https://a/", all) == "http://p:2");
  CHECK(proxy("https://a/", {{"HTTPS_PROXY", "x:3"}}) == "x:3");
  CHECK(proxy("https://a/", {{"https_proxy", ""}, {"ALL_PROXY", "x:5"}}) == "x:5");
  CHECK(proxy("http://a/", {{"HTTP_PROXY", "http://attacker:4"}}).empty());
  CHECK(proxy("http://a/", {}).empty());
}

TEST_CASE("this machine is never reached through a proxy") {
  const Environment all{{"http_proxy", "p:1"}};
  CHECK(proxy("http://localhost:5000/", all).empty());
  CHECK(proxy("http://127.0.0.1:5000/", all).empty());
  CHECK(proxy("http://[::1]/", all).empty());
}

TEST_CASE("no_proxy names hosts, ports, addresses and networks") {
  const auto excluded = [](const char* list, const char* url) {
    return proxy(url, {{"https_proxy", "p:1"}, {"no_proxy", list}}).empty();
  };
  CHECK(excluded("*", "https://a.example/"));
  CHECK(excluded("x, a.example", "https://a.example/"));
  CHECK(excluded("example", "https://a.example/"));
  CHECK(excluded(".example", "https://a.example/"));
  CHECK(excluded("*.example", "https://a.example/"));
  CHECK(excluded("A.Example", "https://a.example/"));
  CHECK_FALSE(excluded("b.example", "https://a.example/"));
  CHECK_FALSE(excluded("ample", "https://a.example/"));
  CHECK(excluded("a.example:8443", "https://a.example:8443/"));
  CHECK_FALSE(excluded("a.example:8443", "https://a.example/"));
  CHECK(excluded("10.0.0.0/8", "https://10.2.3.4/"));
  CHECK_FALSE(excluded("10.0.0.0/8", "https://11.2.3.4/"));
  CHECK(excluded("fd00::/8", "https://[fd12::1]/"));
  CHECK_FALSE(excluded("10.0.0.0/99", "https://10.2.3.4/"));
  CHECK_FALSE(excluded("", "https://a.example/"));
}

TEST_CASE("how near an address is, through every form that carries an IPv4 address") {
  const auto scope = [](const char* text) { return http::scope_of(text); };
  for (const char* text :
       {"127.0.0.1", "127.255.0.1", "0.0.0.0", "169.254.169.254", "224.0.0.1", "255.255.255.255", "::1",
        "::", "fe80::1", "ff02::1", "::ffff:127.0.0.1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"}) {
    CAPTURE(text);
    CHECK(scope(text) == AddressScope::local_address);
  }
  for (const char* text :
       {"10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"}) {
    CAPTURE(text);
    CHECK(scope(text) == AddressScope::private_address);
  }
  for (const char* text : {"8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1", "::ffff:8.8.8.8"}) {
    CAPTURE(text);
    CHECK(scope(text) == AddressScope::public_address);
  }
  CHECK_FALSE(scope("registry.example").has_value());
}
