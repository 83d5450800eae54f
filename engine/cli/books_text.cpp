#include "engine/cli/books_text.hpp"

#include "engine/pipeline/utf8.hpp"

#include <Poco/JSON/Array.h>
#include <Poco/JSON/Object.h>

#include <cstdint>
#include <sstream>

namespace weir {
namespace {

using Poco::JSON::Array;
using Poco::JSON::Object;

/// 12,345
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

std::string grouped(std::int64_t number) { return grouped(static_cast<std::uint64_t>(number)); }

std::string counted(std::uint64_t number, const std::string& one) {
  return grouped(number) + " " + one + (number == 1 ? "" : "s");
}

std::string text_of(const Tally& tally) {
  std::string text = grouped(tally.stored) + " stored, " + grouped(tally.superseded) +
                     " superseded, " + grouped(tally.rejected) + " rejected, " +
                     grouped(tally.pending) + " pending";
  if (tally.different > 0) text += ", " + grouped(tally.different) + " different";
  if (tally.missing > 0) text += ", " + grouped(tally.missing) + " missing";
  return text;
}

std::string gone(std::int64_t positions) {
  return positions == 1 ? "1 position is gone from the source"
                        : grouped(positions) + " positions are gone from the source";
}

std::string line_of(const LaneBooks& lane) {
  std::string line = printable(lane.origin) + ": ";
  if (!lane.in_source) {
    return line + "done up to " + std::to_string(lane.next) +
           ", and the source does not have the lane any more: nothing of it can be verified\n";
  }
  line += counted(lane.tally.messages(), "message") + ": " + text_of(lane.tally);
  if (lane.gone > 0) line += "; " + gone(lane.gone);
  return line + "\n";
}

std::string line_of(const Finding& finding) {
  std::string line = printable(finding.origin) + " ";
  line += finding.first == finding.last ? "position " + std::to_string(finding.first)
                                        : "positions " + std::to_string(finding.first) + " to " +
                                              std::to_string(finding.last);
  if (finding.messages > 1)
    line += " (" + counted(finding.messages, "message") + "; of the first one)";
  return line + ": " + word(finding.kind) + ": " + printable(finding.what) + "; " +
         printable(finding.cure) + "\n";
}

std::string text_of_letters(const Books& books) {
  if (books.letters == 0) return {};
  std::string text = counted(books.letters, "letter");
  if (books.letters_repeated > 0)
    text += ", " + grouped(books.letters_repeated) + " of them of messages that have another one";
  if (books.letters_idle > 0)
    text += ", " + grouped(books.letters_idle) +
            " of them of messages that were stored after all, which do not count";
  return text + "\n";
}

std::string sentence(const Books& books) {
  std::string text = counted(books.tally.messages(), "message") + ", ";
  if (books.balanced()) {
    text += "all accounted for: ";
  } else {
    text += grouped(books.unaccounted) + " not accounted for: ";
  }
  return text + text_of(books.tally) + "\n";
}

Object::Ptr json_of(const Tally& tally) {
  Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  object->set("messages", tally.messages());
  object->set("stored", tally.stored);
  object->set("superseded", tally.superseded);
  object->set("rejected", tally.rejected);
  object->set("pending", tally.pending);
  object->set("different", tally.different);
  object->set("missing", tally.missing);
  return object;
}

Object::Ptr json_of(const LaneBooks& lane) {
  Object::Ptr object = json_of(lane.tally);
  object->set("origin", printable(lane.origin));
  object->set("first", lane.first);
  object->set("end", lane.end);
  object->set("next", lane.next < 0 ? Poco::Dynamic::Var() : Poco::Dynamic::Var(lane.next));
  object->set("gone", lane.gone);
  object->set("in_source", lane.in_source);
  return object;
}

Object::Ptr json_of(const Finding& finding) {
  Object::Ptr object = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  object->set("kind", std::string(word(finding.kind)));
  object->set("origin", printable(finding.origin));
  object->set("first", finding.first);
  object->set("last", finding.last);
  object->set("messages", finding.messages);
  object->set("what", printable(finding.what));
  object->set("cure", printable(finding.cure));
  return object;
}

}  // namespace

std::string books_text(const Books& books) {
  std::string text;
  for (const LaneBooks& lane : books.lanes) text += line_of(lane);
  text += text_of_letters(books);
  for (const Finding& finding : books.findings) text += line_of(finding);
  if (const auto more = books.finding_count - books.findings.size(); more > 0)
    text += "and " + counted(more, "finding") + " more; --limit shows more of them\n";
  if (books.gone > 0) text += gone(books.gone) + "\n";
  return text + sentence(books);
}

std::string books_json(const std::string& pipeline, const Books& books) {
  Object::Ptr document = json_of(books.tally);
  document->set("pipeline", pipeline);
  document->set("balanced", books.balanced());
  document->set("unaccounted", books.unaccounted);
  document->set("gone", books.gone);
  Object::Ptr letters = new Object(Poco::JSON_PRESERVE_KEY_ORDER);
  letters->set("count", books.letters);
  letters->set("repeated", books.letters_repeated);
  letters->set("idle", books.letters_idle);
  document->set("letters", letters);
  Array::Ptr lanes = new Array;
  for (const LaneBooks& lane : books.lanes) lanes->add(json_of(lane));
  document->set("lanes", lanes);
  document->set("finding_count", books.finding_count);
  Array::Ptr findings = new Array;
  for (const Finding& finding : books.findings) findings->add(json_of(finding));
  document->set("findings", findings);
  std::ostringstream out;
  document->stringify(out);
  return out.str() + "\n";
}

}  // namespace weir
