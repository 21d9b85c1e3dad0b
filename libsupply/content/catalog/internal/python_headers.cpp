#include "libsupply/content/catalog/internal/python_headers.hpp"

#include <algorithm>
#include <array>

#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/package_json.hpp"

namespace supply::catalog {
namespace {

constexpr std::array<std::string_view, 11> kFields = {
    "author",     "author-email",     "classifier",  "home-page",     "license", "license-expression",
    "maintainer", "maintainer-email", "project-url", "requires-dist", "version"};

bool matters(std::string_view name) {
  return name == "name" || std::find(kFields.begin(), kFields.end(), name) != kFields.end();
}

constexpr std::size_t kNameBytes = 64;

}  // namespace

void PythonHeaderReader::feed(std::string_view chunk) {
  std::size_t i = 0;
  while (i < chunk.size() && state_ != State::done) {
    if (state_ == State::skip) {
      i = std::min(chunk.find_first_of("\r\n", i), chunk.size());
      if (i == chunk.size()) return;
    }
    one(chunk[i++]);
  }
}

void PythonHeaderReader::one(char c) {
  // Lines end with LF, CR LF or CR alone.
  const bool second_half = after_cr_ && c == '\n';
  after_cr_ = c == '\r';
  if (second_half) return;
  if (c == '\r' || c == '\n') return end_line();
  switch (state_) {
    case State::line_start:
      if (c == ' ' || c == '\t') {
        // It goes on with the field before it; before the first one it is passed over.
        state_ = in_header_ && keeps_ ? State::value : State::skip;
        return;
      }
      end_value();
      name_.clear();
      state_ = State::name;
      [[fallthrough]];
    case State::name:
      if (c == ':') {
        name_ = to_lower(name_);
        in_header_ = true;
        keeps_ = matters(name_);
        state_ = keeps_ ? State::value : State::skip;
        if (keeps_) found_.push_back({name_, {}});
      } else if (c == ' ' && name_ == "From") {
        state_ = State::skip;  // a mail box's envelope; what goes on after it is not known
        keeps_ = false;
      } else if (static_cast<unsigned char>(c) < 33 || static_cast<unsigned char>(c) > 126) {
        state_ = State::done;  // the first line that is no field begins the body
      } else if (name_.size() <= kNameBytes) {
        name_ += c;
      }
      return;
    case State::value:
      if (++kept_ > limit_) {
        too_much_ = true;
        state_ = State::done;
        return;
      }
      line_ += c;
      return;
    case State::skip:
    case State::done: return;
  }
}

void PythonHeaderReader::end_line() {
  switch (state_) {
    case State::line_start: state_ = State::done; return;  // an empty line ends the header
    case State::name: state_ = State::done; return;        // no colon
    case State::value:
      found_.back().value += (found_.back().value.empty() ? "" : "\n") + std::string(trim(line_));
      line_.clear();
      [[fallthrough]];
    case State::skip: state_ = State::line_start; return;
    case State::done: return;
  }
}

void PythonHeaderReader::end_value() {
  if (found_.empty()) return;
  kept_ += 64;  // what an element takes besides
  found_.back().value = replace_bad_utf8(found_.back().value);
}

Result<std::vector<PythonHeader>> PythonHeaderReader::finish() {
  if (too_much_ || kept_ > limit_)
    return Error(ErrorCode::limit_exceeded,
                 "name, version, licence and requirements of more than " + std::to_string(limit_) + " bytes");
  if (state_ == State::value) end_line();
  end_value();
  return std::move(found_);
}

std::string to_text(const std::vector<PythonHeader>& headers) {
  std::string out;
  for (const PythonHeader& header : headers) {
    out += header.name + ": ";
    for (const char c : header.value) {
      out += c;
      if (c == '\n') out += ' ';
    }
    out += '\n';
  }
  return out;
}

}  // namespace supply::catalog
