#include "libsupply/content/license/internal/text_templates.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace supply::license {
namespace {

// "t3:96aabb01": a title of three words and their hash. "4:bbefa8bc": four words; "g24": up to so many words, none of
// them about licensing; "s3": what follows, or what is three steps on; "j2": what is two steps on.
struct Step {
  enum class Kind : std::uint8_t { words, gap, split, jump, title } kind;
  std::uint16_t number;
  std::uint32_t hash;
};

struct Template {
  std::string_view license;
  std::size_t begin, end;  // of its steps
};

constexpr struct {
  std::string_view license, steps;
} kTemplates[] = {
#include "libsupply/content/license/license_texts.inc"
};

constexpr std::size_t kAnchor = 4;  // words that every template begins with

struct Templates {
  std::vector<Step> steps;
  std::unordered_map<std::uint32_t, std::vector<Template>> by_anchor;
  std::map<std::uint16_t, std::unordered_map<std::uint32_t, std::vector<std::string_view>>> titles;  // by their length
};

Step parse_step(std::string_view text) {
  Step out{Step::Kind::words, 0, 0};
  if (text[0] == 'g') out.kind = Step::Kind::gap;
  else if (text[0] == 's') out.kind = Step::Kind::split;
  else if (text[0] == 'j') out.kind = Step::Kind::jump;
  else if (text[0] == 't') out.kind = Step::Kind::title;
  if (out.kind != Step::Kind::words) text.remove_prefix(1);
  const char* end = text.data() + text.size();
  const char* colon = std::from_chars(text.data(), end, out.number).ptr;
  if (colon != end) std::from_chars(colon + 1, end, out.hash, 16);
  return out;
}

const Templates& templates() {
  static const Templates all = [] {
    Templates out;
    for (const auto& [license, text] : kTemplates) {
      const std::size_t begin = out.steps.size();
      for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(' ', at), text.size());
        const Step step = parse_step(text.substr(at, end - at));
        if (step.kind == Step::Kind::title) out.titles[step.number][step.hash].push_back(license);
        else out.steps.push_back(step);
        at = end + 1;
      }
      out.by_anchor[out.steps[begin].hash].push_back({license, begin, out.steps.size()});
    }
    return out;
  }();
  return all;
}

struct Match {
  std::size_t end, fixed;  // the word behind it; how many words are the licence's own
};

// The first way through the template's steps, of those that take what may be left out before those that leave it.
std::optional<Match> match(const LicenseWords& words, std::size_t at, const Template& one, std::size_t& steps) {
  struct State {
    std::size_t step, at, fixed, skipped;  // skipped: words of the gap that `step` is
  };
  const std::vector<Step>& all = templates().steps;
  std::vector<State> others = {{one.begin, at, 0, 0}};
  while (!others.empty()) {
    State state = others.back();
    others.pop_back();
    for (;;) {
      if (state.step >= one.end) return Match{state.at, state.fixed};
      if (steps == 0) return std::nullopt;
      --steps;
      const Step& step = all[state.step];
      if (step.kind == Step::Kind::words) {
        if (words.size() - state.at < step.number || words.hash(state.at, step.number) != step.hash) break;
        state = {state.step + 1, state.at + step.number, state.fixed + step.number, 0};
      } else if (step.kind == Step::Kind::gap) {
        const std::size_t next = state.at + state.skipped;
        if (state.skipped < step.number && next < words.size() && words.about(next) != LicenseWords::About::licensing)
          others.push_back({state.step, state.at, state.fixed, state.skipped + 1});
        state = {state.step + 1, next, state.fixed, 0};
      } else {
        if (step.kind == Step::Kind::split) others.push_back({state.step + step.number, state.at, state.fixed, 0});
        state.step += step.kind == Step::Kind::split ? 1 : step.number;
      }
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<MatchedText> match_license_text(const LicenseWords& words, std::size_t at, std::size_t& steps) {
  if (words.size() - at < kAnchor) return std::nullopt;
  const auto found = templates().by_anchor.find(words.hash(at, kAnchor));
  if (found == templates().by_anchor.end()) return std::nullopt;
  std::optional<MatchedText> out;
  std::size_t fixed = 0;
  for (const Template& one : found->second) {
    const auto matched = match(words, at, one, steps);
    if (!matched) continue;
    if (!out || matched->end > out->end || (matched->end == out->end && matched->fixed > fixed)) {
      out = MatchedText{one.license, matched->end};
      fixed = matched->fixed;
    } else if (matched->end == out->end && matched->fixed == fixed) {
      out->license = {};
    }
  }
  return out;
}

std::optional<MatchedTitle> match_license_title(const LicenseWords& words, std::size_t at) {
  std::optional<MatchedTitle> out;
  for (const auto& [count, by_hash] : templates().titles) {
    if (words.size() - at < count) break;
    const auto found = by_hash.find(words.hash(at, count));
    if (found != by_hash.end()) out = MatchedTitle{at, at + count, &found->second};
  }
  return out;
}

}  // namespace supply::license
