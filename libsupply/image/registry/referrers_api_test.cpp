#include <catch2/catch.hpp>
#include <condition_variable>
#include <nlohmann/json.hpp>
#include <random>
#include <thread>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/testing/registry_kit.hpp"

using namespace supply;
using namespace std::chrono_literals;
using testing::HttpReply;
using testing::HttpRequest;
using testing::RegistryKit;

namespace {

std::vector<Digest> digests(const Result<std::vector<oci::Descriptor>>& list) {
  if (!list) FAIL(list.error().message());
  std::vector<Digest> found;
  for (const auto& entry : *list) found.push_back(entry.digest);
  return found;
}

std::vector<Digest> sorted(std::vector<Digest> list) {
  std::sort(list.begin(), list.end());
  return list;
}

Digest digest_of(const oci::Descriptor& image, const std::string& type) {
  return crypto::sha256(RegistryKit::artifact(image, type));
}

std::string tag_of(const oci::Descriptor& image) { return "sha256-" + std::string(image.digest.encoded()); }

// The types that the index under the tag lists.
std::vector<std::string> listed(const RegistryKit& kit, const oci::Descriptor& image) {
  std::vector<std::string> types;
  const auto tag = kit.server.tags.find(tag_of(image));
  if (tag == kit.server.tags.end()) return types;
  const auto index = nlohmann::json::parse(kit.server.manifests.at(tag->second).bytes);
  for (const auto& entry : index["manifests"]) types.push_back(entry["artifactType"]);
  std::sort(types.begin(), types.end());
  return types;
}

}  // namespace

TEST_CASE("bytes that are not what the descriptor says are not sent, whatever they are put as") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  const std::string bytes = RegistryKit::artifact(image, "t/a");
  const oci::Descriptor right = RegistryKit::describe(bytes, oci::kManifestType);
  oci::Descriptor other = right, longer = right;
  other.digest = image.digest;
  ++longer.size;
  for (const oci::Descriptor& wrong : {other, longer}) {
    const store::Referrer good{right, bytes}, bad{wrong, bytes};
    CHECK(kit.store->put_manifest(wrong, bytes, "2").error().code() == ErrorCode::mismatch);
    CHECK(kit.store->put_manifest(wrong, bytes, std::nullopt).error().code() == ErrorCode::mismatch);
    CHECK(kit.store->replace_manifest(wrong, bytes, "2", std::nullopt).error().code() == ErrorCode::mismatch);
    CHECK(kit.store->put_referrer(wrong, bytes, image.digest).error().code() == ErrorCode::mismatch);
    CHECK(kit.store->put_referrers({good, bad}, image.digest).error().code() == ErrorCode::mismatch);
  }
  CHECK(kit.server.manifests.count(image.digest.to_string()) == 1);
  CHECK(kit.server.count("PUT", "/manifests/2") == 0);
  CHECK(kit.server.count("PUT", image.digest.to_string()) == 0);
  CHECK(kit.server.tags.size() == 1);
}

TEST_CASE("the API's pages are one list, sorted, with what it says of each") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  kit.server.page_size = 2;
  std::vector<Digest> expected;
  for (const char* type : {"t/a", "t/b", "t/c", "t/d", "t/e"}) {
    REQUIRE(RegistryKit::attach(*kit.store, image, type));
    expected.push_back(digest_of(image, type));
  }
  kit.server.log.clear();
  const auto list = kit.store->referrers(image.digest);
  CHECK(digests(list) == sorted(expected));
  CHECK(list->front().annotations.at("k") == "v");
  CHECK(kit.server.log.size() == 3);
  CHECK(kit.store->referrers(crypto::sha256("other"))->empty());
}

TEST_CASE("a filter is applied, whether the registry knows it or not") {
  for (const bool filters : {true, false}) {
    RegistryKit kit;
    kit.server.filters = filters;
    const auto image = kit.image("x", "1");
    for (const char* type : {"t/a", "t/b"}) REQUIRE(RegistryKit::attach(*kit.store, image, type));
    CHECK(digests(kit.store->referrers_of_type(image.digest, "t/b")) == std::vector{digest_of(image, "t/b")});
    CHECK(kit.server.log.back().query("artifactType") == "t/b");
  }
}

TEST_CASE("where there is no API the tag's index is the list, and no index is surely none") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  CHECK(kit.store->referrers(image.digest)->empty());
  CHECK(kit.server.log.size() == 2);
  CHECK(kit.store->referrers(image.digest)->empty());
  CHECK(kit.server.log.size() == 3);  // the API is not asked again
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  CHECK(digests(kit.store->referrers(image.digest)) == std::vector{digest_of(image, "t/a")});
}

TEST_CASE("a failure of the list, of the tag or of a page is never an empty list") {
  for (const char* where : {"/referrers/", "/manifests/sha256-", "from="})
    for (const int status : {401, 403, 408, 429, 500, 503}) {
      CAPTURE(where, status);
      RegistryKit kit;
      kit.server.referrers_api = std::string_view(where) != "/manifests/sha256-";
      const auto image = kit.image("x", "1");
      kit.server.put_manifest(RegistryKit::artifact(image, "t/a"), std::string(oci::kManifestType));
      kit.server.put_manifest(RegistryKit::artifact(image, "t/b"), std::string(oci::kManifestType));
      kit.server.page_size = 1;
      kit.server.fault("GET", where, {.status = status});
      CHECK_FALSE(kit.store->referrers(image.digest));
    }
  const auto answers = [](HttpReply reply, const char* where = "/referrers/") {
    RegistryKit kit;
    kit.server.referrers_api = false;
    const auto image = kit.image("x", "1");
    kit.server.fault("GET", where, std::move(reply));
    const auto list = kit.store->referrers(image.digest);
    REQUIRE_FALSE(list);
    return list.error().code();
  };
  const std::string index = "{\"schemaVersion\":2,\"manifests\":[]}", type(oci::kIndexType);
  CHECK(answers({.headers = {{"Content-Type", "text/html"}}, .body = "<html>welcome</html>"}) ==
        ErrorCode::unavailable);
  CHECK(answers({.headers = {{"Content-Type", type}}, .body = "{\"schemaVersion\":2}"}) == ErrorCode::unavailable);
  CHECK(answers({.headers = {{"Content-Type", type}}, .body = index, .cut_after = 5}) == ErrorCode::unavailable);
  CHECK(answers({.raw = "cut"}) == ErrorCode::unavailable);
  CHECK(answers({.status = 302, .headers = {{"Location", "https://nowhere.example/"}}}) == ErrorCode::unavailable);
  CHECK(answers(testing::registry_error(404, "DENIED")) == ErrorCode::forbidden);
  CHECK(answers(testing::registry_error(404, "NAME_UNKNOWN"), "/manifests/") == ErrorCode::not_found);
  CHECK(answers({.headers = {{"Content-Type", type}}, .body = index, .cut_after = 5}, "/manifests/sha256-") ==
        ErrorCode::unavailable);
  CHECK(answers({.headers = {{"Content-Type", std::string(oci::kManifestType)}}, .body = "{\"config\":{}}"},
                "/manifests/sha256-") == ErrorCode::unavailable);
  RegistryKit gone;
  const auto image = gone.image("x", "1");
  for (const char* kind : {"t/a", "t/b"})
    gone.server.put_manifest(RegistryKit::artifact(image, kind), std::string(oci::kManifestType));
  gone.server.page_size = 1;
  gone.server.fault("GET", "from=", {.status = 404});
  CHECK(gone.store->referrers(image.digest).error().code() == ErrorCode::unavailable);
}

TEST_CASE("what a list does not say is read in the manifest, once") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1"), other = kit.image("y", "2");
  const std::string mine = RegistryKit::artifact(image, "t/a"), strange = RegistryKit::artifact(other, "t/a");
  nlohmann::json index{{"schemaVersion", 2}, {"mediaType", oci::kIndexType}, {"manifests", nlohmann::json::array()}};
  for (const std::string& bytes : {mine, strange, mine}) {
    kit.server.put_manifest(bytes, std::string(oci::kManifestType));
    index["manifests"].push_back(
        {{"mediaType", oci::kManifestType}, {"digest", crypto::sha256(bytes).to_string()}, {"size", bytes.size()}});
  }
  kit.server.put_manifest(index.dump(), std::string(oci::kIndexType), tag_of(image));
  const auto list = kit.store->referrers(image.digest);
  // The one with another subject is no referrer of this image.
  REQUIRE(digests(list) == std::vector{crypto::sha256(mine)});
  CHECK(list->front().artifact_type == "t/a");
  CHECK(list->front().annotations.at("k") == "v");
  const auto requests = kit.server.log.size();
  REQUIRE(kit.read(list->front()));
  CHECK(kit.server.log.size() == requests);
  kit.server.manifests.erase(crypto::sha256(mine).to_string());
  RegistryKit fresh;
  fresh.server.referrers_api = false;
  fresh.server.manifests = kit.server.manifests;
  fresh.server.tags = kit.server.tags;
  CHECK(fresh.store->referrers(image.digest).error().code() == ErrorCode::not_found);
}

TEST_CASE("GitLab's answer to the tag, the image itself, is no list") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  kit.server.gitlab_tags = true;
  const auto image = kit.image("x", "1");
  CHECK(kit.store->referrers(image.digest)->empty());
  const Status attached = RegistryKit::attach(*kit.store, image, "t/a");
  REQUIRE_FALSE(attached);
  CHECK(attached.error().code() == ErrorCode::unavailable);
}

TEST_CASE("a registry that has understood the subject is not asked again") {
  RegistryKit kit;
  const auto image = kit.image("x", "1");
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  CHECK(kit.server.log.size() == 1);
  CHECK(kit.server.tags.size() == 1);
  kit.server.fault("PUT", "/manifests/",
                   {.status = 201, .headers = {{"OCI-Subject", crypto::sha256("x").to_string()}}});
  CHECK(RegistryKit::attach(*kit.store, image, "t/b").error().code() == ErrorCode::mismatch);
}

TEST_CASE("one that has the API and does not say so gets no second list") {
  RegistryKit kit;
  kit.server.says_subject = false;
  const auto image = kit.image("x", "1");
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  CHECK(kit.server.tags.size() == 1);
  CHECK(kit.server.log.size() == 2);
  kit.server.fault(
      "GET", "/referrers/",
      {.headers = {{"Content-Type", std::string(oci::kIndexType)}}, .body = "{\"schemaVersion\":2,\"manifests\":[]}"});
  CHECK(RegistryKit::attach(*kit.store, image, "t/b").error().code() == ErrorCode::unavailable);
}

TEST_CASE("an entry under the tag has its type and annotations, and leaves the others as they were") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  const std::string before = "{\"schemaVersion\":2,\"mediaType\":\"" + std::string(oci::kIndexType) +
                             "\",\"manifests\":[{\"mediaType\":\"x/y\",\"digest\":\"" +
                             crypto::sha256("z").to_string() +
                             "\",\"size\":1,\"unknown\":7,\"artifactType\":\"t/z\"}],\"extra\":true}";
  kit.server.put_manifest(before, std::string(oci::kIndexType), tag_of(image));
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  const auto index = nlohmann::json::parse(kit.server.manifests[kit.server.tags[tag_of(image)]].bytes);
  CHECK(index["extra"] == true);
  CHECK(index["manifests"][0]["unknown"] == 7);
  CHECK(index["manifests"][1] == nlohmann::json{{"mediaType", oci::kManifestType},
                                                {"digest", digest_of(image, "t/a").to_string()},
                                                {"size", RegistryKit::artifact(image, "t/a").size()},
                                                {"artifactType", "t/a"},
                                                {"annotations", {{"k", "v"}}}});
  CHECK(kit.clock->slept >= 2s);
  const auto requests = kit.server.log.size();
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  CHECK(kit.server.log.size() == requests + 2);  // the manifest, and a look: it is there
}

TEST_CASE("an index that would grow too large is refused, not cut") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  const std::string full = "{\"schemaVersion\":2,\"manifests\":[],\"annotations\":{\"x\":\"" +
                           std::string(kMaxManifestBytes - 80, 'x') + "\"}}";
  REQUIRE(full.size() <= kMaxManifestBytes);
  kit.server.put_manifest(full, std::string(oci::kIndexType), tag_of(image));
  CHECK(RegistryKit::attach(*kit.store, image, "t/a").error().code() == ErrorCode::limit_exceeded);
}

TEST_CASE("a write that another has overwritten is noticed and made again") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  // A naive writer that has read the list before our write writes its own just after it, twice.
  int overwritten = 0;
  kit.server.afterwards = [&](const HttpRequest& request) {
    if (request.method != "PUT" || request.target.find("/manifests/sha256-") == std::string::npos || overwritten == 2)
      return;
    ++overwritten;
    kit.server.put_manifest(
        "{\"schemaVersion\":2,\"mediaType\":\"" + std::string(oci::kIndexType) + "\",\"manifests\":[]}",
        std::string(oci::kIndexType), tag_of(image));
  };
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  CHECK(overwritten == 2);
  CHECK(listed(kit, image) == std::vector<std::string>{"t/a"});
}

TEST_CASE("one that is overwritten at the last moment of the time to settle is noticed too") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  const auto start = kit.clock->now();
  bool done = false;
  kit.clock->on_sleep = [&] {
    if (done || kit.clock->now() - start < 1'900ms) return;
    done = true;
    kit.server.put_manifest(
        "{\"schemaVersion\":2,\"mediaType\":\"" + std::string(oci::kIndexType) + "\",\"manifests\":[]}",
        std::string(oci::kIndexType), tag_of(image));
  };
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  CHECK(done);
  CHECK(listed(kit, image) == std::vector<std::string>{"t/a"});
}

TEST_CASE("a tag that somebody else always overwrites is an error in the end") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  kit.server.afterwards = [&](const HttpRequest& request) {
    if (request.method == "PUT" && request.target.find("/manifests/sha256-") != std::string::npos)
      kit.server.tags.erase(tag_of(image));
  };
  CHECK(RegistryKit::attach(*kit.store, image, "t/a").error().code() == ErrorCode::unavailable);
}

TEST_CASE("a server that heeds If-Match is used so: no waiting, and no write is lost") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  kit.server.heeds_conditions = true;
  const auto image = kit.image("x", "1");
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/a"));
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/b"));
  CHECK(kit.clock->slept == 0ms);
  CHECK(listed(kit, image) == std::vector<std::string>{"t/a", "t/b"});
  // Another writer between our reading and our writing: refused, read again, merged.
  const auto other = kit.open("r.example/app");
  bool once = true;
  kit.server.afterwards = [&](const HttpRequest& request) {
    if (request.method == "GET" && request.target.find("/manifests/sha256-") != std::string::npos &&
        std::exchange(once, false)) {
      nlohmann::json index = nlohmann::json::parse(kit.server.manifests[kit.server.tags[tag_of(image)]].bytes);
      index["manifests"].push_back(
          {{"mediaType", "m/m"}, {"digest", crypto::sha256("q").to_string()}, {"size", 1}, {"artifactType", "t/q"}});
      kit.server.put_manifest(index.dump(), std::string(oci::kIndexType), tag_of(image));
    }
  };
  REQUIRE(RegistryKit::attach(*kit.store, image, "t/c"));
  CHECK(listed(kit, image) == std::vector<std::string>{"t/a", "t/b", "t/c", "t/q"});
}

TEST_CASE("the deadline ends an attach that could not be seen to stay") {
  RegistryKit kit({}, {.deadline = testing::FakeClock().now() + 1s, .seed = 1});
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  CHECK(RegistryKit::attach(*kit.store, image, "t/a").error().code() == ErrorCode::unavailable);
}

namespace {

// Writers that take turns as a seed decides, one request or one pause at a time: time and requests are simulated.
class Scheduler {
 public:
  explicit Scheduler(std::uint64_t seed) : random_(seed) {}

  void run(std::vector<std::function<void()>> writers) {
    std::vector<std::thread> threads;
    states_.assign(writers.size(), {});
    for (std::size_t i = 0; i < writers.size(); ++i)
      threads.emplace_back([this, i, &writers] {
        me() = i;
        wait_turn(http::TimePoint::min());
        writers[i]();
        const std::scoped_lock lock(mutex_);
        states_[i].done = true;
        running_ = false;
        changed_.notify_all();
      });
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      changed_.wait(lock, [&] {
        return !running_ &&
               std::all_of(states_.begin(), states_.end(), [](const auto& s) { return s.done || s.waiting; });
      });
      std::vector<std::size_t> ready;
      http::TimePoint next = http::TimePoint::max();
      for (std::size_t i = 0; i < states_.size(); ++i) {
        if (states_[i].done) continue;
        if (states_[i].until <= now_) ready.push_back(i);
        else next = std::min(next, states_[i].until);
      }
      if (ready.empty() && next == http::TimePoint::max()) break;
      if (ready.empty()) {
        now_ = next;
        continue;
      }
      // Every step takes a little time, now and then a lot: but a write comes within half the time to settle.
      now_ += std::chrono::milliseconds(std::uniform_int_distribution<int>(0, 40)(random_));
      const std::size_t chosen = ready[std::uniform_int_distribution<std::size_t>(0, ready.size() - 1)(random_)];
      states_[chosen].waiting = false;
      running_ = true;
      changed_.notify_all();
    }
    lock.unlock();
    for (std::thread& thread : threads) thread.join();
  }
  void wait_turn(http::TimePoint until) {
    std::unique_lock<std::mutex> lock(mutex_);
    states_[me()] = {.waiting = true, .until = until, .done = false};
    running_ = false;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !states_[me()].waiting; });
  }
  http::TimePoint now() {
    const std::scoped_lock lock(mutex_);
    return now_;
  }

 private:
  struct State {
    bool waiting = false;
    http::TimePoint until = http::TimePoint::min();
    bool done = false;
  };
  static std::size_t& me() {
    thread_local std::size_t number = 0;
    return number;
  }
  std::mutex mutex_;
  std::condition_variable changed_;
  std::mt19937_64 random_;
  std::vector<State> states_;
  bool running_ = false;
  http::TimePoint now_ = http::TimePoint(std::chrono::hours(1));
};

struct ScheduledClock : http::Clock {
  explicit ScheduledClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  http::TimePoint now() override { return scheduler_.now(); }
  void sleep(std::chrono::milliseconds duration) override { scheduler_.wait_turn(scheduler_.now() + duration); }
  Scheduler& scheduler_;
};

struct ScheduledClient : http::Client {
  ScheduledClient(Scheduler& scheduler, testing::FakeClient& client) : scheduler_(scheduler), client_(client) {}
  Result<http::Response> send(const http::Request& request) override {
    scheduler_.wait_turn(scheduler_.now());
    return client_.send(request);
  }
  Scheduler& scheduler_;
  testing::FakeClient& client_;
};

}  // namespace

TEST_CASE("eight writers in any order of their reads and writes leave eight entries") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    RegistryKit kit;
    kit.server.referrers_api = false;
    kit.server.heeds_conditions = seed % 3 == 0;
    const auto image = kit.image("x", "1");
    Scheduler scheduler(seed);
    std::vector<std::unique_ptr<registry::Registries>> processes;
    std::vector<std::unique_ptr<registry::Registry>> stores;
    std::vector<std::function<void()>> writers;
    std::vector<char> good(8, 0);
    for (std::size_t i = 0; i < 8; ++i) {
      processes.push_back(std::make_unique<registry::Registries>(
          std::make_unique<ScheduledClient>(scheduler, *kit.client), std::make_unique<registry::NoCredentials>(),
          registry::Options{.seed = seed * 100 + i}, std::make_shared<ScheduledClock>(scheduler)));
      stores.push_back(*processes.back()->open(*oci::Reference::parse("r.example/app")));
      writers.emplace_back(
          [&, i] { good[i] = static_cast<bool>(RegistryKit::attach(*stores[i], image, "t/" + std::to_string(i))); });
    }
    scheduler.run(writers);
    REQUIRE(std::count(good.begin(), good.end(), 1) == 8);
    REQUIRE(listed(kit, image).size() == 8);
  }
}

TEST_CASE("several referrers of one image are listed with one edit of the tag, and one wait") {
  RegistryKit kit;
  kit.server.referrers_api = false;
  const auto image = kit.image("x", "1");
  std::vector<std::string> bytes;
  for (const char* type : {"t/a", "t/b", "t/c"}) bytes.push_back(RegistryKit::artifact(image, type));
  std::vector<store::Referrer> referrers;
  for (const std::string& each : bytes) {
    oci::Descriptor descriptor = RegistryKit::describe(each, oci::kManifestType);
    descriptor.artifact_type = nlohmann::json::parse(each)["artifactType"];
    referrers.push_back({descriptor, each});
  }
  REQUIRE(kit.store->put_referrers(referrers, image.digest));
  CHECK(listed(kit, image) == std::vector<std::string>{"t/a", "t/b", "t/c"});
  CHECK(kit.clock->slept < 3s);
  CHECK(kit.store->put_referrers({}, image.digest));
}
