// What one run may spend on content that somebody else wrote. A run makes one Budget; every reader draws from it, so
// that many small things cannot cost together what one large thing may not. Any thread may spend.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "libsupply/base/result/result.hpp"

namespace supply {

/// What is spent. Each has an amount that a run may spend however small its input is (see limits.hpp, "One run"), and
/// a rate by which every byte of input allows more: a large image may cost more than a small one.
enum class Cost : std::uint8_t {
  memory,         ///< bytes that are held until they are given back
  unpacked,       ///< bytes that decompression made
  entries,        ///< of archives
  verifications,  ///< of a signature by a key
  steps,          ///< of a search: about a tenth of a microsecond each
};
inline constexpr std::size_t kCosts = 5;

class Budget {
 public:
  using Amounts = std::array<std::uint64_t, kCosts>;  ///< by Cost

  /// The limits of limits.hpp.
  Budget();
  /// A test makes them small.
  explicit Budget(const Amounts& limits) : limits_(limits) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  /// Errors: limit_exceeded, naming the cost and its limit. What was refused counts as spent.
  Status spend(Cost cost, std::uint64_t amount);
  /// What was spent is free again (memory).
  void give_back(Cost cost, std::uint64_t amount);
  std::uint64_t spent(Cost cost) const { return spent_[static_cast<std::size_t>(cost)]; }

 private:
  Amounts limits_;
  std::array<std::atomic<std::uint64_t>, kCosts> spent_{};
};

/// One reader's part of a budget: what its own input pays for is free, only the excess is drawn from the budget. So it
/// does not matter in which order several readers come. One thread. Gives the memory that it drew back when it ends.
class Share {
 public:
  explicit Share(Budget& budget) : budget_(&budget) {}
  Share(Share&& other) noexcept;
  Share& operator=(Share&&) = delete;
  ~Share();

  /// Bytes of input that were read: they pay for some of what is spent (kInputPays in limits.hpp).
  void earn(std::uint64_t input_bytes) { input_ += input_bytes; }
  /// Errors: as Budget::spend.
  Status spend(Cost cost, std::uint64_t amount);
  /// What was spent is free again (memory).
  void give_back(Cost cost, std::uint64_t amount);
  /// What was spent and not given back, paid for or drawn.
  std::uint64_t spent(Cost cost) const { return spent_[static_cast<std::size_t>(cost)]; }
  Budget& budget() const { return *budget_; }

 private:
  std::uint64_t paid(std::size_t at) const;

  Budget* budget_;
  std::uint64_t input_ = 0;
  Budget::Amounts spent_{}, drawn_{};
};

}  // namespace supply
