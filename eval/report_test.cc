// Reports group, rank and print what they are given.
#include "eval/report.h"

#include <gtest/gtest.h>

#include "eval/html.h"

namespace selfieseg::eval {
namespace {

Row MakeRow(const std::string& image, double iou, const std::string& group) {
  Row row;
  row.image = image;
  row.scores.iou = iou;
  row.groups = {group};
  return row;
}

Report MakeReport() {
  Report report;
  report.title = "a <title> & more";
  report.rows = {MakeRow("a", 0.9, "x"), MakeRow("b", 0.7, "y"), MakeRow("c|d", 0.8, "x"),
                 MakeRow("e", 1.0, "")};
  Conclude({"kind"}, kHumanIou, &report);
  return report;
}

TEST(Report, GroupsLeaveOutWhoHasNone) {
  const Report report = MakeReport();
  EXPECT_EQ(report.overall.n, 4u);
  ASSERT_EQ(report.columns.size(), 1u);
  ASSERT_EQ(report.columns[0].groups.size(), 2u);
  EXPECT_EQ(report.columns[0].groups[0].name, "x");
  EXPECT_EQ(report.columns[0].groups[0].summary.n, 2u);
  EXPECT_NEAR(report.columns[0].groups[0].summary.iou.mean, 0.85, 1e-12);
  EXPECT_NEAR(report.columns[0].fairness->average, 0.775, 1e-12);
  EXPECT_FALSE(report.columns[0].fairness->within_human);
}

TEST(Report, TheWorstComeFirst) {
  EXPECT_EQ(MakeReport().overall.worst, (std::vector<size_t>{1, 2, 0, 3}));
}

TEST(Report, TextAndMarkdownHoldTheFigures) {
  const Report report = MakeReport();
  for (const std::string& text : {AsText(report), AsMarkdown(report)}) {
    EXPECT_NE(text.find("85.00"), std::string::npos) << text;
    EXPECT_NE(text.find("NOT met"), std::string::npos) << text;
    EXPECT_EQ(text.find("nan"), std::string::npos) << text;
  }
  EXPECT_NE(AsMarkdown(report).find("|---|---:|"), std::string::npos);
}

TEST(Tables, KeepNamesOnTheirLines) {
  Report report = MakeReport();
  const std::string text = AsText(report);
  report.title[0] = report.rows[0].image[0] = report.columns[0].groups[0].name[0] = '\n';
  report.columns[0].name[0] = '\x1b';
  const std::string other = AsText(report);
  EXPECT_EQ(std::count(other.begin(), other.end(), '\n'),
            std::count(text.begin(), text.end(), '\n'));
  EXPECT_EQ(other.find('\x1b'), std::string::npos) << other;
}

TEST(Html, EscapesNamesAndLoadsNothing) {
  const std::string html = AsHtml(MakeReport(), {{"b <script>", "data:image/jpeg;base64,AAAA"}});
  EXPECT_NE(html.find("a &lt;title&gt; &amp; more"), std::string::npos);
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("http"), std::string::npos);
  EXPECT_EQ(html.find("src='data:") == std::string::npos, false);
  EXPECT_EQ(html.find("nan"), std::string::npos);
}

TEST(Base64, IsTheStandards) {
  const auto encode = [](const std::string& text) {
    return Base64(std::vector<unsigned char>(text.begin(), text.end()));
  };
  EXPECT_EQ(encode(""), "");
  EXPECT_EQ(encode("f"), "Zg==");
  EXPECT_EQ(encode("fo"), "Zm8=");
  EXPECT_EQ(encode("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace selfieseg::eval
