#include "libsupply/content/license/declared.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "libsupply/base/limits/package_limits.hpp"
#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/license/internal/aliases.hpp"
#include "libsupply/content/license/named.hpp"

namespace supply::license {
namespace {

Expression known(std::string_view expression) {
  auto parsed = Expression::parse(expression);
  return parsed ? *std::move(parsed) : Expression();
}

std::string ref_name(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool plain = is_alnum(c) || c == '.';
    if (plain) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
    if (out.size() == 64) break;
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return "LicenseRef-" + (out.empty() ? "unnamed" : out);
}

// Source: the exceptions of the SPDX list that Debian's "GPL-2+ with Bison exception" can only mean.
struct ExceptionName {
  std::string_view name, id;
};
constexpr std::array kExceptionNames = {
    ExceptionName{"bison", "Bison-exception-2.2"},
    ExceptionName{"classpath", "Classpath-exception-2.0"},
    ExceptionName{"font", "Font-exception-2.0"},
    ExceptionName{"gcc runtime library", "GCC-exception-3.1"},
    ExceptionName{"gcc-runtime-library", "GCC-exception-3.1"},
    ExceptionName{"libtool", "Libtool-exception"},
    ExceptionName{"linux-syscall-note", "Linux-syscall-note"},
    ExceptionName{"llvm", "LLVM-exception"},
};

// One licence without operators: an SPDX licence, or nothing.
std::optional<Expression> simple(std::string_view text) {
  if (auto parsed = Expression::parse(text)) return *std::move(parsed);
  if (const auto alias = find_alias(text)) return known(*alias);
  const std::string lower = to_lower(text);
  const std::size_t with = lower.find(" with ");
  if (with == std::string::npos) return std::nullopt;
  const auto base = find_alias(text.substr(0, with));
  if (!base) return std::nullopt;
  std::string exception = lower.substr(with + 6);
  if (exception.ends_with(" exception")) exception.resize(exception.size() - 10);
  const auto* name = std::find_if(kExceptionNames.begin(), kExceptionNames.end(),
                                  [&](const ExceptionName& one) { return one.name == exception; });
  const std::string id = name != kExceptionNames.end() ? std::string(name->id) : exception;
  auto joined = Expression::parse(*base + " WITH " + id);
  if (!joined) return std::nullopt;
  return *std::move(joined);
}

// References that the package itself names stand for what it says, those into another document too.
Declared declared_of(const Expression& expression, std::string_view said) {
  Declared out;
  out.expression = expression.renamed([&](std::string_view license) {
    if (!is_license_ref(license)) return std::string(license);
    const std::string ref = license.starts_with("LicenseRef-") ? std::string(license) : ref_name(license);
    out.texts.emplace(ref, said);
    return ref;
  });
  return out;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Operands joined by "and" and "or", as in "GPL-2+ or (MIT and Zlib)", where an operand may be any spelling. Operands
// that are not known become references if they look like a name. Fails (nothing) for prose.
class Phrase {
 public:
  Phrase(std::string_view text, Meaning meaning) : meaning_(meaning) {
    std::size_t i = 0;
    while (i < text.size()) {
      if (is_space(text[i])) {
        ++i;
      } else if (text[i] == '(' || text[i] == ')') {
        words_.push_back(text.substr(i++, 1));
      } else {
        std::size_t end = i;
        while (end < text.size() && !is_space(text[end]) && text[end] != '(' && text[end] != ')') ++end;
        words_.push_back(text.substr(i, end - i));
        i = end;
      }
    }
  }

  /// `known` counts the operands that are SPDX licences.
  std::optional<Declared> run(std::size_t& known_operands) {
    auto out = any(0);
    if (!out || next_ != words_.size()) return std::nullopt;
    known_operands = known_;
    return out;
  }

 private:
  bool at_operator() const {
    if (next_ >= words_.size()) return false;
    const std::string word = to_lower(words_[next_]);
    if (word != "or") return word == "and" || word == "&" || word == "|" || word == "||";
    // "GPL-2 or later" is one licence.
    return next_ + 1 >= words_.size() ||
           (to_lower(words_[next_ + 1]) != "later" && to_lower(words_[next_ + 1]) != "any" &&
            to_lower(words_[next_ + 1]) != "newer");
  }
  bool is_or(std::string_view word) const { return to_lower(word) == "or" || word == "|" || word == "||"; }

  std::optional<Declared> any(std::size_t depth) {
    if (depth > kMaxLicenseDepth) return std::nullopt;
    std::vector<Declared> parts;
    while (true) {
      auto part = all(depth);
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
      if (!at_operator() || !is_or(words_[next_])) break;
      ++next_;
    }
    return any_of(std::move(parts));
  }

  std::optional<Declared> all(std::size_t depth) {
    std::vector<Declared> parts;
    while (true) {
      auto part = operand(depth);
      if (!part) return std::nullopt;
      parts.push_back(*std::move(part));
      if (!at_operator() || is_or(words_[next_])) break;
      ++next_;
    }
    return all_of(std::move(parts));
  }

  std::optional<Declared> operand(std::size_t depth) {
    if (next_ < words_.size() && words_[next_] == "(") {
      ++next_;
      auto inner = any(depth + 1);
      if (!inner || next_ >= words_.size() || words_[next_] != ")") return std::nullopt;
      ++next_;
      return inner;
    }
    std::string text;
    std::size_t words = 0;
    std::size_t open = 0;
    bool with = false;
    for (; next_ < words_.size() && (open > 0 || !at_operator()); ++next_) {
      if (words_[next_] == ")" && open == 0) break;
      if (words_[next_] == "(") ++open;
      if (words_[next_] == ")") --open;
      if (to_lower(words_[next_]) == "with") with = true;
      if (!text.empty()) text += ' ';
      text += words_[next_];
      ++words;
    }
    if (text.empty()) return std::nullopt;
    if (auto expression = simple(text)) {
      ++known_;
      return declared_of(*expression, text);
    }
    if (words > 1 && !(with && words <= 6) && to_lower(text) != "public domain") return std::nullopt;
    return reference(text, text, meaning_);
  }

  Meaning meaning_;  // of operands that are not known
  std::vector<std::string_view> words_;
  std::size_t next_ = 0;
  std::size_t known_ = 0;
};

// Fails (nothing) for prose.
std::optional<Declared> synopsis(std::string_view text) {
  if (const auto one = simple(text)) return declared_of(*one, text);
  // "A or B, and C": a comma makes the operator after it bind less. Source: copyright-format 1.0, "License
  // specification".
  const std::string lower = to_lower(text);
  for (const bool conjunction : {true, false}) {
    const std::string_view joint = conjunction ? ", and " : ", or ";
    const std::size_t at = lower.find(joint);
    if (at == std::string::npos) continue;
    auto left = synopsis(text.substr(0, at));
    auto right = left ? synopsis(text.substr(at + joint.size())) : std::nullopt;
    if (!right) return std::nullopt;
    std::vector<Declared> parts;
    parts.push_back(*std::move(left));
    parts.push_back(*std::move(right));
    return conjunction ? all_of(std::move(parts)) : any_of(std::move(parts));
  }
  std::size_t known_operands = 0;
  return Phrase(text, Meaning::named).run(known_operands);
}

// Old Alpine packages list licences without operators ("MIT BSD GPL2+"), and all of them apply.
std::optional<Declared> list(std::string_view text) {
  // Families that may be in such a list although their name alone does not say which licence it is.
  static constexpr std::array<std::string_view, 6> kFamilies = {"agpl", "bsd",  "custom",
                                                                "gpl",  "lgpl", "public-domain"};
  std::vector<Declared> parts;
  bool any_known = false;
  for (const std::string_view word : split(text, ' ')) {
    if (word.empty()) continue;
    if (const auto one = simple(word)) {
      parts.push_back(declared_of(*one, word));
      any_known = true;
    } else if (std::find(kFamilies.begin(), kFamilies.end(), to_lower(word)) != kFamilies.end()) {
      parts.push_back(reference(word, word, Meaning::unread));
    } else {
      return std::nullopt;
    }
  }
  if (!any_known) return std::nullopt;
  return all_of(std::move(parts));
}

// One line of all lines, blanks as one.
std::string one_line(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!is_space(c)) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  return out;
}

// What follows a licence's name is its own text: who holds the copyright, and then words by which licences begin. It
// speaks of no family but the name's.
bool is_own_text(const Expression& named, std::string_view rest) {
  static constexpr std::array<std::string_view, 6> kHolders = {"copyright",           "(c)", "©",
                                                               "all rights reserved", "===", "---"};
  static constexpr std::array<std::string_view, 8> kGrants = {
      "permission is hereby granted", "permission to use, copy", "redistribution and use", "licensed under the",
      "this software is provided",    "this program is free",    "this library is free",   "everyone is permitted"};
  if (rest.size() > kMaxLicenseSynopsisBytes) return false;
  const auto begins = [](std::string_view line, auto& words) {
    const std::string lower = to_lower(line);
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return lower.starts_with(word); });
  };
  for (const std::string_view each : lines(rest)) {
    const std::string_view line = trim(each);
    if (line.empty() || begins(line, kHolders)) continue;
    if (!begins(line, kGrants)) return false;
    break;
  }
  const std::vector<std::string> ids = named.licenses();
  const std::vector<std::string_view> families = demanding_families(rest);
  return std::all_of(families.begin(), families.end(), [&](std::string_view family) {
    return std::any_of(ids.begin(), ids.end(), [&](const std::string& id) { return glob_match(family, id); });
  });
}

// A licence text, of which the first line may be a name. What else it says nobody read, unless it is the licence's own.
Declared whole_text(std::string_view text) {
  const std::size_t end = std::min(text.find('\n'), kMaxLicenseSynopsisBytes);
  const std::string_view title = trim(text.substr(0, end));
  const auto one = simple(title);
  Declared unread = reference(title, text, Meaning::unread);
  if (!one) return unread;
  Declared named = declared_of(*one, text);
  if (is_own_text(*one, text.substr(std::min(end, text.size())))) return named;
  return all_of({std::move(named), std::move(unread)});
}

Declared join_parts(std::vector<Declared> parts, Expression (*join)(const std::vector<Expression>&)) {
  Declared out;
  std::vector<Expression> expressions;
  for (Declared& part : parts) {
    expressions.push_back(part.expression);
    out.texts.merge(part.texts);
    out.unread.merge(part.unread);
  }
  out.expression = join(expressions);
  return out;
}

}  // namespace

Declared all_of(std::vector<Declared> parts) { return join_parts(std::move(parts), Expression::conjunction); }
Declared any_of(std::vector<Declared> parts) { return join_parts(std::move(parts), Expression::disjunction); }

Declared reference(std::string_view name, std::string_view text, Meaning meaning) {
  const std::string ref = name.starts_with("LicenseRef-") && is_license_ref(name) ? std::string(name) : ref_name(name);
  Declared out{known(ref), {{ref, std::string(text)}}, {}};
  if (meaning == Meaning::unread) out.unread.insert(ref);
  return out;
}

bool text_names(std::string_view text, std::string_view pattern) {
  // names_license looks at the first 1,024 bytes; a name across two windows is in their common part.
  constexpr std::size_t kWindow = 1024, kCommon = 128;
  text = text.substr(0, kMaxLicenseSynopsisBytes);
  for (std::size_t at = 0; at < text.size(); at += kWindow - kCommon) {
    if (names_license(text.substr(at, kWindow), pattern)) return true;
    if (text.size() - at <= kWindow) break;
  }
  return false;
}

std::vector<std::string_view> demanding_families(std::string_view text) {
  static constexpr std::array<std::string_view, 12> kFamilies = {"AGPL-*", "BUSL-*", "CC-BY-NC-*", "CDDL-*",
                                                                 "EPL-*",  "EUPL-*", "GFDL-*",     "GPL-*",
                                                                 "LGPL-*", "MPL-*",  "OSL-*",      "SSPL-*"};
  std::vector<std::string_view> out;
  for (const std::string_view family : kFamilies)
    if (text_names(text, family)) out.push_back(family);
  return out;
}

bool speaks_of_others(std::string_view text, const Declared& declared) {
  const std::vector<std::string> ids = declared.expression.licenses();
  const auto families = demanding_families(text);
  return std::any_of(families.begin(), families.end(), [&](std::string_view family) {
    return std::none_of(ids.begin(), ids.end(), [&](const std::string& id) {
      if (!is_license_ref(id)) return glob_match(family, id);
      const auto said = declared.texts.find(id);
      return said != declared.texts.end() && text_names(said->second, family);
    });
  });
}

std::uint64_t steps_to_read(std::string_view text) {
  return 10 + (text.size() > kMaxLicenseSynopsisBytes ? text.size() / 64 : 4 * text.size());
}

Declared from_text(std::string_view text) {
  text = trim(text);
  const std::string lower = to_lower(text.substr(0, 16));
  if (text.empty() || lower == "unknown" || lower == "none" || lower == "noassertion") return {};
  if (text.size() > kMaxLicenseSynopsisBytes) return whole_text(text);
  if (const auto one = simple(text)) return declared_of(*one, text);
  const bool several_lines = text.find('\n') != std::string_view::npos;
  // A field may be folded: "MIT\n  and AGPLv3" is one phrase.
  const std::string line = one_line(text);
  if (several_lines)
    if (const auto one = simple(line)) return declared_of(*one, text);
  std::size_t known_operands = 0;
  if (auto phrase = Phrase(line, Meaning::unread).run(known_operands); phrase && known_operands > 0)
    return *std::move(phrase);
  if (auto several = list(line)) return *std::move(several);
  return several_lines ? whole_text(text) : reference(text, text, Meaning::unread);
}

Declared from_synopsis(std::string_view text) {
  text = trim(text);
  if (text.empty()) return {};
  if (text.size() > kMaxLicenseSynopsisBytes) return reference(text, text, Meaning::unread);
  std::string spaced(text);
  for (const std::string_view joint : {"_or_", "_and_"}) {
    for (std::size_t at = spaced.find(joint); at != std::string::npos; at = spaced.find(joint)) {
      spaced[at] = ' ';
      spaced[at + joint.size() - 1] = ' ';
    }
  }
  auto found = synopsis(spaced);
  return found ? *std::move(found) : reference(text, text, Meaning::unread);
}

Declared from_classifiers(const std::vector<std::string>& classifiers) {
  std::vector<Declared> parts;
  for (const std::string& classifier : classifiers) {
    if (!classifier.starts_with("License ::")) continue;
    const std::string_view last = trim(std::string_view(classifier).substr(classifier.rfind("::") + 2));
    if (last == "OSI Approved" || last == "DFSG approved") continue;
    const auto one = simple(last);
    // Names of Python's list that do not say which version is meant.
    static constexpr std::array<std::string_view, 5> kFamilies = {"BSD License", "GNU General Public License (GPL)",
                                                                  "GNU Library or Lesser General Public License (LGPL)",
                                                                  "Artistic License", "Public Domain"};
    const bool named = std::find(kFamilies.begin(), kFamilies.end(), last) != kFamilies.end();
    parts.push_back(one ? declared_of(*one, classifier)
                        : reference(last, classifier, named ? Meaning::named : Meaning::unread));
  }
  return all_of(std::move(parts));
}

std::string to_record(const Declared& declared) {
  std::string out = declared.expression.to_string() + "\n";
  for (const auto& [ref, text] : declared.texts) {
    out += ref + (declared.unread.contains(ref) ? "? " : " ") + std::to_string(text.size()) + "\n" + text + "\n";
  }
  return out;
}

Result<Declared> from_record(std::string_view record) {
  const Error bad(ErrorCode::malformed, "licence record");
  Declared out;
  std::size_t end = record.find('\n');
  if (end == std::string_view::npos) return bad;
  if (end > 0) {
    auto parsed = Expression::parse(record.substr(0, end));
    if (!parsed) return bad;
    out.expression = *std::move(parsed);
  }
  record.remove_prefix(end + 1);
  while (!record.empty()) {
    end = record.find('\n');
    const std::size_t space = record.find(' ');
    if (end == std::string_view::npos || space == std::string_view::npos || space > end) return bad;
    std::size_t size = 0;
    const char* last = record.data() + end;
    const auto number = std::from_chars(record.data() + space + 1, last, size);
    if (number.ec != std::errc() || number.ptr != last || size >= record.size() - end - 1) return bad;
    std::string ref(record.substr(0, space));
    if (ref.ends_with('?')) {
      ref.pop_back();
      out.unread.insert(ref);
    }
    out.texts.emplace(std::move(ref), record.substr(end + 1, size));
    record.remove_prefix(end + 1 + size + 1);
  }
  return out;
}

}  // namespace supply::license
