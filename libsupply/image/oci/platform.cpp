#include "libsupply/image/oci/platform.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "libsupply/base/json/json.hpp"
#include "libsupply/base/limits/document_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/image/oci/strict_json.hpp"

namespace supply::oci {
namespace {

// Names that kernels and other tools have for Go's architectures. Source: containerd platforms/database.go.
std::string_view architecture_of(std::string_view name) {
  if (name == "x86_64" || name == "x86-64" || name == "x64") return "amd64";
  if (name == "aarch64") return "arm64";
  if (name == "i386" || name == "i686") return "386";
  if (name == "armhf" || name == "armel") return "arm";
  return name;
}

// The variant as containerd has it. Some names of architectures are a variant too, whatever else is said. Of arm there
// is no usual one: readers take none for v7, for v5, or for nothing. Source: the same.
std::string variant_of(std::string_view name, std::string said) {
  const std::string_view architecture = architecture_of(name);
  if (name == "armhf") return "v7";
  if (name == "armel") return "v6";
  if (name == "i386") return "";
  if (architecture == "amd64" && said == "v1") return "";
  if (architecture == "arm64" && (said == "8" || said == "v8" || said == "v8.0")) return "";
  if (architecture == "arm64" && (said == "9" || said == "9.0" || said == "v9.0")) return "v9";
  if (architecture == "arm" && said.size() == 1 && said[0] >= '5' && said[0] <= '8') return 'v' + said;
  return said;
}

// A variant's place among those of its architecture ("v8.1" is 81), where one runs what is made for a lower one.
std::optional<int> level(std::string_view architecture, std::string_view variant) {
  if (architecture != "arm" && architecture != "arm64" && architecture != "amd64") return std::nullopt;
  if (variant.empty()) return architecture == "arm64" ? 80 : architecture == "amd64" ? 10 : 0;
  if (variant.front() == 'v') variant.remove_prefix(1);
  if (variant.size() == 1 && is_digit(variant[0])) return (variant[0] - '0') * 10;
  if (variant.size() == 3 && is_digit(variant[0]) && variant[1] == '.' && is_digit(variant[2]))
    return (variant[0] - '0') * 10 + (variant[2] - '0');
  return std::nullopt;
}

// What "arm" alone means to those who ask for it. Source: containerd platforms (arm is arm/v7).
std::optional<int> usual_level(std::string_view architecture) {
  return architecture == "arm64" ? 80 : architecture == "amd64" ? 10 : 70;
}

constexpr int kAboveUsual = 1'000;

}  // namespace

Result<Platform> Platform::parse(std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return Error(ErrorCode::malformed, "platform " + quote(text) + ": " + std::string(why) +
                                           " (want os/architecture or os/architecture/variant)");
  };
  if (text.size() > kMaxPlatformBytes) return bad("is too long");
  const auto parts = split(text, '/');
  if (parts.size() < 2 || parts.size() > 3) return bad("has " + std::to_string(parts.size()) + " parts");
  for (const std::string_view part : parts) {
    const bool known = !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return is_alnum(c) || c == '.' || c == '_' || c == '-';
    });
    if (!known) return bad("has a part with other characters than letters, digits, '.', '_' and '-'");
  }
  Platform platform;
  platform.os = to_lower(parts[0]);
  const std::string name = to_lower(parts[1]);
  platform.architecture = architecture_of(name);
  if (parts.size() == 3) platform.variant = to_lower(parts[2]);
  if (name == "armhf" || name == "armel") platform.variant = variant_of(name, {});
  return platform;
}

Result<Platform> Platform::from_json(const nlohmann::json& value) {
  if (!value.is_object()) return Error(ErrorCode::malformed, "platform: want an object");
  SUPPLY_TRY(
      refuse_case_variants(value, {"os", "architecture", "variant", "os.version", "os.features"}).at("platform"));
  Platform platform;
  SUPPLY_TRY(platform.os, json::string_or_empty(value, "os").at("platform"));
  SUPPLY_TRY(platform.architecture, json::string_or_empty(value, "architecture").at("platform"));
  SUPPLY_TRY(platform.variant, json::string_or_empty(value, "variant").at("platform"));
  SUPPLY_TRY(platform.os_version, json::string_or_empty(value, "os.version").at("platform"));
  SUPPLY_TRY(platform.os_features, json::string_list(value, "os.features").at("platform"));
  return platform;
}

std::string Platform::to_string() const { return os + '/' + architecture + (variant.empty() ? "" : '/' + variant); }

nlohmann::json Platform::to_json() const {
  nlohmann::json value = {{"os", os}, {"architecture", architecture}};
  if (!variant.empty()) value["variant"] = variant;
  if (!os_version.empty()) value["os.version"] = os_version;
  if (!os_features.empty()) value["os.features"] = os_features;
  return value;
}

Platform Platform::normalised() const {
  Platform made = *this;
  made.os = to_lower(trim(os));
  if (made.os == "macos") made.os = "darwin";
  const std::string name = to_lower(trim(architecture));
  made.architecture = architecture_of(name);
  made.variant = variant_of(name, to_lower(trim(variant)));
  return made;
}

bool Platform::runnable() const { return os != "unknown" && architecture != "unknown"; }

bool Platform::may_serve(const Platform& wanted) const {
  const Platform mine = normalised(), other = wanted.normalised();
  const auto differs = [](const std::string& a, const std::string& b) {
    return !a.empty() && a != "unknown" && a != b;
  };
  if (differs(mine.os, other.os) || differs(mine.architecture, other.architecture)) return false;
  if (!wanted.os_version.empty() && !os_version.empty() && os_version != wanted.os_version &&
      !os_version.starts_with(wanted.os_version + '.'))
    return false;
  if (wanted.variant.empty()) return true;
  const auto distance = rank(wanted);
  return !distance || *distance < kAboveUsual;
}

std::optional<int> Platform::rank(const Platform& wanted) const {
  const Platform mine = normalised(), other = wanted.normalised();
  if (mine.variant == other.variant) return 0;
  if (mine.variant.empty() && other.architecture == "arm") return std::nullopt;
  const auto have = level(other.architecture, mine.variant);
  const auto want = other.variant.empty() ? usual_level(other.architecture) : level(other.architecture, other.variant);
  if (!have || !want) return std::nullopt;
  return *have <= *want ? *want - *have : kAboveUsual + *have - *want;
}

}  // namespace supply::oci
