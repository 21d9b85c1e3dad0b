#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/deploy/internal/profile_content.hpp"

namespace supply::deploy {

namespace {

struct Line {
  std::string text;  // without its comment
  std::uint32_t number;
};

std::vector<Line> lines_of(std::string_view text) {
  std::vector<Line> all;
  std::uint32_t number = 0;
  for (const std::string_view line : lines(text)) {
    ++number;
    std::string_view code = trim(line);
    if (code.starts_with('#') && !code.starts_with("#include")) continue;
    if (const std::size_t comment = code.find(" #"); comment != std::string_view::npos)
      code = trim(code.substr(0, comment));
    if (!code.empty()) all.push_back({std::string(code), number});
  }
  return all;
}

bool begins(const std::string& line, std::string_view name) {
  if (line.find('{') == std::string::npos) return false;
  std::string_view rest = line;
  if (rest.starts_with("profile ")) rest = trim(rest.substr(8));
  if (rest.starts_with('"')) {
    const std::size_t end = rest.find('"', 1);
    return end != std::string_view::npos && rest.substr(1, end - 1) == name;
  }
  return rest.substr(0, rest.find_first_of(" \t{(")) == name;
}

// The permissions at the end of a rule over files: "rw" of "/var/** rw,"; "" of another rule.
std::pair<std::string, std::string> file_rule(std::string_view rule) {
  for (const std::string_view word : {"audit ", "allow ", "owner ", "file "})
    if (rule.starts_with(word)) rule = trim(rule.substr(word.size()));
  // The permissions may be before the path, too: "rw /var/**,".
  const std::size_t space = rule.find_first_of(" \t");
  const bool behind = space != std::string_view::npos &&
                      rule.substr(0, space).find_first_not_of("rwaxlkmiuUpPcC") == std::string_view::npos &&
                      trim(rule.substr(space)).find_first_of("/@\"") == 0;
  if (!behind && !rule.starts_with('/') && !rule.starts_with("@{") && !rule.starts_with('"')) return {};
  if (rule.ends_with(',')) rule.remove_suffix(1);
  if (const std::size_t arrow = rule.find("->"); arrow != std::string_view::npos) rule = trim(rule.substr(0, arrow));
  const std::size_t cut = rule.find_last_of(" \t");
  if (cut == std::string_view::npos) return {};
  if (behind) return {std::string(rule.substr(cut + 1)), std::string(trim(rule.substr(0, cut)))};
  return {std::string(trim(rule.substr(0, cut))), std::string(rule.substr(cut + 1))};
}

bool is_everything(std::string_view path) {
  if (path.size() > 1 && path.starts_with('"') && path.ends_with('"')) path = path.substr(1, path.size() - 2);
  return path == "/**" || path == "/{,**}" || path == "/{**,}" || path == "/*" || path == "/" || path == "/**{,/}";
}

bool is_of_the_host(std::string_view path) {
  for (const std::string_view tree :
       {"/proc/sys", "@{PROC}/sys", "/sys/", "@{sys}/", "@{SYS}/", "/proc/**", "/proc/*", "@{PROC}/**", "@{PROC}/*",
        "/dev/**", "/dev/*", "/dev/mem", "/dev/kmem", "/dev/sd", "/dev/nvme"})
    if (path.starts_with(tree)) return !path.starts_with("/proc/*/") && !path.starts_with("@{PROC}/*/");
  return false;
}

// All of a tree of programs, or of their settings.
bool is_of_programs(std::string_view path) {
  for (const std::string_view tree : {"/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc", "/boot", "/usr/bin",
                                      "/usr/sbin", "/usr/lib", "/usr/local/bin"})
    if (path == std::string(tree) + "/**" || path == std::string(tree) + "/*" || path == std::string(tree) + "/{,**}")
      return true;
  return path == "/etc/passwd" || path == "/etc/shadow" || path == "/etc/group" || path == "/etc/sudoers";
}

// Whether a ptrace rule is for every process, or for tracing what has no profile: the host's own. To be traced, or to
// read what others show, is no more than they let through.
bool traces_others(std::string_view rule) {
  const std::size_t at = rule.find("peer=");
  if (at == std::string_view::npos) return true;
  std::string rights(rule.substr(6, at - 6));
  std::replace_if(
      rights.begin(), rights.end(), [](char c) { return c == '(' || c == ')' || c == ','; }, ' ');
  rights = " " + rights + " ";
  const std::string_view peer = rule.substr(at + 5);
  return (trim(rights).empty() || rights.find(" trace ") != std::string::npos) &&
         (peer.starts_with("unconfined") || peer.starts_with("**") || peer.starts_with("*,"));
}

}  // namespace

bool has_apparmor_profile(std::string_view text, std::string_view name) {
  const std::vector<Line> all = lines_of(text);
  return std::any_of(all.begin(), all.end(), [&](const Line& line) { return begins(line.text, name); });
}

std::vector<ProfileFault> faults_of_apparmor(std::string_view text, std::string_view name) {
  const std::vector<Line> all = lines_of(text);
  auto line = std::find_if(all.begin(), all.end(), [&](const Line& each) { return begins(each.text, name); });
  if (line == all.end()) return {{"no AppArmor profile " + quote(name), 1, 1, true}};
  std::vector<ProfileFault> faults;
  const auto fault = [&](std::string found) { faults.push_back({std::move(found), line->number, 1}); };
  const Line head = *line;
  if (const std::size_t flags = head.text.find("flags"); flags != std::string::npos)
    for (const std::string_view mode : {"complain", "unconfined", "default_allow", "prompt"})
      if (head.text.find(mode, flags) != std::string::npos)
        fault("the profile only watches: flags " + std::string(mode));
  bool starts = false;
  int depth = 0;
  for (; line != all.end(); ++line) {
    const std::string& rule = line->text;
    depth += static_cast<int>(std::count(rule.begin(), rule.end(), '{')) -
             static_cast<int>(std::count(rule.begin(), rule.end(), '}'));
    if (depth <= 0 && line->number != head.number) break;
    if (line->number == head.number) continue;
    if (rule.starts_with("deny ") || rule.starts_with("audit deny ")) {
      const auto [path, rights] = file_rule(rule.substr(rule.find("deny ") + 5));
      if (is_everything(path) && rights.find('x') != std::string::npos)
        fault("nothing can start under the profile: " + quote(rule));
      continue;
    }
    std::string bare = rule;
    for (const std::string_view word : {"audit ", "allow "})
      if (bare.starts_with(word)) bare.erase(0, word.size());
    if (bare == "all,") {
      fault("everything is allowed");
      starts = true;
    } else if (bare == "file,") {
      fault("all files may be written and run");
      starts = true;
    } else if (bare == "capability,") {
      fault("all capabilities are allowed");
    } else if (bare.starts_with("capability ")) {
      std::vector<std::string> ways;
      for (const std::string_view each :
           {"sys_admin", "sys_module", "sys_ptrace", "sys_rawio", "mac_admin", "mac_override", "sys_boot", "bpf",
            "net_admin", "net_raw", "dac_read_search", "perfmon", "sys_time", "checkpoint_restore"})
        if ((" " + bare).find(" " + std::string(each)) != std::string::npos) ways.emplace_back(each);
      if (!ways.empty()) fault("capability " + join(ways, ", ") + " is allowed");
    } else if (bare == "mount," || bare.starts_with("mount ")) {
      fault("mounts are allowed");
    } else if (bare == "ptrace," || (bare.starts_with("ptrace ") && traces_others(bare))) {
      fault("all processes may be traced");
    } else if (bare == "userns," || bare.starts_with("userns ") || bare == "io_uring," ||
               bare.starts_with("io_uring ") || bare == "pivot_root," || bare.starts_with("pivot_root ") ||
               bare.starts_with("change_profile")) {
      fault(quote(bare) + " is allowed");
    } else if (bare.starts_with("network ") &&
               (bare.find(" raw,") != std::string::npos || bare.find(" packet") != std::string::npos)) {
      fault("raw packets are allowed");
    } else if (const auto [path, rights] = file_rule(bare); !path.empty()) {
      if (bare.find("-> unconfined") != std::string::npos) fault("programs run without a profile: " + quote(bare));
      if (rights.find('x') != std::string::npos) {
        starts = true;
        if (rights.find('u') != std::string::npos || rights.find('U') != std::string::npos)
          fault("programs run without a profile: " + quote(bare));
      }
      if (is_everything(path) && rights.find_first_of("wa") != std::string::npos)
        fault("all files may be written: " + quote(bare));
      else if (path == "/etc/shadow" || path.ends_with("docker.sock") || path.ends_with("containerd.sock"))
        fault("a way out of the container: " + quote(bare));
      else if (is_of_programs(path) && rights.find_first_of("wa") != std::string::npos)
        fault("programs and their settings may be changed: " + quote(bare));
      else if (is_of_the_host(path) && rights.find_first_of("wa") != std::string::npos)
        fault("the host's kernel may be changed: " + quote(bare));
    }
  }
  if (!starts) faults.push_back({"nothing can start under the profile: no rule lets a program run", head.number, 1});
  return faults;
}

}  // namespace supply::deploy
