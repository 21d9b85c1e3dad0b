#include "libsupply/verdict/admission/kept_facts.hpp"

namespace supply::admission {
namespace {

// In round numbers, from above: a package has a purl, a name, locations and licences.
constexpr std::uint64_t kImage = 8 * kKiB, kPackage = 2 * kKiB, kFile = 512, kEvidence = 2 * kKiB, kText = 64;

std::uint64_t bytes_of(const policy::Facts& facts) {
  std::uint64_t bytes = kImage;
  for (const policy::PlatformFacts& platform : facts.platforms) {
    bytes += kImage;
    if (platform.packages) bytes += platform.packages->size() * kPackage;
    for (const std::string& each : platform.unreadable_packages) bytes += each.size() + kText;
    if (platform.users) bytes += platform.users->size() * kText;
    if (platform.files) bytes += platform.files->size() * kFile;
    if (platform.secrets) bytes += platform.secrets->size() * kPackage;
    for (const auto& [key, value] : platform.annotations) bytes += key.size() + value.size() + kText;
    for (const auto& sbom : platform.sboms) {
      bytes += kEvidence + sbom.predicate.size() + sbom.disagreements.size() * kPackage;
      for (const auto& [profile, findings] : sbom.lint) bytes += findings.size() * kPackage;
    }
  }
  for (const auto& [subject, evidence] : facts.attached) {
    bytes += evidence.signatures.size() * kEvidence;
    for (const auto& each : evidence.attestations) bytes += kEvidence + each.predicate.size();
    for (const auto& each : evidence.provenance) bytes += 4 * kEvidence + each.predicate.size();
    bytes += evidence.refused.size() * kEvidence;
  }
  return bytes;
}

}  // namespace

KeptFacts::KeptFacts(policy::Facts facts, TimePoint read)
    : facts_(std::move(facts)), digest_(facts_.digest), read_(read), bytes_(bytes_of(facts_)) {}

gate::Decision KeptFacts::decide(const policy::Policy& policy, Time now) {
  const std::scoped_lock lock(mutex_);
  facts_.now = now;
  return gate::decide(facts_, policy);
}

std::shared_ptr<KeptFacts> FactsCache::find(const std::string& key, TimePoint now, std::chrono::milliseconds longest) {
  const std::scoped_lock lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  if (now - found->second->facts->read() > longest) {
    erase(found->second);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->facts;
}

void FactsCache::put(const std::string& key, std::shared_ptr<KeptFacts> facts) {
  if (facts->bytes() > most_bytes_ / 4) return;
  const std::scoped_lock lock(mutex_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) erase(found->second);
  bytes_ += facts->bytes();
  entries_.push_front({key, std::move(facts)});
  by_key_.emplace(key, entries_.begin());
  while (entries_.size() > most_ || bytes_ > most_bytes_) erase(std::prev(entries_.end()));
}

void FactsCache::erase(std::list<Entry>::iterator at) {
  bytes_ -= at->facts->bytes();
  by_key_.erase(at->key);
  entries_.erase(at);
}

void FactsCache::clear() {
  const std::scoped_lock lock(mutex_);
  by_key_.clear(), entries_.clear(), bytes_ = 0;
}

std::size_t FactsCache::size() const {
  const std::scoped_lock lock(mutex_);
  return entries_.size();
}

std::uint64_t FactsCache::bytes() const {
  const std::scoped_lock lock(mutex_);
  return bytes_;
}

std::optional<Digest> TagCache::find(const std::string& reference, TimePoint now,
                                     std::chrono::milliseconds longest) const {
  const std::scoped_lock lock(mutex_);
  const auto found = tags_.find(reference);
  if (found == tags_.end() || now - found->second.second > longest) return std::nullopt;
  return found->second.first;
}

void TagCache::put(const std::string& reference, const Digest& digest, TimePoint now) {
  const std::scoped_lock lock(mutex_);
  if (tags_.size() >= most_ && !tags_.contains(reference)) tags_.clear();  // they are of use for seconds
  tags_.insert_or_assign(reference, std::pair(digest, now));
}

}  // namespace supply::admission
