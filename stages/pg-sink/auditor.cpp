#include "auditor.hpp"

#include <algorithm>
#include <utility>

#include "cells.hpp"
#include "database_error.hpp"
#include "difference.hpp"
#include "document.hpp"
#include "shredder.hpp"

namespace weir::pg_sink {
namespace {

using std::chrono::milliseconds;

// Together below the 10 s that a call may take.
constexpr milliseconds connect_limit{2'000};
constexpr milliseconds answer_limit{7'000};

}  // namespace

void Auditor::audit(std::string_view origin, Messages messages, VisitAccount visit) {
  if (messages.empty()) return;
  const std::vector<Asked> asked = read_keys(messages);
  Books books;
  {
    const std::lock_guard lock(asking_);
    try {
      books = look_up(origin, messages, asked);
    } catch (...) {
      connection_.reset();  // in the midst of a transaction
      throw;
    }
  }
  for (std::size_t i = 0; i < messages.size(); ++i) show(messages[i], i, asked[i], books, visit);
}

std::vector<Auditor::Asked> Auditor::read_keys(Messages messages) const {
  Shredder shredder(*plan_);
  BatchRows rows;
  std::vector<Asked> asked(messages.size());
  for (std::size_t i = 0; i < messages.size(); ++i) {
    rows.clear(plan_->tables.size());
    const auto unfit = shredder.shred(text(messages[i].value), i, messages[i].position, rows);
    if (unfit) {
      asked[i].unfit = unfit->code + ": " + unfit->reason;
    } else {
      asked[i].key = rows.key_of(rows.records.front());
    }
  }
  return asked;
}

Auditor::Books Auditor::look_up(std::string_view origin, Messages messages,
                                const std::vector<Asked>& asked) {
  if (!connection_ || !connection_->usable()) {
    connection_.reset();
    connection_ = std::make_unique<Connection>(settings_, Clock::now() + connect_limit);
  }
  const auto deadline = Clock::now() + answer_limit;
  const auto [first, last] = std::ranges::minmax(messages, {}, &weir_message::position);
  // Alone: libpqxx puts a query of its own before several, after which this comes too late.
  connection_->run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", deadline);
  const std::string statements[] = {
      // Of a thousand keys the planner believes that they are most of a table it knows little of.
      "SET LOCAL enable_seqscan = off", ledger_->find(origin),
      ledger_->rejects(origin, first.position, last.position), roots_of(asked)};
  const std::vector<Rows> found = connection_->run(statements, deadline);
  Books books;
  if (found[1].size() == 1) books.next = Ledger::row(found[1]).claim.next;
  for (std::size_t i = 0; i < found[2].size(); ++i)
    books.rejects.emplace(integer(found[2].text(i, 0)), found[2].text(i, 1));
  compare(origin, messages, asked, found[3], deadline, books);
  connection_->run("COMMIT", deadline);
  return books;
}

void Auditor::compare(std::string_view origin, Messages messages, const std::vector<Asked>& asked,
                      const Rows& roots, Clock::time_point deadline, Books& books) {
  std::unordered_map<std::int64_t, std::size_t> index;  // position -> message
  for (std::size_t i = 0; i < messages.size(); ++i) index.emplace(messages[i].position, i);

  Document sent, stored;
  auto note = [&](const Entry& entry) {
    Held held{.same_origin = entry.origin == origin, .position = entry.position};
    const auto own = index.find(entry.position);
    if (held.same_origin && own != index.end() && asked[own->second].key == entry.key) {
      const bool readable =
          !sent.parse(text(messages[own->second].value)) && !stored.parse(entry.document);
      held.difference = readable ? difference(sent, stored) : std::optional<std::string>("");
    }
    books.rows.emplace(entry.key, std::move(held));
  };
  using Note = decltype(note);
  const auto visit = [](void* context, const weir_entry* entry) {
    (*static_cast<Note*>(context))(Entry::from(*entry));
    return true;
  };
  joiner_.show(*connection_, roots, deadline, Visit(visit, &note));
}

std::string Auditor::roots_of(const std::vector<Asked>& asked) const {
  std::string sql = statements_->roots_of + "'{";
  Cells cells;
  bool any = false;
  for (const Asked& each : asked) {
    if (!each.key) continue;
    cells.clear();
    if (std::exchange(any, true)) sql += ',';
    sql += cells[cells.quoted(*each.key)];
  }
  return sql += "}')";
}

void Auditor::show(const weir_message& message, std::size_t index, const Asked& asked,
                   const Books& books, VisitAccount visit) const {
  const auto reject = books.rejects.find(message.position);
  const auto found = asked.key ? books.rows.find(*asked.key) : books.rows.end();
  const Held* row = found == books.rows.end() ? nullptr : &found->second;
  Account account;
  std::string why;
  if (reject != books.rejects.end()) account.code = reject->second;

  if (message.position >= books.next) {
    account.fate = Fate::pending;
  } else if (row != nullptr && row->same_origin && row->position == message.position) {
    account.fate = row->difference ? Fate::different : Fate::stored;
    if (row->difference) {
      why = "its row, of the key " + *asked.key + ", reads back otherwise at " +
            (row->difference->empty() ? "its root" : *row->difference);
    }
  } else if (account.code) {
    account.fate = Fate::rejected;
  } else if (row != nullptr && (!row->same_origin || row->position > message.position)) {
    account.fate = Fate::superseded;
  } else if (row != nullptr) {
    why = "the row of its key " + *asked.key + " is of the older position " +
          std::to_string(row->position) + ", and no reject of it is known";
  } else if (asked.key) {
    why = "no row has its key " + *asked.key + ", and no reject of it is known";
  } else {
    why = "it is unfit (" + asked.unfit + "), and no reject of it is known";
  }
  account.why = why;
  visit(index, account);
}

}  // namespace weir::pg_sink
