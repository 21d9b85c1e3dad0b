#include <nlohmann/json.hpp>

#include "libsupply/base/io/file.hpp"
#include "libsupply/base/json/json.hpp"
#include "libsupply/base/text/hex.hpp"
#include "libsupply/base/text/text.hpp"
#include "tools/common/choices.hpp"
#include "tools/common/keys.hpp"
#include "tools/common/options_of_others.hpp"
#include "tools/common/verb.hpp"
#include "tools/supply/private_key.hpp"
#include "tools/supply/verbs.hpp"

namespace supply::tools {
namespace {

struct Options {
  Common common;
  std::string key, prefix = "supply", type = "ecdsa-p256", format = "pkcs8", output;
  unsigned rsa_bits = 3072;
};

// Writes the pair, the private half first and for its owner alone; neither file is ever overwritten.
Result<ExitCode> write_pair(const crypto::PrivateKey& key, const Options& options, Console& console) {
  const std::string private_path = options.prefix + ".key", public_path = options.prefix + ".pub";
  for (const std::string& path : {private_path, public_path})
    if (io::exists(path)) return Error(ErrorCode::usage, quote(path) + " is there already; a key is never overwritten");
  SUPPLY_TRY(const std::string passphrase, new_passphrase());
  SUPPLY_TRY(const std::string text,
             options.format == "cosign" ? key.to_encrypted_cosign(passphrase) : key.to_encrypted_pkcs8(passphrase));
  SUPPLY_TRY(io::write_file(private_path, text, io::FileMode::owner, io::Existing::refuse));
  SUPPLY_TRY(io::write_file(public_path, key.public_key().to_pem(), io::FileMode::everyone, io::Existing::refuse));
  const crypto::PublicKey half = key.public_key();
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"privateKey", private_path},
                                        {"publicKey", public_path},
                                        {"type", crypto::to_string(half.type())},
                                        {"fingerprint", to_hex(half.fingerprint())}}));
  else
    console.note("wrote " + private_path + " (" + std::string(crypto::to_string(half.type())) + ", encrypted) and " +
                 public_path);
  return ExitCode::yes;
}

Result<ExitCode> run_generate(const Options& options, Console& console) {
  SUPPLY_TRY(const crypto::KeyType type, crypto::parse_key_type(options.type));
  SUPPLY_TRY(const crypto::PrivateKey key, crypto::PrivateKey::generate(type, options.rsa_bits));
  return write_pair(key, options, console);
}

Result<ExitCode> run_import(const Options& options, Console& console) {
  SUPPLY_TRY(const crypto::PrivateKey key, read_private_key(options.key));
  return write_pair(key, options, console);
}

// Either half of a pair, by what the file holds.
Result<crypto::PublicKey> public_half(const std::string& key, const Common& common) {
  if (is_remote_key(key)) return remote_public_key(key, common);
  SUPPLY_TRY(const std::string text, read_key_text(key));
  if (text.find("PRIVATE KEY-----") == std::string::npos) return public_key_in(key, text);
  SUPPLY_TRY(const crypto::PrivateKey pair, read_private_key(key));
  return pair.public_key();
}

Result<ExitCode> run_public(const Options& options, Console& console) {
  SUPPLY_TRY(const crypto::PublicKey half, public_half(options.key, options.common));
  SUPPLY_TRY(
      deliver(console, {"pem", options.output.empty() ? std::nullopt : std::optional(options.output)}, half.to_pem()));
  return ExitCode::yes;
}

// A key that is elsewhere is neither read nor opened: only its public half is asked for.
Result<ExitCode> run_inspect_key(const Options& options, Console& console) {
  const bool remote = is_remote_key(options.key);
  SUPPLY_TRY(const std::string text, remote ? Result<std::string>(std::string()) : read_key_text(options.key));
  const bool is_private = text.find("PRIVATE KEY-----") != std::string::npos;
  SUPPLY_TRY(const crypto::PublicKey half, public_half(options.key, options.common));
  const std::string type(crypto::to_string(half.type())), fingerprint = to_hex(half.fingerprint());
  const std::string where = remote ? "remote key" : is_private ? "private key" : "public key";
  if (options.common.json)
    console.print(json::to_pretty_text({{"version", 1},
                                        {"private", is_private},
                                        {"encrypted", is_private && crypto::PrivateKey::is_encrypted(text)},
                                        {"remote", remote},
                                        {"type", type},
                                        {"fingerprint", fingerprint}}));
  else console.print(type + ' ' + where + ", sha256 " + fingerprint + "\n");
  return ExitCode::yes;
}

constexpr OptionOfOthers kOfCosign[] = {
    {"--kms", true, "make the key in the service that keeps it, and name it with --key"},
    {"--sk", false, "hardware keys are named by --key pkcs11:..."},
    {"--slot", true, "hardware keys are named by --key pkcs11:..."},
};

}  // namespace

void add_key(CLI::App& app, Run& run) {
  CLI::App* key = app.add_subcommand("key", "Make and read key pairs");
  key->require_subcommand(1);
  const auto writing = [](CLI::App& verb, Options& options) {
    verb.add_option("--output-key-prefix", options.prefix, "Writes PREFIX.key and PREFIX.pub")->capture_default_str();
    verb.add_option("--format", options.format, "Of the private key's file")
        ->check(CLI::IsMember({"pkcs8", "cosign"}))
        ->capture_default_str();
  };
  const auto reading = [](CLI::App& verb, Options& options) {
    verb.add_option("--key", options.key, "A key file, env://NAME, or the URI of one elsewhere")->required();
  };
  add_verb<Options>(
      *key, run, "generate", "Make a key pair; the passphrase comes from SUPPLY_PASSWORD or the terminal",
      [&](CLI::App& verb, Options& options) {
        refuse_options_of_others(verb, kOfCosign, run);
        writing(verb, options);
        take_only(verb.add_option("--type", options.type, "Of the key"), crypto::key_type_names())
            ->capture_default_str();
        verb.add_option("--rsa-bits", options.rsa_bits, "Of an RSA key")
            ->check(CLI::Range(2048, 16384))
            ->capture_default_str();
      },
      run_generate);
  add_verb<Options>(
      *key, run, "import", "Encrypt a key that is there (PEM: PKCS#8, PKCS#1, SEC1, cosign's) into a pair",
      [&](CLI::App& verb, Options& options) {
        reading(verb, options);
        writing(verb, options);
      },
      run_import);
  add_verb<Options>(
      *key, run, "public", "Print the public half",
      [&](CLI::App& verb, Options& options) {
        reading(verb, options);
        verb.add_option("--output-file,--outfile", options.output, "A file instead of standard output");
        refuse_options_of_others(verb, kOfCosign, run);
      },
      run_public);
  add_verb<Options>(*key, run, "inspect", "Say what a key file holds", reading, run_inspect_key);
}

}  // namespace supply::tools
