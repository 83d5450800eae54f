#include "random.hpp"

namespace weir::generate_source {
namespace {

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

constexpr std::uint64_t step = 0x9e3779b97f4a7c15ULL;

}  // namespace

Random::Random(std::uint64_t seed, std::uint64_t stream)
    : state_(mix(seed + step) ^ mix(mix(stream + 1))) {}

std::uint64_t Random::next() {
  state_ += step;
  return mix(state_);
}

std::size_t Random::below(std::size_t end) { return static_cast<std::size_t>(next() % end); }

std::int64_t Random::between(std::int64_t least, std::int64_t most) {
  const std::uint64_t span =
      static_cast<std::uint64_t>(most) - static_cast<std::uint64_t>(least) + 1;
  const std::uint64_t offset =
      span == 0 ? next() : next() % span;  // 0: the whole range of the type
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(least) + offset);
}

bool Random::chance(double share) {
  constexpr double steps = 1ULL << 53;
  return static_cast<double>(next() >> 11) / steps < share;
}

std::string Random::letters(std::string_view alphabet, std::size_t count) {
  std::string text(count, ' ');
  for (char& letter : text) letter = alphabet[below(alphabet.size())];
  return text;
}

}  // namespace weir::generate_source
