// Seccomp and AppArmor profiles judged by what they say. For the .cpp files of this room.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace supply::deploy {

struct ProfileFault {
  std::string found;
  std::uint32_t line = 1, column = 1;
  bool undecided = false;  ///< it cannot be read as a profile
};

/// Source: runtime-spec, config-linux, seccomp; moby, profiles/seccomp.
std::vector<ProfileFault> faults_of_seccomp(std::string_view json);
/// `name` is of the profile in the text, which may hold several. Source: apparmor.d(5).
std::vector<ProfileFault> faults_of_apparmor(std::string_view text, std::string_view name);
/// Whether the text has an AppArmor profile of that name.
bool has_apparmor_profile(std::string_view text, std::string_view name);

}  // namespace supply::deploy
