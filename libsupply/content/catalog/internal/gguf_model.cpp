#include <algorithm>
#include <array>
#include <map>

#include "libsupply/base/text/byte_order.hpp"
#include "libsupply/base/text/text.hpp"
#include "libsupply/content/catalog/internal/model_file.hpp"

namespace supply::catalog {
namespace {

enum class Read { done, more, wrong };

// Values in the order of the file.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : bytes_(bytes) {}
  void set_order(std::endian order) { order_ = order; }

  template <class Number>
  Read number(Number& out) {
    if (bytes_.size() - at_ < sizeof(Number)) return Read::more;
    out = static_cast<Number>(read_integer(bytes_.substr(at_, sizeof(Number)), order_));
    at_ += sizeof(Number);
    return Read::done;
  }
  Read skip(std::uint64_t count) {
    if (count > bytes_.size() - at_) return Read::more;
    at_ += static_cast<std::size_t>(count);
    return Read::done;
  }
  Read text(std::string_view& out) {
    std::uint64_t size = 0;
    if (const Read read = number(size); read != Read::done) return read;
    const std::size_t begin = at_;
    if (const Read read = skip(size); read != Read::done) return read;
    out = bytes_.substr(begin, static_cast<std::size_t>(size));
    return Read::done;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  std::endian order_ = std::endian::little;
};

constexpr std::uint32_t kString = 8, kArray = 9;
constexpr int kArraysInArrays = 4;  // nobody writes more than one

// Of the types with a fixed size; 0: none.
std::size_t size_of(std::uint32_t type) {
  static constexpr std::array<std::size_t, 13> kSizes = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
  return type < kSizes.size() ? kSizes[type] : 0;
}

// The value as a text, of a type that is one or a whole number; texts of an array too.
struct Metadata {
  std::string text;
  std::vector<std::string> texts;
};

std::string_view shown(std::string_view text) {
  return text.size() <= kMaxModelTextBytes && is_utf8(text) ? trim(text) : std::string_view();
}

Read read_value(Cursor& cursor, std::uint32_t type, bool wanted, int depth, Metadata& out) {
  if (type == kString) {
    std::string_view text;
    const Read read = cursor.text(text);
    if (read == Read::done && wanted) out.text = shown(text);
    return read;
  }
  if (type == kArray) {
    std::uint32_t of = 0;
    std::uint64_t count = 0;
    if (depth == kArraysInArrays) return Read::wrong;
    for (const Read read : {cursor.number(of), cursor.number(count)})
      if (read != Read::done) return read;
    if (const std::size_t each = size_of(of); each != 0)
      return count > kMaxModelHeaderBytes ? Read::more : cursor.skip(count * each);
    if (of != kString && of != kArray) return Read::wrong;
    for (std::uint64_t i = 0; i < count; ++i) {
      Metadata one;
      if (const Read read = read_value(cursor, of, wanted, depth + 1, one); read != Read::done) return read;
      if (wanted && !one.text.empty() && out.texts.size() < kMaxModelKeys) out.texts.push_back(std::move(one.text));
    }
    return Read::done;
  }
  const std::size_t size = size_of(type);
  if (size == 0) return Read::wrong;
  if (type != 4 && type != 10) return cursor.skip(size);
  std::uint64_t value = 0;
  std::uint32_t small = 0;
  const Read read = type == 4 ? cursor.number(small) : cursor.number(value);
  if (read == Read::done && wanted) out.text = std::to_string(type == 4 ? small : value);
  return read;
}

// Source: llama.cpp, include/llama.h, enum llama_ftype.
std::string_view file_type(std::string_view number) {
  static constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"0", "F32"},     {"1", "F16"},     {"2", "Q4_0"},      {"3", "Q4_1"},    {"7", "Q8_0"},     {"8", "Q5_0"},
      {"9", "Q5_1"},    {"10", "Q2_K"},   {"11", "Q3_K_S"},   {"12", "Q3_K_M"}, {"13", "Q3_K_L"},  {"14", "Q4_K_S"},
      {"15", "Q4_K_M"}, {"16", "Q5_K_S"}, {"17", "Q5_K_M"},   {"18", "Q6_K"},   {"19", "IQ2_XXS"}, {"20", "IQ2_XS"},
      {"21", "Q2_K_S"}, {"22", "IQ3_XS"}, {"23", "IQ3_XXS"},  {"24", "IQ1_S"},  {"25", "IQ4_NL"},  {"26", "IQ3_S"},
      {"27", "IQ3_M"},  {"28", "IQ2_S"},  {"29", "IQ2_M"},    {"30", "IQ4_XS"}, {"31", "IQ1_M"},   {"32", "BF16"},
      {"36", "TQ1_0"},  {"37", "TQ2_0"},  {"38", "MXFP4_MOE"}};
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](const auto& one) { return one.first == number; });
  return found == std::end(kTypes) ? std::string_view() : found->second;
}

using Table = std::map<std::string, Metadata, std::less<>>;

std::string take(const Table& table, std::string_view key) {
  const auto found = table.find("general." + std::string(key));
  return found == table.end() ? std::string() : found->second.text;
}

// "ORGANIZATION/NAME" or an address of each of what "base_model.0.name" and its like describe.
std::vector<std::string> described(const Table& table, std::string_view kind) {
  std::vector<std::string> out;
  constexpr std::size_t kMost = 32;
  for (std::size_t i = 0; i < kMost; ++i) {
    const std::string prefix = std::string(kind) + "." + std::to_string(i) + ".";
    std::string name = take(table, prefix + "name");
    const std::string organization = take(table, prefix + "organization");
    if (name.empty()) name = take(table, prefix + "repo_url");
    else if (!organization.empty()) name = organization + "/" + name;
    if (!name.empty()) out.push_back(std::move(name));
  }
  return out;
}

ModelFacts facts_of(const Table& table) {
  ModelFacts out;
  out.model.format = "gguf";
  out.model.architecture = take(table, "architecture");
  out.model.size = take(table, "size_label");
  out.model.quantization = file_type(take(table, "file_type"));
  out.model.base_models = described(table, "base_model");
  out.model.datasets = described(table, "dataset");
  if (const auto names = table.find("general.datasets"); names != table.end())
    out.model.datasets.insert(out.model.datasets.end(), names->second.texts.begin(), names->second.texts.end());
  for (auto* list : {&out.model.base_models, &out.model.datasets}) std::sort(list->begin(), list->end());
  out.name = take(table, "name");
  if (out.name.empty()) out.name = take(table, "basename");
  out.version = take(table, "version");
  out.license = take(table, "license");
  out.author = take(table, "author");
  out.organization = take(table, "organization");
  for (const std::string_view key : {"url", "repo_url", "source.url", "source.repo_url"})
    if (out.homepage.empty()) out.homepage = take(table, key);
  return out;
}

class Gguf final : public ModelReader {
 public:
  explicit Gguf(std::size_t limit) : limit_(limit) {}

  // What has come is read anew whenever it has doubled.
  void feed(std::string_view chunk) override {
    while (!chunk.empty() && !is_done()) {
      const std::size_t room = std::min(next_, limit_) - bytes_.size();
      bytes_ += chunk.substr(0, room);
      chunk.remove_prefix(std::min(room, chunk.size()));
      if (bytes_.size() < std::min(next_, limit_)) break;
      try_to_read();
      if (state_ == Read::more && bytes_.size() == limit_) too_long_ = true;
      next_ *= 2;
    }
  }
  std::size_t held() const override { return bytes_.size(); }
  bool is_done() const override { return state_ != Read::more || too_long_; }
  Result<ModelFacts> finish() override {
    if (!is_done()) try_to_read();
    if (too_long_)
      return Error(ErrorCode::limit_exceeded, "its metadata is longer than " + std::to_string(limit_) + " bytes");
    if (state_ == Read::more) return Error(ErrorCode::malformed, "GGUF: ends within its metadata");
    if (state_ == Read::wrong) return Error(wrong_code_, "GGUF: " + wrong_);
    return facts_;
  }

 private:
  void try_to_read() {
    Cursor cursor(bytes_);
    state_ = read(cursor);
    if (state_ != Read::more) bytes_ = std::string();
  }
  Read fail(std::string reason, ErrorCode code = ErrorCode::malformed) {
    wrong_ = std::move(reason);
    wrong_code_ = code;
    return Read::wrong;
  }
  Read read(Cursor& cursor) {
    std::uint32_t version = 0;
    std::uint64_t tensors = 0, count = 0;
    if (const Read magic = cursor.skip(kGgufMagic.size()); magic != Read::done) return magic;
    if (!bytes_.starts_with(kGgufMagic)) return fail("no such file");
    if (const Read number = cursor.number(version); number != Read::done) return number;
    if ((version & 0xffff) == 0) {  // written on a machine of the other byte order
      cursor.set_order(std::endian::big);
      version = version >> 24 | (version >> 8 & 0xff00);
    }
    if (version != 2 && version != 3)
      return fail("version " + std::to_string(version) + ": want 2 or 3", ErrorCode::unsupported);
    for (const Read number : {cursor.number(tensors), cursor.number(count)})
      if (number != Read::done) return number;
    Table table;
    for (std::uint64_t i = 0; i < count; ++i) {
      std::string_view key;
      std::uint32_t type = 0;
      if (const Read text = cursor.text(key); text != Read::done) return text;
      if (const Read number = cursor.number(type); number != Read::done) return number;
      Metadata value;
      const bool wanted =
          key.starts_with("general.") && key.size() <= kMaxModelTextBytes && table.size() < kMaxModelKeys;
      const Read one = read_value(cursor, type, wanted, 0, value);
      if (one == Read::wrong) return fail("a value of an unknown type");
      if (one != Read::done) return one;
      if (wanted) table.emplace(std::string(key), std::move(value));
    }
    facts_ = facts_of(table);
    return Read::done;
  }

  std::size_t limit_, next_ = 4096;
  std::string bytes_, wrong_;
  ErrorCode wrong_code_ = ErrorCode::malformed;
  Read state_ = Read::more;
  bool too_long_ = false;
  ModelFacts facts_;
};

}  // namespace

std::unique_ptr<ModelReader> gguf_reader(std::size_t limit) { return std::make_unique<Gguf>(limit); }

}  // namespace supply::catalog
