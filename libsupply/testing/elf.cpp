#include "libsupply/testing/elf.hpp"

namespace supply::testing {
namespace {

class Writer {
 public:
  explicit Writer(const ElfFields& fields) : fields_(fields) {}
  void number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t shift = 8 * (fields_.is_big_endian ? size - 1 - i : i);
      bytes += static_cast<char>(value >> shift & 0xff);
    }
  }
  void half(std::uint64_t value) { number(value, 2); }
  void word(std::uint64_t value) { number(value, 4); }
  void wide(std::uint64_t value) { number(value, fields_.is_64_bit ? 8 : 4); }
  void align(std::size_t to) { bytes.resize((bytes.size() + to - 1) / to * to); }

  std::string bytes;

 private:
  const ElfFields& fields_;
};

}  // namespace

std::string elf_file(const ElfFields& fields) {
  const std::size_t header = fields.is_64_bit ? 64 : 52, segment = fields.is_64_bit ? 56 : 32;
  const std::size_t section = fields.is_64_bit ? 64 : 40;
  const bool has_notes = !fields.notes.empty();

  struct Placed {
    std::size_t name, type, offset, size;
  };
  Writer body(fields);
  body.bytes.assign(header + segment, '\0');
  std::string names(1, '\0');
  std::vector<Placed> placed = {{0, 0, 0, 0}};
  const auto place = [&](const std::string& name, std::size_t type, std::size_t offset) {
    placed.push_back({names.size(), type, offset, body.bytes.size() - offset});
    names += name + '\0';
  };
  const std::size_t notes_at = body.bytes.size();
  for (const ElfNote& note : fields.notes) {
    body.word(note.owner.size() + 1);
    body.word(note.description.size());
    body.word(note.type);
    body.bytes += note.owner + '\0';
    body.align(4);
    body.bytes += note.description;
    body.align(4);
  }
  const std::size_t notes_size = body.bytes.size() - notes_at;
  place(".note.test", 7, notes_at);
  for (const ElfSection& each : fields.sections) {
    const std::size_t at = body.bytes.size();
    body.bytes += each.content;
    place(each.name, 1, at);
  }
  const std::size_t names_at = body.bytes.size();
  const std::size_t names_name = names.size();
  names += std::string(".shstrtab") + '\0';
  body.bytes += names;
  placed.push_back({names_name, 3, names_at, names.size()});
  body.align(8);

  Writer out(fields);
  out.bytes = "\x7f\x45LF";
  out.bytes += fields.is_64_bit ? '\2' : '\1';
  out.bytes += fields.is_big_endian ? '\2' : '\1';
  out.bytes += '\1';
  out.align(16);
  out.half(fields.type);
  out.half(62);
  out.word(1);
  out.wide(0);
  out.wide(header);
  out.wide(body.bytes.size());
  out.word(0);
  out.half(header);
  out.half(segment);
  out.half(has_notes ? 1 : 0);
  out.half(section);
  out.half(placed.size());
  out.half(placed.size() - 1);
  // One segment.
  out.word(4);
  if (fields.is_64_bit) out.word(4);
  out.wide(notes_at);
  out.wide(0);
  out.wide(0);
  out.wide(notes_size);
  out.wide(notes_size);
  if (!fields.is_64_bit) out.word(4);
  out.wide(4);
  out.bytes += body.bytes.substr(header + segment);
  for (const Placed& each : placed) {
    out.word(each.name);
    out.word(each.type);
    out.wide(0);
    out.wide(0);
    out.wide(each.offset);
    out.wide(each.size);
    out.word(0);
    out.word(0);
    out.wide(1);
    out.wide(0);
  }
  return out.bytes;
}

}  // namespace supply::testing
