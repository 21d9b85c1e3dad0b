#include "libsupply/image/layout/internal/kept_documents.hpp"

#include <catch2/catch.hpp>

#include "libsupply/base/crypto/hasher.hpp"
#include "libsupply/base/io/file.hpp"
#include "libsupply/image/layout/layout.hpp"
#include "libsupply/testing/testing.hpp"

namespace supply::layout {
namespace {

TEST_CASE("documents are kept up to the limit, and the next that fits after it") {
  KeptDocuments kept(5);
  kept.keep(crypto::sha256("abc"), "abc");
  kept.keep(crypto::sha256("abc"), "abc");
  kept.keep(crypto::sha256("xyz"), "xyz");
  kept.keep(crypto::sha256("de"), "de");
  kept.keep(crypto::sha256("f"), "f");
  CHECK(kept.find(crypto::sha256("abc")) == "abc");
  CHECK(kept.find(crypto::sha256("de")) == "de");
  CHECK_FALSE(kept.find(crypto::sha256("xyz")));
  CHECK_FALSE(kept.find(crypto::sha256("f")));
  kept.clear();
  CHECK_FALSE(kept.find(crypto::sha256("abc")));
  kept.keep(crypto::sha256("xyz"), "xyz");
  CHECK(kept.find(crypto::sha256("xyz")));
  CHECK(kMaxKeptDocumentBytes == 8 * kMiB);  // the default
}

}  // namespace
}  // namespace supply::layout
