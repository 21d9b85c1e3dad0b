#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "libsupply/testing/registry_kit.hpp"
#include "libsupply/testing/testing.hpp"

using namespace supply;
using testing::HttpReply;
using testing::HttpRequest;
using testing::RegistryKit;

namespace {

std::string noise(std::size_t size) {
  std::string bytes(size, '\0');
  std::uint32_t state = 1;
  for (char& c : bytes) c = static_cast<char>((state = state * 1664525U + 1013904223U) >> 24);
  return bytes;
}

store::OpenSource again(const std::string& bytes) {
  return [&bytes](std::uint64_t offset) {
    return Result<std::unique_ptr<io::Source>>(
        io::from_string(bytes.substr(std::min(bytes.size(), std::size_t{offset}))));
  };
}

}  // namespace

TEST_CASE("a blob is asked for, then sent in one piece; the session's query is kept as it is") {
  RegistryKit kit;
  const std::string blob = noise(100'000);
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  REQUIRE(kit.server.log.size() == 3);
  CHECK(kit.server.log[0].method == "HEAD");
  CHECK(kit.server.log[2].target.find("?_state=s%2F0&digest=sha256%3A") != std::string::npos);
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.log.size() == 4);
}

TEST_CASE("a blob of no bytes is one too") {
  RegistryKit kit;
  const std::string none;
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(none), again(none)));
  CHECK(kit.server.blobs.size() == 1);
}

TEST_CASE("one of another size under the same digest is sent again") {
  RegistryKit kit;
  const std::string blob = noise(1'000);
  kit.server.blobs[crypto::sha256(blob).to_string()] = "cut";
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
}

TEST_CASE("an upload that is cut goes on from where the server says it is") {
  RegistryKit kit;
  const std::string blob = noise(500'000);
  kit.client->cut_next_upload = 200'001;
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("POST", "") == 1);
  CHECK(kit.server.count("PATCH", "") == 1);
  const auto patch =
      std::find_if(kit.server.log.begin(), kit.server.log.end(), [](const auto& r) { return r.method == "PATCH"; });
  CHECK(patch->header("Content-Range") == "200001-499999");
  CHECK(patch->body.size() == 299'999);
}

TEST_CASE("an upload whose session is forgotten starts anew") {
  RegistryKit kit;
  kit.server.forgets_cut_uploads = true;
  const std::string blob = noise(500'000);
  kit.client->cut_next_upload = 200'001;
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("POST", "") == 2);
}

TEST_CASE("passing trouble at any step of an upload is survived") {
  for (const char* method : {"HEAD", "POST", "PUT"})
    for (const int status : {408, 429, 500, 503}) {
      CAPTURE(method, status);
      RegistryKit kit;
      const std::string blob = noise(10'000);
      kit.server.fault(method, "/blobs/", {.status = status}, 2);
      REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
      CHECK(kit.server.blobs.size() == 1);
    }
}

TEST_CASE("what stays is an error of its kind") {
  for (const auto& [status, code] : std::initializer_list<std::pair<int, ErrorCode>>{{401, ErrorCode::unauthenticated},
                                                                                     {403, ErrorCode::forbidden},
                                                                                     {429, ErrorCode::rate_limited},
                                                                                     {500, ErrorCode::unavailable},
                                                                                     {400, ErrorCode::unsupported}})
    for (const char* method : {"HEAD", "POST", "PUT"}) {
      CAPTURE(method, status);
      RegistryKit kit;
      const std::string blob = noise(10'000);
      kit.server.fault(method, "/blobs/", {.status = status});
      const Status sent = kit.store->upload_blob(RegistryKit::describe(blob), again(blob));
      REQUIRE_FALSE(sent);
      CHECK(sent.error().code() == code);
    }
}

TEST_CASE("a source that can be read once is sent once, and a small one as often as need be") {
  const std::string small = noise(10'000), large = noise(5 * 1024 * 1024);
  RegistryKit kit;
  kit.server.fault("PUT", "/blobs/", {.status = 503}, 1);
  auto source = io::from_string(small);
  CHECK(kit.store->put_blob(RegistryKit::describe(small), *source));
  source = io::from_string(large);
  CHECK(kit.store->put_blob(RegistryKit::describe(large), *source));
  RegistryKit other;
  other.server.fault("PUT", "/blobs/", {.status = 503}, 1);
  source = io::from_string(large);
  const Status cut = other.store->put_blob(RegistryKit::describe(large), *source);
  REQUIRE_FALSE(cut);
  CHECK(cut.error().code() == ErrorCode::unavailable);
}

TEST_CASE("bytes that are not what the descriptor says are not stored") {
  RegistryKit kit;
  const std::string blob = noise(10'000), other = noise(9'999);
  auto source = io::from_string(other);
  CHECK(kit.store->put_blob(RegistryKit::describe(blob), *source).error().code() == ErrorCode::mismatch);
  CHECK(kit.store->upload_blob(RegistryKit::describe(blob), again(other)).error().code() == ErrorCode::mismatch);
  std::string flipped = blob;
  flipped[77] ^= 1;
  CHECK(kit.store->upload_blob(RegistryKit::describe(blob), again(flipped)).error().code() == ErrorCode::mismatch);
  CHECK(kit.server.blobs.empty());
}

TEST_CASE("a registry that has stored something else is not believed") {
  RegistryKit kit;
  const std::string blob = noise(100);
  kit.server.fault("PUT", "/blobs/",
                   {.status = 201, .headers = {{"Docker-Content-Digest", crypto::sha256("x").to_string()}}});
  CHECK(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)).error().code() == ErrorCode::mismatch);
}

TEST_CASE("where one request is too large, chunks are sent, of the size that the server wants") {
  RegistryKit kit;
  const std::string blob = noise(20 * 1024 * 1024 + 5);
  kit.server.rule([](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.body.size() > 9 * 1024 * 1024) return HttpReply{.status = 413};
    return std::nullopt;
  });
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("PATCH", "") == 3);
}

TEST_CASE("a chunk that a server appended twice is noticed by its own word") {
  RegistryKit kit;
  const std::string blob = noise(20 * 1024 * 1024);
  bool once = true;
  kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.body.size() > 9 * 1024 * 1024) return HttpReply{.status = 413};
    if (request.method == "PATCH" && once) {
      once = false;
      for (auto& [id, bytes] : kit.server.uploads) bytes += request.body + request.body;
      return HttpReply{.status = 202, .headers = {{"Location", "/v2/app/blobs/uploads/s2"}, {"Range", "0-16777215"}}};
    }
    return std::nullopt;
  });
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(kit.server.count("POST", "") == 3);
}

TEST_CASE("a Location elsewhere gets the bytes and nothing that says who we are; without TLS it gets nothing") {
  const std::string blob = noise(1'000);
  RegistryKit kit({{"r.example", {.username = "u", .password = "p"}}});
  kit.server.challenge = "Basic realm=x";
  kit.server.token = "dTpw";
  std::string to = "https://storage.example/put?sig=1";
  kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.method != "POST" || request.header("Authorization").empty()) return std::nullopt;
    return HttpReply{.status = 202, .headers = {{"Location", to}}};
  });
  for (const char* host : {"https://storage.example", "http://storage.example"})
    kit.client->hosts[host] = [&](const HttpRequest& request) {
      CHECK(request.host == "https://storage.example");
      CHECK(request.header("Authorization").empty());
      CHECK(request.body == blob);
      return HttpReply{.status = 201};
    };
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK(kit.client->requests.back().target.starts_with("/put?sig=1&digest=sha256%3A"));
  to = "http://storage.example/put";
  CHECK(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)).error().code() == ErrorCode::unsupported);
}

TEST_CASE("a blob of another repository is mounted, or the session that was opened instead is used") {
  RegistryKit kit;
  const std::string blob = noise(1'000);
  kit.server.put_blob(blob);
  const auto other = kit.open("r.example/other");
  REQUIRE(*other->mount_blob(*kit.store, RegistryKit::describe(blob)));
  CHECK(kit.server.log.back().query("from") == "app");
  const std::string missing = noise(2'000);
  CHECK_FALSE(*other->mount_blob(*kit.store, RegistryKit::describe(missing)));
  REQUIRE(other->upload_blob(RegistryKit::describe(missing), again(missing)));
  CHECK(kit.server.count("POST", "") == 2);
  CHECK_FALSE(*kit.store->mount_blob(*kit.open("s.example/app"), RegistryKit::describe(blob)));
}

TEST_CASE("a manifest is put under its digest or a tag, and its bytes are checked first") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  const std::string bytes = kit.server.manifests[image.digest.to_string()].bytes;
  kit.server.manifests.clear();
  REQUIRE(kit.store->put_manifest(image, bytes, "2"));
  CHECK(kit.server.tags["2"] == image.digest.to_string());
  CHECK(kit.server.log.at(0).header("Content-Type") == oci::kManifestType);
  CHECK(kit.server.log.back().method == "GET");  // read back
  REQUIRE(kit.store->put_manifest(image, bytes, ""));
  REQUIRE(kit.store->put_manifest(image, bytes, std::nullopt));
  CHECK(kit.server.log.back().target.ends_with(image.digest.to_string()));
  CHECK(kit.store->put_manifest(image, bytes + " ", "3").error().code() == ErrorCode::mismatch);
  kit.server.fault("PUT", "/manifests/",
                   {.status = 201, .headers = {{"Docker-Content-Digest", crypto::sha256("x").to_string()}}});
  CHECK(kit.store->put_manifest(image, bytes, "3").error().code() == ErrorCode::mismatch);
}

namespace {

namespace fs = std::filesystem;

// A process that has sent a part of the blob when it ends; what the server has got is in `uploads`.
std::map<std::string, std::string> cut_process(const fs::path& cache, const std::string& blob, std::size_t sent) {
  RegistryKit kit({}, {.seed = 1, .cache_directory = cache.string()});
  kit.client->cut_next_upload = sent;
  kit.server.afterwards = [&](const HttpRequest& request) {
    if (!request.complete) kit.server.fault("", "", {.raw = "cut"});
  };
  CHECK_FALSE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  return kit.server.uploads;
}

struct NextProcess {
  RegistryKit kit;
  explicit NextProcess(const fs::path& cache, std::map<std::string, std::string> uploads,
                       const std::string& reference = "r.example/app:1")
      : kit({}, {.seed = 2, .cache_directory = cache.string()}, reference) {
    kit.server.uploads = std::move(uploads);
  }
  // How many bytes of the blob it has sent.
  std::size_t send(const std::string& blob) {
    const Status sent = kit.store->upload_blob(RegistryKit::describe(blob), again(blob));
    CHECK((sent ? "" : sent.error().message()) == std::string());
    CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
    std::size_t bytes = 0;
    for (const auto& request : kit.server.log) bytes += request.body.size();
    return bytes;
  }
};

std::vector<fs::path> files_in(const fs::path& directory) {
  std::vector<fs::path> files;
  if (fs::exists(directory))
    for (const auto& entry : fs::directory_iterator(directory)) files.push_back(entry.path());
  return files;
}

}  // namespace

TEST_CASE("an upload that one process began goes on in the next one, where the server says it is") {
  const testing::TempDirectory cache;
  const std::string blob = noise(3'000'000);
  const auto uploads = cut_process(cache.path() / "c", blob, 2'345'678);
  const auto files = files_in(cache / "c/uploads");
  REQUIRE(files.size() == 1);
  struct stat info = {};
  REQUIRE(::stat(files[0].c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0600);
  REQUIRE(::stat((cache / "c/uploads").c_str(), &info) == 0);
  CHECK((info.st_mode & 0777) == 0700);
  NextProcess next(cache.path() / "c", uploads);
  CHECK(next.send(blob) == 3'000'000 - 2'345'678);
  CHECK(next.kit.server.count("POST", "") == 0);
  CHECK(files_in(cache / "c/uploads").empty());  // done
}

TEST_CASE("all of it may have arrived, or nothing") {
  const std::string blob = noise(2'000'000);
  for (const std::size_t sent : {std::size_t{0}, blob.size() - 1}) {
    const testing::TempDirectory cache;
    NextProcess next(cache.path(), cut_process(cache.path(), blob, sent));
    CHECK(next.send(blob) == blob.size() - sent);
    CHECK(next.kit.server.count("POST", "") == 0);
  }
}

TEST_CASE("a source that can be read once is read over what is there already") {
  const testing::TempDirectory cache;
  const std::string blob = noise(6'000'000);
  NextProcess next(cache.path(), cut_process(cache.path(), blob, 5'000'000));
  const auto source = io::from_string(blob);
  REQUIRE(next.kit.store->put_blob(RegistryKit::describe(blob), *source));
  CHECK(next.kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
  CHECK(next.kit.server.count("POST", "") == 0);
}

TEST_CASE("what an earlier process sent of something else is sent anew, and only once") {
  const testing::TempDirectory cache;
  const std::string blob = noise(3'000'000);
  auto uploads = cut_process(cache.path(), blob, 2'000'000);
  uploads.begin()->second[77] ^= 1;
  NextProcess next(cache.path(), uploads);
  CHECK(next.send(blob) == 1'000'000 + 3'000'000);
  CHECK(next.kit.server.count("POST", "") == 1);
  // Bytes that are damaged here are found here.
  std::string flipped = blob;
  flipped[2'500'000] ^= 1;
  const testing::TempDirectory other;
  NextProcess damaged(other.path(), cut_process(other.path(), blob, 2'000'000));
  const Status sent = damaged.kit.store->upload_blob(RegistryKit::describe(blob), again(flipped));
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code() == ErrorCode::mismatch);
}

TEST_CASE("an address that is forgotten, old, not for this blob, or not ours alone is not used, and goes") {
  const std::string blob = noise(2'000'000);
  const auto begins_anew = [&](const std::function<void(const fs::path& file)>& change) {
    const testing::TempDirectory cache;
    auto uploads = cut_process(cache.path(), blob, 1'500'000);
    const auto files = files_in(cache / "uploads");
    REQUIRE(files.size() == 1);
    change(files[0]);
    NextProcess next(cache.path(), std::move(uploads));
    CHECK(next.send(blob) == blob.size());
    CHECK(next.kit.server.count("POST", "") == 1);
    CHECK(files_in(cache / "uploads").empty());
  };
  begins_anew([](const fs::path& file) {  // for another repository
    std::string text = testing::read(file);
    text.replace(text.find("\\napp\\n"), 7, "\\napq\\n");
    std::ofstream(file) << text;
  });
  begins_anew([](const fs::path& file) {  // at another host
    std::string text = testing::read(file);
    text.replace(text.find("r.example/v2"), 9, "s.example");
    std::ofstream(file) << text;
  });
  begins_anew([](const fs::path& file) { std::ofstream(file) << "{"; });
  begins_anew([](const fs::path& file) { std::ofstream(file) << std::string(100'000, ' '); });
  begins_anew([](const fs::path& file) {
    fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::minutes(61));
  });
  begins_anew([](const fs::path& file) { fs::permissions(file, fs::perms::group_read, fs::perm_options::add); });
  begins_anew([](const fs::path& file) {
    fs::rename(file, file.parent_path().parent_path() / "moved");
    fs::create_symlink("../moved", file);
  });
  begins_anew([](const fs::path& file) { fs::create_hard_link(file, file.parent_path().parent_path() / "other"); });
  {
    const testing::TempDirectory cache;
    cut_process(cache.path(), blob, 1'500'000);
    NextProcess next(cache.path(), {});  // the server knows nothing of it
    CHECK(next.send(blob) == blob.size());
    CHECK(files_in(cache / "uploads").empty());
  }
  {  // a file that is fine in a directory that is not
    const testing::TempDirectory cache;
    auto uploads = cut_process(cache.path(), blob, 1'500'000);
    fs::permissions(cache / "uploads", fs::perms::group_write, fs::perm_options::add);
    NextProcess next(cache.path(), std::move(uploads));
    CHECK(next.send(blob) == blob.size());
  }
}

TEST_CASE("another repository's upload of the same blob is another upload") {
  const testing::TempDirectory cache;
  const std::string blob = noise(2'000'000);
  auto uploads = cut_process(cache.path(), blob, 1'500'000);
  NextProcess next(cache.path(), std::move(uploads), "r.example/other:1");
  CHECK(next.send(blob) == blob.size());
  CHECK(files_in(cache / "uploads").size() == 1);
  fs::last_write_time(files_in(cache / "uploads")[0], fs::file_time_type::clock::now() - std::chrono::minutes(61));
  NextProcess third(cache.path(), {}, "r.example/third:1");
  CHECK(third.send(blob) == blob.size());
  CHECK(files_in(cache / "uploads").empty());  // what nobody came back for is cleared
}

TEST_CASE("one process at a time uses an address") {
  const testing::TempDirectory cache;
  const std::string blob = noise(2'000'000);
  NextProcess first(cache.path(), cut_process(cache.path(), blob, 1'500'000));
  std::size_t second_sent = 0;
  bool once = true;
  first.kit.server.rule([&](const HttpRequest& request) -> std::optional<HttpReply> {
    if (request.method == "PATCH" && std::exchange(once, false)) {
      NextProcess second(cache.path(), {});
      second_sent = second.send(blob);
    }
    return std::nullopt;
  });
  CHECK(first.send(blob) == 500'000);
  CHECK(second_sent == blob.size());
}

TEST_CASE("to a server that forgets what was cut a large blob is sent in chunks, or whole if it takes none") {
  const std::string blob = noise(20'000'000);
  for (const bool takes : {true, false}) {
    RegistryKit kit;
    kit.server.forgets_cut_uploads = true;
    if (!takes) kit.server.fault("PATCH", "", {.status = 405});
    kit.client->cut_next_upload = 15'000'000;
    REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
    CHECK(kit.server.blobs[crypto::sha256(blob).to_string()] == blob);
    CHECK(kit.server.count("PATCH", "") == (takes ? 3 : 1));
    CHECK(kit.server.count("PUT", "") == (takes ? 2 : 2));
  }
}

TEST_CASE("without a cache directory, and for a small blob, no file is written") {
  const testing::TempDirectory cache;
  RegistryKit kit({}, {.seed = 1, .cache_directory = (cache / "c").string()});
  const std::string blob = noise(100'000);
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  CHECK_FALSE(fs::exists(cache / "c"));
}

TEST_CASE("what is sent is hashed, however often it is sent") {
  RegistryKit kit;
  const std::string blob = noise(500'000);
  std::string flipped = blob;
  flipped[400'000] ^= 1;
  kit.client->cut_next_upload = 200'001;
  const Status sent = kit.store->upload_blob(RegistryKit::describe(blob), again(flipped));
  REQUIRE_FALSE(sent);
  CHECK(sent.error().code() == ErrorCode::mismatch);
  CHECK(kit.server.blobs.empty());
  CHECK(kit.server.uploads.begin()->second.size() < blob.size());  // the last bytes were held back
}

TEST_CASE("a session that ends between the question and the answer is begun anew") {
  const testing::TempDirectory cache;
  const std::string blob = noise(3'000'000);
  const auto uploads = cut_process(cache.path() / "c", blob, 2'345'678);
  NextProcess next(cache.path() / "c", uploads);
  next.kit.server.fault("PATCH", "/blobs/uploads/", {.status = 404}, 1);
  CHECK(next.send(blob) >= 3'000'000);
  CHECK(next.kit.server.count("POST", "") == 1);
  CHECK(files_in(cache / "c/uploads").empty());

  RegistryKit kit;
  kit.server.fault("PUT", "/blobs/uploads/", {.status = 404}, 2);
  REQUIRE(kit.store->upload_blob(RegistryKit::describe(blob), again(blob)));
  kit.server.fault("PUT", "/blobs/uploads/", {.status = 404});
  const std::string other = noise(2'000'000);
  CHECK(kit.store->upload_blob(RegistryKit::describe(other), again(other)).error().code() == ErrorCode::not_found);
}
