#include "engine/books/letter_book.hpp"

#include "engine/loader/text.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

void add(LetterBook& book, std::string_view origin, std::int64_t position, std::string_view code) {
  weir_letter letter{};
  letter.size = sizeof letter;
  letter.origin = view(origin);
  letter.message.position = position;
  letter.code = view(code);
  book.add(letter);
}

TEST(LetterBook, FindsALetterByOriginAndPosition) {
  LetterBook book;
  add(book, "a", 7, "type");
  add(book, "b", 3, "json");
  add(book, "a", 5, "json");
  book.close();
  ASSERT_EQ(book.of("a", 5).size(), 1U);
  EXPECT_EQ(book.code(book.of("a", 5).front()), "json");
  EXPECT_EQ(book.code(book.of("a", 7).front()), "type");
  EXPECT_TRUE(book.of("b", 5).empty());
  EXPECT_TRUE(book.of("c", 3).empty());
  EXPECT_EQ(book.count(), 3U);
  EXPECT_EQ(book.repeated(), 0U);
}

TEST(LetterBook, KeepsAllLettersOfAMessageAndCountsTheRepeated) {
  LetterBook book;
  add(book, "a", 5, "database");
  add(book, "a", 5, "type");
  add(book, "a", 5, "type");
  add(book, "b", 5, "type");
  book.close();
  const auto notes = book.of("a", 5);
  ASSERT_EQ(notes.size(), 3U);
  EXPECT_EQ(book.code(notes[0]), "database");
  EXPECT_EQ(book.code(notes[1]), "type");
  EXPECT_EQ(book.repeated(), 2U);
}

}  // namespace
}  // namespace weir
