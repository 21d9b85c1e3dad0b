#include "libsupply/base/io/stream.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

using namespace supply;

namespace {

// Gives one byte at a time, then fails or ends.
class Drip : public io::Source {
 public:
  Drip(std::string bytes, bool fails) : bytes_(std::move(bytes)), fails_(fails) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (at_ == bytes_.size()) {
      if (fails_) return Error(ErrorCode::unavailable, "cut");
      return std::size_t{0};
    }
    into[0] = bytes_[at_++];
    return std::size_t{1};
  }

 private:
  std::string bytes_;
  bool fails_;
  std::size_t at_ = 0;
};

}  // namespace

TEST_CASE("read_all gives all bytes of a source, whatever the pieces") {
  for (const std::size_t size : {0u, 1u, 16383u, 16384u, 16385u, 100000u}) {
    std::string bytes(size, 'x');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7);
    auto source = io::from_string(bytes);
    const auto read = io::read_all(*source, size);
    REQUIRE(read);
    CHECK(*read == bytes);
  }
  Drip drip("drop by drop", false);
  CHECK(*io::read_all(drip, 12) == "drop by drop");
}

TEST_CASE("read_all refuses one byte over the limit") {
  for (const std::size_t limit : {0u, 1u, 16384u, 50000u}) {
    auto source = io::from_string(std::string(limit + 1, 'x'));
    const auto read = io::read_all(*source, limit);
    REQUIRE(!read);
    CHECK(read.error().code() == ErrorCode::limit_exceeded);
  }
}

TEST_CASE("read_all hands on the error of its source") {
  Drip drip("half", true);
  const auto read = io::read_all(drip, 100);
  REQUIRE(!read);
  CHECK(read.error().code() == ErrorCode::unavailable);
}

TEST_CASE("bytes are read over as far as they go, and a borrowed source goes on where its owner is") {
  const std::unique_ptr<io::Source> source = io::from_string("abcdefgh");
  CHECK(*io::skip(*source, 0) == 0);
  CHECK(*io::skip(*source, 3) == 3);
  CHECK(*io::read_all(*io::borrow(*source), 100) == "defgh");
  CHECK(*io::skip(*source, 5) == 0);
  const std::unique_ptr<io::Source> large = io::from_string(std::string(1'000'000, 'x') + "end");
  CHECK(*io::skip(*large, 1'000'000) == 1'000'000);
  CHECK(*io::skip(*large, 100) == 3);
}
