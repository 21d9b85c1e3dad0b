// The floor under any tool that verifies an image: what this machine and the fastest libraries need for the same bytes,
// with nothing around it. No part of Supply's code is in it, so that it cannot get slower with Supply.
//
//   g++ -O2 -std=c++20 floor.cpp -o floor -lisal -lcrypto
//   floor MODE isal THREADS BLOB...
//
// hash     SHA-256 of the compressed blobs
// inflate  gzip decompression alone
// read     SHA-256 of the blob, gzip decompression, a walk over the tar headers: what an answer needs that reads files
// fused    read, and SHA-256 of the unpacked bytes: what it takes to verify an image
//
// A thread takes a layer at a time, the largest first, and uses every chunk while it is in the cache.
// Prints one line: mode, threads, compressed and unpacked bytes, tar entries, seconds.
#include <fcntl.h>
#include <isa-l/igzip_lib.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kChunkBytes = 256 * 1024, kBlockBytes = 512;

[[noreturn]] void fail(const std::string& why) {
  std::fprintf(stderr, "floor: %s\n", why.c_str());
  std::exit(1);
}

struct Totals {
  std::uint64_t packed = 0, unpacked = 0, entries = 0;
};

class Sha256 {
 public:
  Sha256() { EVP_DigestInit_ex(context_, EVP_sha256(), nullptr); }
  ~Sha256() { EVP_MD_CTX_free(context_); }
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;
  void update(std::string_view bytes) { EVP_DigestUpdate(context_, bytes.data(), bytes.size()); }

 private:
  EVP_MD_CTX* context_ = EVP_MD_CTX_new();
};

// Counts entries; content is skipped over, and nothing is checked.
class HeaderWalk {
 public:
  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t skipped = std::min<std::uint64_t>(skip_, bytes.size());
      skip_ -= skipped;
      bytes.remove_prefix(skipped);
      const std::size_t taken = std::min(kBlockBytes - filled_, bytes.size());
      std::memcpy(block_ + filled_, bytes.data(), taken);
      filled_ += taken;
      bytes.remove_prefix(taken);
      if (filled_ == kBlockBytes) take_block();
    }
  }
  std::uint64_t entries() const { return entries_; }

 private:
  void take_block() {
    filled_ = 0;
    if (block_[0] == '\0') return;
    std::uint64_t size = 0;
    if ((block_[124] & 0x80) != 0) {  // base 256
      for (std::size_t i = 128; i < 136; ++i) size = size << 8 | static_cast<unsigned char>(block_[i]);
    } else {
      for (std::size_t i = 124; i < 136 && block_[i] >= '0' && block_[i] <= '7'; ++i)
        size = size << 3 | static_cast<std::uint64_t>(block_[i] - '0');
    }
    const char type = block_[156];
    if (type >= '1' && type <= '6') size = 0;
    if (type != 'x' && type != 'g' && type != 'L' && type != 'K') ++entries_;
    skip_ = (size + kBlockBytes - 1) / kBlockBytes * kBlockBytes;
  }

  char block_[kBlockBytes];
  std::size_t filled_ = 0;
  std::uint64_t skip_ = 0, entries_ = 0;
};

template <class Packed>
std::uint64_t read_blob(const std::string& path, const Packed& on_packed) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) fail("cannot open " + path);
  const auto chunk = std::make_unique_for_overwrite<char[]>(kChunkBytes);
  std::uint64_t packed = 0;
  for (ssize_t size; (size = ::read(fd, chunk.get(), kChunkBytes)) > 0; packed += static_cast<std::uint64_t>(size))
    on_packed(std::string_view(chunk.get(), static_cast<std::size_t>(size)));
  ::close(fd);
  return packed;
}

template <class Packed, class Unpacked>
Totals inflate_blob(const std::string& path, const Packed& on_packed, const Unpacked& on_unpacked) {
  const auto state = std::make_unique<inflate_state>();
  const auto out = std::make_unique_for_overwrite<char[]>(kChunkBytes);
  isal_inflate_init(state.get());
  state->crc_flag = ISAL_GZIP;
  Totals totals;
  totals.packed = read_blob(path, [&](std::string_view packed) {
    on_packed(packed);
    state->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(packed.data()));
    state->avail_in = static_cast<std::uint32_t>(packed.size());
    do {
      state->next_out = reinterpret_cast<std::uint8_t*>(out.get());
      state->avail_out = kChunkBytes;
      if (isal_inflate(state.get()) != ISAL_DECOMP_OK) fail("bad gzip: " + path);
      const std::size_t size = kChunkBytes - state->avail_out;
      totals.unpacked += size;
      on_unpacked(std::string_view(out.get(), size));
      if (state->block_state == ISAL_BLOCK_FINISH && state->avail_in > 0) {  // the next member
        isal_inflate_reset(state.get());
        state->crc_flag = ISAL_GZIP;
      }
    } while (state->avail_in > 0 || state->avail_out == 0);
  });
  return totals;
}

Totals run(const std::string& mode, const std::string& path) {
  Sha256 blob, diff;
  HeaderWalk walk;
  const auto hash_blob = [&](std::string_view packed) { blob.update(packed); };
  const auto nothing = [](std::string_view) {};
  Totals totals;
  if (mode == "hash") totals.packed = read_blob(path, hash_blob);
  else if (mode == "inflate") totals = inflate_blob(path, nothing, nothing);
  else if (mode == "read") totals = inflate_blob(path, hash_blob, [&](std::string_view bytes) { walk.feed(bytes); });
  else if (mode == "fused") {
    totals = inflate_blob(path, hash_blob, [&](std::string_view bytes) {
      diff.update(bytes);
      walk.feed(bytes);
    });
  } else {
    fail("unknown mode " + mode);
  }
  totals.entries = walk.entries();
  return totals;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5 || std::string_view(argv[2]) != "isal")
    fail("usage: floor hash|inflate|read|fused isal THREADS BLOB...");
  const std::string mode = argv[1];
  const int threads = std::max(1, std::atoi(argv[3]));
  std::vector<std::string> blobs(argv + 4, argv + argc);
  std::sort(blobs.begin(), blobs.end(), [](const std::string& a, const std::string& b) {
    return std::filesystem::file_size(a) > std::filesystem::file_size(b);
  });
  std::atomic<std::size_t> next{0};
  std::atomic<std::uint64_t> packed{0}, unpacked{0}, entries{0};
  const auto start = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < threads; ++i)
      workers.emplace_back([&] {
        for (std::size_t at; (at = next++) < blobs.size();) {
          const Totals totals = run(mode, blobs[at]);
          packed += totals.packed;
          unpacked += totals.unpacked;
          entries += totals.entries;
        }
      });
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%s isal threads=%d packed=%zu unpacked=%zu entries=%zu seconds=%.3f\n", mode.c_str(), threads,
              static_cast<std::size_t>(packed), static_cast<std::size_t>(unpacked), static_cast<std::size_t>(entries),
              seconds);
}
