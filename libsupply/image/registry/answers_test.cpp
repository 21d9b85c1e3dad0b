// What each kind of question may be answered, and what each answer means: absent is what the specification calls so,
// and every other answer that is not the thing itself means that nothing was found out. Source: distribution-spec v1.1,
// "Endpoints", "Error Codes".
#include <catch2/catch.hpp>

#include "libsupply/base/limits/network_limits.hpp"
#include "libsupply/image/registry/internal/error_response.hpp"
#include "libsupply/testing/registry_kit.hpp"

using namespace supply;
using testing::HttpReply;
using testing::HttpRequest;
using testing::registry_error;
using testing::RegistryKit;

namespace {

const oci::Selector kTagOne{.tag = "1", .digest = {}};
const std::string kPage = "<!DOCTYPE html><html><body>Please log in to the network.</body></html>";

struct Row {
  const char* what;
  HttpReply reply;
  // By tag, by digest, the list of tags, the referrers API, the tag that stands in for it. "none": it is surely not
  // there; "-": the next answer in the room counts (the tag, after the API).
  const char *by_tag, *by_digest, *tags, *referrers, *referrers_tag;
};

HttpReply html(int status) {
  return {.status = status, .headers = {{"Content-Type", "text/html; charset=utf-8"}}, .body = kPage};
}
HttpReply json(std::string body, int status = 200) {
  return {.status = status, .headers = {{"Content-Type", "application/json"}}, .body = std::move(body)};
}
HttpReply index(std::string body) {
  return {.headers = {{"Content-Type", std::string(oci::kIndexType)}}, .body = std::move(body)};
}

template <class T>
std::string said(const Result<T>& result) {
  return result ? "yes" : std::string(to_string(result.error().code()));
}

}  // namespace

TEST_CASE("every answer to every question is absent, refused, out of reach or damaged, as the table says") {
  const char *away = "unavailable", *gone = "not_found", *refused = "unauthenticated", *forbidden = "forbidden",
             *damaged = "mismatch", *limited = "rate_limited", *odd = "unsupported";
  const std::vector<Row> rows = {
      {"a login page", html(200), away, away, away, away, away},
      {"a page that says to be an index",
       {.headers = {{"Content-Type", std::string(oci::kIndexType)}}, .body = kPage},
       away,
       away,
       away,
       away,
       away},
      {"a page of no type, behind a byte order mark", {.body = "\xef\xbb\xbf\n <HTML>"}, away, away, away, away, away},
      {"a page larger than any answer may be",
       {.headers = {{"Content-Type", "text/html"}}, .body = "<p>" + std::string(9 * kMiB, ' ')},
       away,
       away,
       away,
       away,
       away},
      {"nothing", {.status = 200}, away, damaged, away, away, away},
      {"nothing that is an index", index(""), away, damaged, away, away, away},
      {"204", {.status = 204}, away, away, away, away, away},
      {"304", {.status = 304}, away, away, away, away, away},
      {"206 that nobody asked for", {.status = 206, .body = "{}"}, away, away, away, away, away},
      {"JSON that is something else", json("{\"login\":\"required\"}"), away, damaged, away, away, away},
      {"an error with 200", json("{\"errors\":[{\"code\":\"DENIED\"}]}"), away, damaged, away, away, away},
      {"null", json("null"), away, damaged, away, away, away},
      {"a list", json("[]"), away, damaged, away, away, away},
      {"text", {.headers = {{"Content-Type", "text/plain"}}, .body = "ok"}, away, damaged, away, away, away},
      {"an index without its list", index("{\"schemaVersion\":2}"), "yes", damaged, away, away, away},
      {"an index whose list is none", index("{\"schemaVersion\":2,\"manifests\":{}}"), "yes", damaged, away, away,
       away},
      {"an index with an entry of nothing", index("{\"schemaVersion\":2,\"manifests\":[{}]}"), "yes", damaged, away,
       away, away},
      {"an index with an entry without a size",
       index("{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\"a/b\",\"digest\":\"sha256:" + std::string(64, 'a') +
             "\"}]}"),
       "yes", damaged, away, away, away},
      {"an index of another type", json("{\"schemaVersion\":2,\"manifests\":[]}"), "yes", damaged, away, away, "yes"},
      {"400", {.status = 400}, odd, odd, odd, odd, odd},
      {"400, unsupported", registry_error(400, "UNSUPPORTED"), odd, odd, odd, "-", odd},
      {"401", {.status = 401}, refused, refused, refused, refused, refused},
      {"401 with a page", html(401), refused, refused, refused, refused, refused},
      {"401 for ever",
       {.status = 401, .headers = {{"WWW-Authenticate", "Basic realm=\"x\""}}},
       refused,
       refused,
       refused,
       refused,
       refused},
      {"403", {.status = 403}, forbidden, forbidden, forbidden, forbidden, forbidden},
      {"403 with the words of 404", registry_error(403, "MANIFEST_UNKNOWN"), forbidden, forbidden, forbidden, forbidden,
       forbidden},
      {"404", {.status = 404}, gone, gone, gone, "-", "none"},
      {"404 with an empty object", json("{}", 404), gone, gone, gone, "-", "none"},
      {"404 in the words of the specification", registry_error(404, "MANIFEST_UNKNOWN"), gone, gone, gone, "-", "none"},
      {"404 in a web server's words",
       {.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "not found"},
       gone,
       gone,
       gone,
       "-",
       "none"},
      {"404 with a page", html(404), away, away, away, "-", away},
      {"404 for want of the repository", registry_error(404, "NAME_UNKNOWN"), gone, gone, gone, "-", gone},
      {"404 that means 401", registry_error(404, "UNAUTHORIZED"), refused, refused, refused, refused, refused},
      {"404 that means 403", registry_error(404, "DENIED"), forbidden, forbidden, forbidden, forbidden, forbidden},
      {"404 that means 429", registry_error(404, "TOOMANYREQUESTS"), limited, limited, limited, "-", limited},
      {"405", {.status = 405}, odd, odd, odd, "-", odd},
      {"405 with a page", html(405), odd, odd, odd, odd, odd},
      {"410", {.status = 410}, odd, odd, odd, odd, odd},
      {"418 with a page", html(418), odd, odd, odd, odd, odd},
      {"501", {.status = 501}, odd, odd, odd, "-", odd},
      {"429 for ever", {.status = 429}, limited, limited, limited, limited, limited},
      {"503 with a page", html(503), away, away, away, away, away},
      {"a cut", {.raw = "cut"}, away, away, away, away, away},
      {"a redirect to a login page",
       {.status = 302, .headers = {{"Location", "https://login.example/"}}},
       away,
       away,
       away,
       away,
       away},
      {"a redirect to who has nothing",
       {.status = 302, .headers = {{"Location", "https://empty.example/"}}},
       away,
       away,
       away,
       away,
       away},
      {"a redirect to nowhere", {.status = 302}, away, away, away, away, away},
      {"a redirect to itself", {.status = 302, .headers = {{"Location", "?again"}}}, odd, odd, odd, odd, odd},
      {"a redirect with a password in it",
       {.status = 302, .headers = {{"Location", "https://u:p@x.example/"}}},
       odd,
       odd,
       odd,
       odd,
       odd},
      {"a redirect to a file",
       {.status = 302, .headers = {{"Location", "file:///etc/passwd"}}},
       odd,
       odd,
       odd,
       odd,
       odd}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const auto ask = [&](const char* where, bool api, const auto& question) {
      RegistryKit kit;
      kit.server.referrers_api = api;
      const oci::Descriptor image = kit.image("x", "1");
      kit.client->hosts["https://login.example"] = [](const HttpRequest&) { return html(200); };
      kit.client->hosts["https://empty.example"] = [](const HttpRequest&) { return HttpReply{.status = 404}; };
      kit.server.fault("GET", where, row.reply);
      return question(kit, image);
    };
    CHECK(ask("/manifests/1", true, [](auto& kit, const auto&) { return said(kit.store->resolve(kTagOne)); }) ==
          row.by_tag);
    CHECK(ask("/manifests/sha256:", true, [](auto& kit, const auto& image) {
            return said(kit.store->resolve({.tag = {}, .digest = image.digest}));
          }) == row.by_digest);
    CHECK(ask("/tags/list", true, [](auto& kit, const auto&) { return said(kit.store->tags()); }) == row.tags);
    const auto referrers = [](auto& kit, const auto& image) {
      const auto list = kit.store->referrers(image.digest);
      const bool asked_tag = kit.server.count("GET", "/manifests/sha256-") > 0;
      if (!list) return std::string(to_string(list.error().code()));
      return std::string(asked_tag && list->empty() ? "none" : "yes");
    };
    const std::string by_api = ask("/referrers/", true, referrers);
    CHECK(by_api == (std::string(row.referrers) == "-" ? "none" : row.referrers));
    const std::string by_tag = ask("/manifests/sha256-", false, referrers);
    CHECK(by_tag == (std::string(row.referrers_tag) == "yes" ? "none" : row.referrers_tag));
  }
}

TEST_CASE("an answer that is a page says so, and asks whether somebody is in between") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  kit.server.fault("GET", "/referrers/", html(200));
  const auto list = kit.store->referrers(image.digest);
  REQUIRE_FALSE(list);
  CHECK(
      list.error().message() ==
      "referrers of " + image.digest.to_string() +
          ": could not be found out: https://r.example answers 200 with an HTML page (a login page, or one of a proxy "
          "or a network in between?)");
}

TEST_CASE("a page instead of a blob is not called damaged, and a blob that is a page is read") {
  RegistryKit kit;
  kit.server.fault("GET", "/blobs/", html(200), 1);
  const std::string blob = "<html>a report</html>";
  kit.server.put_blob(blob);
  CHECK(said(kit.read(RegistryKit::describe(blob))) == "unavailable");
  CHECK(*kit.read(RegistryKit::describe(blob, "text/html")) == blob);
  kit.server.fault("GET", "/blobs/", {.headers = {{"Content-Type", "text/html"}}, .body = blob});
  CHECK(*kit.read(RegistryKit::describe(blob)) == blob);
}

TEST_CASE("a range that is not the one that was asked for is no damage") {
  const std::string blob(10'000, 'b');
  const auto answer = [&](const char* range, std::size_t size) {
    RegistryKit kit;
    kit.server.fault("GET", "/blobs/",
                     {.status = 206, .headers = {{"Content-Range", range}}, .body = std::string(size, 'b')});
    return said(kit.read(RegistryKit::describe(blob)));
  };
  CHECK(answer("bytes 5-9999/10000", 9'995) == "unavailable");
  CHECK(answer("bytes 0-99/10000", 100) == "unavailable");
  CHECK(answer("junk", 10'000) == "unavailable");
  CHECK(answer("", 10'000) == "unavailable");
  CHECK(answer("bytes 0-9999/10000", 10'000) == "yes");
}

TEST_CASE("a server that takes a byte of each request does not get the blob for ever") {
  RegistryKit kit;
  const std::string blob(100'000, 'b');
  int taken = 0;
  kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.method == "PUT" && !request.body.empty()) return HttpReply{.status = 500};
    if (request.method != "PATCH" &&
        !(request.method == "GET" && request.target.find("/uploads/") != std::string::npos))
      return std::nullopt;
    if (request.method == "PATCH") ++taken;
    return HttpReply{.status = request.method == "PATCH" ? 202 : 204,
                     .headers = {{"Location", request.target}, {"Range", "0-" + std::to_string(taken + 1)}}};
  });
  const auto open = [&](std::uint64_t offset) {
    return Result<std::unique_ptr<io::Source>>(io::from_string(blob.substr(offset)));
  };
  CHECK_FALSE(kit.store->upload_blob(RegistryKit::describe(blob), open));
  CHECK(kit.client->requests.size() < 200);
}

TEST_CASE("what a registry says in an error is read up to a limit") {
  const std::string text = R"({"message":"be patient"})";
  CHECK(registry::parse_error_response(text + std::string(kMaxErrorBodyBytes - text.size(), ' ')).message ==
        "be patient");
  CHECK(registry::parse_error_response(text + std::string(kMaxErrorBodyBytes + 1 - text.size(), ' ')).message.empty());
}
