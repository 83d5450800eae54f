#include "engine/web/stage_call.hpp"

namespace weir::web {
namespace {

weir_view lend(std::string_view text) { return {text.data(), text.size()}; }
std::string_view borrow(weir_view view) {
  return view.data ? std::string_view(view.data, view.size) : std::string_view();
}

}  // namespace

struct StageCall::Request : weir_http_request {
  const RequestHead* head = nullptr;
};

struct StageCall::Answer : weir_http_reply {
  StageCall* call = nullptr;
  bool sent = false, connected = true;
  const char* fault = "the stage's handler returned without an answer";
};

bool StageCall::answer(const Route& route, const RequestHead& head, const Target& target) {
  Answer answer;
  {
    const Visit visit(*route.gate);
    if (!visit) {
      Reply gone =
          problem(503, "the stage that answers this path is being stopped; ask again in a moment");
      gone.fields.push_back({"Retry-After", "1"});
      return writer_.send(gone);
    }
    run(route, head, target, answer);
  }
  // From here on the stage may go; what is still to be sent is ours.
  if (!answer.sent) {
    Counts::Tally::add(tally_.failures);
    return writer_.send(problem(500, answer.fault));
  }
  return answer.connected && writer_.flush();
}

void StageCall::run(const Route& route, const RequestHead& head, const Target& target,
                    Answer& answer) {
  route.pattern.values(target, values_);
  parameters_.clear();
  for (const std::string_view value : values_) parameters_.push_back(lend(value));

  Request request;
  request.size = sizeof(weir_http_request);
  request.method = lend(head.method());
  request.path = lend(target.path());
  request.query = target.query() ? lend(*target.query()) : weir_view{};
  request.parameters = parameters_.data();
  request.parameter_count = parameters_.size();
  request.header = &StageCall::field;
  request.head = &head;
  answer.size = sizeof(weir_http_reply);
  answer.send = &StageCall::send;
  answer.call = this;
  try {
    route.handler(route.self, &request, &answer);
  } catch (...) {  // against the contract, but no reason to lose the process
    answer.fault = "the stage's handler threw an exception";
    if (answer.sent) Counts::Tally::add(tally_.failures);
  }
}

weir_view StageCall::field(const weir_http_request* self, weir_view name) {
  const auto value = static_cast<const Request*>(self)->head->field(borrow(name));
  return value ? lend(value->data() ? *value : std::string_view("")) : weir_view{};
}

void StageCall::send(weir_http_reply* self, std::uint32_t status, const weir_header* headers,
                     std::size_t count, weir_view body) {
  auto& answer = *static_cast<Answer*>(self);
  if (answer.sent) return Counts::Tally::add(answer.call->tally_.failures);  // the first one counts
  try {
    if (const char* fault = answer.call->take(status, headers, count)) {
      answer.fault = fault;
      return;
    }
    answer.sent = true;
    answer.connected = answer.call->writer_.send_lent(static_cast<int>(status),
                                                      answer.call->fields_, borrow(body));
  } catch (...) {  // no memory: part of the answer may be out
    answer.connected = false;
  }
}

/// Checks a stage's answer: what it writes must not end the head early, nor contradict the engine's
/// own fields.
const char* StageCall::take(std::uint32_t status, const weir_header* headers, std::size_t count) {
  if (status < 200 || status > 599)
    return "the stage's handler answered with a status outside of 200 to 599";
  fields_.clear();
  for (std::size_t index = 0; index < count; ++index) {
    const Field field{borrow(headers[index].name), borrow(headers[index].value)};
    if (!is_token(field.name) || !is_field_value(field.value))
      return "the stage's handler answered with a header field that HTTP cannot carry";
    if (is_engine_field(field.name))
      return "the stage's handler answered with a header field that is the engine's";
    fields_.push_back(field);
  }
  return nullptr;
}

}  // namespace weir::web
