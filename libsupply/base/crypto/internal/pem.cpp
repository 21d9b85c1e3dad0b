#include "libsupply/base/crypto/internal/pem.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <exception>
#include <optional>

#include "libsupply/base/crypto/internal/openssl_ptr.hpp"
#include "libsupply/base/limits/statement_limits.hpp"
#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/text.hpp"

namespace supply::crypto::internal {
namespace {

constexpr std::string_view kUnreadable = "damaged PEM block";

// What a file in base64 holds, without PEM's lines; empty: it is not in base64.
std::string_view kind_of_base64(std::string_view text) {
  std::string joined(text);
  std::erase_if(joined, [](char each) { return each == '\n' || each == '\r'; });
  const Result<std::string> inner = from_base64(joined);
  if (!inner || inner->empty()) return {};
  if (inner->starts_with("-----BEGIN "))
    return "a PEM file in base64, as secrets of Kubernetes are: base64 -d decodes it";
  return inner->front() == '\x30'
             ? "base64 without PEM's first and last line: want -----BEGIN PUBLIC KEY----- before it, "
               "-----END PUBLIC KEY----- after it"
             : std::string_view();
}

// What a file that is not read as PEM seems to be, and what to do; `otherwise` where it is nothing known.
std::string instead_of_pem(std::string_view text, std::string_view otherwise) {
  struct Kind {
    std::string_view start, what;
  };
  static constexpr Kind kKinds[] = {
      {"\xef\xbb\xbf", "begins with a byte order mark: save it without"},
      {"\xff\xfe", "UTF-16 text: save it as ASCII"},
      {"\xfe\xff", "UTF-16 text: save it as ASCII"},
      {"ssh-", "an OpenSSH public key: write it anew with ssh-keygen -e -m PKCS8"},
      {"ecdsa-sha2-", "an OpenSSH public key: write it anew with ssh-keygen -e -m PKCS8"},
      {"sk-", "an OpenSSH public key of a hardware token, whose signatures have another form: want a key in PEM"},
      {"---- BEGIN SSH2 ", "an SSH key: write it anew with ssh-keygen -i, then with ssh-keygen -e -m PKCS8"},
      {"untrusted comment:", "a key of minisign or signify, whose signatures have another form: want a key in PEM"},
      {"{", "JSON, not PEM: write the key that is in it to a PEM file"},
  };
  const std::string_view start = trim(text);
  if (start.empty()) return "empty: want a PEM file";
  if (start.find("-----BEGIN PGP ") != std::string_view::npos)
    return "an OpenPGP key, whose signatures have another form: want a key in PEM";
  for (const Kind& kind : kKinds)
    if (start.starts_with(kind.start)) return std::string(kind.what);
  if (start.front() == '\x30' && !is_utf8(start))
    return "DER, not PEM: write it anew with openssl pkey -inform DER (and -pubin for a public key), openssl x509 "
           "-inform DER of a certificate, or openssl pkcs12 -nodes of a PKCS #12 file";
  if (otherwise.empty() && start.find("-----BEGIN ") != std::string_view::npos)
    return std::string(kUnreadable) + ": it has no proper first line or end";
  if (const std::string_view kind = kind_of_base64(start); !kind.empty()) return std::string(kind);
  return otherwise.empty() ? "no PEM block: want a line that begins with -----BEGIN" : std::string(otherwise);
}

// A file that is one block of no secret, as all programs write it. OpenSSL reads it the same, and then says that there
// is no other, for which it makes the tables of all that it can say.
std::optional<PemBlock> one_usual_block(std::string_view text) {
  constexpr std::string_view kBegin = "-----BEGIN ", kDashes = "-----\n", kEnd = "-----END ";
  const std::size_t line = text.find(kDashes);
  if (!text.starts_with(kBegin) || line == std::string_view::npos) return std::nullopt;
  const std::string label(text.substr(kBegin.size(), line - kBegin.size()));
  const std::string end = std::string(kEnd).append(label).append(kDashes);
  text.remove_prefix(line + kDashes.size());
  if ((label != "PUBLIC KEY" && label != "CERTIFICATE") || !text.ends_with(end)) return std::nullopt;
  text.remove_suffix(end.size());
  std::string body;
  for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(65, text.size()))) {
    const std::string_view piece = text.substr(0, 65);
    if (!piece.ends_with('\n') || piece.size() == 1) return std::nullopt;
    body += piece.substr(0, piece.size() - 1);
  }
  // The one alphabet of the two, with its padding.
  if (body.size() % 4 != 0 || body.find_first_of("-_") != std::string::npos) return std::nullopt;
  const Result<std::string> der = from_base64(body);
  if (!der || der->empty()) return std::nullopt;
  PemBlock block{label, false, SecretBytes(der->size())};
  std::copy(der->begin(), der->end(), block.der.data());
  return block;
}

}  // namespace

Result<std::vector<PemBlock>> read_pem(std::string_view text) {
  if (text.size() > kMaxKeyFileBytes) {
    return Error(ErrorCode::limit_exceeded, "key file larger than " + std::to_string(kMaxKeyFileBytes) + " bytes");
  }
  return read_long_pem(text);
}

Result<std::vector<PemBlock>> read_long_pem(std::string_view text) {
  std::vector<PemBlock> blocks;
  if (auto block = one_usual_block(text)) {
    blocks.push_back(*std::move(block));
    return blocks;
  }
  const BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  SUPPLY_TRY(check(bio ? 1 : 0, "PEM buffer"));
  while (true) {
    char* name = nullptr;
    char* header = nullptr;
    unsigned char* data = nullptr;
    long size = 0;
    if (PEM_read_bio(bio.get(), &name, &header, &data, &size) != 1) {
      const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
      ERR_clear_error();
      if (!at_end) return Error(ErrorCode::malformed, instead_of_pem(text, kUnreadable));
      break;
    }
    PemBlock block{name, header[0] != '\0', SecretBytes(static_cast<std::size_t>(size))};
    std::copy(data, data + size, block.der.data());
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_clear_free(data, static_cast<std::size_t>(size));
    blocks.push_back(std::move(block));
  }
  if (blocks.empty()) return Error(ErrorCode::malformed, instead_of_pem(text, {}));
  return blocks;
}

std::string write_pem(const char* label, std::string_view der) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio(bio.get(), label, "", reinterpret_cast<const unsigned char*>(der.data()),
                            static_cast<long>(der.size())) <= 0) {
    std::terminate();  // out of memory
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

}  // namespace supply::crypto::internal
