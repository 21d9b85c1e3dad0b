// A value or an Error. Everything that can fail returns one, and no exception crosses a room.
//
//   Result<Digest> parse(std::string_view text);
//
//   Status check(std::string_view text) {
//     SUPPLY_TRY(Digest digest, parse(text).at("annotation base.digest"));   // declares, or returns the error
//     SUPPLY_TRY(write(digest));                                             // a Status
//     return {};
//   }
#pragma once

#include <optional>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>

#include "libsupply/base/result/error.hpp"

namespace supply {

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : held_(std::move(value)) {}                    // NOLINT(google-explicit-constructor)
  Result(Error error) : held_(tl::unexpect, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return held_.has_value(); }
  T& operator*() & { return *held_; }
  const T& operator*() const& { return *held_; }
  T&& operator*() && { return *std::move(held_); }
  T* operator->() { return &*held_; }
  const T* operator->() const { return &*held_; }

  const Error& error() const& { return held_.error(); }
  Error&& error() && { return std::move(held_).error(); }

  /// The same result; an error gains the place where it happened.
  Result at(std::string_view place) && {
    if (held_) return std::move(*this);
    return std::move(held_).error().at(place);
  }

 private:
  tl::expected<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT(google-explicit-constructor)

  explicit operator bool() const { return !error_.has_value(); }
  const Error& error() const& { return *error_; }
  Error&& error() && { return *std::move(error_); }

  Result at(std::string_view place) && {
    if (error_) return std::move(*error_).at(place);
    return {};
  }

 private:
  std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace supply

#define SUPPLY_CONCAT_(a, b) a##b
#define SUPPLY_CONCAT(a, b) SUPPLY_CONCAT_(a, b)
#define SUPPLY_TRY_STATUS(expression)                                                               \
  do {                                                                                              \
    if (auto supply_status = (expression); !supply_status) return std::move(supply_status).error(); \
  } while (false)
#define SUPPLY_TRY_VALUE_(name, declaration, expression) \
  auto name = (expression);                              \
  if (!name) return std::move(name).error();             \
  declaration = *std::move(name)
#define SUPPLY_TRY_VALUE(declaration, expression) \
  SUPPLY_TRY_VALUE_(SUPPLY_CONCAT(supply_result_, __COUNTER__), declaration, expression)
#define SUPPLY_TRY_PICK(a, b, macro, ...) macro
/// SUPPLY_TRY(status) or SUPPLY_TRY(declaration, result): goes on with the value, or returns the error.
#define SUPPLY_TRY(...) SUPPLY_TRY_PICK(__VA_ARGS__, SUPPLY_TRY_VALUE, SUPPLY_TRY_STATUS, )(__VA_ARGS__)
