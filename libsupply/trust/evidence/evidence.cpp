#include "libsupply/trust/evidence/evidence.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/limits/image_limits.hpp"
#include "libsupply/base/parallel/parallel.hpp"
#include "libsupply/image/oci/media_type.hpp"
#include "libsupply/trust/attachments/unverified_statement.hpp"

namespace supply::evidence {
namespace {

constexpr std::size_t kReadBytes = 256 * kKiB;

// Reads a blob to its end: the store's stream answers its end only when size and digest held.
Status drain(store::ImageSource& source, const oci::Descriptor& descriptor) {
  SUPPLY_TRY(const std::unique_ptr<io::Source> stream, source.open(descriptor));
  std::vector<char> buffer(std::clamp<std::uint64_t>(descriptor.size, 1, kReadBytes));
  for (;;) {
    SUPPLY_TRY(const std::size_t count, stream->read(buffer));
    if (count == 0) return {};
  }
}

// Hashed before another thread has begun.
constexpr std::uint64_t kWorthThreads = 512 * kKiB;

// Config and layers of what is listed, whatever they hold: an artifact (a chart, a module) is signed like an image.
Status check_parts(store::ImageSource& source, const std::vector<store::PlatformManifest>& listed,
                   std::size_t threads) {
  std::map<Digest, oci::Descriptor> parts;
  for (const store::PlatformManifest& one : listed) {
    const std::string place = "manifest " + one.descriptor.digest.to_string();
    SUPPLY_TRY(const std::string bytes, store::fetch(source, one.descriptor, kMaxManifestBytes).at(place));
    SUPPLY_TRY(const oci::Manifest manifest, oci::Manifest::parse(bytes, one.descriptor.media_type).at(place));
    parts.emplace(manifest.config.digest, manifest.config);
    for (const oci::Descriptor& layer : manifest.layers) parts.emplace(layer.digest, layer);
  }
  std::vector<const oci::Descriptor*> order;
  std::uint64_t bytes = 0;
  for (const auto& each : parts) {
    order.push_back(&each.second);
    bytes += std::min<std::uint64_t>(each.second.size, kWorthThreads);
  }
  if (bytes < kWorthThreads) threads = 1;
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->size > b->size; });
  return parallel_for(order.size(), threads, [&](std::size_t i) {
    return drain(source, *order[i]).at("blob " + order[i]->digest.to_string());
  });
}

// Of store::PlatformManifest and store::PlatformImage.
template <class Manifest>
std::vector<RequiredManifest> required_of(const std::vector<Manifest>& manifests) {
  std::vector<RequiredManifest> targets;
  for (const Manifest& manifest : manifests) {
    RequiredManifest& target = targets.emplace_back(
        RequiredManifest{manifest.descriptor.digest, manifest.platform, {manifest.descriptor}, manifest.also_for});
    target.subjects.insert(target.subjects.end(), manifest.ancestors.rbegin(), manifest.ancestors.rend());
  }
  return targets;
}

template <class Claim>
std::vector<const attest::Verified<Claim>*> pick(const ImageEvidence& evidence, const RequiredManifest& target,
                                                 std::vector<attest::Verified<Claim>> verify::SubjectClaims::*claims) {
  std::vector<const attest::Verified<Claim>*> found;
  for (const oci::Descriptor& subject : target.subjects)
    if (const auto of_subject = evidence.judged.outcomes.find(subject.digest);
        of_subject != evidence.judged.outcomes.end())
      for (const auto& claim : of_subject->second.*claims) found.push_back(&claim);
  return found;
}

// Adds what is attached to these subjects at these places, and judges all that is known of them.
Status collect_at(store::ImageSource& source, std::span<const oci::Descriptor* const> subjects,
                  const verify::Verifier& verifier, const Request& request, attachments::Places places,
                  ImageEvidence& evidence, Budget& budget) {
  attachments::Query query = request.query;
  query.places = places;
  std::vector<oci::Descriptor> asked;
  attachments::BySubject known;
  std::size_t before = 0;
  for (const oci::Descriptor* subject : subjects) {
    asked.push_back(*subject);
    attachments::Attachments& held = evidence.attachments.at(subject->digest);
    before += held.evidence.size();
    known.emplace(subject->digest, std::move(held));
  }
  SUPPLY_TRY(attachments::BySubject found, attachments::collect(source, asked, query, std::move(known)));
  std::size_t after = 0;
  for (const auto& each : found) after += each.second.evidence.size();
  // What was judged is judged again only together with something new.
  const bool judge = after != before || std::any_of(subjects.begin(), subjects.end(), [&](const auto* subject) {
                       return !evidence.judged.outcomes.contains(subject->digest);
                     });
  if (judge) {
    verify::JudgedSubjects judged = verifier.judge(found, budget);
    for (auto& [subject, claims] : judged.outcomes) {
      verify::require_annotations(claims, request.annotations);
      evidence.judged.outcomes.insert_or_assign(subject, std::move(claims));
    }
    if (judged.unfinished) evidence.judged.unfinished = std::move(judged.unfinished);
  }
  for (auto& [subject, held] : found) {
    std::optional<Error>& unread = evidence.judged.outcomes.at(subject).unread;
    if (!unread) unread = held.unread;
    evidence.attachments.insert_or_assign(subject, std::move(held));
  }
  return {};
}

// The manifests of statements about these subjects that may be signed as a whole: entries of an index, and referrers.
Result<std::vector<attachments::StatementManifest>> statement_manifests(
    store::ImageSource& source, std::span<const oci::Descriptor* const> subjects, const ImageEvidence& evidence) {
  std::map<std::pair<Digest, Digest>, attachments::StatementManifest> found;
  const auto add = [&](const oci::Descriptor& manifest, const Digest& about) {
    if (evidence.attachments.contains(about) && !evidence.attachments.contains(manifest.digest))
      found.try_emplace({manifest.digest, about}, attachments::StatementManifest{manifest, about});
  };
  for (const oci::Descriptor* subject : subjects) {
    if (oci::is_index(subject->media_type)) {
      SUPPLY_TRY(const auto entries, attachments::statement_entries(source, *subject));
      for (const auto& [manifest, about] : entries) add(manifest, about);
    }
    for (const attachments::OtherReferrer& other : evidence.attachments.at(subject->digest).others)
      if (other.holds_statements) add(other.manifest, subject->digest);
    for (const attachments::Attachment& piece : evidence.attachments.at(subject->digest).evidence)
      if (piece.kind == attachments::AttachmentKind::unsigned_statement) add(piece.manifest, piece.subject);
  }
  if (found.size() > kMaxReferrers)
    return Error(ErrorCode::limit_exceeded,
                 "more than " + std::to_string(kMaxReferrers) + " manifests of statements without signature");
  std::vector<attachments::StatementManifest> all;
  for (auto& each : found) all.push_back(std::move(each.second));
  return all;
}

// Statements that nobody signed, in manifests that somebody signed: Docker's builder and its hardened images have them
// so. Only of manifests to which something is attached the layers are read.
Status add_signed_manifests(store::ImageSource& source, std::span<const oci::Descriptor* const> subjects,
                            const verify::Verifier& verifier, ImageEvidence& evidence, Budget& budget) {
  SUPPLY_TRY(std::vector<attachments::StatementManifest> manifests, statement_manifests(source, subjects, evidence));
  if (manifests.empty()) return {};
  std::vector<oci::Descriptor> asked;
  for (const auto& each : manifests)
    if (asked.empty() || asked.back().digest != each.manifest.digest) asked.push_back(each.manifest);
  const attachments::Query signatures{.signatures = true, .statements = false, .unsigned_too = false};
  SUPPLY_TRY(attachments::BySubject part, attachments::collect(source, asked, signatures));
  std::erase_if(part, [](const auto& each) { return each.second.evidence.empty() && !each.second.unread; });
  std::erase_if(manifests, [&](const auto& each) { return !part.contains(each.manifest.digest); });
  if (manifests.empty()) return {};
  attachments::BySubject known;
  for (const auto& each : manifests)
    if (!known.contains(each.about)) known.emplace(each.about, std::move(evidence.attachments.at(each.about)));
  SUPPLY_TRY(attachments::BySubject found, attachments::statements_in(source, manifests, std::move(known)));
  std::set<Digest> statements;
  for (auto& [about, held] : found) {
    for (const attachments::Attachment& piece : held.evidence)
      if (piece.kind == attachments::AttachmentKind::unsigned_statement && part.contains(piece.manifest.digest)) {
        part[about].evidence.push_back(piece);
        statements.insert(piece.blob.digest);
      }
    evidence.attachments.insert_or_assign(about, std::move(held));
  }
  verify::JudgedSubjects judged = verifier.judge(part, budget);
  for (auto& [subject, claims] : judged.outcomes) {
    std::optional<Error>& unread = claims.unread;
    if (!unread) unread = part.at(subject).unread;
  }
  for (const auto& [manifest, about] : manifests) {
    const std::optional<Error>& unread = judged.outcomes.at(manifest.digest).unread;
    if (unread && judged.outcomes.contains(about) && !judged.outcomes.at(about).unread)
      judged.outcomes.at(about).unread = Error(*unread).at("attestation manifest " + manifest.digest.to_string());
  }
  for (auto& each : evidence.judged.outcomes) verify::drop_unsigned(each.second, statements);
  for (auto& [subject, claims] : judged.outcomes) verify::merge(evidence.judged.outcomes[subject], std::move(claims));
  if (judged.unfinished) evidence.judged.unfinished = std::move(judged.unfinished);
  for (const auto& each : manifests)
    if (auto of_manifest = part.extract(each.manifest.digest))
      evidence.attachments.insert_or_assign(each.manifest.digest, std::move(of_manifest.mapped()));
  return {};
}

}  // namespace

std::vector<const attest::Verified<attest::ImageSignature>*> ImageEvidence::signatures(
    const RequiredManifest& target) const {
  return pick(*this, target, &verify::SubjectClaims::signatures);
}

std::vector<const attest::Verified<attest::Statement>*> ImageEvidence::statements(
    const RequiredManifest& target) const {
  return pick(*this, target, &verify::SubjectClaims::statements);
}

std::vector<RequiredManifest> required(const std::vector<store::PlatformManifest>& manifests) {
  return required_of(manifests);
}

std::vector<RequiredManifest> required(const std::vector<store::PlatformImage>& images) { return required_of(images); }

Result<ImageEvidence> collect(store::ImageSource& source, const oci::Descriptor& root,
                              std::vector<RequiredManifest> targets, const verify::Verifier& verifier,
                              const Request& request, Budget& budget) {
  ImageEvidence evidence{root, std::move(targets), {}, {}, {}};
  std::vector<const oci::Descriptor*> subjects;
  for (const RequiredManifest& target : evidence.targets)
    for (const oci::Descriptor& subject : target.subjects)
      if (evidence.attachments.try_emplace(subject.digest).second) subjects.push_back(&subject);
  const std::span<const oci::Descriptor* const> all(subjects);
  if (!request.enough) {
    SUPPLY_TRY(collect_at(source, all, verifier, request, attachments::Places::all, evidence, budget));
    if (request.query.statements) SUPPLY_TRY(add_signed_manifests(source, all, verifier, evidence, budget));
    return evidence;
  }
  // An index speaks for all that is under it: where it is signed itself, that is known by one list.
  const auto others = std::stable_partition(
      subjects.begin(), subjects.end(), [&](const oci::Descriptor* subject) { return subject->digest == root.digest; });
  const auto roots = static_cast<std::size_t>(others - subjects.begin());
  using attachments::Places;
  const std::pair<std::span<const oci::Descriptor* const>, Places> steps[] = {
      {all.first(roots), Places::likely_referrers},
      {all.subspan(roots), Places::likely_referrers},
      {all, Places::tags},
      {all, Places::passed_over}};
  for (const auto& [some, places] : steps) {
    SUPPLY_TRY(collect_at(source, some, verifier, request, places, evidence, budget));
    if (request.enough(evidence)) {
      evidence.judged.unfinished.reset();
      return evidence;
    }
    if (evidence.judged.unfinished) return evidence;  // no later step makes good what was not tried
  }
  if (request.query.statements) {
    SUPPLY_TRY(add_signed_manifests(source, all, verifier, evidence, budget));
    if (request.enough(evidence)) evidence.judged.unfinished.reset();
  }
  return evidence;
}

Result<ImageEvidence> read(store::ImageSource& source, const oci::Descriptor& root, const verify::Verifier& verifier,
                           const Request& request, Budget& budget) {
  SUPPLY_TRY(store::PlatformManifests found, store::platform_manifests(source, root, request.platform));
  if (request.layers == CheckLayers::yes) SUPPLY_TRY(check_parts(source, found.images, request.threads));
  SUPPLY_TRY(ImageEvidence evidence, collect(source, root, required(found.images), verifier, request, budget));
  evidence.left_out = std::move(found.left_out);
  return evidence;
}

UnverifiedStatements unverified_statements(const ImageEvidence& evidence, const RequiredManifest& target) {
  UnverifiedStatements found;
  std::set<Digest> subjects, seen;
  for (const oci::Descriptor& subject : target.subjects) subjects.insert(subject.digest);
  for (const oci::Descriptor& subject : target.subjects)
    for (const attachments::Attachment& item : evidence.attachments.at(subject.digest).evidence) {
      if (!subjects.contains(item.subject)) continue;  // an entry about another platform
      auto statement = attachments::unverified_statement(item);
      if (!statement && !found.unread)
        found.unread = Error(statement.error()).at("evidence " + item.blob.digest.to_string());
      if (statement && *statement && (*statement)->subject(item.subject) != nullptr &&
          seen.insert(item.blob.digest).second)
        found.statements.push_back({item.blob.digest, **std::move(statement)});
    }
  return found;
}

std::optional<Error> undecided(const ImageEvidence& evidence, const RequiredManifest& target) {
  for (const oci::Descriptor& subject : target.subjects)
    if (const auto claims = evidence.judged.outcomes.find(subject.digest);
        claims != evidence.judged.outcomes.end() && claims->second.unread)
      return Error(*claims->second.unread).at("evidence of " + subject.digest.to_string() + " was not read");
  return evidence.judged.unfinished;
}

std::vector<ManifestClaims<attest::ImageSignature>> signed_by(const ImageEvidence& evidence) {
  std::vector<ManifestClaims<attest::ImageSignature>> answers;
  for (const RequiredManifest& target : evidence.targets) answers.push_back({&target, evidence.signatures(target)});
  return answers;
}

std::vector<ManifestClaims<attest::Statement>> attested(const ImageEvidence& evidence,
                                                        std::string_view predicate_type) {
  std::vector<ManifestClaims<attest::Statement>> answers;
  for (const RequiredManifest& target : evidence.targets) {
    ManifestClaims<attest::Statement> answer{&target, evidence.statements(target)};
    std::erase_if(answer.claims, [&](const auto* statement) {
      return !predicate_type.empty() && !attest::is_predicate_type(statement->claim().predicate_type, predicate_type);
    });
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace supply::evidence
