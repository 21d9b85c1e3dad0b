#include "libsupply/trust/verify/internal/signatures.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "libsupply/base/text/base64.hpp"
#include "libsupply/base/text/hex.hpp"

namespace supply::verify::internal {
namespace {

struct Key {
  const TrustedKey* trusted;
  std::vector<std::string> names;  // under which a keyid or a hint may mean it
};

std::vector<Key> with_names(const std::vector<TrustedKey>& keys) {
  std::vector<Key> all;
  for (const TrustedKey& key : keys) {
    const std::string raw = key.key.fingerprint(), hex = to_hex(raw);
    all.push_back({&key, {to_base64(raw), hex, "SHA256:" + to_base64(raw), key.name}});
  }
  return all;
}

class Trial {
 public:
  Trial(const std::vector<TrustedKey>& keys, Budget& budget) : keys_(with_names(keys)), budget_(budget) {}

  // Every key of the pass, until one made the signature: nobody else can have.
  Status run(Signed& one, std::size_t at, bool by_its_name) {
    const attest::Signature& signature = one.signatures[at];
    for (const Key& key : keys_) {
      const bool named =
          !signature.keyid.empty() && std::find(key.names.begin(), key.names.end(), signature.keyid) != key.names.end();
      const bool known =
          std::any_of(one.made.begin(), one.made.end(), [&](const MadeBy& made) { return made.key == key.trusted; });
      crypto::Message* const message = key.trusted->signs_bare_payload ? one.bare_payload.get() : one.message.get();
      if (named != by_its_name || known || message == nullptr) continue;
      SUPPLY_TRY(budget_.spend(Cost::verifications, cost_of(key, *message, signature)));
      const auto scheme = key.trusted->key.verify(*message, signature.bytes);
      if (!scheme && scheme.error().code() != ErrorCode::mismatch) return scheme.error();
      if (!scheme) continue;
      one.made[at] = {key.trusted, *scheme, true};
      return {};
    }
    if (!by_its_name) one.made[at].tried = true;
    return {};
  }

 private:
  // The message is input, which may be hashed once for each key; more than that is drawn.
  std::uint64_t cost_of(const Key& key, crypto::Message& message, const attest::Signature& signature) {
    const std::uint64_t cost = key.trusted->key.cost(signature.bytes);
    if (cost == 0 || hashed_[&message]++ < keys_.size()) return cost;
    return key.trusted->key.cost(message, signature.bytes);
  }

  std::vector<Key> keys_;
  Budget& budget_;
  std::map<const crypto::Message*, std::size_t> hashed_;
};

}  // namespace

void drop_copies(std::vector<attest::Signature>& signatures) {
  std::set<std::string> seen;
  std::erase_if(signatures, [&](const attest::Signature& each) { return !seen.insert(each.bytes).second; });
}

std::optional<Error> try_signatures(const std::vector<Signed*>& all, const std::vector<TrustedKey>& keys,
                                    Budget& budget) {
  std::vector<Signed*> left = all;
  for (Signed* const one : left) one->made.assign(one->signatures.size(), {});
  // Small pieces first, and a total order, so that the end of the budget is the same for evidence in any order.
  std::sort(left.begin(), left.end(), [](const Signed* a, const Signed* b) {
    const auto first = [](const Signed* one) -> std::string_view {
      return one->signatures.empty() ? std::string_view() : one->signatures.front().bytes;
    };
    return std::tuple(a->size, std::cref(a->blob), first(a)) < std::tuple(b->size, std::cref(b->blob), first(b));
  });
  Trial trial(keys, budget);
  for (std::size_t round = 0; !left.empty(); ++round) {
    std::erase_if(left, [&](Signed* one) { return one->signatures.size() <= round; });
    for (const bool by_its_name : {true, false})
      for (Signed* const one : left)
        if (one->made[round].key == nullptr)
          if (Status done = trial.run(*one, round, by_its_name); !done)
            return std::move(done).error().at("signatures of the evidence that is attached");
  }
  return std::nullopt;
}

}  // namespace supply::verify::internal
