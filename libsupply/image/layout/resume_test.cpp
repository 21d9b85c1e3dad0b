// Transfers that go on where an earlier one was cut.
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/staging.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/image/layout/oci_archive.hpp"
#include "libsupply/image/oci/manifest.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/result.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using layout::Layout;
using testing::code_of;
namespace fs = std::filesystem;

namespace {

// A source of some bytes that then fails.
class Cut : public io::Source {
 public:
  Cut(std::string bytes, ErrorCode how) : bytes_(io::from_string(std::move(bytes))), how_(how) {}
  Result<std::size_t> read(std::span<char> into) override {
    SUPPLY_TRY(const std::size_t count, bytes_->read(into));
    if (count == 0) return Error(how_, "cut");
    return count;
  }

 private:
  std::unique_ptr<io::Source> bytes_;
  ErrorCode how_;
};

struct Server {
  std::string content = "0123456789abcdefghij";
  std::vector<std::uint64_t> asked = {};
  std::optional<std::size_t> cut_at = {};
  ErrorCode how = ErrorCode::unavailable;

  store::OpenSource open() {
    return [this](std::uint64_t offset) -> Result<std::unique_ptr<io::Source>> {
      asked.push_back(offset);
      if (cut_at && *cut_at <= offset) return Error(how, "refused");
      if (cut_at)
        return std::unique_ptr<io::Source>(std::make_unique<Cut>(content.substr(offset, *cut_at - offset), how));
      return io::from_string(content.substr(std::min<std::size_t>(offset, content.size())));
    };
  }
  oci::Descriptor blob() const {
    return {.media_type = "text/plain", .digest = crypto::sha256(content), .size = content.size()};
  }
  std::string part_name() const { return "part-sha256-" + std::string(crypto::sha256(content).encoded()); }
};

using Asked = std::vector<std::uint64_t>;

// A layout in a directory, and one in an archive; where each has its staging.
struct Place {
  testing::TempDirectory directory = {};
  bool archive = false;
  fs::path staging() const { return archive ? directory / ".supply-staging" : directory / "l/.supply-staging"; }
  std::unique_ptr<Layout> open() const {
    return archive ? *layout::create_archive(directory / "a.tar") : *Layout::create(directory / "l");
  }
};

}  // namespace

TEST_CASE("a transfer that was cut goes on at its end, in another run") {
  for (const bool archive : {false, true}) {
    const Place place{.archive = archive};
    Server server{.cut_at = 7};
    CHECK(code_of(place.open()->upload_blob(server.blob(), server.open())) == ErrorCode::unavailable);
    CHECK(testing::read(place.staging() / server.part_name()) == "0123456");
    server.cut_at = 12;
    CHECK(code_of(place.open()->upload_blob(server.blob(), server.open())) == ErrorCode::unavailable);
    server.cut_at.reset();
    const auto layout = place.open();
    REQUIRE(layout->upload_blob(server.blob(), server.open()));
    CHECK(server.asked == Asked{0, 7, 12});
    CHECK(*store::fetch(*layout, server.blob(), 100) == server.content);
    REQUIRE(layout->commit());
    CHECK(!fs::exists(place.staging()));
  }
}

TEST_CASE("a part that is whole needs no bytes, and one that is something else is fetched anew, once") {
  struct Case {
    std::string left;
    Asked asked;
  };
  for (const Case& one : {Case{"0123456789abcdefghij", {}}, Case{"XXX", {3, 0}}, Case{"0123456789abcdefghiX", {0}},
                          Case{std::string(500'000, 'x'), {0}}, Case{"", {0}}}) {
    const Place place;
    Server server;
    const auto layout = place.open();
    fs::create_directory(place.staging());
    testing::write(place.staging() / server.part_name(), one.left);
    REQUIRE(layout->upload_blob(server.blob(), server.open()));
    CHECK(server.asked == one.asked);
    CHECK(*store::fetch(*layout, server.blob(), 100) == server.content);
  }
}

TEST_CASE("bytes that are not the blob are an error, and nothing of them stays") {
  for (const std::string& wrong : {std::string("0123456789abcdefghiX"), std::string("0123"),
                                   std::string("0123456789abcdefghij+"), std::string()}) {
    const Place place;
    Server server;
    const auto blob = server.blob();
    server.content = wrong;
    const auto layout = place.open();
    CHECK(code_of(layout->upload_blob(blob, server.open())) == ErrorCode::mismatch);
    CHECK(server.asked == Asked{0});
    CHECK(code_of(layout->open(blob)) == ErrorCode::not_found);
    CHECK(io::list_directory(place.staging())->empty());
    // The same after a part that was right: once from the start, and then no more.
    testing::write(place.staging() / Server{}.part_name(), "0123");
    CHECK(code_of(layout->upload_blob(blob, server.open())) == ErrorCode::mismatch);
    CHECK(io::list_directory(place.staging())->empty());
  }
}

TEST_CASE("what fails for good leaves no part; what may pass does") {
  for (const auto& [how, kept] : {std::pair{ErrorCode::unavailable, true}, std::pair{ErrorCode::rate_limited, true},
                                  std::pair{ErrorCode::unauthenticated, true}, std::pair{ErrorCode::mismatch, false},
                                  std::pair{ErrorCode::not_found, false}}) {
    const Place place;
    Server server{.cut_at = 5, .how = how};
    CHECK(code_of(place.open()->upload_blob(server.blob(), server.open())) == how);
    CHECK(fs::exists(place.staging() / server.part_name()) == kept);
  }
  const Place place;
  Server server;
  auto blob = server.blob();
  blob.digest = *Digest::parse("blake3:" + std::string(64, 'a'));
  CHECK(code_of(place.open()->upload_blob(blob, server.open())) == ErrorCode::unsupported);
}

TEST_CASE("a part stays while other blobs are put, and is cleared when the change ends") {
  const Place place;
  Server server{.cut_at = 5};
  const auto layout = place.open();
  CHECK(code_of(layout->upload_blob(server.blob(), server.open())) == ErrorCode::unavailable);
  REQUIRE(store::put_bytes(*layout, "other", "text/plain"));
  const auto bytes = io::from_string("more");
  const oci::Descriptor more{.media_type = "text/plain", .digest = crypto::sha256("more"), .size = 4};
  REQUIRE(layout->put_blob(more, *bytes));
  REQUIRE(layout->put_manifest(more, "more", std::nullopt));
  CHECK(fs::exists(place.staging() / server.part_name()));
  REQUIRE(layout->put_manifest(more, "more", "tag"));
  CHECK(!fs::exists(place.staging()));
}

TEST_CASE("a blob that another writer has in hand is waited for, and not fetched twice") {
  const Place place;
  Server first, second;
  const auto layout = place.open(), other = place.open();
  std::atomic<bool> began = false;
  std::thread writer([&] {
    const auto slow = [&](std::uint64_t offset) -> Result<std::unique_ptr<io::Source>> {
      began = true;
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
      return first.open()(offset);
    };
    if (!layout->upload_blob(first.blob(), slow)) began = false;
  });
  while (!began) std::this_thread::yield();
  // Clearing does not touch what a live writer has.
  REQUIRE(other->commit());
  CHECK(other->upload_blob(second.blob(), second.open()));
  writer.join();
  CHECK(began);
  CHECK(second.asked.empty());
  CHECK(*store::fetch(*other, second.blob(), 100) == second.content);
}

TEST_CASE("blobs are put by several threads at once") {
  for (const bool archive : {false, true}) {
    const Place place{.archive = archive};
    const auto layout = place.open();
    std::vector<std::thread> threads;
    std::atomic<int> put = 0;
    for (int i = 0; i < 8; ++i)
      threads.emplace_back([&, i] {
        for (int j = 0; j < 10; ++j)
          if (store::put_bytes(*layout, std::to_string(i * j), "text/plain")) ++put;
      });
    for (auto& thread : threads) thread.join();
    CHECK(put == 80);
    REQUIRE(layout->commit());
    for (int i = 0; i < 50; ++i) {
      const std::string text = std::to_string(i % 8 * (i % 10));
      CHECK(store::fetch(*layout, {.media_type = {}, .digest = crypto::sha256(text), .size = text.size()}, 10));
    }
  }
}

TEST_CASE("removing takes a tag's entry, a digest's entries, and a referrer from where it is found") {
  const testing::TempDirectory directory;
  testing::copy_directory(testing::testdata("peers/layout-bundle"), directory / "l");
  const auto layout = *Layout::open(directory / "l");
  const auto image = *layout->resolve({"1.0", {}});
  const auto before = *layout->referrers(image.digest);
  REQUIRE(before.size() == 8);
  for (std::size_t left = before.size(); left > 0; --left) {
    REQUIRE(layout->remove({{}, before[left - 1].digest}));
    CHECK(layout->referrers(image.digest)->size() == left - 1);
  }
  CHECK(code_of(layout->remove({{}, before[0].digest})) == ErrorCode::not_found);
  REQUIRE(layout->put_manifest(image, *store::fetch(*layout, image, kMaxManifestBytes), "other"));
  REQUIRE(layout->remove({"1.0", {}}));
  CHECK(code_of(layout->resolve({"1.0", {}})) == ErrorCode::not_found);
  CHECK(layout->resolve({"other", {}}));
  CHECK(code_of(layout->remove({"1.0", {}})) == ErrorCode::not_found);
  REQUIRE(layout->remove({{}, image.digest}));
  CHECK(code_of(layout->resolve({"other", {}})) == ErrorCode::not_found);
  CHECK(code_of(layout->remove({{}, crypto::sha256("none")})) == ErrorCode::not_found);
  CHECK(code_of(layout->remove({})) == ErrorCode::usage);
}
