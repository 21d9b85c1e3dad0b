#include "libsupply/content/catalog/internal/audited_crates.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/content/catalog/internal/package_memory.hpp"

namespace supply::catalog {
namespace {

using State = archive::ZlibInflater::State;

// Enough of a stream for the first bytes that come out of it: the codes of a block take some 300 at most.
constexpr std::size_t kTrialBytes = 512;
// How a list begins. cargo-auditable writes its members in the order of its structure.
constexpr std::string_view kBegins[] = {R"({"packages":[)", R"({"format":)"};
// How many trials so many bytes pay for; in programs there is one for 16,384.
constexpr std::uint64_t kFreeTrials = 256, kBytesPerTrial = 4096;
constexpr char kList = 'J', kTooLarge = 'L', kDamaged = 'D';

// The header of a zlib stream with the window and the method that there are. Source: RFC 1950, section 2.2.
std::size_t next_header(std::string_view bytes, std::size_t at) {
  while (at < bytes.size()) {
    at = bytes.find('\x78', at);
    if (at == std::string_view::npos || at + 1 == bytes.size()) break;
    const auto flags = static_cast<unsigned char>(bytes[at + 1]);
    if ((0x7800u + flags) % 31 == 0 && (flags & 0x20u) == 0) break;
    ++at;
  }
  return std::min(at, bytes.size());
}

}  // namespace

AuditedCratesSearch::AuditedCratesSearch(std::size_t limit) : limit_(limit) {}

std::size_t AuditedCratesSearch::held() const {
  return held_.capacity() + (inflater_ ? inflater_->output().capacity() : 0);
}

bool AuditedCratesSearch::begins_list() const {
  const std::string& out = inflater_->output();
  return std::any_of(std::begin(kBegins), std::end(kBegins),
                     [&](std::string_view begin) { return std::string_view(out).starts_with(begin); });
}

void AuditedCratesSearch::search(std::string_view bytes, bool at_end) {
  std::size_t at = next_header(bytes, 0);
  for (; at < bytes.size(); at = next_header(bytes, at + 1)) {
    if (bytes.size() - at < kTrialBytes && !at_end) break;
    if (tried_ >= kFreeTrials + fed_ / kBytesPerTrial) continue;
    ++tried_;
    if (!inflater_) inflater_.emplace(limit_);
    inflater_->restart();
    state_ = inflater_->feed(bytes.substr(at, kTrialBytes));
    if (!begins_list()) continue;
    found_ = true;
    if (state_ == State::more) state_ = inflater_->feed(bytes.substr(std::min(at + kTrialBytes, bytes.size())));
    return;
  }
  at = std::min(at, bytes.size());
  held_ = std::string(bytes.substr(at));
}

void AuditedCratesSearch::feed(std::string_view chunk) {
  fed_ += chunk.size();
  if (found_) {
    if (state_ == State::more) state_ = inflater_->feed(chunk);
    return;
  }
  if (held_.empty()) {
    search(chunk, false);
    return;
  }
  const std::string bytes = std::exchange(held_, {}).append(chunk);
  search(bytes, false);
}

std::optional<std::string> AuditedCratesSearch::finish() {
  if (!found_) {
    const std::string bytes = std::exchange(held_, {});
    search(bytes, true);
  }
  if (!found_) return std::nullopt;
  if (state_ == State::complete) return kList + inflater_->take_output();
  return std::string(1, state_ == State::too_large ? kTooLarge : kDamaged);
}

Result<std::vector<pkg::Package>> audited_crates_from_record(std::string_view record, Share& share) {
  if (record.starts_with(kTooLarge)) return Error(ErrorCode::malformed, "a list of crates of more bytes than are read");
  if (!record.starts_with(kList)) return Error(ErrorCode::malformed, "a list of crates that is damaged or cut off");
  record.remove_prefix(1);
  SUPPLY_TRY(share.spend(Cost::steps, 10 + record.size()));
  SUPPLY_TRY(share.spend(Cost::memory, 16 * record.size()));
  const auto root =
      json::parse(record, {.bytes = kMaxAuditedCratesBytes, .duplicate_keys = json::DuplicateKeys::last_wins});
  // Its depth is a fault of this list, and not of the run.
  if (!root) return Error(ErrorCode::malformed, root.error().message());
  SUPPLY_TRY(const json::Value* list, json::optional_array(*root, "packages"));
  if (list == nullptr) return Error(ErrorCode::malformed, "a list of crates without member \"packages\"");
  std::vector<std::optional<std::size_t>> places(list->size());  // of each crate in `out`
  std::vector<pkg::Package> out;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const json::Value& crate = (*list)[i];
    SUPPLY_TRY(const std::string kind, json::string_or_empty(crate, "kind"));
    if (!kind.empty() && kind != "runtime") continue;
    SUPPLY_TRY(share.spend(Cost::memory, kPackageTableBytes));
    pkg::Package package;
    SUPPLY_TRY(package.name, json::require_string(crate, "name"));
    SUPPLY_TRY(package.version, json::require_string(crate, "version"));
    SUPPLY_TRY(package.purl, pkg::Purl::create({"cargo", "", package.name, package.version, {}, ""}));
    package.cataloger = "rust";
    places[i] = out.size();
    out.push_back(std::move(package));
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    if (!places[i]) continue;
    SUPPLY_TRY(const json::Value* depends, json::optional_array((*list)[i], "dependencies"));
    if (depends == nullptr) continue;
    std::vector<std::string>& into = out[*places[i]].depends;
    for (const json::Value& one : *depends) {
      if (!one.is_number_unsigned() || one.get<std::uint64_t>() >= places.size())
        return Error(ErrorCode::malformed, "a crate that depends on none of the list");
      const auto& place = places[one.get<std::uint64_t>()];
      if (!place) continue;
      into.push_back(out[*place].purl.to_string());
      SUPPLY_TRY(share.spend(Cost::memory, sizeof(std::string) + into.back().size()));
    }
    std::sort(into.begin(), into.end());
    into.erase(std::unique(into.begin(), into.end()), into.end());
  }
  return out;
}

}  // namespace supply::catalog
