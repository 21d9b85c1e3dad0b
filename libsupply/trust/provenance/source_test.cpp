#include "libsupply/trust/provenance/source.hpp"

#include <catch2/catch.hpp>
#include <random>

using namespace supply;
using namespace supply::provenance;

namespace {

std::string address(std::string_view uri) {
  const auto parsed = SourceUri::parse(uri);
  INFO(uri);
  if (!parsed) FAIL(parsed.error().message());
  return parsed->address.to_string();
}
std::string ref(std::string_view uri) { return SourceUri::parse(uri)->ref; }

SourceRepository source(std::string_view uri, std::string_view at = "", std::string_view commit = "") {
  auto parsed = SourceUri::parse(uri);
  return {std::string(uri), parsed ? Result<SourceAddress>(parsed->address) : Result<SourceAddress>(parsed.error()),
          std::string(at), std::string(commit)};
}
bool matches(std::string_view pattern, const SourceRepository& one) {
  const auto parsed = SourcePattern::parse(pattern);
  INFO(pattern);
  if (!parsed) FAIL(parsed.error().message());
  return parsed->matches(one);
}

const std::string kCommit = "0123456789abcdef0123456789abcdef01234567";

}  // namespace

TEST_CASE("a source has one address, however it is spelled") {
  for (const char* uri :
       {"https://github.com/o/r", "git+https://github.com/o/r", "https://github.com/o/r.git", "https://github.com/o/r/",
        "git+https://github.com/o/r.git@refs/heads/main", "https://github.com/o/r@refs/tags/v1",
        "HTTPS://GitHub.com/o/r", "https://user:pw@github.com/o/r#main", "https://github.com/o/r.git/",
        "https://github.com:443/o/r", "https://github.com:0443/o/r", "https://github.com./o/r",
        "https://token@GITHUB.com.:443/o/r.git#refs/heads/main:sub/directory", "https://github.com/o/r/#main"})
    CHECK(address(uri) == "https://github.com/o/r");
  for (const char* ssh : {"git@github.com:o/r.git", "git@github.com:/o/r", "ssh://git@github.com:22/o/r",
                          "git+ssh://git@github.com/o/r.git", "git+ssh://git@github.com:o/r.git#main",
                          "ssh+git://github.com/o/r", "other@github.com:o/r.git#main:directory"})
    CHECK(address(ssh) == "https://github.com/o/r");
  CHECK(address("ssh://git@[::1]/o/r") == "https://[::1]/o/r");
  CHECK(address("ssh://git@git.example:2222/o/r") == "ssh://git.example:2222/o/r");
  CHECK(address("ssh://git@[::1]:443/o/r") == "ssh://[::1]:443/o/r");
  CHECK(address("http://h.example:80/r") == "http://h.example/r");
  CHECK(address("http://h.example:443/r") == "http://h.example:443/r");
  CHECK(address("https://[2001:DB8:0::1]:8443/r") == "https://[2001:db8::1]:8443/r");
  CHECK(address("https://github.com/O/R") == "https://github.com/O/R");
  CHECK(address("https://github.com") == "https://github.com");
  CHECK(address("https://dev.example/org/My%20Project/_git/app") == "https://dev.example/org/My%20Project/_git/app");
  CHECK(address("https://dev.example/org/C%23/_git/a") == "https://dev.example/org/C%23/_git/a");
  CHECK(address("https://git.example/~me/%C3%BCber(1)") == "https://git.example/~me/%C3%BCber(1)");
  // What is before '@' is no host.
  CHECK(address("https://github.com@evil.example/o/r") == "https://evil.example/o/r");
}

TEST_CASE("a source's ref is what stands behind its '@' or '#'") {
  CHECK(ref("git+https://h.example/r@refs/tags/@scope/pkg@1.2.3") == "refs/tags/@scope/pkg@1.2.3");
  CHECK(ref("https://h.example/r.git#refs/heads/main") == "refs/heads/main");
  CHECK(ref("https://h.example/r.git#main:docs") == "main");
  CHECK(ref("https://h.example/r.git#:docs").empty());
  CHECK(ref("git+https://h.example/r@@refs/heads/main") == "refs/heads/main");
  CHECK(ref("https://h.example/r").empty());
  CHECK(ref("https://user@h.example/r").empty());
}

TEST_CASE("what only looks like an address has none") {
  for (const char* uri : {"",
                          "x",
                          "github.com/o/r",
                          "//github.com/o/r",
                          "pkg:docker/x@1",
                          "https:github.com/o/r",
                          "https:/github.com/o/r",
                          "https:///o/r",
                          "https://",
                          "https://github.com/o/../evil/r",
                          "https://github.com/o/./r",
                          "https://github.com//o/r",
                          "https://github.com/o//r",
                          "https://github.com/o/r//",
                          "https://github.com/o/r/..",
                          "https://github.com/.git",
                          "https://github.com/o/r/.git",
                          "https://github.com/o/r.git.git",
                          "https://github.com/o%2f..%2fr",
                          "https://github.com/o%2Fr",
                          "https://github.com/o/%2E%2E/r",
                          "https://github.com/%41",
                          "https://github.com/%7Eme",
                          "https://github.com/%c3%bc",
                          "https://github.com/%C3",
                          "https://github.com/%",
                          "https://github.com/%2",
                          "https://github.com/%GG",
                          "https://github.com/a%00b",
                          "https://github.com/a%0Ab",
                          "https://github.com/a%5Cb",
                          "https://github.com/a%252e",
                          "https://github.com/a b",
                          "https://github.com/o\\r",
                          "https://github.com\\@evil.example/o/r",
                          "https://github.com/o/r\n",
                          "\thttps://github.com/o/r",
                          "https://github.com/o/r?x",
                          "https://github.com/o/r?x@refs/heads/main",
                          "https://github.com/o/r@refs/heads/main?x",
                          "https://github.com/o/r#main?x",
                          "https://github.com/o/r@a#b",
                          "https://github.com/o/r#a@b",
                          "https://github.com/o/r@",
                          "https://evil.example/@github.com/o/r",
                          "https://github.com/o/@main",
                          "https://a@b@github.com/o/r",
                          "https://github.com:/o/r",
                          "https://github.com:x/o/r",
                          "https://github.com:99999/o/r",
                          "https://git hub.com/o/r",
                          "https://m\xc3\xbc.example/o/r",
                          "https://github.com/\xc3\xbc",
                          "https://gith%75b.com/o/r",
                          "https://*/o/r",
                          "https://github.com/*",
                          "https://github.com/<o>",
                          "git+git+https://github.com/o/r",
                          "1https://github.com/o/r"}) {
    INFO(uri);
    CHECK(SourceUri::parse(uri).error().code() == ErrorCode::malformed);
    CHECK_FALSE(matches("**", source(uri)));
  }
}

TEST_CASE("a pattern that no address can match is refused, and says what to write") {
  const std::pair<const char*, const char*> cases[] = {
      {"git.example/*", "scheme"},
      {"*", "scheme"},
      {"**/app", "scheme"},
      {"*://github.com/o/r", "scheme"},
      {"HTTPS://github.com/o/r", "write \"https://github.com/o/r\""},
      {"https://GitHub.com/o/r", "write \"https://github.com/o/r\""},
      {"https://github.com./o/r", "write \"https://github.com/o/r\""},
      {"https://github.com:443/o/r", "write \"https://github.com/o/r\""},
      {"https://github.com:0443/o/*", "default port"},
      {"http://github.com:80/o/*", "default port"},
      {"ssh://github.com:22/o/*", "default port"},
      {"git+https://github.com/o/r", "write \"https://github.com/o/r\""},
      {"https://github.com/o/r.git", "write \"https://github.com/o/r\""},
      {"https://github.com/o/*.git", ".git"},
      {"https://github.com/o/r/", "write \"https://github.com/o/r\""},
      {"https://user@github.com/o/r", "write \"https://github.com/o/r\""},
      {"https://github.com@refs/heads/main", "user"},
      {"git@github.com:o/r.git", "write \"https://github.com/o/r\""},
      {"https://github.com/o/r#main", "write \"https://github.com/o/r@main\""},
      {"https://github.com/o/app?", "'?'"},
      {"https://github.com/o/r?ref=main", "'?'"},
      {"https://github.com/o/r@", "'@'"},
      {"https://github.com/o/r@refs/heads/main@{1}", "no ref"},
      {"https://github.com/o/r@refs/heads/../x", "no ref"},
      {"https://github.com/o/r@/main", "no ref"},
      {"https://github.com/o/r@main/", "no ref"},
      {"https://github.com/o/r@HEAD:x", "no ref"},
      {"https://github.com/o/r@0123456789ABCDEF0123456789abcdef01234567", "lower case"},
      {"https://git.example//b", "part"},
      {"https://git.example/a/../b", "part"},
      {"https://git.example/./*", "part"},
      {"https://git.example/**/../b", "part"},
      {"https://git.example/%7Eme/*", "\"%7E\""},
      {"https://git.example/%2F*", "hides"},
      {"https://git.example/a%2fb", "capitals"},
      {"https://git.example/%2*", "escape"},
      {"https://git.example/%*", "escape"},
      {"https:///o/r", "host"},
      {"https://**/o/r", "**"},
      {"https://github.com**", "**"},
      {"https://github.com*/o/r", "labels"},
      {"https://*github.com/o/r", "labels"},
      {"https://*.Example.org/o/r", "lower case"},
      {"https://a..b/o", "host"},
      {"https://git.example/\xc3\xbc", "unescaped"},
      {"https://git.example/<x>", "unescaped"},
  };
  for (const auto& [text, why] : cases) {
    INFO(text);
    const auto pattern = SourcePattern::parse(text);
    REQUIRE_FALSE(pattern);
    INFO(pattern.error().message());
    CHECK(pattern.error().code() == ErrorCode::usage);
    CHECK(pattern.error().message().find(why) != std::string::npos);
  }
}

TEST_CASE("a pattern matches whole addresses, and a ref or a commit where it names one") {
  const SourceRepository app = source("git+https://github.com/org/app.git", "refs/heads/main", kCommit);
  CHECK(matches("https://github.com/org/app", app));
  CHECK(matches("https://github.com/org/*", app));
  CHECK(matches("https://github.com/**", app));
  CHECK(matches("https://*/org/app", app));
  CHECK(matches("**", app));
  CHECK(matches("https://github.com/org/app@refs/heads/main", app));
  CHECK(matches("https://github.com/org/app@refs/heads/*", app));
  CHECK(matches("https://github.com/org/app@refs/heads/mai?", app));
  CHECK(matches("https://github.com/org/app@" + kCommit, app));
  CHECK_FALSE(matches("https://github.com/org/app@refs/tags/*", app));
  CHECK_FALSE(matches("https://github.com/org/app@main", app));
  CHECK_FALSE(matches("https://github.com/org", app));
  CHECK_FALSE(matches("https://github.com/*", app));
  CHECK_FALSE(matches("http://github.com/org/app", app));
  CHECK_FALSE(matches("https://github.com/Org/app", app));
  CHECK_FALSE(matches("https://*.github.com/org/app", app));
  CHECK_FALSE(matches("https://github.com/org/app@refs/heads/main", source("https://github.com/org/app")));
  CHECK_FALSE(matches("https://github.com/org/app", source("https://github.com/org/app-evil")));
  CHECK_FALSE(matches("https://github.com/org/*", source("https://github.com/org/app/../../evil/app")));
  CHECK(matches("https://*.example.org/a", source("https://git.example.org/a")));
  CHECK_FALSE(matches("https://*.example.org/a", source("https://git.example.org.evil.example/a")));
  CHECK(matches("https://git.example:*/a", source("https://git.example:8443/a")));
}

TEST_CASE("an address with escapes is matched by its own pattern and by nothing odd") {
  const char* project = "https://dev.example/org/My%20Project/_git/app";
  CHECK(matches(project, source(project)));
  CHECK(matches("https://dev.example/org/*/_git/app", source(project)));
  CHECK(matches(std::string(project) + "@refs/heads/main", source(project, "refs/heads/main")));
  for (const char* other :
       {"https://dev.example/org/My%2520Project/_git/app", "https://dev.example/org/My Project/_git/app",
        "https://dev.example/org/My+Project/_git/app", "https://evil.example/%41", "https://evil.example/x/../y",
        "https://dev.example/org/My%20Project/_git/app2"})
    CHECK_FALSE(matches(project, source(other)));
}

TEST_CASE("of any text: an address has one form, which is a pattern of it; a pattern without wildcards is an address") {
  const char* parts[] = {"https://", "git+", "ssh://", "git@",  "github.com", "GitHub.com", "a",       "/",     "/",
                         "//",       "..",   ".",      "@",     "#",          "?",          "%20",     "%2F",   "%41",
                         "%",        "*",    ":443",   ":0443", ":22",        ":",          "\\",      "[::1]", "main",
                         "refs/",    ".git", ".git/",  " ",     "x",          "u@",         "\xc3\xbc"};
  std::mt19937 random(20261128);
  std::size_t addresses = 0, patterns = 0;
  for (int i = 0; i < 60000; ++i) {
    std::string text = i % 2 == 0 ? "https://git.example/" : "";
    for (std::size_t left = 1 + random() % 7; left > 0; --left) text += parts[random() % std::size(parts)];
    INFO(text);
    if (const auto uri = SourceUri::parse(text)) {
      ++addresses;
      const std::string& form = uri->address.to_string();
      const auto again = SourceUri::parse(form);
      const auto pattern = SourcePattern::parse(form);
      if (!again || again->address != uri->address || !again->ref.empty()) FAIL(form);
      if (!pattern || !pattern->matches({text, uri->address, uri->ref, {}})) FAIL(form);
    }
    const auto pattern = SourcePattern::parse(text);
    if (!pattern || text.find_first_of("*?") != std::string::npos) continue;
    ++patterns;
    const auto uri = SourceUri::parse(text);
    if (!uri || !pattern->matches({text, uri->address, uri->ref, {}})) FAIL("matches nothing");
  }
  CHECK(addresses > 1000);
  CHECK(patterns > 300);
}
