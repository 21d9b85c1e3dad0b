#include "libsupply/content/catalog/internal/chisel_manifest.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"

using namespace supply;
using namespace supply::catalog;

namespace {

struct Read {
  Status status;
  std::vector<pkg::Package> packages;
  std::vector<std::string> owned;  // "path package"
};

// In parts of that size.
Read read(std::string_view text, std::size_t size = 7) {
  Read out;
  ChiselReader reader({.package = [&](pkg::Package package) -> Status {
                         out.packages.push_back(std::move(package));
                         return {};
                       },
                       .path = [&](std::string_view path, const std::vector<std::string>& packages) -> Status {
                         for (const std::string& one : packages) out.owned.push_back(std::string(path) + " " + one);
                         return {};
                       }});
  for (; !text.empty() && out.status; text.remove_prefix(std::min(size, text.size())))
    out.status = reader.feed(text.substr(0, size));
  if (out.status) out.status = reader.finish();
  return out;
}

constexpr std::string_view kManifest =
    R"({"jsonwall":"1.0","schema":"1.0","count":7}
{"kind":"content","slice":"libc6_libs","path":"/usr/lib/libc.so.6"}
{"kind":"package","name":"libc6","version":"2.39-0ubuntu8.3","sha256":"00ff","arch":"amd64"}
{"kind":"path","path":"/etc/","mode":"0755","slices":["base-files_base","libc6_config"]}
{"kind":"path","path":"/usr/lib/libc.so.6","mode":"0755","slices":["libc6_libs","libc6_more"],"sha256":"01","size":3}
{"kind":"path","path":"/x","mode":"0644"}
{"kind":"slice","name":"libc6_libs"}
)";

}  // namespace

TEST_CASE("Chisel's manifest has packages, and paths of their slices") {
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, kManifest.size()}) {
    const Read found = read(kManifest, size);
    REQUIRE(found.status);
    REQUIRE(found.packages.size() == 1);
    pkg::Package package = found.packages[0];
    CHECK(package.checksums == std::vector<pkg::Checksum>{{"sha256", "00ff"}});
    REQUIRE(finish_chisel_package({}, package));
    CHECK(package.purl.to_string() == "pkg:deb/ubuntu/libc6@2.39-0ubuntu8.3?arch=amd64");
    REQUIRE(finish_chisel_package({"ubuntu", "24.04", ""}, package));
    CHECK(package.purl.to_string() == "pkg:deb/ubuntu/libc6@2.39-0ubuntu8.3?arch=amd64&distro=ubuntu-24.04");
    CHECK(found.owned == std::vector<std::string>{"etc/ base-files", "etc/ libc6", "usr/lib/libc.so.6 libc6"});
  }
}

TEST_CASE("a manifest of Chisel that is damaged says where") {
  const std::string header = R"({"jsonwall":"1.0","schema":"1.0","count":2})";
  const std::pair<std::string, std::string> cases[] = {
      {"", "no header"},
      {"x\n", "line 1: "},
      {R"({"jsonwall":"1.0","schema":"2.0","count":1})", "schema \"2.0\", which Supply does not read"},
      {header, "the header says 2 lines, and there are 1"},
      {header + "\n{\"kind\":\"package\"\n", "line 2: "},
      {header + "\n{\"kind\":\"package\",\"version\":\"1\"}\n", "line 2: member \"name\""},
      {header + "\n" + std::string(kMaxPackageMetadataBytes + 1, 'x'), "line 2: longer than is read"},
  };
  for (const auto& [text, message] : cases) {
    const Read found = read(text, 1'000'000);
    INFO(message);
    REQUIRE_FALSE(found.status);
    CHECK_THAT(found.status.error().message(), Catch::Contains(message));
  }
}
