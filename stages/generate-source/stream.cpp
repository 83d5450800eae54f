#include "stream.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace weir::generate_source {
namespace {

// The headers of broken messages, by kind. They outlive every message: a library stays loaded until
// the last release.
const weir_header& broken_header(Damage damage) {
  static constexpr auto make = [](Damage kind) {
    return weir_header{view("weir-broken"), view(text_of(kind))};
  };
  static const std::array headers{make(Damage::not_json),    make(Damage::truncated),
                                  make(Damage::wrong_type),  make(Damage::missing_member),
                                  make(Damage::nul),         make(Damage::huge_number),
                                  make(Damage::invalid_utf8)};
  return headers[static_cast<std::size_t>(damage)];
}

Instant now() {
  return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

}  // namespace

Stream::Stream(const Recipe& recipe, std::uint64_t lane, std::optional<std::uint64_t> limit)
    : recipe_(recipe),
      lane_(lane),
      // The seed names what is in the lane: the same one makes the same message at the same
      // position.
      origin_("generate/" + std::to_string(recipe.seed) + "/" + std::to_string(lane)),
      limit_(limit),
      random_(recipe.seed, lane) {}

Stream::Sent Stream::send(std::size_t most, Emit& emit) {
  if (!in_hand_) in_hand_ = make(most);
  if (in_hand_->messages.size() > most) return {};
  const Sent sent{in_hand_->messages.size(), in_hand_->broken};
  if (sent.messages == 0) {
    in_hand_.reset();
    return {};
  }
  // The bytes have found their place in memory only now.
  for (std::size_t i = 0; i < sent.messages; ++i) {
    const Document& document = in_hand_->documents[i];
    auto& message = in_hand_->messages[i];
    message.value = view(document.text);
    if (document.key) message.key = view(*document.key);
  }
  const auto count = static_cast<std::int64_t>(sent.messages);
  const weir::Slice slice{.lane = lane_,
                          .origin = origin_,
                          .first = position_,
                          .commit_to = position_ + count,
                          .messages = in_hand_->messages};
  if (!emit.messages(slice, in_hand_)) return {};
  position_ += count;
  return sent;
}

std::unique_ptr<Stream::Slice> Stream::make(std::size_t most) {
  auto slice = std::make_unique<Slice>();
  while (slice->messages.size() < most) {
    const auto position = position_ + static_cast<std::int64_t>(slice->messages.size());
    weir_message message{};
    message.position = position;
    if (samples_sent_ < samples_.size()) {
      slice->documents.push_back(samples_[samples_sent_++]);
      message.time_us = now().time_since_epoch().count();
      slice->messages.push_back(message);
      continue;
    }
    if (limit_ && made_ == *limit_) break;
    slice->messages.push_back(message);
    add_made(*slice);
  }
  return slice;
}

void Stream::add_made(Slice& slice) {
  const std::uint64_t sequence = made_++ * recipe_.lanes + lane_ + 1;
  const Instant time =
      recipe_.first_time ? *recipe_.first_time + std::chrono::seconds(sequence - 1) : now();
  const auto& chosen = recipe_.templates[random_.below(recipe_.templates.size())];
  Document document = chosen.fill_in(Draft(random_, time, sequence));
  auto& message = slice.messages.back();
  message.time_us = time.time_since_epoch().count();
  if (recipe_.breakage.strikes(random_)) {
    message.headers = &broken_header(recipe_.breakage.damage(document, random_));
    message.header_count = 1;
    ++slice.broken;
  }
  slice.documents.push_back(std::move(document));
}

}  // namespace weir::generate_source
