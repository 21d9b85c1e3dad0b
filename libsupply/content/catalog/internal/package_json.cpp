#include "libsupply/content/catalog/internal/package_json.hpp"

#include <algorithm>

#include "libsupply/base/text/ascii.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/base/text/utf8.hpp"

namespace supply::catalog {
namespace {

// Names of members that matter are shorter; of longer ones nothing more is kept.
constexpr std::size_t kMemberBytes = 64;
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace

std::string replace_bad_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const auto lead = static_cast<unsigned char>(text[0]);
    const std::size_t want = lead < 0x80 ? 1 : lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    // Source: WHATWG Encoding, "UTF-8 decoder": one U+FFFD for the longest part of a sequence that began well.
    std::size_t good = 1;
    while (good < want && good < text.size() && (static_cast<unsigned char>(text[good]) & 0xC0) == 0x80) ++good;
    if (good == want && is_utf8(text.substr(0, want))) {
      out += text.substr(0, want);
      text.remove_prefix(want);
    } else {
      const bool began_well = lead >= 0xC2 && lead <= 0xF4 && good < want;
      out += kReplacement;
      text.remove_prefix(began_well ? good : 1);
    }
  }
  return out;
}

void PackageJsonReader::fail(ErrorCode code, const std::string& why) {
  if (!failure_) failure_.emplace(code, "byte " + std::to_string(offset_) + ": " + why);
}

void PackageJsonReader::feed(std::string_view chunk) {
  while (!chunk.empty() && !failure_) {
    if (state_ == State::text) {
      // The longest run without a quotation mark, an escape or a control character.
      std::size_t run = 0;
      while (run < chunk.size() && chunk[run] != '"' && chunk[run] != '\\' &&
             static_cast<unsigned char>(chunk[run]) >= 0x20)
        ++run;
      if (run > 0) {
        end_surrogate();
        add(chunk.substr(0, run));
        offset_ += run;
        chunk.remove_prefix(run);
        continue;
      }
    }
    one(chunk[0]);
    ++offset_;
    chunk.remove_prefix(1);
  }
}

void PackageJsonReader::one(char c) {
  switch (state_) {
    case State::mark:
      mark_ += c;
      if (mark_ == "\xEF\xBB\xBF") {
        state_ = State::value;
      } else if (!std::string_view("\xEF\xBB\xBF").starts_with(mark_)) {
        if (mark_.size() > 1) return fail(ErrorCode::malformed, "not JSON: begins with " + quote(mark_));
        state_ = State::value;
        one(c);
      }
      return;
    case State::value:
      if (!is_blank(c)) begin_value(c);
      return;
    case State::first_element:
      if (c == ']') return close();
      if (!is_blank(c)) begin_value(c);
      return;
    case State::first_key:
    case State::key:
      if (is_blank(c)) return;
      if (c == '}' && state_ == State::first_key) return close();
      if (c != '"') return fail(ErrorCode::malformed, "not JSON: want a member's name");
      return begin_text(true);
    case State::colon:
      if (is_blank(c)) return;
      if (c != ':') return fail(ErrorCode::malformed, "not JSON: want ':'");
      state_ = State::value;
      return;
    case State::after:
      if (is_blank(c)) return;
      if (c == ',') {
        state_ = open_.back() ? State::key : State::value;
      } else if (c == (open_.back() ? '}' : ']')) {
        close();
      } else {
        fail(ErrorCode::malformed, "not JSON: want ',' or the end of an object or array");
      }
      return;
    case State::text:
      if (c == '"') {
        end_surrogate();
        end_text();
      } else if (c == '\\') {
        state_ = State::escape;
      } else {
        fail(ErrorCode::malformed, "not JSON: a control character in a text");
      }
      return;
    case State::escape: {
      if (c == 'u') {
        state_ = State::hex;
        unit_ = digits_ = 0;
        return;
      }
      constexpr std::string_view kNames = "\"\\/bfnrt", kBytes = "\"\\/\b\f\n\r\t";
      const std::size_t at = kNames.find(c);
      if (at == std::string_view::npos) return fail(ErrorCode::malformed, "not JSON: bad escape in a text");
      end_surrogate();
      add(kBytes.substr(at, 1));
      state_ = State::text;
      return;
    }
    case State::hex: return hex_digit(c);
    case State::number: return number_byte(c);
    case State::word:
      if (c != word_[0]) return fail(ErrorCode::malformed, "not JSON: unknown word");
      word_.remove_prefix(1);
      if (word_.empty()) value_ended();
      return;
    case State::end:
      if (!is_blank(c)) fail(ErrorCode::malformed, "not JSON: something follows the value");
      return;
  }
}

void PackageJsonReader::begin_value(char c) {
  if (c != '"' && open_.size() == 1 && open_[0]) {
    found_.odd_name = found_.odd_name || keys_[0] == "name";
    found_.odd_version = found_.odd_version || keys_[0] == "version";
  }
  switch (c) {
    case '{': return open(true);
    case '[': return open(false);
    case '"': return begin_text(false);
    case 't': word_ = "rue"; break;
    case 'f': word_ = "alse"; break;
    case 'n': word_ = "ull"; break;
    default:
      if (c != '-' && !is_digit(c)) return fail(ErrorCode::malformed, "not JSON: want a value");
      number_ = c == '-' ? Number::minus : c == '0' ? Number::zero : Number::whole;
      state_ = State::number;
      return;
  }
  state_ = State::word;
}

void PackageJsonReader::number_byte(char c) {
  const bool digit = is_digit(c);
  const bool exponent = c == 'e' || c == 'E';
  switch (number_) {
    case Number::minus:
      if (!digit) break;
      number_ = c == '0' ? Number::zero : Number::whole;
      return;
    case Number::zero:
    case Number::whole:
      if (digit && number_ == Number::whole) return;
      if (c == '.') return void(number_ = Number::point);
      if (exponent) return void(number_ = Number::e);
      value_ended();
      return digit ? fail(ErrorCode::malformed, "not JSON: a number begins with 0") : one(c);
    case Number::point:
      if (!digit) break;
      number_ = Number::fraction;
      return;
    case Number::fraction:
      if (digit) return;
      if (exponent) return void(number_ = Number::e);
      value_ended();
      return one(c);
    case Number::e:
      if (c != '+' && c != '-' && !digit) break;
      number_ = digit ? Number::exponent : Number::sign;
      return;
    case Number::sign:
      if (!digit) break;
      number_ = Number::exponent;
      return;
    case Number::exponent:
      if (digit) return;
      value_ended();
      return one(c);
  }
  fail(ErrorCode::malformed, "not JSON: bad number");
}

void PackageJsonReader::hex_digit(char c) {
  const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
  if (!is_digit(c) && (lower < 'a' || lower > 'f')) return fail(ErrorCode::malformed, "not JSON: bad escape in a text");
  unit_ = unit_ * 16 + static_cast<unsigned>(is_digit(c) ? c - '0' : lower - 'a' + 10);
  if (++digits_ < 4) return;
  state_ = State::text;
  add_unit(unit_);
}

// A \u escape is a UTF-16 code unit. A surrogate alone is legal, and no UTF-8: it becomes U+FFFD.
void PackageJsonReader::add_unit(unsigned unit) {
  std::string bytes;
  const bool low = unit >= 0xDC00 && unit <= 0xDFFF;
  if (low && high_ != 0) {
    append_utf8(bytes, 0x10000 + ((high_ - 0xD800) << 10) + (unit - 0xDC00));
    high_ = 0;
    return add(bytes);
  }
  end_surrogate();
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    high_ = unit;
  } else if (low) {
    add(kReplacement);
  } else {
    append_utf8(bytes, unit);
    add(bytes);
  }
}

void PackageJsonReader::end_surrogate() {
  if (high_ == 0) return;
  high_ = 0;
  add(kReplacement);
}

void PackageJsonReader::begin_text(bool key) {
  text_is_key_ = key;
  text_.clear();
  cut_ = false;
  if (key) {
    text_limit_ = keeps_key() ? limits_.kept_bytes + 1 : open_.size() <= std::size(keys_) ? kMemberBytes : 0;
  } else {
    text_limit_ = slot_of_value() != nullptr ? limits_.kept_bytes + 1 : 0;
  }
  state_ = State::text;
}

void PackageJsonReader::add(std::string_view bytes) {
  const std::size_t room = text_limit_ - text_.size();
  cut_ = cut_ || bytes.size() > room;
  text_ += bytes.substr(0, room);
}

void PackageJsonReader::end_text() {
  const bool matters = text_is_key_ ? keeps_key() : text_limit_ > 0;
  if (matters) {
    kept_ += text_.size();
    if (cut_ || kept_ > limits_.kept_bytes) return too_much();
    text_ = replace_bad_utf8(text_);
  }
  if (text_is_key_) {
    if (matters) keep_key();
    if (open_.size() <= std::size(keys_)) keys_[open_.size() - 1] = cut_ ? std::string() : text_;
    // Of equal names the last counts, whatever was under the others.
    if (open_.size() == 1) forget(keys_[0]);
    if (open_.size() == 2 && keys_[0] == "author" && keys_[1] == "name") found_.author_name.clear();
    if (open_.size() == 2 && keys_[0] == "author" && keys_[1] == "email") found_.author_email.clear();
    if (std::string* type = type_of_license(); type != nullptr) type->clear();
    state_ = State::colon;
    return;
  }
  if (std::string* slot = slot_of_value(); slot != nullptr) *slot = text_;
  value_ended();
}

void PackageJsonReader::value_ended() { state_ = open_.empty() ? State::end : State::after; }

void PackageJsonReader::open(bool object) {
  if (open_.size() >= limits_.depth)
    return fail(ErrorCode::limit_exceeded, "nested deeper than " + std::to_string(limits_.depth) + " levels");
  open_.push_back(object);
  if (open_.size() <= std::size(keys_)) keys_[open_.size() - 1].clear();
  // An object says one licence, by its type: its place is made here, so that the last type counts.
  if (object && of_license() && (open_.size() == 2 || (open_.size() == 3 && !open_[1]))) new_license();
  state_ = object ? State::first_key : State::first_element;
}

void PackageJsonReader::close() {
  open_.pop_back();
  value_ended();
}

// Whether the name that begins is of a dependency.
bool PackageJsonReader::keeps_key() const {
  return open_.size() == 2 && open_[0] &&
         (keys_[0] == "dependencies" || keys_[0] == "optionalDependencies" || keys_[0] == "peerDependencies");
}

bool PackageJsonReader::of_license() const {
  return !open_.empty() && open_[0] && (keys_[0] == "license" || keys_[0] == "licenses");
}

std::string* PackageJsonReader::new_license() {
  std::vector<std::string>& licenses = keys_[0] == "license" ? found_.license : found_.licenses;
  kept_ += sizeof(std::string);
  if (kept_ > limits_.kept_bytes) too_much();
  return &licenses.emplace_back();
}

// Where the `type` of a licence goes whose name was just read, or nullptr.
std::string* PackageJsonReader::type_of_license() {
  if (!of_license() || open_.size() > 3 || open_.size() < 2 || !open_.back()) return nullptr;
  if (open_.size() == 3 && open_[1]) return nullptr;
  if (keys_[open_.size() - 1] != "type") return nullptr;
  return &(keys_[0] == "license" ? found_.license : found_.licenses).back();
}

void PackageJsonReader::too_much() {
  fail(ErrorCode::limit_exceeded,
       "name, version, licence and dependencies of more than " + std::to_string(limits_.kept_bytes) + " bytes");
}

void PackageJsonReader::keep_key() {
  kept_ += 96;  // what a set's element takes besides
  (keys_[0] == "dependencies"           ? found_.dependencies
   : keys_[0] == "optionalDependencies" ? found_.optional_dependencies
                                        : found_.peer_dependencies)
      .insert(text_);
}

void PackageJsonReader::forget(std::string_view member) {
  if (member == "name") found_.name.clear(), found_.odd_name = false;
  if (member == "version") found_.version.clear(), found_.odd_version = false;
  if (member == "homepage") found_.homepage.clear();
  if (member == "license") found_.license.clear();
  if (member == "licenses") found_.licenses.clear();
  if (member == "author") found_.author = found_.author_name = found_.author_email = {};
  if (member == "dependencies") found_.dependencies.clear();
  if (member == "optionalDependencies") found_.optional_dependencies.clear();
  if (member == "peerDependencies") found_.peer_dependencies.clear();
}

// Where the text that begins or ends as a value belongs, or nullptr.
std::string* PackageJsonReader::slot_of_value() {
  if (open_.empty() || !open_[0] || open_.size() > 3) return nullptr;
  const std::string& member = keys_[0];
  if (open_.size() == 1) {
    if (member == "name") return &found_.name;
    if (member == "version") return &found_.version;
    if (member == "homepage") return &found_.homepage;
    if (member == "author") return &found_.author;
  }
  if (open_.size() == 2 && open_[1] && member == "author") {
    if (keys_[1] == "name") return &found_.author_name;
    if (keys_[1] == "email") return &found_.author_email;
  }
  if (!of_license()) return nullptr;
  // A licence that is a text is asked for where it begins and where it ends, and made once.
  if (open_.size() == 1 || (open_.size() == 2 && !open_[1]))
    return state_ != State::text ? new_license() : &(member == "license" ? found_.license : found_.licenses).back();
  return type_of_license();
}

Result<PackageJson> PackageJsonReader::finish() {
  if (state_ == State::number && (number_ == Number::zero || number_ == Number::whole || number_ == Number::fraction ||
                                  number_ == Number::exponent))
    value_ended();
  if (state_ != State::end) fail(ErrorCode::malformed, "not JSON: ends too early");
  if (failure_) return *failure_;
  return std::move(found_);
}

}  // namespace supply::catalog
