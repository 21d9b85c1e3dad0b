#include <algorithm>
#include <span>

#include "libsupply/base/text/text.hpp"
#include "libsupply/verdict/deploy/internal/profile_content.hpp"

namespace supply::deploy {

namespace {

// A rule with its comma, the head of a block with its brace, a brace that ends one, or a line that includes a file.
struct Statement {
  std::string text;  // with single spaces
  std::uint32_t number;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Splits a text into statements, as the language does: a rule ends at its comma, which is in no list and no path, and
// may go over several lines.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::vector<Statement> all() {
    std::vector<Statement> statements;
    for (skip(); at_ < text_.size(); skip()) {
      Statement one{"", line_};
      if (is_line()) one.text = std::string(trim(rest_of_line()));
      else if (text_[at_] == '}') one.text = step();
      else one.text = rule();
      if (!one.text.empty()) statements.push_back(std::move(one));
    }
    return statements;
  }

 private:
  char step() {
    if (text_[at_] == '\n') ++line_;
    return text_[at_++];
  }
  std::string_view rest_of_line() {
    const std::size_t begin = at_;
    at_ = std::min(text_.find('\n', at_), text_.size());
    return text_.substr(begin, at_ - begin);
  }
  bool starts(std::string_view word) const { return text_.substr(at_).starts_with(word); }

  // White space and comments.
  void skip() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) step();
      else if (text_[at_] == '#' && !starts("#include")) rest_of_line();
      else return;
    }
  }

  // What ends with its line: an include, or a variable's definition.
  bool is_line() const {
    if (starts("#include") || starts("include ") || starts("include\t")) return true;
    if (!starts("@{")) return false;
    const std::string_view line = text_.substr(at_, std::min(text_.find('\n', at_), text_.size()) - at_);
    const std::size_t end = line.find('}');
    if (end == std::string_view::npos) return false;
    const std::string_view behind = trim(line.substr(end + 1));
    return behind.starts_with('=') || behind.starts_with("+=");
  }

  // Whether what begins here, behind the end of a line, is a rule of its own: the comma before it was forgotten.
  bool begins_a_rule() const {
    for (const std::string_view word :
         {"deny ",    "allow ", "audit ",         "owner ",     "capability", "network",  "mount",   "umount",
          "remount",  "ptrace", "signal",         "file",       "dbus",       "unix",     "include", "#include",
          "profile ", "hat ",   "change_profile", "pivot_root", "userns",     "io_uring", "all,",    "/",
          "@{",       "}"})
      if (starts(word)) return true;
    return false;
  }

  std::string rule() {
    std::string rule;
    int lists = 0, braces = 0;
    bool quoted = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (!quoted && is_space(c)) {
        const std::uint32_t before = line_;
        skip();
        if (line_ != before && lists == 0 && begins_a_rule()) return rule.empty() ? rule : rule + ",";
        if (at_ < text_.size() && text_[at_] != ',') rule += ' ';
        continue;
      }
      if (!quoted && c == '}' && braces == 0) return rule + ",";
      const bool wide = at_ + 1 >= text_.size() || is_space(text_[at_ + 1]);
      if (!quoted && c == '{' && braces == 0 && (wide || rule.empty() || rule.back() == ' ' || rule.back() == ')')) {
        step();
        return rule + "{";
      }
      if (c == '"') quoted = !quoted;
      if (!quoted) {
        lists += c == '(' ? 1 : c == ')' ? -1 : 0;
        braces += c == '{' ? 1 : c == '}' ? -1 : 0;
      }
      rule += step();
      if (c == ',' && !quoted && lists <= 0 && braces <= 0) return rule;
      if (c == '\n') quoted = false;
    }
    return rule.empty() ? rule : rule + ",";
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t line_ = 1;
};

bool begins(const std::string& line, std::string_view name) {
  if (!line.ends_with('{')) return false;
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
  std::string rights(rule.substr(6, at == std::string_view::npos ? at : at - 6));
  std::replace_if(
      rights.begin(), rights.end(), [](char c) { return c == '(' || c == ')' || c == ','; }, ' ');
  rights = " " + rights + " ";
  const bool traces = trim(rights).empty() || rights.find(" trace ") != std::string::npos;
  if (at == std::string_view::npos) return traces || rights.find(" read ") != std::string::npos;
  const std::string_view peer = rule.substr(at + 5);
  return traces && (peer.starts_with("unconfined") || peer.starts_with("**") || peer.starts_with("*,"));
}

// What a profile's flags say that only watches, or "". Before 3.0 they had no name: "profile x (complain) {".
std::string watching(std::string_view head) {
  for (std::size_t open = head.find('('); open != std::string_view::npos; open = head.find('(', open + 1)) {
    if (trim(head.substr(0, open)).ends_with("xattrs=")) continue;
    std::string flags(head.substr(open + 1, head.find(')', open) - open - 1));
    std::replace(flags.begin(), flags.end(), ',', ' ');
    for (const std::string_view flag : split(flags, ' '))
      for (const std::string_view mode : {"complain", "unconfined", "default_allow", "prompt"})
        if (flag == mode) return std::string(mode);
  }
  return "";
}

// What the host's memory and disks are read from.
bool is_raw_device(std::string_view path) {
  for (const std::string_view each : {"/dev/mem", "/dev/kmem", "/dev/port", "/proc/kcore", "@{PROC}/kcore", "/dev/sd",
                                      "/dev/nvme", "/dev/vd", "/dev/dm-"})
    if (path.starts_with(each)) return true;
  return false;
}

}  // namespace

bool has_apparmor_profile(std::string_view text, std::string_view name) {
  const std::vector<Statement> all = Reader(text).all();
  return std::any_of(all.begin(), all.end(), [&](const Statement& each) { return begins(each.text, name); });
}

namespace {

// One profile, statement by statement.
class Judge {
 public:
  std::vector<ProfileFault> judge(std::span<const Statement> statements) {
    const Statement& head = statements.front();
    int depth = 0;
    for (const Statement& each : statements) {
      line_ = each.number;
      if (each.text == "}") {
        if (--depth <= 0) break;
      } else if (each.text.ends_with('{')) {
        ++depth;
        if (const std::string mode = watching(each.text); !mode.empty())
          fault("the profile only watches: flags " + mode);
      } else {
        rule(each.text);
      }
    }
    if (every_network_ != 0 && !refuses_raw_) {
      line_ = every_network_;
      fault("every kind of network, also raw packets, is allowed");
    }
    line_ = head.number;
    if (!starts_) fault("nothing can start under the profile: no rule lets a program run");
    return std::move(faults_);
  }

 private:
  void fault(std::string found) { faults_.push_back({std::move(found), line_, 1}); }

  void rule(std::string_view rule) {
    if (rule.starts_with("priority=")) rule = trim(rule.substr(std::min(rule.find(' '), rule.size())));
    for (const std::string_view word : {"audit ", "allow "})
      if (rule.starts_with(word)) rule = trim(rule.substr(word.size()));
    if (rule.starts_with("deny ")) return denied(trim(rule.substr(5)));
    const std::string bare(rule);
    if (bare == "all,") {
      fault("everything is allowed");
      starts_ = true;
    } else if (bare == "file,") {
      fault("all files may be written and run");
      starts_ = true;
    } else if (bare == "capability,") {
      fault("all capabilities are allowed");
    } else if (bare.starts_with("capability ")) {
      capabilities(bare);
    } else if (bare == "mount," || bare.starts_with("mount ") || bare == "remount," || bare.starts_with("remount ")) {
      fault("mounts are allowed");
    } else if (bare == "ptrace," || (bare.starts_with("ptrace ") && traces_others(bare))) {
      fault("all processes may be traced");
    } else if (bare == "userns," || bare.starts_with("userns ") || bare == "io_uring," ||
               bare.starts_with("io_uring ") || bare == "pivot_root," || bare.starts_with("pivot_root ") ||
               bare.starts_with("change_profile")) {
      fault(quote(bare) + " is allowed");
    } else if (bare == "network,") {
      every_network_ = line_;
    } else if (bare.starts_with("network ")) {
      if (bare.find(" raw,") != std::string::npos || bare.find(" packet") != std::string::npos)
        fault("raw packets are allowed");
    } else if (const auto [path, rights] = file_rule(bare); !path.empty()) {
      file(bare, path, rights);
    }
  }

  void denied(std::string_view rule) {
    if (rule == "network raw," || rule == "network,") refuses_raw_ = true;
    const auto [path, rights] = file_rule(rule);
    if (is_everything(path) && rights.find('x') != std::string::npos)
      fault("nothing can start under the profile: " + quote("deny " + std::string(rule)));
  }

  void capabilities(const std::string& rule) {
    std::vector<std::string> ways;
    for (const std::string_view each :
         {"sys_admin", "sys_module", "sys_ptrace", "sys_rawio", "mac_admin", "mac_override", "sys_boot", "bpf",
          "net_admin", "net_raw", "dac_read_search", "perfmon", "sys_time", "checkpoint_restore", "audit_control",
          "syslog", "linux_immutable"})
      if ((" " + rule).find(" " + std::string(each)) != std::string::npos) ways.emplace_back(each);
    if (!ways.empty()) fault("capability " + join(ways, ", ") + " is allowed");
  }

  void file(const std::string& rule, std::string_view path, std::string_view rights) {
    if (rule.find("-> unconfined") != std::string::npos) fault("programs run without a profile: " + quote(rule));
    if (rights.find('x') != std::string_view::npos) {
      starts_ = true;
      if (rights.find_first_of("uU") != std::string_view::npos) fault("programs run without a profile: " + quote(rule));
    }
    const bool writes = rights.find_first_of("wa") != std::string_view::npos;
    if (is_everything(path) && writes) fault("all files may be written: " + quote(rule));
    else if (path == "/etc/shadow" || path.ends_with("docker.sock") || path.ends_with("containerd.sock"))
      fault("a way out of the container: " + quote(rule));
    else if (is_raw_device(path)) fault("the host's memory or disks may be reached: " + quote(rule));
    else if (is_of_programs(path) && writes) fault("programs and their settings may be changed: " + quote(rule));
    else if (is_of_the_host(path) && writes) fault("the host's kernel may be changed: " + quote(rule));
  }

  std::vector<ProfileFault> faults_;
  std::uint32_t line_ = 1;
  std::uint32_t every_network_ = 0;  // the line of "network,"
  bool refuses_raw_ = false, starts_ = false;
};

}  // namespace

std::vector<ProfileFault> faults_of_apparmor(std::string_view text, std::string_view name) {
  const std::vector<Statement> all = Reader(text).all();
  const auto head =
      std::find_if(all.begin(), all.end(), [&](const Statement& each) { return begins(each.text, name); });
  if (head == all.end()) return {{"no AppArmor profile " + quote(name), 1, 1, true}};
  return Judge().judge({head, all.end()});
}

}  // namespace supply::deploy
