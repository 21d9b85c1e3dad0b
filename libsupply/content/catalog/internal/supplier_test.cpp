#include "libsupply/content/catalog/internal/supplier.hpp"

#include <catch2/catch.hpp>

using supply::catalog::supplier_by_origin;
using supply::pkg::OperatingSystem;

namespace {

std::string supplier_of(const std::string& purl, const std::string& homepage = "") {
  supply::pkg::Package package;
  package.purl = *supply::pkg::Purl::parse(purl);
  package.homepage = homepage;
  return supplier_by_origin(package, OperatingSystem{"debian", "12", ""});
}

}  // namespace

TEST_CASE("a package whose metadata names nobody is supplied by where it comes from") {
  CHECK(supplier_of("pkg:deb/debian/curl@1") == "Organization: debian");
  CHECK(supplier_of("pkg:golang/github.com/docker/cli@v1") == "Organization: github.com/docker");
  CHECK(supplier_of("pkg:golang/github.com/docker/cli/v2@v1") == "Organization: github.com/docker");
  CHECK(supplier_of("pkg:golang/golang.org/x/sys@v1") == "Organization: golang.org");
  CHECK(supplier_of("pkg:golang/stdlib@1.26.8") == "Organization: golang.org");
  CHECK(supplier_of("pkg:maven/org.apache.commons/commons-lang3@3") == "Organization: org.apache.commons");
  CHECK(supplier_of("pkg:npm/%40babel/core@7") == "Organization: @babel");
  CHECK(supplier_of("pkg:npm/left-pad@1", "https://github.com/left/pad#readme") == "Organization: github.com/left");
  CHECK(supplier_of("pkg:pypi/x@1", "http://www.example.org/x?y=https://other") == "Organization: www.example.org");
  supply::pkg::Package program;
  program.purl = *supply::pkg::Purl::parse("pkg:generic/bash@5");
  program.cpes = {"cpe:2.3:a:gnu:bash:5:*:*:*:*:*:*:*"};
  CHECK(supplier_by_origin(program, {}) == "Organization: gnu");
  for (const char* homepage : {"", "example.org", "ftp://example.org/x", "https://me:secret@example.org/x",
                               "https://example.org:8080/x", "https://"})
    CHECK(supplier_of("pkg:pypi/x@1", homepage).empty());
}
