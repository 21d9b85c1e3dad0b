#include "libsupply/base/limits/budget.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "libsupply/base/limits/limits.hpp"

namespace supply {
namespace {

std::string_view name_of(Cost cost) {
  switch (cost) {
    case Cost::memory: return "bytes of memory";
    case Cost::unpacked: return "unpacked bytes";
    case Cost::entries: return "entries of archives";
    case Cost::verifications: return "checks of a signature by a key";
    case Cost::steps: return "steps of a search";
  }
  return "";
}

}  // namespace

Budget::Budget() : Budget(kRunMayCost) {}

Status Budget::spend(Cost cost, std::uint64_t amount) {
  const auto at = static_cast<std::size_t>(cost);
  // Amounts are bounded by what was really done, so the sum cannot wrap.
  if (spent_[at].fetch_add(amount, std::memory_order_relaxed) + amount <= limits_[at]) return {};
  return Error(ErrorCode::limit_exceeded,
               fmt::format("costs more than {} {} beyond what its size explains", limits_[at], name_of(cost)));
}

void Budget::give_back(Cost cost, std::uint64_t amount) {
  spent_[static_cast<std::size_t>(cost)].fetch_sub(amount, std::memory_order_relaxed);
}

Share::Share(Share&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)),
      input_(other.input_),
      spent_(other.spent_),
      drawn_(other.drawn_) {}

Share::~Share() {
  if (budget_ != nullptr) budget_->give_back(Cost::memory, drawn_[static_cast<std::size_t>(Cost::memory)]);
}

std::uint64_t Share::paid(std::size_t at) const { return input_ * kInputPays[at] / kInputPaysPer; }

Status Share::spend(Cost cost, std::uint64_t amount) {
  const auto at = static_cast<std::size_t>(cost);
  spent_[at] += amount;
  const std::uint64_t covered = paid(at) + drawn_[at];
  if (spent_[at] <= covered) return {};
  const std::uint64_t more = spent_[at] - covered;
  drawn_[at] += more;
  return budget_->spend(cost, more);
}

void Share::give_back(Cost cost, std::uint64_t amount) {
  const auto at = static_cast<std::size_t>(cost);
  spent_[at] -= amount;
  const std::uint64_t needed = spent_[at] - std::min(spent_[at], paid(at));
  if (drawn_[at] <= needed) return;
  budget_->give_back(cost, drawn_[at] - needed);
  drawn_[at] = needed;
}

}  // namespace supply
