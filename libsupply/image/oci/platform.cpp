#include "libsupply/image/oci/platform.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "libsupply/base/bytes/text.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/image/oci/members.hpp"

namespace supply::oci {
namespace {

constexpr std::size_t kMaxPlatformBytes = 255;

// Names that kernels and other tools have for Go's architectures. Source: containerd platforms/database.go.
std::string_view architecture_of(std::string_view name) {
  if (name == "x86_64" || name == "x86-64") return "amd64";
  if (name == "aarch64") return "arm64";
  if (name == "i386" || name == "i686") return "386";
  if (name == "armhf" || name == "armel") return "arm";
  return name;
}

// A variant's place among those of its architecture ("v8.1" is 81), where one runs what is made for a lower one.
std::optional<int> level(std::string_view architecture, std::string_view variant) {
  if (architecture != "arm" && architecture != "arm64" && architecture != "amd64") return std::nullopt;
  if (variant.empty()) return architecture == "arm64" ? 80 : architecture == "amd64" ? 10 : 0;
  if (variant.front() != 'v') return std::nullopt;
  variant.remove_prefix(1);
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  if (variant.size() == 1 && digit(variant[0])) return (variant[0] - '0') * 10;
  if (variant.size() == 3 && digit(variant[0]) && variant[1] == '.' && digit(variant[2]))
    return (variant[0] - '0') * 10 + (variant[2] - '0');
  return std::nullopt;
}

// What "arm" alone means to those who ask for it. Source: containerd platforms (arm is arm/v7).
int usual_level(std::string_view architecture) {
  return architecture == "arm64" ? 80 : architecture == "amd64" ? 10 : 70;
}

constexpr int kAboveUsual = 1'000, kUnknownVariant = 10'000;

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
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
             c == '-';
    });
    if (!known) return bad("has a part with other characters than letters, digits, '.', '_' and '-'");
  }
  Platform platform;
  platform.os = to_lower(parts[0]);
  const std::string name = to_lower(parts[1]);
  platform.architecture = architecture_of(name);
  if (parts.size() == 3) platform.variant = to_lower(parts[2]);
  else if (name == "armhf") platform.variant = "v7";
  else if (name == "armel") platform.variant = "v6";
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

bool Platform::runnable() const { return os != "unknown" && architecture != "unknown"; }

bool Platform::satisfies(const Platform& wanted) const {
  const std::string_view mine = architecture_of(architecture);
  if (os != wanted.os || mine != architecture_of(wanted.architecture)) return false;
  if (!wanted.os_version.empty() && os_version != wanted.os_version && !os_version.starts_with(wanted.os_version + '.'))
    return false;
  if (wanted.variant.empty() || variant == wanted.variant) return true;
  const auto have = level(mine, variant), want = level(mine, wanted.variant);
  return have && want && *have <= *want;
}

int Platform::rank(const Platform& wanted) const {
  if (variant == wanted.variant) return 0;
  const std::string_view mine = architecture_of(architecture);
  const auto have = level(mine, variant);
  if (!have) return kUnknownVariant;
  const int want = wanted.variant.empty() ? usual_level(mine) : level(mine, wanted.variant).value_or(0);
  return *have <= want ? want - *have : kAboveUsual + *have - want;
}

}  // namespace supply::oci
