#include "fakes.hpp"
#include "raw_client.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

namespace weir::web {
namespace {

class StaticPage : public testing::Test {
 protected:
  StaticPage() {
    outside_.write("secret.txt", "secret");
    page_.write("index.html", "<!doctype html>");
    page_.write("vendor/lit.js", "export {}");
    page_.write("a b.css", "p{}");
    page_.write(".hidden", "hidden");
    page_.write(".git/config", "hidden");
    std::filesystem::create_symlink(outside_.path() / "secret.txt", page_.path() / "link.txt");
    std::filesystem::create_directory_symlink(outside_.path(), page_.path() / "linked");
    ::mkfifo((page_.path() / "pipe").c_str(), 0600);
    server_ = std::make_unique<WebServer>(WebOptions{.port = 0, .page = page_.path()}, observed_);
  }

  TemporaryFolder outside_, page_;
  FakeObserved observed_;
  std::unique_ptr<WebServer> server_;
  RawAnswer get(const std::string& target, const std::string& fields = "") const {
    return RawClient(server_->port()).get(target, fields);
  }
};

}  // namespace

TEST_F(StaticPage, ServesFilesWithTheirTypes) {
  EXPECT_EQ(get("/").body, "<!doctype html>");
  EXPECT_EQ(get("/?order=1").field("content-type"), "text/html; charset=utf-8");
  EXPECT_EQ(get("/vendor/lit.js").field("content-type"), "text/javascript; charset=utf-8");
  EXPECT_EQ(get("/a%20b.css").field("content-type"), "text/css; charset=utf-8");
}

TEST_F(StaticPage, SendsTheHeadOfAFile) {
  RawClient client(server_->port());
  client.send("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const RawAnswer answer = client.answer(false);
  EXPECT_EQ(answer.field("content-length"), "15");
  EXPECT_EQ(client.get("/").body, "<!doctype html>");
}

TEST_F(StaticPage, AnswersNotModifiedForAKnownTag) {
  const std::string tag = get("/").field("etag");
  ASSERT_TRUE(tag.starts_with('"') && tag.ends_with('"')) << tag;
  for (const std::string& known : {tag, "\"other\", " + tag, "W/" + tag, std::string("*")}) {
    const RawAnswer answer = get("/", "If-None-Match: " + known + "\r\n");
    EXPECT_EQ(answer.status, 304) << known;
    EXPECT_EQ(answer.field("etag"), tag);
    EXPECT_FALSE(answer.has("content-length"));
  }
  EXPECT_EQ(get("/", "If-None-Match: \"other\"\r\n").status, 200);
}

TEST_F(StaticPage, ServesAFileAnewWhenItChanged) {
  const std::string tag = get("/").field("etag");
  page_.write("index.html", "<!doctype html><p>new");
  const RawAnswer answer = get("/", "If-None-Match: " + tag + "\r\n");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "<!doctype html><p>new");
  std::filesystem::remove(page_.path() / "index.html");
  EXPECT_EQ(get("/").status, 404);
}

TEST_F(StaticPage, LetsNobodyOutOfItsFolder) {
  const std::string name = outside_.path().filename().string();
  const std::vector<std::string> targets = {"/../" + name + "/secret.txt",
                                            "/%2e%2e/" + name + "/secret.txt",
                                            "/vendor/../../" + name + "/secret.txt",
                                            "/..%2f" + name + "%2fsecret.txt",
                                            "/vendor%2Flit.js",
                                            "/%2Fetc%2Fpasswd",
                                            "//etc/passwd",
                                            "/vendor/..%5csecret.txt",
                                            "/link.txt",
                                            "/linked/secret.txt",
                                            "/./index.html",
                                            "/.hidden",
                                            "/.git/config"};
  for (const std::string& target : targets) {
    const RawAnswer answer = get(target);
    EXPECT_EQ(answer.status, 404) << target;
    EXPECT_NE(answer.body, "secret");
  }
}

TEST_F(StaticPage, ServesNothingButPlainFiles) {
  for (const char* target :
       {"/vendor", "/vendor/", "/pipe", "/index.html/", "/index.html/x", "/none.html"})
    EXPECT_EQ(get(target).status, 404) << target;
}

TEST_F(StaticPage, RefusesAFileThatIsTooLarge) {
  page_.write("large.bin", std::string(8 * 1024 * 1024 + 1, 'x'));
  EXPECT_EQ(get("/large.bin").status, 404);
  page_.write("large.bin", std::string(8 * 1024 * 1024, 'x'));
  EXPECT_EQ(get("/large.bin").body.size(), 8u * 1024 * 1024);
}

TEST_F(StaticPage, GivesWayToAStagesRoute) {
  FakeStage stage{
      [](const weir_http_request*, weir_http_reply* reply) { send_text(reply, "stage"); }};
  ASSERT_EQ(server_->add(&stage, "/vendor/{file}", FakeStage::handle, &stage), "");
  EXPECT_EQ(get("/vendor/lit.js").body, "stage");
  server_->remove(&stage);
  EXPECT_EQ(get("/vendor/lit.js").body, "export {}");
}

}  // namespace weir::web
