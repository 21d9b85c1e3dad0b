#include "libsupply/content/pins/internal/remote_source.hpp"

#include <re2/re2.h>

#include <algorithm>

#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::pins {
namespace {

void set(Pin& pin, PinStatus status, std::string reason, std::string remedy) {
  pin.status = status;
  pin.reason = std::move(reason);
  pin.remedy = std::move(remedy);
}

bool is_git(std::string_view text) {
  static const RE2 form(R"((?i:git|ssh)://.*|(?i:https?)://[^/?#]*/[^?#]*\.git(?:[?#].*)?)", RE2::Quiet);
  static const RE2 scp(R"([a-zA-Z0-9_-]+@[a-zA-Z0-9.-]+:.*)", RE2::Quiet);
  const re2::StringPiece piece(text.data(), text.size());
  return RE2::FullMatch(piece, form) || RE2::FullMatch(piece, scp);
}

// The value of a key in "a=b&c=d", or empty.
std::string_view query_value(std::string_view query, std::string_view key) {
  for (const std::string_view part : split(query, '&'))
    if (part.size() > key.size() && part.starts_with(key) && part[key.size()] == '=')
      return part.substr(key.size() + 1);
  return {};
}

void judge_git(const Expansion& source, const std::optional<Expansion>& checksum, Pin& pin) {
  const std::string_view text = source.word.text;
  constexpr std::string_view kRemedy = "name a whole commit: …git#<40 hex digits>, or --checksum=<commit>";
  const std::size_t hash_mark = std::min(text.find('#'), text.size());
  const std::size_t query_mark = std::min(text.find('?'), hash_mark);
  std::string_view ref = text.substr(std::min(hash_mark + 1, text.size()));
  ref = ref.substr(0, ref.find(':'));
  const std::string_view query =
      text.substr(std::min(query_mark + 1, hash_mark), hash_mark - std::min(query_mark + 1, hash_mark));
  if (ref.empty()) ref = query_value(query, "ref");
  std::string_view commit = checksum ? std::string_view(checksum->word.text) : query_value(query, "checksum");
  if (commit.empty()) commit = query_value(query, "commit");

  const auto literal_in_text = [&](std::string_view part) {
    const auto at = static_cast<std::size_t>(part.data() - text.data());
    return source.word.literal(at, at + part.size());
  };
  if (!commit.empty()) {
    const bool literal = checksum ? checksum->word.literal(0, commit.size()) : literal_in_text(commit);
    if (is_commit(commit)) pin.commit = commit;
    if (is_commit(commit) && literal) return set(pin, PinStatus::pinned, "", "");
    if (is_commit(commit))
      return set(pin, PinStatus::default_only, "the commit is the default of an ARG", std::string(kRemedy));
    if (!commit.empty() && is_lower_hex(commit))
      return set(pin, PinStatus::weak, "a shortened commit, which others may share", std::string(kRemedy));
    return set(pin, PinStatus::unknown, "a checksum that is no commit: " + quote(commit), std::string(kRemedy));
  }
  if (is_commit(ref)) {
    pin.commit = ref;
    if (literal_in_text(ref)) return set(pin, PinStatus::pinned, "", "");
    return set(pin, PinStatus::default_only, "the commit is the default of an ARG", std::string(kRemedy));
  }
  if (!source.unresolved.empty())
    return set(pin, PinStatus::unknown, "depends on " + join(source.unresolved, ", ") + ", which has no value here",
               std::string(kRemedy));
  const std::string lower = to_lower(text);
  if (lower.starts_with("git://") || lower.starts_with("http://"))
    return set(pin, PinStatus::plaintext, "fetched without encryption, and no commit holds it", std::string(kRemedy));
  if (ref.size() >= 7 && is_lower_hex(ref))
    return set(pin, PinStatus::weak, "a shortened commit, which others may share", std::string(kRemedy));
  set(pin, PinStatus::unpinned, ref.empty() ? "the newest state of a repository" : quote(ref) + " can be moved",
      std::string(kRemedy));
}

void judge_url(const Expansion& source, const std::optional<Expansion>& checksum, Pin& pin) {
  const std::string remedy = "give ADD --checksum=sha256:<digest of the file>";
  if (checksum) {
    auto digest = Digest::parse(checksum->word.text);
    if (!digest || digest->algorithm() != "sha256") {
      const bool open = !checksum->unresolved.empty();
      return set(pin, PinStatus::unknown,
                 open ? "the checksum depends on " + join(checksum->unresolved, ", ") + ", which has no value here"
                      : "a checksum that is no sha256 digest: " + quote(checksum->word.text),
                 remedy);
    }
    pin.digest = *std::move(digest);
    if (checksum->word.literal(0, checksum->word.text.size())) return set(pin, PinStatus::pinned, "", "");
    return set(pin, PinStatus::default_only, "the checksum is the default of an ARG", remedy);
  }
  if (to_lower(source.word.text).starts_with("http://"))
    return set(pin, PinStatus::plaintext, "fetched over http without a checksum", remedy);
  set(pin, PinStatus::unpinned, "no checksum", remedy);
}

}  // namespace

bool is_commit(std::string_view text) { return (text.size() == 40 || text.size() == 64) && is_lower_hex(text); }

namespace {

// Whether what has no value here could make a URL of the text, or git's user@host:path where there is an '@' already.
bool may_become_remote(const TracedText& word) {
  const auto open = std::find(word.origins.begin(), word.origins.end(), ByteOrigin::open);
  if (open == word.origins.end()) return false;
  const std::string start = to_lower(word.text.substr(0, static_cast<std::size_t>(open - word.origins.begin())));
  for (const std::string_view scheme : {"http://", "https://", "git://", "ssh://"})
    if (scheme.starts_with(start) || start.starts_with(scheme)) return true;
  static const RE2 scp("[a-z0-9_-]+@[a-z0-9.-]*", RE2::Quiet);
  return RE2::FullMatch(start, scp);
}

}  // namespace

bool judge_source(const Expansion& source, const std::optional<Expansion>& checksum, Pin& pin) {
  const std::string_view text = source.word.text;
  const std::string lower = to_lower(text);
  if (is_git(text)) {
    pin.kind = PinKind::git;
    judge_git(source, checksum, pin);
  } else if (lower.starts_with("http://") || lower.starts_with("https://")) {
    pin.kind = PinKind::url;
    judge_url(source, checksum, pin);
  } else if (may_become_remote(source.word)) {
    set(pin, PinStatus::unknown,
        "depends on " + join(source.unresolved, ", ") + ", which has no value here and may be a URL",
        "write the source out, or use COPY for files of the context");
  } else if (text.find("://") != std::string_view::npos) {
    set(pin, PinStatus::unknown, "a URL of a kind that ADD is not known to take", "use https and --checksum");
  } else {
    return false;
  }
  return true;
}

}  // namespace supply::pins
