/// One batch in a test: what goes in, what a step does to it, what comes out.
#pragma once

#include <weir/abi.h>
#include <weir/stage.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::testing {

/// A message as a test writes it: `"{}"`, or `{"value", "key", {{"header", "x"}}}`.
struct Input {
  Input(const char* text) : value(text) {}             // NOLINT(google-explicit-constructor)
  Input(std::string text) : value(std::move(text)) {}  // NOLINT(google-explicit-constructor)
  Input(std::string_view text) : value(text) {}        // NOLINT(google-explicit-constructor)
  Input(std::string text, std::optional<std::string> its_key,
        std::vector<std::pair<std::string, std::string>> its_headers = {},
        bool is_tombstone = false)
      : value(std::move(text)),
        key(std::move(its_key)),
        headers(std::move(its_headers)),
        tombstone(is_tombstone) {}

  std::string value;
  std::optional<std::string> key{};
  std::vector<std::pair<std::string, std::string>> headers{};
  bool tombstone = false;
  std::int64_t time_us = 0;
};

/// A message that passed on, or that a source emitted; a copy.
struct Output {
  std::string value;
  std::optional<std::string> key;
  std::vector<std::pair<std::string, std::string>> headers;
  std::int64_t position = 0;
  std::int64_t time_us = 0;
  bool tombstone = false;

  bool operator==(const Output&) const = default;
};

struct Rejected {
  std::size_t index = 0;
  std::int64_t position = 0;
  std::string code;
  std::string reason;
  std::optional<std::string> pointer;

  bool operator==(const Rejected&) const = default;
};

/// What became of one batch. Without WEIR_OK no edit counts, as in the engine.
struct Result {
  weir_status status = WEIR_OK;
  std::string error{};
  std::vector<Output> passed{};
  std::vector<Rejected> rejected{};  ///< in the order of the calls
  std::vector<std::size_t> dropped{};
  std::size_t flushes = 0;
  std::size_t inserted = 0;

  bool ok() const { return status == WEIR_OK; }
};

/// Where a batch stands.
struct Place {
  std::uint64_t lane;
  std::string origin;
  std::int64_t first;
  std::int64_t start;  ///< the first message's position
};

namespace detail {

inline std::optional<std::string> copied(weir_view raw) {
  if (raw.data == nullptr) return std::nullopt;
  return std::string(raw.data, raw.size);
}

inline Output copied(const weir_message& raw) {
  Output out{std::string(text(raw.value)), copied(raw.key), {}, raw.position, raw.time_us,
             raw.value.data == nullptr};
  for (std::size_t i = 0; i < raw.header_count; ++i) {
    out.headers.emplace_back(text(raw.headers[i].name), text(raw.headers[i].value));
  }
  return out;
}

/// A batch with its bytes, and the step's edits of it. One per shard; lives until the next batch of
/// that shard.
class TestBatch {
 public:
  TestBatch(std::vector<Input> inputs, Place place,
            std::vector<std::pair<std::int64_t, std::string>> rejected_before)
      : inputs_(std::move(inputs)),
        place_(std::move(place)),
        before_(std::move(rejected_before)),
        edit_{edit_table(), this} {
    for (const auto& [position, code] : before_) rejected_.push_back({position, view(code)});
    headers_.resize(inputs_.size());
    std::int64_t position = place_.start;
    for (std::size_t i = 0; i < inputs_.size(); ++i) messages_.push_back(message(i, position++));
    fates_.resize(inputs_.size());
    raw_ = {sizeof(weir_batch),
            messages_.data(),
            messages_.size(),
            place_.lane,
            view(place_.origin),
            place_.first,
            position,
            rejected_.data(),
            rejected_.size(),
            -1,
            0};
    if (inputs_.empty()) return;
    raw_.last = position - 1;
    raw_.mark = std::hash<std::string>{}(inputs_.back().value);
  }
  TestBatch(const TestBatch&) = delete;
  TestBatch& operator=(const TestBatch&) = delete;

  const weir_batch& raw() const { return raw_; }
  weir_edit& edit() { return edit_.table; }

  std::function<weir_status(std::string& why)> on_flush;

  Result result(weir_status status, const weir_error& error) {
    Result result{.status = status, .error = error.text, .flushes = flushes_};
    if (status == WEIR_OK && !misuse_.empty()) {
      result.status = WEIR_FAILED;
      result.error = misuse_;
    }
    if (result.status != WEIR_OK) return result;
    result.inserted = inserts_.size();
    for (std::size_t i = 0; i < fates_.size(); ++i) {
      if (fates_[i] == Fate::dropped) result.dropped.push_back(i);
    }
    for (const Rejected& reject : rejects_) result.rejected.push_back(reject);
    for (const weir_message& message : passed()) result.passed.push_back(copied(message));
    return result;
  }

 private:
  enum class Fate { passes, dropped, rejected };
  struct Raw {  // the table first: a pointer to it is a pointer to this
    weir_edit table;
    TestBatch* self;
  };

  static TestBatch& of(weir_edit* raw) { return *reinterpret_cast<Raw*>(raw)->self; }

  weir_message message(std::size_t index, std::int64_t position) {
    const Input& input = inputs_[index];
    for (const auto& [name, value] : input.headers)
      headers_[index].push_back({view(name), view(value)});
    return {input.key ? view(*input.key) : weir_view{nullptr, 0},
            input.tombstone ? weir_view{nullptr, 0} : view(input.value),
            headers_[index].data(),
            headers_[index].size(),
            position,
            input.time_us};
  }

  /// The first word counts: what is dropped or rejected is not edited again.
  bool takes(std::size_t index, const char* what) {
    if (index >= fates_.size()) {
      misuse_ = "message " + std::to_string(index) + " of " + std::to_string(fates_.size()) +
                " was " + what;
      return false;
    }
    return fates_[index] == Fate::passes;
  }

  std::vector<weir_message> passed() {
    std::ranges::stable_sort(inserts_, {}, &std::pair<std::size_t, weir_message>::first);
    std::vector<weir_message> all;
    auto insert = inserts_.begin();
    for (std::size_t i = 0; i < messages_.size(); ++i) {
      const auto replaced =
          std::ranges::find(replaced_, i, &std::pair<std::size_t, weir_message>::first);
      if (fates_[i] == Fate::passes)
        all.push_back(replaced == replaced_.end() ? messages_[i] : replaced->second);
      for (; insert != inserts_.end() && insert->first == i; ++insert)
        all.push_back(insert->second);
    }
    return all;
  }

  static void drop(weir_edit* raw, std::size_t index) {
    TestBatch& self = of(raw);
    if (self.takes(index, "dropped")) self.fates_[index] = Fate::dropped;
  }
  static void reject(weir_edit* raw, std::size_t index, weir_view code, weir_view reason,
                     weir_view pointer) {
    TestBatch& self = of(raw);
    if (!self.takes(index, "rejected")) return;
    self.fates_[index] = Fate::rejected;
    self.rejects_.push_back({index, self.messages_[index].position, std::string(text(code)),
                             std::string(text(reason)), copied(pointer)});
  }
  static void replace(weir_edit* raw, std::size_t index, const weir_message* with) {
    TestBatch& self = of(raw);
    if (!self.takes(index, "replaced")) return;
    weir_message message = *with;
    message.position = self.messages_[index].position;
    message.time_us = self.messages_[index].time_us;
    std::erase_if(self.replaced_, [index](const auto& old) { return old.first == index; });
    self.replaced_.emplace_back(index, message);
  }
  static void insert(weir_edit* raw, std::size_t after, const weir_message* added) {
    TestBatch& self = of(raw);
    if (after >= self.messages_.size()) {
      self.misuse_ = "a message was inserted after message " + std::to_string(after) + " of " +
                     std::to_string(self.messages_.size());
      return;
    }
    weir_message message = *added;
    message.position = self.messages_[after].position;
    self.inserts_.emplace_back(after, message);
  }
  /// Each piece by itself, so that a sanitizer sees what is written beyond it.
  static void* alloc(weir_edit* raw, std::size_t bytes) {
    return of(raw)
        .memory_.emplace_back(std::make_unique<char[]>(std::max<std::size_t>(bytes, 1)))
        .get();
  }
  static weir_status flush(weir_edit* raw, weir_error* error) {
    TestBatch& self = of(raw);
    ++self.flushes_;
    std::string why;
    const weir_status status = self.on_flush ? self.on_flush(why) : weir_status{WEIR_OK};
    weir::detail::tell(error, why);
    return status;
  }
  static weir_edit edit_table() {
    return {sizeof(weir_edit), &drop, &reject, &replace, &insert, &alloc, &flush};
  }

  std::vector<Input> inputs_;
  Place place_;
  std::vector<std::pair<std::int64_t, std::string>> before_;
  std::vector<weir_rejected> rejected_;
  std::vector<std::vector<weir_header>> headers_;
  std::vector<weir_message> messages_;
  weir_batch raw_{};
  Raw edit_;
  std::vector<Fate> fates_;
  std::vector<std::pair<std::size_t, weir_message>> replaced_;
  std::vector<std::pair<std::size_t, weir_message>> inserts_;
  std::vector<Rejected> rejects_;
  std::vector<std::unique_ptr<char[]>> memory_;
  std::size_t flushes_ = 0;
  std::string misuse_;
};

}  // namespace detail
}  // namespace weir::testing
