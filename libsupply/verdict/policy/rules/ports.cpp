// The ports that the image says it listens at (config: ports).
#include <fmt/format.h>

#include <algorithm>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  std::vector<std::string> allow;  ///< "8080/tcp", "*/udp"; empty: any but those denied
  std::vector<std::string> deny;
  bool unprivileged = false;  ///< none below 1024
};

/// "8080" means tcp. Source: OCI image-spec v1.1, config.md, ExposedPorts. Also "8080/", "08080" and "8080/TCP" are
/// 8080/tcp to Docker. Source: docker/go-connections, nat/nat.go SplitProtoPort and validateProto.
std::string with_protocol(std::string_view port) {
  const std::size_t slash = std::min(port.find('/'), port.size());
  std::string_view number = port.substr(0, slash), protocol = port.substr(std::min(slash + 1, port.size()));
  while (number.size() > 1 && number[0] == '0' && number[1] >= '0' && number[1] <= '9') number.remove_prefix(1);
  return std::string(number) + "/" + (protocol.empty() ? "tcp" : to_lower(protocol));
}

/// Whether it is not one port: a range, or nothing that can be compared.
bool is_range(std::string_view port) {
  const std::string_view number = port.substr(0, port.find('/'));
  return number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos;
}

bool any(const std::vector<std::string>& patterns, std::string_view port) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&](const std::string& pattern) { return glob_match(pattern, port); });
}

/// Of "8080/tcp", or the first of "8000-8100/tcp"; 0 where it is no number.
unsigned number_of(std::string_view port) {
  unsigned number = 0;
  for (const char c : port) {
    if (c < '0' || c > '9' || number > 65'535) break;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  std::string expected = rule.allow.empty() ? "ports" : fmt::format("ports {}", fmt::join(rule.allow, ", "));
  if (!rule.deny.empty()) expected += fmt::format(", none of {}", fmt::join(rule.deny, ", "));
  if (rule.unprivileged) expected += ", none below 1024";
  bool found = false;
  for (const std::string& said : platform.config.exposed_ports) {
    const std::string port = with_protocol(said);
    const bool denied = any(rule.deny, port) || (!rule.allow.empty() && !any(rule.allow, port)) ||
                        (rule.unprivileged && number_of(port) < 1024);
    if (!denied && !rule.deny.empty() && rule.allow.empty() && is_range(port)) {
      found = true;
      rulings.undecided(
          {subject_of(platform), expected, "EXPOSE " + quote(port) + ", of which a denied port may be one",
           platform.manifest.to_string(), "name the ports one by one", port},
          "range");
    }
    if (!denied) continue;
    found = true;
    rulings.denied({subject_of(platform), expected, "EXPOSE " + quote(port), platform.manifest.to_string(),
                    "listen at another port, or allow it in the policy", port});
  }
  if (!found)
    rulings.satisfied({subject_of(platform), expected,
                       platform.config.exposed_ports.empty()
                           ? "no port"
                           : fmt::format("{}", fmt::join(platform.config.exposed_ports, ", ")),
                       platform.manifest.to_string(), ""});
}

Ruling judge(const Facts& facts, const Policy& policy, const Asks& asks, const RulePart& asked) {
  Rulings rulings("ports", facts, policy, asks);
  for (const PlatformFacts& platform : facts.platforms) judge_platform(platform, as<Part>(asked), rulings);
  return std::move(rulings).finish();
}

Result<std::vector<std::string>> read_ports(const PolicyNode& node) {
  SUPPLY_TRY(const std::vector<std::string> said, read_patterns(node));
  std::vector<std::string> all;
  for (const std::string& each : said) all.push_back(with_protocol(each));
  return all;
}

ParsedPart parse(const PolicyNode& node, const PolicyScope&) {
  SUPPLY_TRY(node.only({"allow", "deny", "unprivileged"}));
  Part rule;
  if (const auto allow = node.find("allow")) {
    SUPPLY_TRY(rule.allow, read_ports(*allow));
  }
  if (const auto deny = node.find("deny")) {
    SUPPLY_TRY(rule.deny, read_ports(*deny));
  }
  if (const auto flag = node.find("unprivileged")) {
    SUPPLY_TRY(rule.unprivileged, flag->flag());
  }
  if (rule.allow.empty() && rule.deny.empty() && !rule.unprivileged)
    return node.error("want allow, deny or unprivileged");
  return part_of(std::move(rule));
}

constexpr std::string_view kSchema = R"({
  "type": "object", "additionalProperties": false, "minProperties": 1,
  "properties": {
    "allow": {"description": "Nothing but these: 8080 (tcp), 53/udp, */tcp.", "$ref": "#/$defs/patterns"},
    "deny": {"$ref": "#/$defs/patterns"},
    "unprivileged": {"description": "None below 1024.", "type": "boolean", "default": false}
  }
})";

constexpr std::string_view kGuide =
    R"md(What the image says by `EXPOSE`: `allow` (nothing else), `deny`, `unprivileged: true` (none below 1024). `8080` is
`8080/tcp`; `*` stands for any run. It is what the image says of itself: a process may listen elsewhere. A finding's id is
the port with its protocol.)md";

}  // namespace

const Rule& ports() {
  static constexpr Rule rule{.id = "ports",
                             .title = "ports that the policy allows",
                             .denied = "a port that the policy does not allow",
                             .member = "config.ports",
                             .schema = kSchema,
                             .guide = kGuide,
                             .parse = parse,
                             .judge = judge};
  return rule;
}

}  // namespace supply::policy::rules
