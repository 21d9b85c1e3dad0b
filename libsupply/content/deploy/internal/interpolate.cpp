#include "libsupply/base/text/text.hpp"
#include "libsupply/content/deploy/internal/compose_value.hpp"

namespace supply::deploy {

namespace {

bool begins_name(char c) { return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool in_name(char c) { return begins_name(c) || (c >= '0' && c <= '9'); }

std::size_t name_end(std::string_view text, std::size_t at) {
  if (at >= text.size() || !begins_name(text[at])) return at;
  while (at < text.size() && in_name(text[at])) ++at;
  return at;
}

void add_unset(std::string& all, std::string_view more) {
  if (more.empty()) return;
  if (!all.empty()) all += ", ";
  all += more;
}

// Where the brace that is open before `at` is closed.
std::size_t closing(std::string_view text, std::size_t at) {
  int open = 1;
  for (; at < text.size(); ++at) {
    if (text[at] == '$' && at + 1 < text.size() && text[at + 1] == '{') {
      ++open;
      ++at;
    } else if (text[at] == '}' && --open == 0) {
      return at;
    }
  }
  return std::string_view::npos;
}

// ${NAME…} of which `inside` is what the braces hold.
Result<Substituted> braced(std::string_view inside, const Variables& variables, int depth) {
  const std::size_t end = name_end(inside, 0);
  if (end == 0) return Error(ErrorCode::malformed, "invalid template " + quote("${" + std::string(inside) + "}"));
  const std::string name(inside.substr(0, end));
  const auto found = variables.find(name);
  const bool set = found != variables.end();
  std::string_view rest = inside.substr(end);
  if (rest.empty()) return set ? Substituted{found->second, ""} : Substituted{"", name};
  const bool colon = rest.front() == ':';
  if (colon) rest.remove_prefix(1);
  if (rest.empty() || std::string_view("-+?").find(rest.front()) == std::string_view::npos)
    return Error(ErrorCode::malformed, "invalid template " + quote("${" + std::string(inside) + "}"));
  const char what = rest.front();
  rest.remove_prefix(1);
  const bool counts = set && (!colon || !found->second.empty());
  if (what == '+') {
    if (counts) return substitute(rest, variables, depth + 1);
    return Substituted{set ? found->second : "", ""};
  }
  if (counts) return Substituted{found->second, ""};
  if (what == '-') return substitute(rest, variables, depth + 1);
  return Substituted{"", name};  // required: compose would not start
}

}  // namespace

Result<Substituted> substitute(std::string_view text, const Variables& variables, int depth) {
  if (depth > kMaxInterpolationDepth)
    return Error(ErrorCode::limit_exceeded,
                 "variables nested deeper than " + std::to_string(kMaxInterpolationDepth) + " levels");
  Substituted result;
  for (std::size_t at = 0; at < text.size();) {
    const char next = at + 1 < text.size() ? text[at + 1] : '\0';
    if (text[at] != '$') {
      result.text += text[at++];
    } else if (next == '$') {
      result.text += '$';
      at += 2;
    } else if (begins_name(next)) {
      const std::size_t end = name_end(text, at + 1);
      const std::string name(text.substr(at + 1, end - at - 1));
      if (const auto found = variables.find(name); found != variables.end()) result.text += found->second;
      else add_unset(result.unset, name);
      at = end;
    } else if (next == '{') {
      const std::size_t end = closing(text, at + 2);
      if (end == std::string_view::npos) return Error(ErrorCode::malformed, "invalid template " + quote(text));
      SUPPLY_TRY(const Substituted one, braced(text.substr(at + 2, end - at - 2), variables, depth));
      result.text += one.text;
      add_unset(result.unset, one.unset);
      at = end + 1;
    } else {
      result.text += text[at++];  // as compose-go: no template
    }
    if (result.text.size() > kMaxInterpolatedBytes)
      return Error(ErrorCode::limit_exceeded,
                   "a text of more than " + std::to_string(kMaxInterpolatedBytes) + " bytes with its variables");
  }
  return result;
}

Status interpolate(yaml::Node& node, const Variables& variables, UnsetPlaces& unset, ComposeAccount& account) {
  if (node.kind == yaml::Node::Kind::string && node.text.find('$') != std::string::npos) {
    const std::string place =
        "line " + std::to_string(node.begin.line) + ", column " + std::to_string(node.begin.column);
    SUPPLY_TRY(Substituted done, substitute(node.text, variables).at(place));
    SUPPLY_TRY(account.spend(done.text.size() + done.unset.size()).at(place));
    node.text = std::move(done.text);
    if (!done.unset.empty()) unset[{node.file, node.begin.line, node.begin.column}] = std::move(done.unset);
  }
  for (yaml::Node& item : node.items) SUPPLY_TRY(interpolate(item, variables, unset, account));
  for (yaml::Member& member : node.members) SUPPLY_TRY(interpolate(member.value, variables, unset, account));
  return {};
}

}  // namespace supply::deploy
