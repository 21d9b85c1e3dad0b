// A base that has moved on, on images in memory.
#include "libsupply/verdict/gate/internal/older_base.hpp"

#include <catch2/catch.hpp>

#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/testing/memory_store.hpp"
#include "libsupply/testing/policies.hpp"
#include "libsupply/testing/tar.hpp"
#include "libsupply/verdict/gate/decide.hpp"

namespace supply::gate {
namespace {

constexpr const char* kBase = "registry.example.org/base:12";

std::string layer(const std::string& name) {
  testing::TarFields file;
  file.path = name;
  return testing::tar_entry(file) + testing::tar_end();
}

oci::Descriptor make(testing::MemoryStore& store, const std::vector<std::string>& layers, const std::string& created,
                     const std::optional<std::string>& tag, std::map<std::string, std::string> annotations = {}) {
  oci::Manifest manifest{.media_type = std::string(oci::kManifestType),
                         .config = oci::empty_descriptor(),
                         .annotations = std::move(annotations)};
  std::string diff_ids;
  for (const std::string& each : layers) {
    const std::string tar = layer(each);
    manifest.layers.push_back(*store::put_bytes(store, tar, oci::kLayerType));
    diff_ids += (diff_ids.empty() ? "\"" : ",\"") + crypto::sha256(tar).to_string() + "\"";
  }
  const std::string when = created.empty() ? "" : R"("created":")" + created + "\",";
  manifest.config = *store::put_bytes(
      store,
      "{" + when + R"("os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[)" + diff_ids + "]}}",
      oci::kConfigType);
  return store.put(manifest, tag);
}

/// An image on an older base than the one that the tag leads to.
struct Moved {
  testing::MemoryStore image, base;
  std::string old_created = "2026-10-01T00:00:00Z", new_created = "2026-11-01T00:00:00Z";
  std::string named = kBase, digest = "";  ///< what the image says; empty digest: the older one's
  std::string first = "old";               ///< the image's first layer
  bool has_old = true;

  policy::RuleStatus judged(const std::string& rule) {
    const oci::Descriptor old = make(base, {"old"}, old_created, {});
    make(base, {"new"}, new_created, "12");
    make(image, {first, "app"}, "2026-10-02T00:00:00Z", "1",
         {{"org.opencontainers.image.base.name", named},
          {"org.opencontainers.image.base.digest", digest.empty() ? old.digest.to_string() : digest}});
    if (!has_old) base.manifests.erase(old.digest);
    const policy::Policy asked = testing::policy_text("  - {match: [\"**\"], base: " + rule + "}\n");
    Options options;
    options.now = *parse_rfc3339("2026-11-24T12:00:00Z");
    options.open_store = [&](const oci::Reference&) -> Result<std::unique_ptr<store::ImageSource>> {
      auto copy = std::make_unique<testing::MemoryStore>();
      copy->blobs = base.blobs;
      copy->manifests = base.manifests;
      copy->tag_list = base.tag_list;
      return std::unique_ptr<store::ImageSource>(std::move(copy));
    };
    Budget budget;
    const auto facts = collect(image, *oci::Reference::parse("registry.example.org/app:1"), asked, options, budget);
    if (!facts) FAIL(facts.error().message());
    return decide(*facts, asked).outcomes.at(0).status;
  }
};

const std::string kAllowed = R"(allowed: ["registry.example.org/base:12"])";

TEST_CASE("an older image of the base does where it is not too old, and only where the policy says so") {
  using policy::RuleStatus;
  CHECK(Moved().judged("{" + kAllowed + "}") == RuleStatus::denied);
  CHECK(Moved().judged("{" + kAllowed + ", max_behind: 31d}") == RuleStatus::satisfied);
  CHECK(Moved().judged("{" + kAllowed + ", max_behind: 30d}") == RuleStatus::denied);
  // The newest of all needs no time.
  Moved current;
  current.first = "new";
  CHECK(current.judged("{" + kAllowed + ", max_behind: 1d}") == RuleStatus::satisfied);
}

TEST_CASE("an older base is proven by its layers, in the base's own repository, under the name that is allowed") {
  using policy::RuleStatus;
  const std::string rule = "{" + kAllowed + ", max_behind: 365d}";
  Moved other_layers;
  other_layers.first = "evil";
  CHECK(other_layers.judged(rule) == RuleStatus::denied);
  Moved other_name;
  other_name.named = "registry.example.org/base:11";
  CHECK(other_name.judged(rule) == RuleStatus::denied);
  Moved no_name;
  no_name.named = "";
  CHECK(no_name.judged(rule) == RuleStatus::denied);
  Moved no_digest;
  no_digest.digest = "sha256:abc";
  CHECK(no_digest.judged(rule) == RuleStatus::denied);
}

TEST_CASE("an older base that cannot be had, or does not say when it was made, is not known") {
  using policy::RuleStatus;
  const std::string rule = "{" + kAllowed + ", max_behind: 365d}";
  Moved gone;
  gone.has_old = false;
  CHECK(gone.judged(rule) == RuleStatus::undecided);
  Moved untimed;
  untimed.old_created = "";
  CHECK(untimed.judged(rule) == RuleStatus::undecided);
  Moved untimed_today;
  untimed_today.new_created = "";
  CHECK(untimed_today.judged(rule) == RuleStatus::undecided);
}

TEST_CASE("an entry without a limit is not satisfied by what another entry let be looked at") {
  const policy::Policy both =
      testing::policy_text("  - {match: [\"**\"], base: {" + kAllowed +
                           ", max_behind: 365d}}\n  - {match: [\"**\"], base: {" + kAllowed + "}}\n");
  policy::Facts facts{.reference = *oci::Reference::parse("registry.example.org/app:1"),
                      .digest = crypto::sha256("x"),
                      .platforms = {},
                      .attached = {},
                      .now = *parse_rfc3339("2026-11-24T12:00:00Z")};
  policy::PlatformFacts platform{.platform = {"linux", "amd64", "", "", {}}, .manifest = crypto::sha256("x")};
  policy::BaseCandidate older{kBase, crypto::sha256("old"), policy::BaseCandidate::Answer::proven, "an older one"};
  older.behind = std::chrono::hours(24);
  platform.bases = {older};
  facts.platforms.push_back(platform);
  const Decision decision = decide(facts, both);
  CHECK(decision.verdict == Verdict::deny);
  CHECK(decision.outcomes.size() == 2);
  CHECK_FALSE(
      testing::read_policy_text("  - {match: [\"**\"], base: {" + kAllowed + ", proven: false, max_behind: 1d}}"));
}

}  // namespace
}  // namespace supply::gate
