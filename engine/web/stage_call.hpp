#pragma once

#include "engine/web/answer_writer.hpp"
#include "engine/web/route_table.hpp"

#include <vector>

namespace weir::web {

/// Lets a stage's handler answer a request, and answers for it where it fails to. One per
/// connection, for its reused memory; one thread.
class StageCall {
 public:
  StageCall(AnswerWriter& writer, Counts::Tally& tally) : writer_(writer), tally_(tally) {}

  /// False: the connection is lost.
  bool answer(const Route& route, const RequestHead& head, const Target& target);

 private:
  struct Request;
  struct Answer;
  static weir_view field(const weir_http_request* self, weir_view name);
  static void send(weir_http_reply* self, std::uint32_t status, const weir_header* headers,
                   std::size_t count, weir_view body);
  const char* take(std::uint32_t status, const weir_header* headers, std::size_t count);
  void run(const Route& route, const RequestHead& head, const Target& target, Answer& answer);

  AnswerWriter& writer_;
  Counts::Tally& tally_;
  std::vector<std::string_view> values_;
  std::vector<weir_view> parameters_;
  std::vector<Field> fields_;
};

}  // namespace weir::web
