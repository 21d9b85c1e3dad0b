// Sections 5.6.7 and 5.7: which role speaks for a target, and its bytes.
#include <set>

#include "libsupply/base/http/url.hpp"
#include "libsupply/base/limits/tuf_limits.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/trust/tuf/client.hpp"

namespace supply::tuf {
namespace {

// A role that is still to be asked, and by whose keys.
struct Visit {
  std::string name;
  Role role;
  Keys keys;
};

Status check_path(std::string_view path) {
  if (path.empty() || path.size() > kMaxTufTargetPathBytes)
    return Error(ErrorCode::malformed, "a target path of " + std::to_string(path.size()) + " bytes");
  for (const std::string_view part : split(path, '/'))
    if (part.empty() || part == "." || part == "..")
      return Error(ErrorCode::malformed, "target " + quote(path) + ": is no relative path");
  return {};
}

// The delegations of a role that cover the path, in their order, up to a terminating one, which ends the search
// elsewhere.
Status delegated(const Targets& file, std::string_view path, std::uint64_t& steps, std::vector<Visit>& to_visit) {
  if (file.bins) {
    to_visit.push_back({file.bins->name_for(path), file.bins->role, file.keys});
    return {};
  }
  std::vector<Visit> next;
  for (const Delegation& delegation : file.delegations) {
    SUPPLY_TRY(const bool covers, delegation.covers(path, steps).at("role " + quote(delegation.name)));
    if (!covers) continue;
    next.push_back({delegation.name, delegation.role, file.keys});
    if (!delegation.terminating) continue;
    to_visit.clear();
    break;
  }
  to_visit.insert(to_visit.end(), std::make_move_iterator(next.rbegin()), std::make_move_iterator(next.rend()));
  return {};
}

}  // namespace

Result<TargetFile> Client::find(std::string_view path) {
  SUPPLY_TRY(check_path(path));
  std::uint64_t steps = kMaxTufPatternSteps;
  std::set<std::string> visited{"targets"};
  if (const auto found = targets_->targets.find(path); found != targets_->targets.end())
    return TargetFile{found->second, "targets"};
  std::vector<Visit> to_visit;  // the next one last: pre-order, depth first
  SUPPLY_TRY(delegated(*targets_, path, steps, to_visit));
  while (!to_visit.empty()) {
    const Visit visit = std::move(to_visit.back());
    to_visit.pop_back();
    if (visited.contains(visit.name)) continue;  // 5.6.7.1: each role once
    if (visited.size() > kMaxTufRolesVisited)
      return Error(ErrorCode::limit_exceeded, "target " + quote(path) + ": more than " +
                                                  std::to_string(kMaxTufRolesVisited) + " roles may speak for it");
    visited.insert(visit.name);
    SUPPLY_TRY(const Targets file, update_targets(visit.name, visit.role, visit.keys).at("role " + quote(visit.name)));
    if (const auto found = file.targets.find(path); found != file.targets.end())
      return TargetFile{found->second, visit.name};
    SUPPLY_TRY(delegated(file, path, steps, to_visit));
  }
  return Error(ErrorCode::not_found, "target " + quote(path) + ": no role of the repository lists it");
}

Result<std::string> Client::fetch(std::string_view path, const TargetFile& target) {
  SUPPLY_TRY(check_path(path));
  if (options_.mirror == nullptr)
    return Error(ErrorCode::unavailable, "target " + quote(path) + ": is not fetched without a repository");
  if (*target.info.length > kMaxTufTargetBytes)
    return Error(ErrorCode::limit_exceeded, "target " + quote(path) + ": has " + std::to_string(*target.info.length) +
                                                " bytes, more than " + std::to_string(kMaxTufTargetBytes));
  std::string encoded;
  const std::vector<std::string_view> parts = split(path, '/');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i != 0) encoded += '/';
    if (i + 1 == parts.size() && root_->consistent_snapshot) {  // 5.7.3
      const auto sha256 = target.info.hashes.find("sha256");
      const auto& hash = sha256 != target.info.hashes.end() ? sha256->second : target.info.hashes.begin()->second;
      encoded += to_hex(hash) + '.';
    }
    encoded += http::percent_encode(parts[i]);
  }
  SUPPLY_TRY(std::string bytes, options_.mirror->target(encoded, *target.info.length).at("target " + quote(path)));
  SUPPLY_TRY(target.info.check(bytes).at("target " + quote(path)));  // 5.7.2
  return bytes;
}

}  // namespace supply::tuf
