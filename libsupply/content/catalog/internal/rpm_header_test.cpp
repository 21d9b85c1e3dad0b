#include "libsupply/content/catalog/internal/rpm_header.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/rpm_headers_for_tests.hpp"

using namespace supply;
using catalog::RpmHeader;
using catalog::RpmTag;
using catalog::testing::big_endian;
using catalog::testing::HeaderMaker;

namespace {

ErrorCode refusal(const std::string& bytes) {
  const auto header = RpmHeader::parse(bytes);
  REQUIRE_FALSE(header);
  return header.error().code();
}

}  // namespace

TEST_CASE("a header of rpm gives the values of its tags") {
  const std::string bytes = HeaderMaker()
                                .identity("bash", "5.1.8", "6.el9", "x86_64")
                                .numbers(RpmTag::epoch, {2})
                                .texts(RpmTag::base_names, {"bash", "", "sh"})
                                .add(RpmTag::url, 9, 1, std::string("https://example.org\0", 20))
                                .states({0, 1, 3})
                                .bytes();
  const auto header = RpmHeader::parse(bytes);
  REQUIRE(header);
  CHECK(header->string(RpmTag::name) == "bash");
  CHECK(header->string(RpmTag::url) == "https://example.org");
  CHECK(header->string(RpmTag::license).empty());
  CHECK(header->numbers(RpmTag::epoch) == std::vector<std::uint32_t>{2});
  CHECK(header->numbers(RpmTag::file_states) == std::vector<std::uint32_t>{0, 1, 3});
  CHECK(header->numbers(RpmTag::name).empty());
  CHECK(header->strings(RpmTag::base_names) == std::vector<std::string_view>{"bash", "", "sh"});
  CHECK(header->strings(RpmTag::epoch).empty());
  CHECK(header->count(RpmTag::base_names) == 3);
  CHECK(header->count(RpmTag::provide_name) == 0);
}

TEST_CASE("a reduced header says the same, without the tags that are not read") {
  HeaderMaker maker;
  maker.identity("bash", "5.1.8", "6.el9", "x86_64").files({"/usr/bin/bash", "/usr/bin/sh"});
  const std::string without = maker.bytes();
  const std::string bytes = maker.text(static_cast<RpmTag>(1005), std::string(1000, 'd')).bytes();
  const auto header = RpmHeader::parse(bytes);
  REQUIRE(header);
  const std::string reduced = header->reduced();
  CHECK(reduced.size() == without.size());
  const auto again = RpmHeader::parse(reduced);
  REQUIRE(again);
  CHECK(*again == *header);
}

TEST_CASE("what was added when a package was installed takes the place of its own") {
  const auto bytes = HeaderMaker().text(RpmTag::name, "own").text(RpmTag::name, "added").bytes();
  CHECK(RpmHeader::parse(bytes)->string(RpmTag::name) == "added");
}

TEST_CASE("a damaged header of rpm is malformed") {
  const std::string good = HeaderMaker().identity("bash", "5", "6", "x86_64").texts(RpmTag::base_names, {"a"}).bytes();
  REQUIRE(RpmHeader::parse(good));
  for (std::size_t size = 0; size < good.size(); ++size) CHECK(refusal(good.substr(0, size)) == ErrorCode::malformed);
  CHECK(refusal(good + "x") == ErrorCode::malformed);
  CHECK(refusal(big_endian(0xffffffff) + big_endian(0xffffffff)) == ErrorCode::malformed);
  CHECK(refusal(HeaderMaker().add(RpmTag::name, 6, 1, "no end").bytes()) == ErrorCode::malformed);
  CHECK(refusal(HeaderMaker().add(RpmTag::epoch, 4, 2, "1234").bytes()) == ErrorCode::malformed);
  CHECK(refusal(HeaderMaker().add(RpmTag::base_names, 8, 0xffffffff, std::string(8, '\0')).bytes()) ==
        ErrorCode::malformed);
  // An offset behind the data, and two tags with the same data.
  std::string behind = HeaderMaker().text(RpmTag::name, "x").bytes();
  behind.replace(16, 4, big_endian(3));
  CHECK(refusal(behind) == ErrorCode::malformed);
  std::string shared = HeaderMaker().text(RpmTag::name, "x").text(RpmTag::version, "y").bytes();
  shared.replace(shared.size() - 4, 4, std::string("abc\0", 4));
  CHECK(refusal(shared) == ErrorCode::malformed);
}

TEST_CASE("a header of rpm is read up to its limit") {
  const std::string bytes = HeaderMaker().text(RpmTag::name, "bash").bytes();
  CHECK(RpmHeader::parse(bytes, bytes.size()));
  const auto refused = RpmHeader::parse(bytes, bytes.size() - 1);  // kMaxRpmHeaderBytes
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::limit_exceeded);
}
