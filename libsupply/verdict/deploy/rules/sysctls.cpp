// Only safe sysctls are set.
#include <algorithm>
#include <array>

#include "libsupply/verdict/deploy/internal/judging.hpp"

namespace supply::deploy::rules {

namespace {

// Source: Pod Security Standards, baseline, sysctls.
bool is_safe(std::string_view name) {
  static constexpr std::array<std::string_view, 12> kSafe{"kernel.shm_rmid_forced",
                                                          "net.ipv4.ip_local_port_range",
                                                          "net.ipv4.ip_unprivileged_port_start",
                                                          "net.ipv4.tcp_syncookies",
                                                          "net.ipv4.ping_group_range",
                                                          "net.ipv4.ip_local_reserved_ports",
                                                          "net.ipv4.tcp_keepalive_time",
                                                          "net.ipv4.tcp_fin_timeout",
                                                          "net.ipv4.tcp_keepalive_intvl",
                                                          "net.ipv4.tcp_keepalive_probes",
                                                          "net.ipv4.tcp_rmem",
                                                          "net.ipv4.tcp_wmem"};
  return std::find(kSafe.begin(), kSafe.end(), name) != kSafe.end();
}

// Whether a setting of the network makes a router of the container, or lets it be one's victim.
bool opens(std::string_view name, std::string_view value) {
  const bool off = value == "0" || value == "false";
  if (name.find("rp_filter") != std::string_view::npos) return off;
  for (const std::string_view part : {"forward", "route_localnet", "accept_redirects", "accept_source_route"})
    if (name.find(part) != std::string_view::npos) return !off;
  return false;
}

void judge(const Deployment& deployment, const Surrounding& around, Findings& findings) {
  (void)around;
  each_container(deployment, [&](const Workload& workload, const Container& container) {
    for (const auto& [name, value] : container.sysctls) {
      const std::string key = name.value;
      const bool pod = workload.form == Workload::Form::kubernetes;
      if (is_safe(key) || (!pod && key.starts_with("net.") && !opens(key, value.value))) continue;
      findings.no({workload.subject(container), name.place, "safe sysctls alone", quote(key), "take it away", key});
    }
  });
}

}  // namespace

const DeploymentRule& sysctls() {
  static constexpr DeploymentRule rule{"deploy/sysctls", "only safe sysctls are set",
                                       "Counts as safe: the list of the Pod Security Standards; for compose all of "
                                       "net.* that neither forwards nor opens the loopback network",
                                       judge};
  return rule;
}

}  // namespace supply::deploy::rules
