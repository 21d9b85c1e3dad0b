#include "libsupply/content/locks/requirements.hpp"

// Source: pip.pypa.io "Requirements File Format", "Secure installs"; PEP 508; PEP 440; PEP 503.
#include <re2/re2.h>

#include <algorithm>
#include <array>

#include "libsupply/base/limits/source_limits.hpp"
#include "libsupply/base/path/path.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/locks/internal/requirement_lines.hpp"
#include "libsupply/content/locks/internal/requirement_text.hpp"
#include "libsupply/content/secrets/credential.hpp"

namespace supply::locks {
namespace {

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

constexpr std::string_view kHashRemedy =
    "write it as name==version with --hash=sha256:… (pip-compile --generate-hashes)";

}  // namespace

bool is_requirements_file(std::string_view path) {
  const std::string name = to_lower(base_name(path));
  if (name.starts_with("requirements") && name.ends_with(".lock")) return true;
  if (!name.ends_with(".txt")) return false;
  const std::string_view stem = std::string_view(name).substr(0, name.size() - 4);
  for (const std::string_view word : {"requirements", "constraints"})
    if (stem.starts_with(word) || stem.ends_with(word)) return true;
  return base_name(directory_of(path)) == "requirements";
}

namespace {

// Takes "sha256:…" (or "sha256=…" of a URL's fragment) into `strong`, or says what is wrong with it.
enum class HashKind { strong, weak, wrong };
HashKind take_hash(std::string_view algorithm, std::string_view digits, std::vector<std::string>& strong) {
  struct Algorithm {
    std::string_view name;
    std::size_t digits;
    bool strong;
  };
  constexpr std::array<Algorithm, 6> kAlgorithms = {{{"sha256", 64, true},
                                                     {"sha384", 96, true},
                                                     {"sha512", 128, true},
                                                     {"md5", 32, false},
                                                     {"sha1", 40, false},
                                                     {"sha224", 56, false}}};
  const std::string lower = to_lower(digits);
  for (const Algorithm& known : kAlgorithms) {
    if (known.name != algorithm) continue;
    if (lower.size() != known.digits || !is_lower_hex(lower)) return HashKind::wrong;
    if (!known.strong) return HashKind::weak;
    const std::string hash = std::string(algorithm) + ":" + lower;
    if (std::find(strong.begin(), strong.end(), hash) == strong.end()) strong.push_back(hash);
    return HashKind::strong;
  }
  return HashKind::wrong;
}

// What puts pip in hash mode, in which it installs nothing without a hash, dependencies included.
// Source: pip, req/req_install.py has_hash_options: "hashes specified as part of a URL do not".
struct HashMode {
  bool asked = false;                    // by --hash of any requirement, or by --require-hashes
  std::vector<std::size_t> by_url_only;  // entries that have no other hash than their URL's
};

struct Judge {
  Requirement entry;
  bool weak = false;  // has a weak hash

  void integrity(Integrity integrity, std::string reason, std::string_view remedy = kHashRemedy) {
    entry.integrity = integrity;
    entry.reason = std::move(reason);
    entry.remedy = remedy;
  }

  // By the hashes alone; `what` completes "no --hash" and so on.
  void by_hashes() {
    if (weak) integrity(Integrity::weak, "held by MD5, SHA-1 or SHA-224");
    else if (entry.hashes.empty()) integrity(Integrity::unhashed, "no hash");
    else entry.integrity = Integrity::hash_only;
  }

  // False when the entry is done for.
  bool hash(std::string_view algorithm, std::string_view digits) {
    switch (take_hash(algorithm, digits, entry.hashes)) {
      case HashKind::strong: return true;
      case HashKind::weak: weak = true; return true;
      case HashKind::wrong: break;
    }
    integrity(Integrity::unknown, "a hash that is not of its algorithm's form: " +
                                      quote(std::string(algorithm) + ":" + std::string(digits)));
    return false;
  }

  void version_control(std::string_view url) {
    static const RE2 commit(R"([^#?]*@(?:[0-9a-f]{40}|[0-9a-f]{64})(?:[#?].*)?)", RE2::Quiet);
    if (url.starts_with("git+http://") || url.starts_with("git+git://") || url.starts_with("git://"))
      integrity(Integrity::plaintext_http, "fetched without encryption from a repository",
                "use a released archive with --hash");
    else if (url.starts_with("git") && RE2::FullMatch(piece(url), commit))
      integrity(Integrity::weak, "held by a git commit (SHA-1); pip refuses it beside hashes",
                "use a released archive with --hash");
    else
      integrity(Integrity::mutable_ref, "a branch, a tag or the newest state of a repository",
                "use a released archive with --hash");
  }

  void local(std::string_view path) {
    if (entry.address.empty()) entry.address = trim(path);
    static const RE2 archive(
        R"((?i)[^;]*\.(?:whl|zip|tar|tar\.gz|tgz|tar\.bz2|tbz|tar\.xz|txz|tlz|tar\.lz|tar\.lzma)(?:\[[^\]]*\])?\s*)",
        RE2::Quiet);
    if (RE2::FullMatch(piece(path), archive)) by_hashes();
    else
      integrity(Integrity::mutable_ref, "a local directory, which no hash can hold",
                "build an archive and name it with --hash");
  }

  void url(std::string_view url) {
    entry.address = secrets::masked(url);
    const std::string lower = to_lower(url);
    static const RE2 vcs(R"((?:git|hg|svn|bzr)[+:].*)", RE2::Quiet);
    if (RE2::FullMatch(piece(lower), vcs)) return version_control(url);
    // "#sha256=…&egg=x": the hash of an archive named by its URL.
    const std::size_t hash_mark = url.find('#');
    if (hash_mark != std::string_view::npos)
      for (const std::string_view part : split(url.substr(hash_mark + 1), '&')) {
        static const RE2 fragment(R"((sha1|sha224|sha256|sha384|sha512|md5)=([^&]*))", RE2::Quiet);
        re2::StringPiece algorithm, digits;
        if (RE2::FullMatch(piece(part), fragment, &algorithm, &digits) &&
            !hash({algorithm.data(), algorithm.size()}, {digits.data(), digits.size()}))
          return;
      }
    if (lower.starts_with("http://"))
      return integrity(Integrity::plaintext_http, "fetched over http", "use https and --hash=sha256:…");
    if (lower.starts_with("file:")) return local(url.substr(0, hash_mark));
    if (!lower.starts_with("https://") && !lower.starts_with("ftp://"))
      return integrity(Integrity::unknown, "a URL of a kind that pip does not take");
    by_hashes();
  }

  void specifiers(std::string_view text) {
    text = trim(text);
    if (text.starts_with('(') && text.ends_with(')')) text = trim(text.substr(1, text.size() - 2));
    static const RE2 one(R"(\s*(===|==|~=|!=|<=|>=|<|>)\s*([A-Za-z0-9.*+!_-]+)\s*)", RE2::Quiet);
    std::size_t count = 0;
    if (!text.empty())
      for (const std::string_view part : split(text, ',')) {
        std::string op, version;
        if (!RE2::FullMatch(piece(part), one, &op, &version))
          return integrity(Integrity::unknown, "not a requirement that pip would read");
        ++count;
        if ((op == "==" && version.find('*') == std::string::npos) || op == "===") entry.version = version;
      }
    by_hashes();
    if (count == 1 && !entry.version.empty()) return;
    entry.version.clear();
    const std::string range = text.empty() ? "any version" : "a range of versions " + quote(text);
    if (entry.integrity == Integrity::hash_only)
      integrity(Integrity::mutable_ref, range + "; pip refuses hashes without ==");
    else if (entry.integrity == Integrity::unhashed) entry.reason += ", and " + range;
  }

  void requirement(std::string_view text) {
    static const RE2 environment(R"(\$\{[A-Z0-9_]+\})", RE2::Quiet);
    if (RE2::PartialMatch(piece(text), environment))
      return integrity(Integrity::unknown, "depends on an environment variable", "write the value out");
    static const RE2 bare_url(R"((?i)(?:[a-z][a-z0-9+.-]*:).*)", RE2::Quiet);
    if (RE2::FullMatch(piece(text), bare_url)) {
      const std::size_t marker = text.find("; ");
      return url(trim(text.substr(0, marker)));
    }
    static const RE2 named(
        R"(([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(\[[^\[\]]*\])?\s*(?:@\s*([^\s;]+)\s*(;.*)?|([^;@]*)(;.*)?))",
        RE2::Quiet);
    const std::string_view before_marker = text.substr(0, text.find(';'));
    const bool path =
        text.starts_with('.') || before_marker.substr(0, before_marker.find('@')).find('/') != std::string_view::npos;
    static const RE2 archive_name(R"((?i)[^@]+\.(?:whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz)\s*)", RE2::Quiet);
    if (path || RE2::FullMatch(piece(before_marker), archive_name)) return local(before_marker);
    std::string name, extras, target, target_marker, versions, marker;
    if (!RE2::FullMatch(piece(text), named, &name, &extras, &target, &target_marker, &versions, &marker))
      return integrity(Integrity::unknown, "not a requirement that pip would read");
    static const RE2 separators(R"([-_.]+)", RE2::Quiet);
    entry.name = to_lower(name);
    RE2::GlobalReplace(&entry.name, separators, "-");
    target.empty() ? specifiers(versions) : url(target);
  }
};

void read_option(const Option& option, std::size_t line, RequirementsFile& lock) {
  Judge judge;
  judge.entry.line = line;
  judge.entry.option = true;
  judge.entry.text = secrets::masked(option.name + " " + option.value);
  const std::string lower = to_lower(option.value);
  if (option.name == "--editable") {
    static const RE2 vcs(R"((?:git|hg|svn|bzr)[+:].*)", RE2::Quiet);
    if (RE2::FullMatch(lower, vcs)) judge.version_control(option.value);
    else judge.integrity(Integrity::mutable_ref, "an editable source tree", "install a released archive with --hash");
  } else if (option.name == "--requirement" || option.name == "--constraint") {
    if (lower.find("://") == std::string::npos && lower.find("${") == std::string::npos &&
        !lower.starts_with("file:")) {
      lock.includes.push_back({line, option.value, option.name == "--constraint"});
      return;
    }
    if (lower.starts_with("http://"))
      judge.integrity(Integrity::plaintext_http, "a list fetched over http", "keep the list as a file");
    else if (lower.starts_with("https://"))
      judge.integrity(Integrity::mutable_ref, "a list fetched at build time", "keep the list as a file");
    else judge.integrity(Integrity::unknown, "a list whose place is not known here", "name it by a relative path");
  } else if (option.name == "--trusted-host") {
    judge.integrity(Integrity::plaintext_http, "a host whose certificate is not checked",
                    "give the host a certificate and drop the option");
  } else if ((option.name == "--index-url" || option.name == "--extra-index-url" || option.name == "--find-links" ||
              option.name == "--pypi-url") &&
             lower.starts_with("http://")) {
    judge.integrity(Integrity::plaintext_http, "an index over http", "use https");
  } else if (option.name == "--hash") {
    judge.integrity(Integrity::unknown, "a hash that belongs to no requirement: pip ignores it",
                    "join it to its requirement: no comment line, and no space after the backslash, between them");
  } else {
    return;
  }
  lock.entries.push_back(std::move(judge.entry));
}

void read_line(const LogicalLine& logical, RequirementsFile& lock, HashMode& mode) {
  const SplitLine line = split_line(logical.text);
  Judge judge;
  judge.entry.line = logical.line;
  judge.entry.text = secrets::masked(line.requirement.empty() ? logical.text : line.requirement);
  if (!line.problem.empty()) {
    judge.integrity(Integrity::unknown, line.problem);
  } else if (line.requirement.empty()) {
    for (const Option& option : line.options) {
      if (option.name == "--require-hashes") mode.asked = true;
      read_option(option, logical.line, lock);
    }
    return;
  } else {
    bool readable = true, has_option = false;
    for (const Option& option : line.options) {
      if (option.name == "--hash") {
        mode.asked = has_option = true;
        const std::size_t colon = option.value.find(':');
        readable = readable && judge.hash(option.value.substr(0, colon),
                                          colon == std::string::npos ? "" : option.value.substr(colon + 1));
      } else if (option.name != "--global-option" && option.name != "--install-option" &&
                 option.name != "--config-settings" && option.name != "--config-setting" && readable) {
        judge.integrity(Integrity::unknown, option.name + " on a requirement's line, where pip ignores it");
        readable = false;
      }
    }
    if (readable) judge.requirement(line.requirement);
    if (!has_option && judge.entry.integrity == Integrity::hash_only) mode.by_url_only.push_back(lock.entries.size());
  }
  lock.entries.push_back(std::move(judge.entry));
}

}  // namespace

Result<RequirementsFile> read_requirements(std::string_view text) {
  if (text.size() > kMaxPinFileBytes)
    return Error(ErrorCode::limit_exceeded, "larger than " + std::to_string(kMaxPinFileBytes) + " bytes");
  SUPPLY_TRY(const std::string decoded, requirements_text(text));
  RequirementsFile lock;
  HashMode mode;
  for (const LogicalLine& line : logical_lines(decoded)) {
    read_line(line, lock, mode);
    if (lock.entries.size() + lock.includes.size() > kMaxLockEntries)
      return Error(ErrorCode::limit_exceeded, "more than " + std::to_string(kMaxLockEntries) + " entries");
  }
  if (!mode.asked)
    for (const std::size_t index : mode.by_url_only) {
      Requirement& entry = lock.entries[index];
      entry.integrity = Integrity::unhashed;
      entry.reason = "a hash in its URL alone: pip takes what it depends on without any";
      entry.remedy = "give it --hash=sha256:… as well, or put --require-hashes in the list";
    }
  const bool mixed =
      std::any_of(lock.entries.begin(), lock.entries.end(), [](const Requirement& e) { return !e.hashes.empty(); });
  for (Requirement& entry : lock.entries)
    if (mixed && entry.integrity == Integrity::unhashed)
      entry.reason += ", while others have one: pip refuses the whole file";
  return lock;
}

}  // namespace supply::locks
