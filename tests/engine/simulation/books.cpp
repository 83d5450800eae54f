#include "books.hpp"

namespace weir::simulation {

std::optional<std::string> Books::fault(const LaneSnapshot& shown, const LogBook& log,
                                        bool moody) const {
  const auto known = lanes_.find(shown.lane);
  if (known == lanes_.end()) return std::nullopt;  // claimed just now
  const Lane& lane = known->second;
  const auto wrong = [&](const std::string& what) {
    return "the books of lane " + std::to_string(shown.lane) + " (" + shown.origin +
           ") do not balance: " + what;
  };
  if (shown.read < lane.emitted || shown.read > lane.offered)
    return wrong("read " + std::to_string(shown.read) + ", emitted " +
                 std::to_string(lane.emitted));
  const std::uint64_t settled = shown.stored + shown.rejected + shown.dropped - shown.inserted;
  if (settled > shown.read || shown.in_flight != shown.read - settled)
    return wrong("settled " + std::to_string(settled) + " of " + std::to_string(shown.read) +
                 ", in flight " + std::to_string(shown.in_flight));
  LaneSnapshot counted;
  std::int64_t position = lane.first;
  for (std::uint64_t left = settled; left > 0; ++position) {
    const Kind kind = LogBook::kind(log.at(lane.partition, position));
    if (kind != Kind::gap) --left;
    switch (kind) {
      case Kind::gap:
        break;
      case Kind::good:
        ++counted.stored;
        break;
      case Kind::twice:
        counted.stored += 2;
        ++counted.inserted;
        break;
      case Kind::idle:
        ++counted.dropped;
        break;
      case Kind::bad:
      case Kind::ugly:
        ++counted.rejected;
        break;
      case Kind::moody:
        ++(moody ? counted.rejected : counted.stored);
        break;
    }
  }
  if (counted.stored != shown.stored || counted.rejected != shown.rejected ||
      counted.dropped != shown.dropped || counted.inserted != shown.inserted)
    return wrong("the first " + std::to_string(settled) + " messages are other ones");
  return std::nullopt;
}

}  // namespace weir::simulation
