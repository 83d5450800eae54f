#include "engine/books/lane_audit.hpp"

#include <algorithm>
#include <utility>

namespace weir {

void LaneAudit::take(std::int64_t position, const Account& account) {
  const Notes notes = letters_ == nullptr ? Notes{} : letters_->of(lane_.origin, position);
  const bool in_a_run = std::exchange(run_, false);
  switch (account.fate) {
    case WEIR_STORED:
    case WEIR_DIFFERENT:
      return take_stored(position, account, notes);
    case WEIR_SUPERSEDED:
      ++lane_.tally.superseded;
      books_.letters_idle += notes.size();
      return;
    case WEIR_REJECTED:
      ++lane_.tally.rejected;
      return take_rejected(position, account.code.value_or(""), notes);
    case WEIR_PENDING:
      ++lane_.tally.pending;
      return;
    case WEIR_MISSING:
      run_ = in_a_run;
      return take_missing(position, account.why, notes);
    default:  // a plugin may send any number
      run_ = in_a_run;
      return take_missing(
          position, "the step says of it the unknown fate " + std::to_string(account.fate), notes);
  }
}

void LaneAudit::take_stored(std::int64_t position, const Account& account, Notes notes) {
  const bool same = account.fate == WEIR_STORED;
  ++(same ? lane_.tally.stored : lane_.tally.different);
  if (account.code) {
    find(Finding::Kind::twice, position,
         "it is stored, and rejected (" + *account.code + ") as well" +
             (same ? "" : "; " + account.why),
         "see which of the two is right, and remove the other one");
  } else if (!same) {
    find(Finding::Kind::different, position, "it is stored otherwise than it came: " + account.why,
         "see who has changed what is stored, and send the message again");
  } else {
    // Written before a crash; the message came again and was not rejected then.
    books_.letters_idle += notes.size();
  }
}

void LaneAudit::take_rejected(std::int64_t position, const std::string& code, Notes notes) {
  if (letters_ == nullptr) return;
  if (notes.empty()) {
    return find(Finding::Kind::no_letter, position,
                "it is rejected (" + code + ") and has no letter",
                "look for files of letters that were moved or removed, or that another instance "
                "has written "
                "elsewhere; the message itself is still in the source");
  }
  const bool known = std::ranges::any_of(
      notes, [&](const LetterBook::Note& note) { return letters_->code(note) == code; });
  if (known) return;
  find(Finding::Kind::other_code, position,
       "it is rejected as " + code + ", and its letter says " + letters_->code(notes.front()),
       "see who has changed the letters, or the rejects");
}

void LaneAudit::take_missing(std::int64_t position, const std::string& why, Notes notes) {
  ++lane_.tally.missing;
  const bool alone = !notes.empty();
  if (run_ && !alone) {  // the first one of a run tells why
    ++books_.unaccounted;
    if (!run_kept_) return;
    books_.findings.back().last = position;
    ++books_.findings.back().messages;
    return;
  }
  run_ = !alone;
  run_kept_ = books_.findings.size() < limit_;
  const std::string letter =
      alone ? "; it has a letter (" + letters_->code(notes.front()) + ")" : std::string();
  find(Finding::Kind::missing, position, "it is neither stored nor rejected: " + why + letter,
       "send it again, or begin the lane anew as the README of the step's stage says; where the "
       "pipeline began behind it (`start: latest`), it never was its own");
}

void LaneAudit::find(Finding::Kind kind, std::int64_t position, std::string what,
                     std::string cure) {
  ++books_.unaccounted;
  add({.kind = kind,
       .origin = lane_.origin,
       .first = position,
       .last = position,
       .messages = 1,
       .what = std::move(what),
       .cure = std::move(cure)});
}

void LaneAudit::note(Finding::Kind kind, std::int64_t first, std::int64_t last, std::string what,
                     std::string cure) {
  add({.kind = kind,
       .origin = lane_.origin,
       .first = first,
       .last = last,
       .messages = 0,
       .what = std::move(what),
       .cure = std::move(cure)});
}

void LaneAudit::add(Finding finding) {
  ++books_.finding_count;
  if (books_.findings.size() < limit_) books_.findings.push_back(std::move(finding));
}

}  // namespace weir
