// From nodes to texts and flags with places. For the .cpp files of this room.
#pragma once

#include <functional>

#include "libsupply/content/deploy/internal/compose_value.hpp"

namespace supply::deploy {

class Values {
 public:
  Values(const Deployment& deployment, const UnsetPlaces* unset) : deployment_(deployment), unset_(unset) {}

  Location place(const yaml::Node& node) const { return deployment_.place_of(node); }
  Location place(const yaml::Member& member) const { return deployment_.place_of(member); }
  /// Of the key's line where the value is a mapping or list, else of the value.
  Location place_of_member(const yaml::Node& parent, std::string_view key) const;

  /// Of a scalar; without a place when there is none (nullptr, null). A null that !reset left has its place.
  Text text(const yaml::Node* node) const;
  /// What takes all of a list or mapping away, or leaves none of it: !reset, !override, an empty one; with its place.
  Text removal(const yaml::Node* node) const;
  /// Also of a text that says yes or no.
  Flag flag(const yaml::Node* node) const;
  /// Of a list of scalars, or one scalar.
  std::vector<Text> texts(const yaml::Node* node) const;
  std::string unset(const yaml::Node& node) const;

 private:
  const Deployment& deployment_;
  const UnsetPlaces* unset_;
};

/// Of the settings of a check: (waits first) + (interval + timeout) * tries.
struct CheckSettings {
  const yaml::Node* start = nullptr;
  const yaml::Node* interval = nullptr;
  const yaml::Node* tries = nullptr;
  const char *start_name = "", *interval_name = "", *tries_name = "";
  std::int64_t interval_default = 30;
  const yaml::Node* timeout = nullptr;
  const char* timeout_name = "";
};
/// Seconds are whole numbers, or durations of Go ("1m30s"). Source: compose-spec, 11-extension, durations.
CheckTime check_time(std::string what, const CheckSettings& settings, const Values& values);
/// A whole number of a text ("5432"), or nullopt.
std::optional<std::int64_t> whole_number(std::string_view text);
/// Words of a command line without a shell, as Go's shellwords reads them: quotes and backslashes are taken away.
std::vector<std::string> command_words(std::string_view line);
/// Whether the words run a shell that expands what follows: sh -c, bash -lc.
bool runs_shell(const std::vector<Text>& words);
/// "5432", "5400-5450": the ports.
std::optional<std::pair<std::uint32_t, std::uint32_t>> port_range(std::string_view text);

}  // namespace supply::deploy
