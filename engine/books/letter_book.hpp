#pragma once

#include <weir/ext/letters.h>

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

/// Which messages have letters, and with which code: 16 bytes a letter, because there may be
/// millions.
class LetterBook {
 public:
  struct Note {
    std::int64_t position = 0;
    std::uint32_t code = 0;

    bool operator==(const Note&) const = default;
  };

  void add(const weir_letter& letter);
  /// Once all were added: makes them findable.
  void close();

  /// Of one message; none: it has no letter.
  std::span<const Note> of(std::string_view origin, std::int64_t position) const;
  const std::string& code(const Note& note) const { return codes_[note.code]; }

  std::uint64_t count() const { return count_; }
  /// Letters whose message has another one.
  std::uint64_t repeated() const { return repeated_; }

 private:
  std::uint32_t number_of(std::string_view code);

  std::map<std::string, std::vector<Note>, std::less<>> lanes_;  // by origin
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<std::string> codes_;
  std::uint64_t count_ = 0, repeated_ = 0;
};

}  // namespace weir
