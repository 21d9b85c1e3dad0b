#include "libsupply/verdict/base_image/base_image.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/memory_store.hpp"
#include "libsupply/testing/tar.hpp"

using namespace supply;
using namespace supply::base_image;

namespace {

Budget budget;  // of all tests here

// A layer with one file, as a plain tar: its diff_id is its digest.
std::string layer(const std::string& name) {
  testing::TarFields file;
  file.path = name;
  return testing::tar_entry(file) + testing::tar_end();
}

// The same bytes in gzip, stored, so that the blob is another one. Source: RFC 1951 3.2.4, RFC 1952.
std::string gzip(const std::string& bytes) {
  std::uint32_t crc = 0xffffffff;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
  }
  crc = ~crc;
  const auto little = [](std::size_t value, int count) {
    std::string out;
    for (int i = 0; i < count; ++i) out += static_cast<char>((value >> (8 * i)) & 0xff);
    return out;
  };
  return std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10) + '\x01' + little(bytes.size(), 2) +
         little(~bytes.size() & 0xffff, 2) + bytes + little(crc, 4) + little(bytes.size(), 4);
}

struct Make {
  std::vector<std::string> layers;  // names of their files
  bool compressed = false;
  std::string platform = "linux/amd64";
  std::vector<std::string> diff_ids = {};  // instead of the true ones
  std::map<std::string, std::string> annotations = {}, labels = {};
  std::vector<std::string> history = {};
};

oci::Descriptor make(testing::MemoryStore& store, const Make& wanted) {
  const oci::Platform platform = *oci::Platform::parse(wanted.platform);
  oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                         .config = oci::empty_descriptor(),
                         .annotations = wanted.annotations};
  std::string diff_ids, labels, history;
  for (std::size_t i = 0; i < wanted.layers.size(); ++i) {
    const std::string tar = layer(wanted.layers[i]);
    manifest.layers.push_back(*store::put_bytes(store, wanted.compressed ? gzip(tar) : tar,
                                                wanted.compressed ? oci::kLayerGzipType : oci::kLayerType));
    const std::string id = i < wanted.diff_ids.size() ? wanted.diff_ids[i] : crypto::sha256(tar).to_string();
    diff_ids += (i > 0 ? ",\"" : "\"") + id + "\"";
  }
  for (const auto& [key, value] : wanted.labels)
    labels += (labels.empty() ? "\"" : ",\"") + key + "\":\"" + value + "\"";
  for (const std::string& text : wanted.history)
    history += (history.empty() ? "" : ",") + ("{\"created_by\":\"" + text) + "\"}";
  manifest.config = *store::put_bytes(store,
                                      R"({"os":")" + platform.os + R"(","architecture":")" + platform.architecture +
                                          R"(","config":{"Labels":{)" + labels + R"(}},"history":[)" + history +
                                          R"(],"rootfs":{"type":"layers","diff_ids":[)" + diff_ids + "]}}",
                                      oci::kConfigType);
  oci::Descriptor descriptor = store.put(manifest);
  descriptor.platform = platform;
  return descriptor;
}

oci::Descriptor index_of(testing::MemoryStore& store, std::vector<oci::Descriptor> entries) {
  return store.put(oci::Index{.media_type = std::string(oci::kIndexType), .manifests = std::move(entries)});
}

struct Pair {
  testing::MemoryStore image, base;
  Report run(const oci::Descriptor& image_root, const oci::Descriptor& base_root, const Request& request = {}) {
    image.opened.clear();
    auto report = check(image, image_root, base, base_root, request, budget);
    if (!report) FAIL(report.error().message());
    return *report;
  }
  Proof answer(const Make& image_wanted, const Make& base_wanted) {
    const Report report = run(make(image, image_wanted), make(base, base_wanted));
    REQUIRE(report.platforms.size() == 1);
    CHECK(report.proven() == (report.platforms[0].answer == Proof::proven));
    CHECK(report.proven() == report.findings.empty());
    CHECK(report.proven() == report.platforms[0].reason.empty());
    return report.platforms[0].answer;
  }
};

}  // namespace

TEST_CASE("an image whose first layers are the base's is proven, without reading a layer that is the same blob") {
  Pair pair;
  const auto image = make(pair.image, {.layers = {"a", "b", "c"}});
  const auto base = make(pair.base, {.layers = {"a", "b"}});
  const Report report = pair.run(image, base);
  CHECK(report.proven());
  CHECK(report.image == image.digest);
  CHECK(report.base == base.digest);
  CHECK(report.platforms[0].base == base.digest);
  CHECK(report.platforms[0].equal_layers == 2);
  CHECK(report.platforms[0].image_layers == 3);
  CHECK(pair.image.opened.size() == 2);  // manifest and config
}

TEST_CASE("a base that was compressed again is proven by what its layers hold") {
  Pair pair;
  const Report report = pair.run(make(pair.image, {.layers = {"a", "b", "c"}, .compressed = true}),
                                 make(pair.base, {.layers = {"a", "b"}}));
  CHECK(report.proven());
  CHECK(pair.image.opened.size() == 4);  // and the two layers
}

TEST_CASE("a config that claims the base's diff_ids for other layers is a mismatch") {
  Pair pair;
  const auto base = make(pair.base, {.layers = {"a", "b"}});
  const std::vector<std::string> forged = {crypto::sha256(layer("a")).to_string(),
                                           crypto::sha256(layer("b")).to_string()};
  const auto image = make(pair.image, {.layers = {"a", "evil", "c"}, .diff_ids = forged});
  const auto refused = check(pair.image, image, pair.base, base, {}, budget);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::mismatch);
  // A caller that has computed them already says so, and must have refused this image.
  CHECK(pair.run(image, base, {.diff_ids_checked = true}).proven());
}

TEST_CASE("a damaged layer of the image is a mismatch") {
  Pair pair;
  const auto image = make(pair.image, {.layers = {"a", "b"}, .compressed = true});
  const auto base = make(pair.base, {.layers = {"a"}});
  pair.image.blobs.at(crypto::sha256(gzip(layer("a"))))[600] ^= 1;
  const auto refused = check(pair.image, image, pair.base, base, {}, budget);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::mismatch);
}

TEST_CASE("an image that only adds configuration is based on its base") {
  CHECK(Pair().answer({.layers = {"a", "b"}}, {.layers = {"a", "b"}}) == Proof::proven);
}

TEST_CASE("other layers show another base") {
  CHECK(Pair().answer({.layers = {"x", "b", "c"}}, {.layers = {"a", "b"}}) == Proof::not_based);
  CHECK(Pair().answer({.layers = {"a", "x", "c"}}, {.layers = {"a", "b"}}) == Proof::not_based);
  CHECK(Pair().answer({.layers = {"a"}}, {.layers = {"a", "b"}}) == Proof::not_based);
  CHECK(Pair().answer({.layers = {"c", "a", "b"}}, {.layers = {"a", "b"}}) == Proof::not_based);
  CHECK(Pair().answer({.layers = {"b", "a", "c"}}, {.layers = {"a", "b"}}) == Proof::not_based);
}

TEST_CASE("what was squashed can be neither proven nor excluded") {
  CHECK(Pair().answer({.layers = {"squashed"}}, {.layers = {"a", "b"}}) == Proof::unproven);
  CHECK(Pair().answer({.layers = {}}, {.layers = {"a", "b"}}) == Proof::unproven);
  CHECK(Pair().answer({.layers = {"s", "t"}, .history = {"one", "two", "three"}},
                      {.layers = {"a", "b"}, .history = {"one", "two"}}) == Proof::unproven);
}

TEST_CASE("a base without layers proves nothing") {
  CHECK(Pair().answer({.layers = {"a"}}, {.layers = {}}) == Proof::unproven);
  CHECK(Pair().answer({.layers = {}}, {.layers = {}}) == Proof::unproven);
}

TEST_CASE("a forged annotation or label proves nothing") {
  Pair pair;
  const auto base = make(pair.base, {.layers = {"a", "b"}});
  for (const bool annotated : {true, false}) {
    Make wanted{.layers = {"x", "y"}};
    (annotated ? wanted.annotations : wanted.labels) = {
        {"org.opencontainers.image.base.name", "debian:12"},
        {"org.opencontainers.image.base.digest", base.digest.to_string()}};
    const Report report = pair.run(make(pair.image, wanted), base);
    CHECK_FALSE(report.proven());
    CHECK(report.platforms[0].answer == Proof::unproven);
    CHECK(report.platforms[0].claim.name == "debian:12");
    CHECK(report.platforms[0].claim.digest == base.digest.to_string());
    CHECK(report.findings.at(0).severity == Severity::error);
  }
}

TEST_CASE("a claim that contradicts the proof is a warning") {
  Pair pair;
  const auto base = make(pair.base, {.layers = {"a"}});
  const std::string other = crypto::sha256("other").to_string();
  const Report report = pair.run(
      make(pair.image, {.layers = {"a", "b"}, .annotations = {{"org.opencontainers.image.base.digest", other}}}), base);
  CHECK(report.proven());
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].rule == "base/claim");
  CHECK(report.findings[0].severity == Severity::warning);
  CHECK(pair.run(make(pair.image, {.layers = {"a", "b"},
                                   .labels = {{"org.opencontainers.image.base.digest", base.digest.to_string()}}}),
                 base)
            .findings.empty());
}

TEST_CASE("every platform of an index is held against the base's own") {
  Pair pair;
  const auto base = index_of(
      pair.base, {make(pair.base, {.layers = {"a"}}), make(pair.base, {.layers = {"b"}, .platform = "linux/arm64"})});
  const auto amd64 = make(pair.image, {.layers = {"a", "x"}}),
             arm64 = make(pair.image, {.layers = {"b", "x"}, .platform = "linux/arm64"});
  CHECK(pair.run(index_of(pair.image, {amd64, arm64}), base).proven());
  // The other platform's base is not enough.
  const auto wrong = make(pair.image, {.layers = {"a", "y"}, .platform = "linux/arm64"});
  const Report report = pair.run(index_of(pair.image, {amd64, wrong}), base);
  CHECK_FALSE(report.proven());
  CHECK(report.platforms[0].answer == Proof::proven);
  CHECK(report.platforms[1].answer == Proof::not_based);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].subject == wrong.digest.to_string());
  CHECK(pair.run(index_of(pair.image, {amd64, wrong}), base, {.platform = *oci::Platform::parse("linux/amd64")})
            .proven());
}

TEST_CASE("one manifest that the index lists for two platforms is compared for each, in any order") {
  Pair pair;
  const auto of = [](oci::Descriptor descriptor, const char* platform) {
    descriptor.platform = *oci::Platform::parse(platform);
    return descriptor;
  };
  const auto base = index_of(
      pair.base, {make(pair.base, {.layers = {"a"}}), make(pair.base, {.layers = {"b"}, .platform = "linux/386"})});
  const auto image = make(pair.image, {.layers = {"b", "x"}});
  for (const auto& [first, second] : {std::pair{"linux/386", "linux/amd64"}, {"linux/amd64", "linux/386"}}) {
    const Report report = pair.run(index_of(pair.image, {of(image, first), of(image, second)}), base);
    CHECK_FALSE(report.proven());
    REQUIRE(report.platforms.size() == 2);
    CHECK(report.platforms[0].platform.to_string() == first);
    CHECK(report.platforms[1].platform.to_string() == second);
  }
}

TEST_CASE("a base without the image's platform proves nothing, whatever its layers") {
  Pair pair;
  const Report report =
      pair.run(make(pair.image, {.layers = {"a", "x"}, .platform = "linux/arm64"}), make(pair.base, {.layers = {"a"}}));
  CHECK(report.platforms[0].answer == Proof::unproven);
  CHECK_FALSE(report.platforms[0].base);
  CHECK(report.platforms[0].reason == "the base has no image for linux/arm64, only for linux/amd64");
  CHECK(report.findings.size() == 1);
}

TEST_CASE("the finding says how many layers are equal and which is the first that differs") {
  Pair pair;
  const auto image = make(pair.image, {.layers = {"a", "x", "c"}});
  const auto base = make(pair.base, {.layers = {"a", "b"}});
  const Report report = pair.run(image, base, {.image_name = "app:1", .base_name = "debian:12"});
  REQUIRE(report.findings.size() == 1);
  const Finding& finding = report.findings[0];
  CHECK(finding.rule == "base/not-based");
  CHECK(finding.place.uri == "app:1");
  CHECK(finding.expected == "linux/amd64: the 2 layers of debian:12 (" + base.digest.to_string() + ") first, layer 2 " +
                                crypto::sha256(layer("b")).to_string());
  CHECK(finding.found == "1 equal of 3 layers, layer 2 " + crypto::sha256(layer("x")).to_string() +
                             ": it leaves the base's layers half-way: an older or newer one");
  CHECK(report.platforms[0].expected == crypto::sha256(layer("b")));
  CHECK(report.platforms[0].found == crypto::sha256(layer("x")));
}

TEST_CASE("the Dockerfile's digest must be that of the base") {
  Pair pair;
  const auto image = make(pair.image, {.layers = {"a", "x"}});
  const auto child = make(pair.base, {.layers = {"a"}});
  const auto index = index_of(pair.base, {child});
  const auto with = [&](const std::string& text) {
    Request request;
    request.dockerfile = *pins::base_reference(text, "Dockerfile");
    return request;
  };
  for (const Digest& digest : {child.digest, index.digest})
    CHECK(pair.run(image, index, with("FROM d@" + digest.to_string())).findings.empty());
  CHECK(pair.run(image, child, with("FROM d@" + child.digest.to_string() + " AS b\nFROM b\n")).findings.empty());
  for (const std::string& digest : {index.digest.to_string(), crypto::sha256("other").to_string()}) {
    const Report report = pair.run(image, child, with("\nFROM d@" + digest));
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].rule == "base/dockerfile");
    CHECK(report.findings[0].severity == Severity::error);
    CHECK(report.findings[0].place.uri == "Dockerfile");
    CHECK(report.findings[0].place.line == 2);
    CHECK(report.findings[0].place.column == 6);
  }
  const Report unpinned = pair.run(image, index, with("FROM d:1"));
  REQUIRE(unpinned.findings.size() == 1);
  CHECK(unpinned.findings[0].severity == Severity::warning);
  const auto refused = check(pair.image, image, pair.base, index, with("FROM scratch"), budget);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == ErrorCode::usage);
}

TEST_CASE("a base that was named beside the Dockerfile is the one that the Dockerfile names, by digest or by name") {
  Pair pair;
  const auto image = make(pair.image, {.layers = {"a", "x"}});
  const auto base = make(pair.base, {.layers = {"a"}});
  const auto found = [&](const char* named, const std::string& from) {
    Request request;
    request.dockerfile = *pins::base_reference("FROM " + from, "Dockerfile");
    request.named_base = *oci::Reference::parse(named);
    return pair.run(image, base, request).findings;
  };
  for (const auto& [named, from] :
       {std::pair{"debian:12", "docker.io/library/debian:12"}, {"debian", "debian:latest"}}) {
    REQUIRE(found(named, from).size() == 1);
    CHECK(found(named, from)[0].severity == Severity::warning);
  }
  for (const auto& [named, from] : {std::pair{"debian:12", "debian:11"}, {"debian:12", "docker.io/evil/other:12"}}) {
    REQUIRE(found(named, from).size() == 1);
    CHECK(found(named, from)[0].severity == Severity::error);
    CHECK_FALSE(found(named, from)[0].undecided);
  }
  // What is named by digest alone, or lies in a directory, is compared with no name.
  const std::string by_digest = "debian@" + base.digest.to_string();
  for (const char* named : {"oci:base:1", by_digest.c_str()}) {
    REQUIRE(found(named, "debian:12").size() == 1);
    CHECK(found(named, "debian:12")[0].severity == Severity::error);
    CHECK(found(named, "debian:12")[0].undecided);
  }
  CHECK(found("oci:base:1", by_digest).empty());
}

TEST_CASE("what cannot be read is an error, never an answer") {
  Pair pair;
  const auto image = make(pair.image, {.layers = {"a", "b"}, .compressed = true});
  const auto base = make(pair.base, {.layers = {"a"}});
  pair.image.blobs.erase(crypto::sha256(gzip(layer("a"))));
  const auto missing = check(pair.image, image, pair.base, base, {}, budget);
  REQUIRE_FALSE(missing);
  CHECK(missing.error().code() == ErrorCode::not_found);
  pair.base.blobs.erase(base.digest);
  CHECK(check(pair.image, image, pair.base, base, {}, budget).error().code() == ErrorCode::not_found);
}
