// Each step refuses what it is there to refuse, where nothing else is wrong (issue "What each step must refuse").
#include <catch2/catch.hpp>

#include "libsupply/testing/private_instance.hpp"
#include "libsupply/trust/verify/internal/bundle_check.hpp"

namespace supply::verify {
namespace {

using attest::Step;
using attest::StepCode;
using testing::CertificateForm;
using testing::PrivateInstance;
using testing::TimestampForm;

constexpr const char* kMessage = "a release";
constexpr const char* kSha1 = "1.3.14.3.2.26";

PrivateInstance& instance() {
  static PrivateInstance one;
  return one;
}
Time at(int seconds) { return instance().at(seconds); }

TrustPolicy policy() {
  TrustPolicy wanted;
  wanted.identities.push_back(
      {{TextPattern::exact("https://example.test/workflow@main")}, {TextPattern::exact("https://issuer.test")}});
  wanted.trusted_root = instance().trusted();
  return wanted;
}

std::string step_of(const attest::Bundle& bundle, const TrustPolicy& wanted = policy(),
                    const std::string& message = kMessage) {
  Budget budget;
  const Artifact artifact{message, crypto::sha256(message)};
  internal::StatementOnce statement;
  internal::SignedMaterial material{bundle};
  material.artifact = &artifact;
  material.statement = &statement;
  const internal::BundleVerdict verdict = internal::check_bundle(material, wanted, at(0), budget);
  if (verdict.signer) return "yes";
  UNSCOPED_INFO(verdict.failure()->detail);
  return std::string(to_string(verdict.failure()->step)) + ' ' + std::string(to_string(verdict.failure()->code));
}

const std::string& signature(const attest::Bundle& bundle) {
  return std::get<attest::MessageSignature>(bundle.content).signature;
}

// Of Rekor v1, with its promise and its proof.
attest::Bundle v1(const std::string& certificate = instance().issue(instance().leaf_form()), int time = 100) {
  attest::Bundle bundle = instance().bundle(kMessage, certificate);
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(bundle), at(time))};
  return bundle;
}

// Of Rekor v2, with a timestamp.
attest::Bundle v2(TimestampForm form = {at(100), {}}) {
  attest::Bundle bundle = instance().bundle(kMessage);
  bundle.log_entries = {instance().entry_2(testing::hashedrekord_2(bundle))};
  if (form.imprint_of.empty()) form.imprint_of = signature(bundle);
  bundle.timestamps = {instance().timestamp(form)};
  return bundle;
}

TEST_CASE("what a private instance signs holds, with both Rekors") {
  CHECK(step_of(v1()) == "yes");
  CHECK(step_of(v2()) == "yes");
  attest::Bundle both = v2();
  both.log_entries.push_back(v1().log_entries.front());
  both.log_entries.back() = instance().entry_1(testing::hashedrekord_1(both), at(200));
  TrustPolicy two = policy();
  two.log_entries = 2;
  CHECK(step_of(both, two) == "yes");
  CHECK(step_of(v1(), two) == "tlog-entry missing");
  attest::Bundle old = v1();
  old.minor = 1;
  old.log_entries.front().proof.reset();
  CHECK(step_of(old) == "yes");
  old.certificates.push_back("surplus, and no certificate at all");
  CHECK(step_of(old) == "yes");
}

TEST_CASE("the promise of Rekor v1 covers time, index and body, and is by the log's key") {
  attest::Bundle bundle = v1();
  attest::LogEntry& entry = bundle.log_entries.front();
  entry.promise = testing::promise_of(entry, instance().ct);
  CHECK(step_of(bundle) == "tlog-set invalid");
  bundle = v1();
  *bundle.log_entries.front().integrated_time += 1;
  CHECK(step_of(bundle) == "tlog-set invalid");
  bundle = v1();
  bundle.log_entries.front().log_index += 1;
  CHECK(step_of(bundle) == "tlog-set invalid");
  bundle = v1();
  bundle.log_entries.front().body += ' ';
  CHECK(step_of(bundle) == "tlog-set invalid");
  bundle = v1();
  bundle.minor = 1;
  bundle.log_entries.front().promise.clear();
  CHECK(step_of(bundle) == "tlog-set missing");
  TrustPolicy wanted = policy();
  wanted.trusted_root->logs[0].valid_for = {at(0), at(99)};
  CHECK(step_of(v1(), wanted) == "tlog-set outside");
  wanted.trusted_root->logs[0].valid_for = {at(101), std::nullopt};
  CHECK(step_of(v1(), wanted) == "tlog-set outside");
  wanted.trusted_root->logs[0].valid_for = {at(100), at(100)};
  CHECK(step_of(v1(), wanted) == "yes");
  wanted.trusted_root->logs.clear();
  CHECK(step_of(v1(), wanted) == "tlog-entry unknown");
}

TEST_CASE("the inclusion proof leads to its root hash") {
  const auto wrong = [](const std::function<void(attest::InclusionProof&)>& change) {
    attest::Bundle bundle = v1();
    change(*bundle.log_entries.front().proof);
    return step_of(bundle);
  };
  CHECK(wrong([](auto& proof) { proof.hashes.clear(); }) == "tlog-inclusion invalid");
  CHECK(wrong([](auto& proof) { proof.hashes.push_back(proof.hashes[0]); }) == "tlog-inclusion invalid");
  CHECK(wrong([](auto& proof) { proof.hashes[0][0] ^= 1; }) == "tlog-inclusion invalid");
  CHECK(wrong([](auto& proof) { proof.log_index = 0; }) == "tlog-inclusion invalid");
  CHECK(wrong([](auto& proof) { proof.log_index = 2; }) == "tlog-inclusion invalid");
  CHECK(wrong([](auto& proof) { proof.root_hash[0] ^= 1; }) == "tlog-inclusion invalid");
  attest::Bundle bundle = v1();
  bundle.log_entries.front().proof.reset();
  CHECK(step_of(bundle) == "tlog-inclusion missing");
  bundle = v2();
  bundle.log_entries.front().log_index = 7;
  CHECK(step_of(bundle) == "tlog-inclusion invalid");
}

TEST_CASE("the checkpoint is the log's, and of that tree") {
  PrivateInstance& made = instance();
  const std::string id = testing::sha256_of(testing::spki(made.rekor.key()));
  const auto with = [&](const std::string& text, const std::string& lines) {
    attest::Bundle bundle = v1();
    bundle.log_entries.front().proof->checkpoint = text + "\n" + lines;
    return step_of(bundle);
  };
  // Signatures of ECDSA differ, so the tree is that of one bundle.
  attest::Bundle bundle = v1();
  const std::string root = bundle.log_entries.front().proof->root_hash;
  const auto here = [&](const std::string& text, const std::string& lines) {
    bundle.log_entries.front().proof->checkpoint = text + "\n" + lines;
    return step_of(bundle);
  };
  const std::string origin = "rekor.test - 77", text = testing::checkpoint_text(origin, 2, root);
  const auto line = [&](const std::string& name, const std::string& key_id, const std::string& over,
                        const crypto::PrivateKey& key) { return testing::note_line(name, key_id, over, key); };
  const std::string good = line("rekor.test", id, text, made.rekor.key());
  CHECK(here(text, good) == "yes");
  const std::string witness = line("witness", "wxyz", text, made.ct), again = line("rekor.test", "wxyz", text, made.ct);
  CHECK(here(text, witness + good) == "yes");
  CHECK(here(text, good + witness) == "yes");
  CHECK(here(text, again + good + witness) == "yes");
  CHECK(here(text, good + line("rekor.test", id, text, made.ct)) == "tlog-checkpoint invalid");
  CHECK(here(text, line("rekor.test", id, text, made.ct)) == "tlog-checkpoint invalid");
  CHECK(here(text, line("rekor.test", "wxyz", text, made.rekor.key())) == "tlog-checkpoint invalid");
  CHECK(here(text, line("other.test", id, text, made.rekor.key())) == "tlog-checkpoint invalid");
  CHECK(here(text, witness) == "tlog-checkpoint invalid");
  CHECK(here(text, "") == "tlog-checkpoint invalid");
  const std::string other_size = testing::checkpoint_text(origin, 3, root);
  CHECK(here(other_size, line("rekor.test", id, other_size, made.rekor.key())) == "tlog-checkpoint invalid");
  const std::string other_root = testing::checkpoint_text(origin, 2, testing::sha256_of("another tree"));
  CHECK(here(other_root, line("rekor.test", id, other_root, made.rekor.key())) == "tlog-checkpoint invalid");
  CHECK(with(text, good) == "tlog-checkpoint invalid");  // of another bundle's tree
  // Rekor v2 signs as its host.
  attest::Bundle second = v2();
  const std::string id2 = second.log_entries.front().log_id;
  const std::string moved = testing::checkpoint_text("elsewhere.test", 2, second.log_entries.front().proof->root_hash);
  second.log_entries.front().proof->checkpoint = moved + "\n" + line("elsewhere.test", id2, moved, made.rekor2.key());
  CHECK(step_of(second) == "tlog-checkpoint invalid");
}

TEST_CASE("the log entry is of this very signature, certificate and artifact") {
  const auto logged = [](const attest::Bundle& bundle, const attest::Bundle& other) {
    attest::Bundle mixed = bundle;
    mixed.log_entries = {instance().entry_1(testing::hashedrekord_1(other), at(100))};
    return step_of(mixed);
  };
  const attest::Bundle bundle = v1();
  attest::Bundle other = bundle;
  std::get<attest::MessageSignature>(other.content).digest = testing::sha256_of("another artifact");
  CHECK(logged(bundle, other) == "tlog-entry invalid");
  other = bundle;  // the same key over the same bytes, once more
  std::get<attest::MessageSignature>(other.content).signature = *instance().leaf.sign(kMessage);
  CHECK(logged(bundle, other) == "tlog-entry invalid");
  other = bundle;  // another certificate of the same key
  CertificateForm form = instance().leaf_form();
  form.serial = 2;
  other.certificates = {instance().issue(form)};
  CHECK(logged(bundle, other) == "tlog-entry invalid");
  other = bundle;
  other.log_entries.front().version = "0.0.2";
  CHECK(step_of(other) == "tlog-entry invalid");
  other = bundle;
  other.log_entries.push_back(other.log_entries.front());
  CHECK(step_of(other) == "yes");  // the same entry twice counts once
  TrustPolicy two = policy();
  two.log_entries = 2;
  CHECK(step_of(other, two) == "tlog-entry twice");
  // One of a log that nobody knows is passed over, and what is no entry at all refuses the bundle.
  attest::LogEntry unknown = bundle.log_entries.front();
  unknown.log_id = std::string(32, 'x');
  other.log_entries.back() = unknown;
  CHECK(step_of(other) == "yes");
  for (std::string attest::LogEntry::*const member :
       {&attest::LogEntry::log_id, &attest::LogEntry::body, &attest::LogEntry::kind, &attest::LogEntry::version}) {
    other.log_entries.back() = unknown;
    (other.log_entries.back().*member).clear();
    CHECK(step_of(other) == "tlog-entry missing");
  }
  other = bundle;
  other.log_entries.clear();
  CHECK(step_of(other) == "tlog-entry missing");
  other = v2();
  std::string body = testing::hashedrekord_2(other);
  body.replace(body.find("P256_SHA_256"), 12, "P384_SHA_384");
  other.log_entries = {instance().entry_2(body)};
  CHECK(step_of(other) == "tlog-entry invalid");
  body = testing::hashedrekord_2(other);
  other.log_entries = {instance().entry_2(body.substr(0, body.size() - 1) + " }")};
  CHECK(step_of(other) == "tlog-entry invalid");
}

TEST_CASE("every proven time is within the certificate") {
  const std::string certificate = instance().issue(instance().leaf_form());
  CHECK(step_of(v1(certificate, 0)) == "yes");
  CHECK(step_of(v1(certificate, 600)) == "yes");
  CHECK(step_of(v1(certificate, -1)) == "time outside");
  CHECK(step_of(v1(certificate, 601)) == "time outside");
  attest::Bundle bundle = v2();
  bundle.timestamps.clear();
  CHECK(step_of(bundle) == "time missing");
  bundle = v2();
  bundle.timestamps.push_back(instance().timestamp({at(601), signature(bundle)}));
  CHECK(step_of(bundle) == "time outside");
  bundle = v1();
  bundle.log_entries.front().promise.clear();  // integratedTime alone is nobody's word
  CHECK(step_of(bundle) == "time missing");
  bundle = v2();
  bundle.log_entries.front().integrated_time = at(700).time_since_epoch().count();
  CHECK(step_of(bundle) == "time outside");
}

TEST_CASE("a timestamp is of the signature, by a listed authority, in its time") {
  CHECK(step_of(v2({at(100), "another signature"})) == "timestamp invalid");
  TimestampForm form{at(100), {}};
  form.imprint_algorithm = kSha1;
  CHECK(step_of(v2(form)) == "timestamp invalid");
  form = {at(100), {}};
  form.status = 2;
  CHECK(step_of(v2(form)) == "timestamp invalid");
  form = {at(100), {}};
  form.right_digest = false;
  CHECK(step_of(v2(form)) == "timestamp invalid");
  form = {at(100), {}};
  form.key = &instance().ct;
  CHECK(step_of(v2(form)) == "timestamp invalid");
  form = {at(100), {}};
  form.serial = 8;  // a sibling of the listed one
  CHECK(step_of(v2(form)) == "timestamp invalid");
  attest::Bundle bundle = v2();
  bundle.timestamps.insert(bundle.timestamps.begin(), "no timestamp");
  CHECK(step_of(bundle) == "yes");
  TrustPolicy wanted = policy();
  auto& authority = wanted.trusted_root->timestamp_authorities[0];
  authority.valid_for = {at(100), at(100)};
  CHECK(step_of(v2(), wanted) == "yes");
  authority.valid_for = {at(101), std::nullopt};
  CHECK(step_of(v2(), wanted) == "timestamp invalid");
  authority.valid_for = {std::nullopt, at(99)};
  CHECK(step_of(v2(), wanted) == "timestamp invalid");
  wanted.trusted_root->timestamp_authorities.clear();
  CHECK(step_of(v2(), wanted) == "timestamp invalid");
  form = {at(100), {}};
  form.embed = true;
  CHECK(step_of(v2(form), wanted) == "timestamp invalid");
}

TEST_CASE("the signer of a timestamp is made for that alone") {
  // The authority lists no signer, so that the timestamp brings it.
  TrustPolicy wanted = policy();
  auto& chain = wanted.trusted_root->timestamp_authorities[0].chain;
  chain.erase(chain.begin());
  const auto by = [&](const CertificateForm& signer) {
    TimestampForm form{at(100), {}};
    form.embed = true;
    form.certificate = signer.signed_by(instance().tsa_anchor);
    return step_of(v2(form), wanted);
  };
  const CertificateForm good = instance().tsa_form();
  CHECK(by(good) == "yes");
  CHECK(step_of(v2(), wanted) == "timestamp invalid");  // neither listed nor brought
  CertificateForm form = good;
  form.ca = true;
  CHECK(by(form) == "timestamp invalid");
  form = good;
  form.usages.clear();
  CHECK(by(form) == "timestamp invalid");
  form = good;
  form.usage_critical = false;
  CHECK(by(form) == "timestamp invalid");
  form = good;
  form.usages.push_back("1.3.6.1.5.5.7.3.3");
  CHECK(by(form) == "timestamp invalid");
  form = good;
  form.until = at(99);
  CHECK(by(form) == "timestamp invalid");
}

TEST_CASE("the chain leads to a trusted authority, in form and in time") {
  const auto leaf = [](const CertificateForm& form) { return step_of(v1(instance().issue(form))); };
  const CertificateForm good = instance().leaf_form();
  CHECK(leaf(good) == "yes");
  for (const std::vector<std::string>& usages : {std::vector<std::string>{}, {"2.5.29.37.0"}, {"1.3.6.1.5.5.7.3.1"}}) {
    CertificateForm form = good;
    form.usages = usages;
    CHECK(leaf(form) == "chain invalid");
  }
  CertificateForm form = good;
  form.ca = true;
  CHECK(leaf(form) == "chain invalid");
  form = good;
  form.more.push_back(testing::der_extension("1.2.3.4", true, "?"));
  CHECK(leaf(form) == "chain invalid");
  form.more.back() = testing::der_extension("1.2.3.4", false, "?");
  CHECK(leaf(form) == "yes");
  CHECK(step_of(v1(good.signed_by(instance().ct))) == "chain invalid");  // the same names by another authority
  TrustPolicy wanted = policy();
  auto& authority = wanted.trusted_root->certificate_authorities[0];
  authority.valid_for = {at(100), at(100)};
  CHECK(step_of(v1(), wanted) == "yes");
  authority.valid_for = {at(101), std::nullopt};
  CHECK(step_of(v1(), wanted) == "chain invalid");
  authority.valid_for = {std::nullopt, at(99)};
  CHECK(step_of(v1(), wanted) == "chain invalid");
  authority = instance().trusted().certificate_authorities[0];
  CertificateForm issuer = instance().authority_form();
  issuer.until = at(99);  // over at the time of the signature, not at that of the certificate's beginning
  authority.chain[0] = testing::certificate_in(issuer.signed_by(instance().anchor));
  CHECK(step_of(v1(), wanted) == "chain invalid");
  issuer = instance().authority_form();
  issuer.ca = false;
  authority.chain[0] = testing::certificate_in(issuer.signed_by(instance().anchor));
  CHECK(step_of(v1(), wanted) == "chain invalid");
  issuer = instance().authority_form();
  issuer.usages = {"1.3.6.1.5.5.7.3.1"};
  authority.chain[0] = testing::certificate_in(issuer.signed_by(instance().anchor));
  CHECK(step_of(v1(), wanted) == "chain invalid");
  authority = instance().trusted().certificate_authorities[0];
  CertificateForm anchor = instance().anchor_form();
  anchor.path_length = 0;  // and there is one between it and the leaf
  authority.chain[1] = testing::certificate_in(anchor.signed_by(instance().anchor));
  CHECK(step_of(v1(), wanted) == "chain invalid");
  authority.chain.erase(authority.chain.begin());  // the bundle's own chain is of no use
  attest::Bundle bundle = v1();
  bundle.certificates.push_back(instance().authority_form().signed_by(instance().anchor));
  CHECK(step_of(bundle, wanted) == "chain invalid");
}

TEST_CASE("a certificate of an authority that nobody lists is told by that authority's name") {
  const auto told = [](const CertificateForm& form) {
    const attest::Bundle bundle = v1(form.signed_by(instance().ct));
    Budget budget;
    const Artifact artifact{kMessage, crypto::sha256(kMessage)};
    internal::SignedMaterial material{bundle};
    material.artifact = &artifact;
    const internal::BundleVerdict verdict = internal::check_bundle(material, policy(), at(0), budget);
    REQUIRE_FALSE(verdict.signer);
    CHECK(verdict.failure()->step == Step::chain);
    return verdict.failure()->detail;
  };
  CertificateForm form = instance().leaf_form();
  CHECK(told(form) == "not signed by the issuer that it names");
  form.issuer = "their CA";
  CHECK(told(form) == R"(no trusted authority issued the certificate, which is by "their CA")");
}

TEST_CASE("a certificate is logged by a trusted CT log, in its time") {
  PrivateInstance& made = instance();
  const auto with = [&](const std::string& sct, const TrustPolicy& wanted = policy()) {
    CertificateForm form = made.leaf_form();
    form.more.push_back(testing::der_extension("1.3.6.1.4.1.11129.2.4.2", false, sct));
    return step_of(v1(form.signed_by(made.authority)), wanted);
  };
  const CertificateForm form = made.leaf_form();
  const std::string issuer = testing::spki(made.authority);
  CHECK(with(made.sct(form, {at(0), {}, &made.ct, issuer})) == "yes");
  CHECK(step_of(v1(form.signed_by(made.authority))) == "sct missing");
  CHECK(with(testing::der(0x04, testing::big_endian(0, 2))) == "sct missing");
  CHECK(with(made.sct(form, {at(0), {}, &made.rekor.key(), issuer})) == "sct unknown");
  CHECK(with(made.sct(form, {at(0), {}, &made.ct, testing::spki(made.anchor)})) == "sct invalid");
  CHECK(with(made.sct(form, {at(-1001), {}, &made.ct, issuer})) == "sct invalid");
  TrustPolicy window = policy();
  const std::string logged = made.sct(form, {at(50), {}, &made.ct, issuer});
  window.trusted_root->ct_logs[0].valid_for = {at(50), at(50)};
  CHECK(with(logged, window) == "yes");
  window.trusted_root->ct_logs[0].valid_for = {at(0), at(49)};
  CHECK(with(logged, window) == "sct invalid");
  window.trusted_root->ct_logs[0].valid_for = {at(51), std::nullopt};
  CHECK(with(logged, window) == "sct invalid");
  CertificateForm other = form;
  other.serial = 9;
  CHECK(with(made.sct(other, {at(0), {}, &made.ct, issuer})) == "sct invalid");
  std::string changed = made.sct(form, {at(0), "abc", &made.ct, issuer});
  changed[changed.find("abc")] = 'x';  // extensions are part of what is signed
  CHECK(with(changed) == "sct invalid");
  TrustPolicy waived = policy();
  waived.sct = Waived::yes;
  CHECK(step_of(v1(form.signed_by(made.authority)), waived) == "yes");
}

TEST_CASE("signature, artifact and identity end the list") {
  CHECK(step_of(v1(), policy(), "another file") == "artifact invalid");
  attest::Bundle bundle = v1();
  std::get<attest::MessageSignature>(bundle.content).signature = *instance().ct.sign(kMessage);
  bundle.log_entries = {instance().entry_1(testing::hashedrekord_1(bundle), at(100))};
  CHECK(step_of(bundle) == "signature invalid");
  bundle = v1();  // the log holds the right digest, the bundle another
  std::get<attest::MessageSignature>(bundle.content).digest = testing::sha256_of("another");
  CHECK(step_of(bundle) == "signature invalid");
  const auto named = [](const char* name, const char* issuer) {
    TrustPolicy wanted = policy();
    wanted.identities = {{{TextPattern::exact(name)}, {TextPattern::exact(issuer)}}};
    return step_of(v1(), wanted);
  };
  CHECK(named("https://example.test/workflow@main", "https://issuer.test") == "yes");
  for (const char* name : {"https://example.test/workflow@MAIN", "https://example.test/workflow",
                           "https://example.test/workflow@main/", "https://example.test/.*", ""})
    CHECK(named(name, "https://issuer.test") == "identity invalid");
  for (const char* issuer : {"https://issuer.test/", "https://issuer", ""})
    CHECK(named("https://example.test/workflow@main", issuer) == "identity invalid");
  CertificateForm form = instance().leaf_form();
  form.more[0] = testing::der_extension("1.3.6.1.4.1.57264.1.1", false, "https://other.test");
  CHECK(step_of(v1(instance().issue(form))) == "identity invalid");  // two issuers
  form.more.erase(form.more.begin() + 1);
  CHECK(step_of(v1(instance().issue(form))) == "identity invalid");
  form = instance().leaf_form();  // a user's name
  form.name = testing::der(0xa0, testing::der_oid("1.3.6.1.4.1.57264.1.7") +
                                     testing::der(0xa0, testing::der(0x0c, "https://example.test/workflow@main")));
  CHECK(step_of(v1(instance().issue(form))) == "yes");
  TrustPolicy keys = policy();
  keys.identities.clear();
  keys.keys.push_back({"leaf", instance().leaf.public_key()});
  CHECK(step_of(v1(), keys) == "identity invalid");  // a certificate where a key is wanted
  bundle = v1();
  bundle.certificates.clear();
  CHECK(step_of(bundle) == "identity invalid");  // and the other way round
}

}  // namespace
}  // namespace supply::verify
