#include "document.hpp"

namespace weir::generate_source {

std::string_view Document::value_of(const Member& member) const {
  return std::string_view(text).substr(member.value, member.end - member.value);
}

void Document::replace_value(std::size_t index, std::string_view value) {
  const Member member = members[index];
  text.replace(member.value, member.end - member.value, value);
  members.clear();
}

void Document::remove(std::size_t index) {
  const Member& member = members[index];
  const bool last = index + 1 == members.size();
  std::size_t begin = member.begin;
  std::size_t end = last ? member.end : members[index + 1].begin;
  if (last && index > 0) begin = members[index - 1].end;  // with the comma before it
  text.erase(begin, end - begin);
  members.clear();
}

}  // namespace weir::generate_source
