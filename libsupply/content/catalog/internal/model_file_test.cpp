#include "libsupply/content/catalog/internal/model_file.hpp"

#include <catch2/catch.hpp>

#include "libsupply/testing/catalog_of_files.hpp"

using namespace supply;
using namespace supply::catalog;
using testing::catalog_of_files;
using testing::purls;
using Texts = std::vector<std::string>;

namespace {

std::string number(std::uint64_t value, std::size_t bytes, bool big_endian = false) {
  std::string out;
  for (std::size_t i = 0; i < bytes; ++i)
    out += static_cast<char>(value >> (8 * (big_endian ? bytes - 1 - i : i)) & 0xff);
  return out;
}

// A file of GGUF as ggml's documentation describes it.
struct GgufFile {
  bool big_endian = false;
  std::string metadata = {};
  std::uint64_t count = 0;

  std::string text(std::string_view value) const { return number(value.size(), 8, big_endian) + std::string(value); }
  GgufFile& add(std::string_view key, std::uint32_t type, const std::string& value) {
    metadata += text(key) + number(type, 4, big_endian) + value;
    ++count;
    return *this;
  }
  GgufFile& add(std::string_view key, std::string_view value) { return add(key, 8, text(value)); }
  std::string bytes(std::uint32_t version = 3) const {
    return "GGUF" + number(version, 4, big_endian) + number(2, 8, big_endian) + number(count, 8, big_endian) +
           metadata + std::string(64, 'w');
  }
};

GgufFile lamp(bool big_endian = false) {
  GgufFile file{big_endian};
  file.add("general.architecture", "llama").add("general.name", "Lamp 7B");
  file.add("general.file_type", 4, number(15, 4, big_endian)).add("general.size_label", "7B");
  std::string tokens = number(8, 4, big_endian) + number(3, 8, big_endian);
  for (const std::string_view token : {"a", "b", ""}) tokens += file.text(token);
  file.add("tokenizer.ggml.tokens", 9, tokens);
  file.add("tokenizer.ggml.scores", 9, number(6, 4, big_endian) + number(3, 8, big_endian) + std::string(12, 'x'));
  file.add("llama.rope.freq_base", 6, std::string(4, 'x')).add("general.version", "v1.2");
  file.add("general.license", "apache-2.0").add("general.organization", "Lamps");
  file.add("general.base_model.0.name", "Wick").add("general.base_model.0.organization", "Oil");
  return file.add("general.repo_url", "https://example.org/lamp");
}

Result<ModelFacts> read(std::unique_ptr<ModelReader> reader, std::string_view bytes, std::size_t part = 7) {
  for (std::size_t at = 0; at < bytes.size(); at += part) reader->feed(bytes.substr(at, part));
  return reader->finish();
}

std::string safetensors(std::string_view header, std::string_view weights = "wwww") {
  return number(header.size(), 8) + std::string(header) + std::string(weights);
}

constexpr std::string_view kHeader =
    R"({"__metadata__":{"modelspec.title":"Lamp","modelspec.architecture":"stable-diffusion-v1","modelspec.license":"MIT",)"
    R"("modelspec.author":"A B"},"a":{"dtype":"F16","shape":[1000,1000],"data_offsets":[0,2000000]},)"
    R"("b":{"dtype":"F32","shape":[500,1000],"data_offsets":[2000000,4000000]}})";

std::string field(unsigned number_of, std::string_view bytes) {
  std::string out(1, static_cast<char>(number_of << 3 | 2));
  std::size_t size = bytes.size();
  for (; size >= 0x80; size >>= 7) out += static_cast<char>(0x80 | (size & 0x7f));
  return out + static_cast<char>(size) + std::string(bytes);
}

std::string onnx(std::string_view graph) {
  return std::string("\x08\x08", 2) + field(2, "pytorch") + field(7, graph) + std::string("\x28\x03", 2) +
         field(8, std::string("\x10\x11", 2)) + field(14, field(1, "model_license") + field(2, "MIT"));
}

}  // namespace

TEST_CASE("a model in GGUF is read in both byte orders, its tokens and weights passed over") {
  for (const bool big_endian : {false, true}) {
    INFO(big_endian);
    const auto facts = read(gguf_reader(), lamp(big_endian).bytes());
    if (!facts) FAIL(facts.error().message());
    CHECK(facts->name == "Lamp 7B");
    CHECK(facts->version == "v1.2");
    CHECK(facts->license == "apache-2.0");
    CHECK(facts->organization == "Lamps");
    CHECK(facts->homepage == "https://example.org/lamp");
    CHECK(facts->model == pkg::Model{"gguf", "llama", "7B", "Q4_K_M", {"Oil/Wick"}, {}});
  }
}

TEST_CASE("a damaged model in GGUF is an error that says what is wrong") {
  const std::string whole = lamp().bytes();
  for (const std::size_t size : {0, 3, 8, 23, 40, 200})
    CHECK_FALSE(read(gguf_reader(), std::string_view(whole).substr(0, size)));
  CHECK(read(gguf_reader(), lamp().bytes(1)).error().code() == ErrorCode::unsupported);
  CHECK(read(gguf_reader(), GgufFile().add("a", 13, "").bytes()).error().message() ==
        "GGUF: a value of an unknown type");
  CHECK(
      read(gguf_reader(), GgufFile().add("a", 9, number(9, 4) + number(~std::uint64_t{0}, 8)).bytes()).error().code() ==
      ErrorCode::malformed);
  // kMaxModelHeaderBytes is the default.
  const std::string large = GgufFile().add("a", std::string(10'000, 'x')).bytes();
  CHECK(read(gguf_reader(10'050), large));
  CHECK(read(gguf_reader(10'000), large).error().code() == ErrorCode::limit_exceeded);
  static_assert(kMaxModelHeaderBytes > 10'050);
}

TEST_CASE("texts and keys of a model over the limits are not kept") {
  GgufFile file;
  file.add("general.name", std::string(kMaxModelTextBytes + 1, 'x'))
      .add("general.version", std::string(kMaxModelTextBytes, '1'));
  CHECK(read(gguf_reader(), file.bytes(), 4096)->name.empty());
  CHECK(read(gguf_reader(), file.bytes(), 4096)->version.size() == kMaxModelTextBytes);
  GgufFile many;
  for (std::size_t i = 0; i < kMaxModelKeys - 1; ++i) many.add("general.k" + std::to_string(i), "x");
  many.add("general.version", "1").add("general.name", "lamp");
  CHECK(read(gguf_reader(), many.bytes(), 4096)->version == "1");
  CHECK(read(gguf_reader(), many.bytes(), 4096)->name.empty());
}

TEST_CASE("a model in safetensors is its header") {
  const auto facts = read(safetensors_reader(), safetensors(kHeader));
  if (!facts) FAIL(facts.error().message());
  CHECK(facts->name == "Lamp");
  CHECK(facts->license == "MIT");
  CHECK(facts->author == "A B");
  CHECK(facts->model == pkg::Model{"safetensors", "stable-diffusion-v1", "1.5M", "F16, F32", {}, {}});
  CHECK(read(safetensors_reader(), safetensors("{}"))->model.size.empty());
  CHECK(read(safetensors_reader(2), safetensors("{}")));
  CHECK(read(safetensors_reader(1), safetensors("{}")).error().code() == ErrorCode::limit_exceeded);
  for (const std::string& bytes :
       {std::string(), std::string(16, '\0'), number(4, 8), number(4, 8) + "{", safetensors("[]"), safetensors("{"),
        safetensors(R"({"a":{"dtype":"F16","shape":[-1]}})"),
        safetensors(R"({"a":{"shape":[4294967296,4294967296,2]}})")})
    CHECK_FALSE(read(safetensors_reader(), bytes));
}

TEST_CASE("a model in ONNX is read around its graph") {
  for (const std::size_t part : {1, 7, 100'000}) {
    const auto facts = read(onnx_reader(), onnx(std::string(50'000, 'g')), part);
    if (!facts) FAIL(facts.error().message());
    CHECK(facts->version == "3");
    CHECK(facts->license == "MIT");
    CHECK(facts->model.format == "onnx");
  }
  const std::string whole = onnx("graph");
  for (const std::string_view bytes :
       {std::string_view(), std::string_view("version https://git-lfs.github.com/spec/v1"),
        std::string_view(whole).substr(0, 14), std::string_view(whole).substr(0, whole.size() - 1)})
    CHECK_FALSE(read(onnx_reader(), bytes));
}

TEST_CASE("models are found by their bytes, named by the Hub's cache, their file or its place, parts once") {
  const std::string hub = "root/.cache/huggingface/hub/models--lamps--Lamp-7B/";
  const std::string commit(40, 'a');
  const auto catalog = catalog_of_files(
      {{"ollama/blobs/sha256-1234", lamp().bytes()},
       {"m/lamp-q8-00001-of-00002.gguf", GgufFile().add("general.architecture", "wick").bytes()},
       {"m/lamp-q8-00002-of-00002.gguf", GgufFile().bytes()},
       {"m/broken.gguf", "GGUFx"},
       {hub + "blobs/feed", safetensors(kHeader)},
       {hub + "snapshots/" + commit + "/model.safetensors", "", "../../blobs/feed"},
       {hub + "snapshots/" + commit + "/config.json", R"({"model_type":"bert","architectures":["B"]})"},
       {"srv/sentence/model.onnx", onnx("g")},
       {"srv/sentence/config.json", R"({"model_type":"distilbert"})"},
       {"srv/notes.json", "{}"}});
  CHECK(purls(catalog, "ai-models") == std::set<std::string>{"pkg:generic/Lamp%207B@v1.2", "pkg:generic/lamp-q8",
                                                             "pkg:generic/sentence@3",
                                                             "pkg:huggingface/lamps/Lamp-7B@" + commit});
  CHECK(testing::package_named(catalog, "sentence").model->architecture == "distilbert");
  CHECK(testing::package_named(catalog, "lamp-q8").model->architecture == "wick");
  CHECK(testing::package_named(catalog, "Lamp 7B").supplier == "Organization: Lamps");
  CHECK(testing::package_named(catalog, "Lamp 7B").declared_license == "Apache-2.0");
  CHECK(testing::unknowns_in(catalog) == Texts{"m/broken.gguf: GGUF: ends within its metadata"});
}

TEST_CASE("counts are shown short") {
  CHECK(short_count(0) == "0");
  CHECK(short_count(999) == "999");
  CHECK(short_count(1500) == "1.5K");
  CHECK(short_count(7'241'732'096) == "7.2B");
  CHECK(short_count(70'000'000'000) == "70B");
}
