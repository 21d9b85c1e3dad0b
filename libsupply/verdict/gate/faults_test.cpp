// What goes wrong while evidence is collected ends in no yes: every call on the store fails once, in every way.
#include <atomic>
#include <catch2/catch.hpp>

#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/testing.hpp"
#include "libsupply/trust/sign/sign_image.hpp"
#include "libsupply/verdict/gate/collect.hpp"
#include "libsupply/verdict/gate/decide.hpp"
#include "libsupply/verdict/gate/policy_file.hpp"

namespace supply::gate {
namespace {

const Time kNow = *parse_rfc3339("2026-11-24T12:00:00Z");

enum class Fault { not_found, unauthenticated, forbidden, rate_limited, unavailable, cut, flipped, nothing_listed };

/// The bytes of another source, and then the wrong end.
class BadSource : public io::Source {
 public:
  BadSource(std::unique_ptr<io::Source> inner, Fault fault) : inner_(std::move(inner)), fault_(fault) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (fault_ == Fault::cut && seen_ > 0) return std::size_t{0};
    SUPPLY_TRY(std::size_t got,
               inner_->read(fault_ == Fault::cut ? into.first(std::min<std::size_t>(into.size(), 8)) : into));
    if (fault_ == Fault::flipped && seen_ == 0 && got > 0) into[0] = static_cast<char>(into[0] ^ 1);
    seen_ += got;
    return got;
  }

 private:
  std::unique_ptr<io::Source> inner_;
  Fault fault_;
  std::size_t seen_ = 0;
};

/// A store of which the n-th call goes wrong. Evidence is fetched by several threads.
class FaultySource : public store::BasicSource {
 public:
  FaultySource(store::ImageSource& inner, std::size_t at, Fault fault) : inner_(inner), at_(at), fault_(fault) {}
  std::size_t calls() const { return calls_; }
  /// The call was not reached, or what went wrong with it changes no answer.
  bool harmless() const { return harmless_ || calls_ <= at_; }

  std::string name() const override { return inner_.name(); }
  Result<oci::Descriptor> resolve(const oci::Selector& selector) override {
    auto found = inner_.resolve(selector);
    // A tag of cosign's that is not there anyway may as well be not there.
    if (now()) {
      if (fault_ == Fault::not_found && !found) harmless_ = true;
      if (fault_ <= Fault::unavailable) return error();
      harmless_ = true;
    }
    return found;
  }
  Result<std::unique_ptr<io::Source>> open(const oci::Descriptor& descriptor) override {
    if (!now()) return inner_.open(descriptor);
    if (fault_ <= Fault::unavailable) return error();
    SUPPLY_TRY(std::unique_ptr<io::Source> raw, inner_.open(descriptor));
    if (fault_ == Fault::nothing_listed) {
      harmless_ = true;
      return raw;
    }
    return store::verified(std::make_unique<BadSource>(std::move(raw), fault_), descriptor);
  }
  Result<std::vector<oci::Descriptor>> referrers(const Digest& subject) override {
    if (now()) {
      if (fault_ <= Fault::unavailable) return error();
      if (fault_ == Fault::nothing_listed) return std::vector<oci::Descriptor>{};
      harmless_ = true;
    }
    return inner_.referrers(subject);
  }
  Result<std::vector<std::vector<oci::Descriptor>>> referrers_of(const std::vector<Digest>& subjects) override {
    std::vector<std::vector<oci::Descriptor>> all;
    for (const Digest& subject : subjects) {
      SUPPLY_TRY(std::vector<oci::Descriptor> some, referrers(subject));
      all.push_back(std::move(some));
    }
    return all;
  }
  Result<std::vector<std::string>> tags() override {
    if (now()) {
      if (fault_ <= Fault::unavailable) return error();
      harmless_ = true;
    }
    return inner_.tags();
  }

 private:
  bool now() { return calls_++ == at_; }
  Error error() const {
    constexpr ErrorCode kCodes[] = {ErrorCode::not_found, ErrorCode::unauthenticated, ErrorCode::forbidden,
                                    ErrorCode::rate_limited, ErrorCode::unavailable};
    return {kCodes[static_cast<std::size_t>(fault_)], "injected"};
  }
  store::ImageSource& inner_;
  std::size_t at_;
  std::atomic<std::size_t> calls_ = 0;
  Fault fault_;
  std::atomic<bool> harmless_ = false;
};

TEST_CASE("whatever call on the store goes wrong, and however, the answer is no yes") {
  const testing::TempDirectory directory;
  const auto key = *crypto::PrivateKey::generate(crypto::KeyType::ecdsa_p256);
  testing::copy_directory(testing::testdata("peers/layout-apk"), directory / "layout");
  testing::write(directory / "own.pub", key.public_key().to_pem());
  testing::write(directory / "policy.yaml",
                 "version: 1\nkeys: {own: own.pub}\nimages:\n  - match: [\"**\"]\n    sbom: {keys: [own]}\n"
                 "    packages: {deny: [\"pkg:apk/*/telnetd\"]}\n    files: {no_private_keys: true}\n"
                 "    attestations: [{type: custom, keys: [own]}]\n");
  auto layout = layout::Layout::open(directory / "layout");
  REQUIRE(layout);
  const auto root = (*layout)->resolve({"1", std::nullopt});
  REQUIRE(root);
  for (const auto& [type, predicate] :
       {std::pair<std::string_view, std::string>{attest::kSpdxType,
                                                 testing::read(testing::testdata("peers/sbom.apk.spdx.json"))},
        {"https://cosign.sigstore.dev/attestation/v1", R"({"Data":"x"})"}})
    REQUIRE(sign::attest_image(**layout, sign::PrivateKeySigner(&key), {*root, "app"}, type, predicate, {.now = kNow}));
  const auto policy = read_policy(directory / "policy.yaml");
  REQUIRE(policy);
  const auto reference = *oci::Reference::parse("oci:" + (directory / "layout").string() + ":1");
  Options options;
  options.now = kNow;
  options.threads = 1;

  const auto run = [&](FaultySource& source) {
    Budget budget;
    const auto facts = collect(source, reference, *policy, options, budget);
    return facts ? decide(*facts, *policy).verdict : Verdict::undecided;
  };
  FaultySource whole(**layout, SIZE_MAX, Fault::unavailable);
  REQUIRE(run(whole) == Verdict::allow);
  CHECK(whole.calls() > 8);
  for (std::size_t at = 0; at < whole.calls(); ++at)
    for (int fault = 0; fault <= static_cast<int>(Fault::nothing_listed); ++fault) {
      FaultySource faulty(**layout, at, static_cast<Fault>(fault));
      const Verdict verdict = run(faulty);
      INFO("call " << at << " fault " << fault);
      if (verdict == Verdict::allow) CHECK(faulty.harmless());
    }
}

}  // namespace
}  // namespace supply::gate
