#include "libsupply/content/pkg/package_cost.hpp"

#include <catch2/catch.hpp>

using namespace supply;

TEST_CASE("every copy of a reference is drawn, and all that a budget has can be drawn") {
  const std::string reference = "pkg:npm/a@" + std::string(990, '1');
  pkg::Package package;
  const std::uint64_t copy = sizeof(std::string) + reference.size();
  Budget budget(Budget::Amounts{2 * copy, 0, 0, 0, 0});
  Share share(budget);
  REQUIRE(pkg::set_depends(package, {reference}, share));
  CHECK(package.depends == std::vector<std::string>{reference});
  REQUIRE(pkg::set_depends(package, {reference}, share));
  const Status refused = pkg::set_depends(package, {reference}, share);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("every text of a package counts") {
  const std::uint64_t empty = pkg::memory_of({});
  const std::string text(1'000, 'x');
  pkg::Package all;
  all.name = all.version = all.shown_type = all.architecture = all.source_name = all.source_version = all.supplier =
      all.homepage = all.declared_license = all.copyright = all.location = all.owner = all.origin = text;
  all.license_texts[text] = text;
  all.unread_licenses = {text};
  all.checksums = {{"sha1", text}};
  all.cpes = all.depends = all.files = {text};
  CHECK(pkg::memory_of(all) >= empty + 21 * text.size());
}
