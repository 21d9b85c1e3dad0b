// The ports that the image says it listens at (config: ports).
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/policy/internal/rulings.hpp"

namespace supply::policy::rules {

namespace {

struct Part : RulePart {
  /// "8080/tcp", "*/udp"; empty: any but those denied. `*` is any run on its side of the '/'.
  std::vector<std::string> allow;
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

/// The number before the '/', or a range of them: "8080", "8000-8100".
struct Numbers {
  unsigned first = 0, last = 0;
};
std::optional<Numbers> numbers_of(std::string_view port) {
  port = port.substr(0, port.find('/'));
  const auto number = [](std::string_view text) -> std::optional<unsigned> {
    unsigned value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failed != std::errc{} || end != text.data() + text.size() || value > 65'535) return std::nullopt;
    return value;
  };
  const std::size_t dash = port.find('-');
  const auto first = number(port.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : number(port.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return Numbers{*first, *last};
}

bool same_protocol(std::string_view pattern, std::string_view port) {
  return glob_match(pattern.substr(pattern.find('/') + 1), port.substr(port.find('/') + 1));
}

bool is_allowed(const std::vector<std::string>& patterns, std::string_view port) {
  const auto numbers = numbers_of(port);
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    if (glob_match(pattern, port)) return true;
    const auto wanted = numbers_of(pattern);
    return wanted && numbers && same_protocol(pattern, port) && wanted->first <= numbers->first &&
           numbers->last <= wanted->last;
  });
}

/// Whether the port, or one of a range, is denied; nothing where that cannot be told.
std::optional<bool> is_denied(const std::vector<std::string>& patterns, std::string_view port) {
  const auto numbers = numbers_of(port);
  bool unknown = false;
  for (const std::string& pattern : patterns) {
    if (glob_match(pattern, port)) return true;
    if (!same_protocol(pattern, port)) continue;
    const auto denied = numbers_of(pattern);
    if (denied && numbers && denied->first <= numbers->last && numbers->first <= denied->last) return true;
    // A wildcard is compared with the text of one number.
    unknown = unknown || !numbers || (!denied && numbers->first != numbers->last);
  }
  return unknown ? std::nullopt : std::optional(false);
}

void judge_platform(const PlatformFacts& platform, const Part& rule, Rulings& rulings) {
  std::string expected = rule.allow.empty() ? "ports" : fmt::format("ports {}", fmt::join(rule.allow, ", "));
  if (!rule.deny.empty()) expected += fmt::format(", none of {}", fmt::join(rule.deny, ", "));
  if (rule.unprivileged) expected += ", none below 1024";
  bool found = false;
  for (const std::string& said : platform.config.exposed_ports) {
    const std::string port = with_protocol(said);
    const std::optional<bool> in_list = is_denied(rule.deny, port);
    const auto numbers = numbers_of(port);
    const bool denied = in_list == true || (!rule.allow.empty() && !is_allowed(rule.allow, port)) ||
                        (rule.unprivileged && (!numbers || numbers->first < 1024));
    if (!denied && in_list == false) continue;
    found = true;
    FindingText text{subject_of(platform),
                     expected,
                     "EXPOSE " + quote(port),
                     platform.manifest.to_string(),
                     "listen at another port, or allow it in the policy",
                     port};
    if (denied) {
      rulings.denied(std::move(text));
    } else {
      text.found += ", of which a denied port may be one";
      rulings.undecided(std::move(text), "range");
    }
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
  for (const std::string& each : said) {
    // Does it mean any port, or, as 8080 is 8080/tcp, any of tcp?
    if (each.find_first_not_of('*') == std::string::npos)
      return node.error(fmt::format("port {}: write */tcp, */udp or */*", quote(each)));
    all.push_back(with_protocol(each));
  }
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
    "allow": {"description": "Nothing but these: 8080 (tcp), 53/udp, 8000-8100, */tcp.", "$ref": "#/$defs/patterns"},
    "deny": {"description": "None of these; */* is every port.", "$ref": "#/$defs/patterns"},
    "unprivileged": {"description": "None below 1024.", "type": "boolean", "default": false}
  }
})";

constexpr std::string_view kGuide =
    R"md(What the image says by `EXPOSE`: `allow` (nothing else), `deny`, `unprivileged: true` (none below 1024). `8080` is
`8080/tcp`, `8000-8100` a range; `*` stands for any run of digits, or for any protocol: `80*/tcp`, `*/udp`, `*/*` (`*` alone
is an error). It is what the image says of itself: a process may listen
elsewhere. A finding's id is the port with its protocol.)md";

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
