// What was found out about images, kept for the next requests: facts, never verdicts, so that every rule runs again
// with the time of the request. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "libsupply/base/limits/admission_limits.hpp"
#include "libsupply/verdict/gate/decide.hpp"

namespace supply::admission {

using TimePoint = std::chrono::steady_clock::time_point;

class KeptFacts {
 public:
  KeptFacts(policy::Facts facts, TimePoint read);
  /// The decision of gate::decide at that time. One at a time for each image.
  gate::Decision decide(const policy::Policy& policy, Time now);
  const Digest& digest() const { return digest_; }
  TimePoint read() const { return read_; }
  /// About what they take in memory.
  std::uint64_t bytes() const { return bytes_; }
  /// Calls `look` with the facts. Never at the same time as decide().
  template <class Look>
  auto look(const Look& look) {
    const std::scoped_lock lock(mutex_);
    return look(facts_);
  }

 private:
  std::mutex mutex_;
  policy::Facts facts_;
  const Digest digest_;
  const TimePoint read_;
  const std::uint64_t bytes_;
};

/// The least recently used go first. A key names the image, its digest, the policy and the trusted root.
class FactsCache {
 public:
  explicit FactsCache(std::size_t entries = kMaxKeptImages, std::uint64_t bytes = kMaxKeptFactsBytes)
      : most_(entries), most_bytes_(bytes) {}
  /// Those that are not older than `longest`; or nullptr.
  std::shared_ptr<KeptFacts> find(const std::string& key, TimePoint now, std::chrono::milliseconds longest);
  /// Facts that take more than a quarter of the room are not kept.
  void put(const std::string& key, std::shared_ptr<KeptFacts> facts);
  void clear();
  std::size_t size() const;
  std::uint64_t bytes() const;

 private:
  struct Entry {
    std::string key;
    std::shared_ptr<KeptFacts> facts;
  };
  void erase(std::list<Entry>::iterator at);
  const std::size_t most_;
  const std::uint64_t most_bytes_;
  mutable std::mutex mutex_;
  std::list<Entry> entries_;  // the last used first
  std::map<std::string, std::list<Entry>::iterator, std::less<>> by_key_;
  std::uint64_t bytes_ = 0;
};

/// What tags stood for a moment ago: many pods of one name begin together.
class TagCache {
 public:
  explicit TagCache(std::size_t entries = kMaxKeptTags) : most_(entries) {}
  std::optional<Digest> find(const std::string& reference, TimePoint now, std::chrono::milliseconds longest) const;
  void put(const std::string& reference, const Digest& digest, TimePoint now);

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::map<std::string, std::pair<Digest, TimePoint>> tags_;
};

}  // namespace supply::admission
